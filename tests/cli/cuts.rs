//! The options that say where the result is cut.

use crate::support::{Place, assert_run, headtail, numbers};

#[test]
fn a_cap_bounds_all_that_is_printed_and_is_used_up() {
    let input = numbers(1000);
    for cap in 48..200 {
        let args = ["--align=char", "-c", &cap.to_string()];
        let output = headtail(&args).write_stdin(&*input).output().unwrap();
        assert!(output.status.success());
        // The text is ASCII, so nothing is lost to alignment; a digit or a line end of the marker may be saved.
        assert!((cap - 4..=cap).contains(&output.stdout.len()), "{cap}: {}", output.stdout.len());
    }
}

#[test]
fn text_that_fits_a_cap_passes_unchanged_and_one_byte_more_does_not() {
    let input = "0123456789".repeat(10);
    assert_run(headtail(&["-c", "100"]).write_stdin(&*input), &input, "", 0);
    let expected = format!("{}\n\n... [omitted 70 bytes] ...\n\n{}", &input[..15], &input[85..]);
    assert_eq!(expected.len(), 60);
    assert_run(headtail(&["-c", "60"]).write_stdin(&*input), expected, "", 0);
}

#[test]
fn a_cap_is_shared_out_as_split_says() {
    let input = numbers(1000);
    let cases = [
        ("0:1", "... [omitted 3864 bytes] ...\n\n994\n995\n996\n997\n998\n999\n1000\n"),
        ("1:0", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n\n... [omitted 3863 bytes] ...\n"),
        ("1:3", "1\n2\n3\n\n... [omitted 3866 bytes] ...\n\n996\n997\n998\n999\n1000\n"),
    ];
    for (split, expected) in cases {
        assert_run(headtail(&["-c60", "--split", split]).write_stdin(&*input), expected, "", 0);
    }
}

#[test]
fn a_cap_goes_with_no_size_and_needs_room_for_the_marker() {
    let misuse = |message: &str| format!("error: {message}\n\nFor more information, try '--help'.\n");
    let usage =
        |message: &str, usage: &str| misuse(&format!("{message}\n\nUsage: headtail {usage} [FILE]..."));
    let conflict = "the argument '--bytes <SIZE>' cannot be used with";
    let cases = [
        (&["-c", "1K", "--head", "5"][..], usage(&format!("{conflict} '--head <SIZE>'"), "--bytes <SIZE>")),
        (
            &["--tail=5", "-c1K"],
            usage("the argument '--tail <SIZE>' cannot be used with '--bytes <SIZE>'", "--tail <SIZE>"),
        ),
        (
            &["-c", "47"],
            usage(
                "invalid value '47' for '--bytes <SIZE>': 47 bytes leave no room for the marker (up to 48 bytes)",
                "[OPTIONS]",
            ),
        ),
        (
            &["-c3", "-m", "..{bytes}"],
            usage(
                "invalid value '3' for '--bytes <SIZE>': 3 bytes leave no room for the marker (up to 22 bytes)",
                "[OPTIONS]",
            ),
        ),
        (
            &["-c100", "--split", "0:0"],
            misuse("invalid value '0:0' for '--split <H:T>': expected H:T, two whole numbers, not both 0"),
        ),
        (
            &["-L47", "--clip", "middle"],
            usage(
                "invalid value '47' for '--max-line <SIZE>': a line limit of 47 is too small: use 0 for none, or at least 48",
                "[OPTIONS]",
            ),
        ),
        (
            &["-m", "{byte}"],
            misuse(
                "invalid value '{byte}' for '--marker <TEMPLATE>': unknown placeholder {byte}: expected \
                 bytes, lines, first, last, start, end, total, clipped, path, kept, matched or keep",
            ),
        ),
    ];
    for (args, expected) in cases {
        assert_run(headtail(args).write_stdin("abc"), "", &expected, 2);
    }
}

#[test]
fn line_limits_stop_each_end_by_lines_or_bytes_whichever_is_first() {
    let gap = |head: &str, omitted: u64, tail: &str| {
        let end = if tail.is_empty() { "" } else { "\n" };
        format!("{head}... [omitted {omitted} bytes] ...\n{end}{tail}")
    };
    let cases = [
        (&["-n2"][..], gap("1\n2\n\n", 3880, "999\n1000\n")),
        (&["--lines", "0"], gap("", 3893, "")),
        (&["--head-lines", "1", "--tail", "5"], gap("1\n\n", 3886, "1000\n")),
        (&["--tail-lines", "1", "--head", "3"], gap("1\n\n", 3886, "1000\n")),
        (&["-n3", "--head", "3", "--tail", "6"], gap("1\n\n", 3886, "1000\n")),
        (&["-n1", "--tail-lines", "2"], gap("1\n\n", 3882, "999\n1000\n")),
        (&["-n500"], numbers(1000)),
    ];
    for (args, expected) in cases {
        assert_run(headtail(args).write_stdin(numbers(1000)), expected, "", 0);
    }
}

#[test]
fn a_last_line_without_delimiter_counts_as_a_line() {
    let expected = "a\n\n... [omitted 4 bytes] ...\n\nd";
    assert_run(headtail(&["-n1"]).write_stdin("a\nb\nc\nd"), expected, "", 0);
    let expected = "a\0\0... [omitted 4 bytes] ...\0\0d\0";
    assert_run(headtail(&["-zn1"]).write_stdin("a\0b\0c\0d\0"), expected, "", 0);
}

#[test]
fn cuts_fall_where_align_says() {
    let input = "één\ntwee\ndrie\nvië\n";
    let cases = [
        ("byte", b"\xC3\xA9\xC3\n\n... [omitted 16 bytes] ...\n\n\xAB\n".to_vec()),
        ("char", "é\n\n... [omitted 18 bytes] ...\n\n\n".into()),
        ("line", "é\n\n... [omitted 18 bytes] ...\n\n\n".into()),
    ];
    for (align, expected) in cases {
        let args = ["--head=3", "--tail=2", "--align", align];
        assert_run(headtail(&args).write_stdin(input), expected, "", 0);
    }
    let expected = "één\n\n... [omitted 10 bytes] ...\n\nvië\n";
    assert_run(headtail(&["--head=8", "--tail=7", "--align=line"]).write_stdin(input), expected, "", 0);
}

#[test]
fn a_line_that_loses_its_middle_says_how_much() {
    let line: String = ('a'..='z').cycle().take(200).collect();
    let expected = format!("{} ... [truncated 171 bytes] ... {}\nnext\n", &line[..6], &line[177..]);
    assert_eq!(expected.lines().next().map(str::len), Some(60));
    let input = format!("{line}\nnext\n");
    assert_run(headtail(&["-L60", "--clip=middle"]).write_stdin(input), expected, "", 0);
}

#[test]
fn a_marker_says_what_its_template_asks_for() {
    let cases = [
        (
            "[{bytes} {lines} {first} {last} {start} {end} {total} {path}]",
            "1\n[2278 596 2 597 2 2280 2872 ]598\n",
        ),
        (r"\n{{\t\\}}\n", "1\n\n{\t\\}\n598\n"),
        ("", "1\n598\n"),
    ];
    for (template, expected) in cases {
        let expected = format!("{expected}{}", &numbers(745)[numbers(598).len()..]);
        let args = ["--head=2", "--tail=592", "-m", template];
        assert_run(headtail(&args).write_stdin(numbers(745)), expected, "", 0);
    }
}

#[test]
fn escape_sequences_and_carriage_returns_are_cleaned_only_when_asked_for() {
    let input = "\x1b[32m 10%\x1b[0m\r\x1b[K\x1b[32m100%\x1b[0m\r\ndone\r\n";
    let cases = [
        (&[][..], input.to_owned()),
        (&["--strip-ansi"], " 10%\r100%\r\ndone\r\n".to_owned()),
        (&["--collapse-cr"], "100%\ndone\n".to_owned()),
        (&["--strip-ansi", "--collapse-cr"], "100%\ndone\n".to_owned()),
        (&["--strip-ansi", "--collapse-cr", "--head=2", "--tail=3"], {
            "10\n\n... [omitted 5 bytes] ...\n\nne\n".to_owned()
        }),
    ];
    for (args, expected) in cases {
        assert_run(headtail(args).write_stdin(input), expected, "", 0);
    }
}

#[test]
fn blanks_that_a_move_of_the_cursor_leaves_are_in_the_account() {
    let expected = concat!(
        r#"{"output":"    x","truncated":{"original_bytes":5,"retained_bytes":5,"omitted_bytes":0,"omitted_start":0,"#,
        r#""clipped_lines":0,"clipped_bytes":0,"cleaned_bytes":4,"added_bytes":4,"strategy":"head_tail"},"#,
        r#""original_bytes":5,"ended_by":"eof"}"#,
        "\n"
    );
    assert_run(headtail(&["--json", "--collapse-cr"]).write_stdin("\x1b[5Gx"), expected, "", 0);
}

#[test]
fn n_lines_are_n_lines_however_long_they_are() {
    let line = |number: usize| format!("{number:04}{}\n", "x".repeat(2000));
    let input: String = (0..100).map(line).collect();
    let ends = |head: usize, tail: usize| {
        let head: String = (0..head).map(line).collect();
        let tail: String = (100 - tail..100).map(line).collect();
        (head, tail)
    };
    let marked = |head: String, tail: String| format!("{head}|{tail}");
    // 30 lines are longer than the 16 KiB that each end has otherwise.
    let (head, tail) = ends(30, 30);
    assert_run(headtail(&["-n", "30", "-m|"]).write_stdin(&*input), marked(head, tail), "", 0);
    let (head, tail) = ends(30, 8);
    let args = ["--align=line", "--head-lines", "30", "-m|"];
    assert_run(headtail(&args).write_stdin(&*input), marked(head, tail), "", 0);
    let (head, tail) = ends(8, 30);
    let args = ["--align=line", "--tail-lines", "30", "-m|"];
    assert_run(headtail(&args).write_stdin(&*input), marked(head, tail), "", 0);
    // A size that was asked for stays, at its own end; without a line limit both stay as they are.
    let (head, tail) = ends(2, 30);
    let args = ["--align=line", "-n", "30", "--head", "5000", "-m|"];
    assert_run(headtail(&args).write_stdin(&*input), marked(head, tail), "", 0);
    let (head, tail) = ends(8, 8);
    let args = ["--align=line", "-n", "30", "-L0", "-m|"];
    assert_run(headtail(&args).write_stdin(&*input), marked(head, tail), "", 0);
}

#[test]
fn more_lines_than_memory_can_hold_are_an_error() {
    let message = format!(
        "headtail: could not allocate the {} bytes that the limits ask for\n",
        2 * 2049 * 1_000_000_000_000_000_u64
    );
    assert_run(headtail(&["-n", "1000000000000000"]).write_stdin("1\n"), "", &message, 1);
}

#[test]
fn plain_text_is_cleaned_and_its_marker_counts_lines_unless_another_is_given() {
    let input = "\x1b[1mone\x1b[0m\n10%\r20%\ntwo\nthree\r\nfour\n";
    let cases: [(&[&str], &str); 5] = [
        (&["-p"], "one\n20%\ntwo\nthree\nfour\n"),
        (&["--plain", "-n1"], "one\n\n... [omitted 3 lines (2 to 4), 14 bytes] ...\n\nfour\n"),
        (&["-p", "--tail=0", "-n1"], "one\n\n... [omitted 4 lines (2 to 5), 19 bytes] ...\n"),
        (&["-p", "-n1", "-m", "[{lines}]\\n"], "one\n[3]\nfour\n"),
        (
            &["-p", "-n1", "--save=copy"],
            "one\n\n... [omitted 3 lines (2 to 4), 14 bytes; full output: PLACE/copy] ...\n\nfour\n",
        ),
    ];
    for (args, expected) in cases {
        let place = Place::new();
        let expected = expected.replace("PLACE", &place.path("").to_string_lossy()).replace("//", "/");
        assert_run(place.headtail(args).write_stdin(input), expected, "", 0);
    }
}
