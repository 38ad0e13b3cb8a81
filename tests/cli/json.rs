//! `--json`: one valid line, whatever the input.

use serde_json::Value;

use crate::support::{Place, assert_run, headtail, numbers};

#[test]
fn the_object_has_these_fields_in_this_order() {
    let expected = "{\"output\":\"1\\n2\\n\\n... [omitted 3884 bytes] ...\\n\\n1000\\n\",\
                    \"truncated\":{\"original_bytes\":3893,\"retained_bytes\":40,\"omitted_bytes\":3884,\
                    \"omitted_start\":4,\"clipped_lines\":0,\"clipped_bytes\":0,\"strategy\":\"head_tail\"},\
                    \"original_bytes\":3893,\"ended_by\":\"eof\"}\n";
    assert_run(headtail(&["--json", "--head=4", "--tail=5"]).write_stdin(numbers(1000)), expected, "", 0);
}

#[test]
fn truncated_is_null_exactly_when_the_output_is_the_input() {
    let run = |args: &[&str], input: &str| {
        let output = headtail(args).write_stdin(input).output().expect("it starts");
        let object: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        (object["output"] == input, object["truncated"].is_null())
    };
    assert_eq!(run(&["--json"], ""), (true, true));
    assert_eq!(run(&["--json"], "text\n"), (true, true));
    assert_eq!(run(&["--json", "-L16"], &"x".repeat(17)), (false, false));
    assert_eq!(run(&["--json", "--head=0", "--tail=0"], "x"), (false, false));
}

#[test]
fn there_is_an_object_for_each_file_also_for_one_that_cannot_be_read() {
    let place = Place::new();
    place.write("a", "in a\n");
    let expected = "{\"output\":\"in a\\n\",\"truncated\":null,\"original_bytes\":5,\"ended_by\":\"eof\",\"file\":\"a\"}\n\
        {\"output\":\"\",\"truncated\":null,\"original_bytes\":0,\"ended_by\":\"error\",\"error\":\"No such file or directory\",\"file\":\"missing\"}\n\
        {\"output\":\"\",\"truncated\":null,\"original_bytes\":0,\"ended_by\":\"error\",\"error\":\"Is a directory\",\"file\":\".\"}\n\
        {\"output\":\"piped\",\"truncated\":null,\"original_bytes\":5,\"ended_by\":\"eof\"}\n";
    let complaints = "headtail: missing: No such file or directory\nheadtail: .: Is a directory\n";
    let mut run = place.headtail(&["--json", "-v", "a", "missing", ".", "-"]);
    assert_run(run.write_stdin("piped"), expected, complaints, 1);
}

#[test]
fn bytes_that_are_not_utf_8_are_replaced_and_that_is_said() {
    let expected = "{\"output\":\"caf\u{fffd} \u{fffd}\u{fffd}\u{20ac}\",\"truncated\":null,\"original_bytes\":10,\"ended_by\":\"eof\",\"lossy\":true}\n";
    assert_run(headtail(&["--json"]).write_stdin(&b"caf\xe9 \xff\xc3\xe2\x82\xac"[..]), expected, "", 0);
    // A replacement character of the input's own is none of these.
    let expected = "{\"output\":\"\u{fffd}\",\"truncated\":null,\"original_bytes\":3,\"ended_by\":\"eof\"}\n";
    assert_run(headtail(&["--json"]).write_stdin("\u{fffd}"), expected, "", 0);
}

#[test]
fn whatever_the_bytes_it_is_one_valid_line() {
    let every_byte: Vec<u8> = (0..=255).collect();
    let inputs = [
        every_byte.repeat(500),
        b"\"\\\x00\x1f\x7f\r\n".repeat(9000),
        "\u{2028}\u{1f600}".repeat(9000).into(),
    ];
    for input in inputs {
        for args in [&["--json"][..], &["--json", "--head=9", "--tail=9"], &["--json", "-L0"]] {
            let output = headtail(args).write_stdin(input.clone()).output().expect("it starts");
            assert!(output.status.success() && output.stderr.is_empty());
            let plain = headtail(&args[1..]).write_stdin(input.clone()).output().expect("it starts").stdout;
            let lines: Vec<_> = output.stdout.split_inclusive(|&byte| byte == b'\n').collect();
            let [line] = lines[..] else { panic!("it is one line") };
            let object: Value = serde_json::from_slice(line).expect("JSON");
            assert_eq!(object["output"], *String::from_utf8_lossy(&plain));
            assert_eq!(object.get("lossy").is_some(), std::str::from_utf8(&plain).is_err());
            assert_eq!(object["original_bytes"], input.len());
            if let Value::Object(truncated) = &object["truncated"] {
                assert_eq!(truncated["retained_bytes"], plain.len());
            }
        }
    }
}
