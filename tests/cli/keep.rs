//! `--keep`: lines between head and tail that match.

use crate::support::{Place, assert_run, headtail, numbers};

const ENDS: [&str; 4] = ["--head", "4", "--tail", "4"];

fn keep(args: &[&str]) -> crate::program::Program {
    headtail(&[&ENDS, args].concat())
}

#[test]
fn lines_of_the_gap_that_match_one_of_the_expressions_are_shown_with_their_numbers() {
    let expected = "1\n2\n\n... [omitted 36 bytes; 3 of 3 matching lines follow] ...\n\n\
                    7:7\n11:11\n17:17\n...\n\n20\n";
    let input = numbers(20);
    assert_run(keep(&["--keep", "7$", "--keep", "^(.)1$"]).write_stdin(&*input), expected, "", 0);
}

#[test]
fn a_file_and_a_pipe_have_the_same_answer_however_large() {
    let place = Place::new();
    let input = format!("{}error: one\n{}error: two\n{}", numbers(200_000), numbers(300_000), numbers(9));
    place.write("in", &input);
    let omitted = input.len() - "1\n2\n".len() - "8\n9\n".len() - "error: one\nerror: two\n".len();
    let expected = format!(
        "1\n2\n\n... [omitted {omitted} bytes; 2 of 2 matching lines follow] ...\n\n\
         200001:error: one\n500002:error: two\n...\n\n8\n9\n"
    );
    assert_run(keep(&["--keep", "err"]).write_stdin(&*input), &expected, "", 0);
    assert_run(&mut place.headtail(&[&ENDS[..], &["--keep=(?i)ERR", "in"]].concat()), &expected, "", 0);
}

#[test]
fn where_no_line_matches_the_marker_says_so() {
    let expected = "1\n2\n\n... [omitted 44 bytes; no line matches] ...\n\n20\n";
    assert_run(keep(&["--keep", "x"]).write_stdin(numbers(20)), expected, "", 0);
    assert_run(keep(&["--keep", "."]).write_stdin("1\n2\n3\n4\n"), "1\n2\n3\n4\n", "", 0);
}

#[test]
fn the_first_line_that_does_not_fit_ends_what_is_shown() {
    let shown = |kept: &str, bytes: u32, lines: &str| {
        format!("1\n2\n\n... [omitted {bytes} bytes; {kept} of 17 matching lines follow] ...\n\n{lines}20\n")
    };
    for (size, expected) in [
        ("0", shown("0", 44, "")),
        ("3", shown("0", 44, "")),
        ("4", shown("1", 42, "3:3\n...\n\n")),
        ("11", shown("2", 40, "3:3\n4:4\n...\n\n")),
    ] {
        assert_run(keep(&["--keep", ".", "--keep-size", size]).write_stdin(numbers(20)), expected, "", 0);
    }
}

#[test]
fn what_matches_is_the_cleaned_and_clipped_content() {
    let input = "1\n2\n\x1b[31mer\x1b[0mror\nstart\rerror 4\nlong lines lose an error\n6\n7\n8\n";
    let expected = "1\n2\n\n... [omitted 27 bytes; 2 of 2 matching lines follow] ...\n\n\
                    3:error\n4:error 4\n...\n\n7\n8\n";
    assert_run(
        keep(&["-L20", "--strip-ansi", "--collapse-cr", "--keep", "error"]).write_stdin(input),
        expected,
        "",
        0,
    );
}

#[test]
fn with_nul_as_the_delimiter_contents_may_have_newlines() {
    let expected =
        "1\x002\0\0... [omitted 2 bytes; 1 of 1 matching lines follow] ...\0\x003:a\nb\0...\0\x005\x006\0";
    assert_run(
        keep(&["-z", "--keep", "^a\nb$"]).write_stdin("1\x002\0a\nb\x004\x005\x006\0"),
        expected,
        "",
        0,
    );
}

#[test]
fn a_cap_holds_with_all_that_is_shown() {
    for cap in ["170", "200", "500"] {
        let output = headtail(&["-c", cap, "--keep", "5"]).write_stdin(numbers(1000)).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.len() <= cap.parse().unwrap(), "{cap}: {text}");
        let lines: usize = text.lines().filter(|line| line.contains(':')).map(|line| line.len() + 1).sum();
        assert!((1..=cap.parse::<usize>().unwrap() / 4).contains(&lines), "{cap}: {text}");
    }
}

#[test]
fn a_template_says_where_the_lines_go_and_counts_them() {
    let marker = r"[{kept} of {matched} in {lines} lines, {bytes} bytes]\n{keep}";
    let expected = "1\n2\n[1 of 1 in 16 lines, 42 bytes]\n7:7\n20\n";
    assert_run(keep(&["--keep", "^7", "-m", marker]).write_stdin(numbers(20)), expected, "", 0);
}

#[test]
fn json_counts_the_lines() {
    let expected = "{\"output\":\"1\\n2\\n\\n... [omitted 42 bytes; 1 of 1 matching lines follow] ...\\n\\n7:7\\n...\\n\\n20\\n\",\
         \"truncated\":{\"original_bytes\":51,\"retained_bytes\":75,\"omitted_bytes\":42,\"omitted_start\":4,\
         \"clipped_lines\":0,\"clipped_bytes\":0,\"matched_lines\":1,\"kept_lines\":1,\"kept_bytes\":2,\
         \"strategy\":\"head_tail\"},\"original_bytes\":51,\"ended_by\":\"eof\"}\n";
    assert_run(keep(&["--json", "--keep", "^7"]).write_stdin(numbers(20)), expected, "", 0);
}

#[test]
fn the_saved_copy_is_named_and_stays() {
    let place = Place::new();
    // All of the gap is shown, and the output still differs from the input.
    let script = "printf '1\\n2\\n3\\n4\\n5\\n' | TMPDIR=$PWD $HEADTAIL --head 4 --tail 4 --save --keep 3 >out; \
                  cat headtail*; sed 's/output: [^]]*/output: PATH/' out";
    let expected = "1\n2\n3\n4\n5\n1\n2\n\n... [omitted 0 bytes; 1 of 1 matching lines follow; full output: PATH] ...\n\n\
                    3:3\n...\n\n4\n5\n";
    assert_run(&mut place.sh(script), expected, "", 0);
}

#[test]
fn a_command_has_its_lines_shown_and_its_status() {
    let expected = "1\n2\n\n... [omitted 42 bytes; 1 of 1 matching lines follow] ...\n\n7:7\n...\n\n20\n";
    let args = [&["run"], &ENDS[..], &["--keep=^7", "--", "sh", "-c", "seq 20; exit 3"]].concat();
    assert_run(&mut headtail(&args), expected, "", 3);
}

#[test]
fn plain_counts_the_lines_that_are_gone() {
    let expected = "1\n2\n\n... [omitted 16 lines (3 to 19), 42 bytes; 1 of 1 matching lines follow] ...\n\n7:7\n...\n\n20\n";
    assert_run(keep(&["-p", "--keep", "^7"]).write_stdin(numbers(20)), expected, "", 0);
}

#[test]
fn what_does_not_go_with_kept_lines_is_a_usage_error() {
    let misuse = |message: &str| {
        format!(
            "error: {message}\n\nUsage: headtail [OPTIONS] [FILE]...\n\nFor more information, try '--help'.\n"
        )
    };
    let cases = [
        (&["--keep=("][..], "invalid value '(' for '--keep <REGEX>': unclosed group"),
        (&["--keep=a", "--keep=\x1b)"], "invalid value '\\u{1b})' for '--keep <REGEX>': unopened group"),
        (
            &["--keep=a", "--align=char"],
            "'--keep <REGEX>' with '--align <WHERE>': lines of the gap are shown only where cuts fall between lines",
        ),
        (
            &["--keep=a", "-m{kept}"],
            "'--keep <REGEX>' with '--marker <TEMPLATE>': the marker has no place for the lines of the gap: write {keep}",
        ),
        (
            &["--keep=a", "-L0"],
            "invalid value '0' for '--max-line <SIZE>': lines of the gap are shown only where lines have a limit",
        ),
        (
            &["--keep=a", "-c100"],
            "invalid value '100' for '--bytes <SIZE>': 100 bytes leave no room for the marker (up to 146 bytes)",
        ),
    ];
    for (args, message) in cases {
        assert_run(&mut headtail(args), "", &misuse(message), 2);
    }
}
