//! The options of the core.

use crate::support::{assert_run, headtail, numbers};

#[test]
fn short_input_passes_unchanged() {
    for input in ["", "\n", "one line\n", "no newline at the end", "a\r\nb\r\n", "\n\n\n"] {
        assert_run(headtail(&[]).write_stdin(input), input, "", 0);
    }
}

#[test]
fn input_of_exactly_head_and_tail_passes_unchanged_and_one_byte_more_does_not() {
    let lines = "0123456789abcde\n".repeat(2048);
    assert_eq!(lines.len(), 32 << 10);
    assert_run(headtail(&[]).write_stdin(&*lines), &lines, "", 0);

    let longer = format!("{lines}!");
    let expected = format!("{}\n... [omitted 16 bytes] ...\n\n{}", &longer[..16384], &longer[16400..]);
    assert_run(headtail(&[]).write_stdin(longer), expected, "", 0);
}

#[test]
fn head_and_tail_keep_as_many_bytes_as_they_say() {
    let cases = [
        ("10", "6", "1\n2\n3\n4\n5\n\n... [omitted 3878 bytes] ...\n\n1000\n"),
        ("0", "5", "... [omitted 3888 bytes] ...\n\n1000\n"),
        ("4", "0", "1\n2\n\n... [omitted 3889 bytes] ...\n"),
        ("0", "0", "... [omitted 3893 bytes] ...\n"),
    ];
    for (head, tail, expected) in cases {
        let args = ["--head", head, "--tail", tail];
        assert_run(headtail(&args).write_stdin(numbers(1000)), expected, "", 0);
    }
}

#[test]
fn nothing_in_is_nothing_out_even_where_nothing_is_kept() {
    assert_run(headtail(&["--head=0", "--tail=0"]).write_stdin(""), "", "", 0);
}

#[test]
fn a_long_line_is_clipped_with_its_delimiter_kept() {
    for args in [["-L20"], ["--max-line=20"]] {
        let input = format!("{}\n{}\nend", "x".repeat(20), "y".repeat(21));
        let expected = format!("{}\nyyyy ... [truncated]\nend", "x".repeat(20));
        assert_run(headtail(&args).write_stdin(input), expected, "", 0);
    }
}

#[test]
fn a_line_limit_of_zero_is_none() {
    let input = "x".repeat(20_000);
    assert_run(headtail(&["-L", "0"]).write_stdin(&*input), &input, "", 0);
}

#[test]
fn lines_end_with_nul_where_asked_for() {
    let input = format!("{}\0{}\n{}\0", "x".repeat(20), "y".repeat(10), "z".repeat(10));
    let expected = format!("{}\0yyyy ... [truncated]\0", "x".repeat(20));
    for option in ["-z", "--zero-terminated"] {
        assert_run(headtail(&["-L20", option]).write_stdin(&*input), &expected, "", 0);
    }
}

#[test]
fn bytes_that_are_not_text_pass_unchanged() {
    let input: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    assert_run(headtail(&[]).write_stdin(input.clone()), input, "", 0);
}

#[test]
fn of_an_option_given_twice_the_last_one_counts() {
    let args = ["--head", "7", "--tail=1", "--head", "1", "-L20", "-L0", "-z", "-z"];
    assert_run(headtail(&args).write_stdin("abc"), "a\0\0... [omitted 1 bytes] ...\0\0c", "", 0);
}

#[test]
fn input_is_read_to_its_end_so_that_the_producer_is_not_killed() {
    let mut run = crate::support::sh("(seq 1000000; echo $? >&2) | \"$HEADTAIL\" --head 2 --tail 0");
    assert_run(&mut run, "1\n\n... [omitted 6888894 bytes] ...\n", "0\n", 0);
}

#[test]
fn an_unknown_option_is_a_usage_error() {
    let expected = "error: unexpected argument '--foo' found\n\n  \
                    tip: to pass '--foo' as a value, use '-- --foo'\n\n\
                    Usage: headtail [OPTIONS] [FILE]...\n\nFor more information, try '--help'.\n";
    assert_run(&mut headtail(&["--foo"]), "", expected, 2);
}

#[test]
fn values_in_usage_errors_are_escaped() {
    let help = "For more information, try '--help'.\n";
    let expected = format!(
        "error: unexpected argument '--\\u{{1b}}]0;x\\u{{7}}' found\n\n  \
         tip: to pass '--\\u{{1b}}]0;x\\u{{7}}' as a value, use '-- --\\u{{1b}}]0;x\\u{{7}}'\n\n\
         Usage: headtail [OPTIONS] [FILE]...\n\n{help}"
    );
    assert_run(&mut headtail(&["--\x1b]0;x\x07"]), "", &expected, 2);
    let forged = "--a\nheadtail: forged";
    let expected = format!(
        "error: unexpected argument '--a\\nheadtail: forged' found\n\n  \
         tip: to pass '--a\\nheadtail: forged' as a value, use '-- --a\\nheadtail: forged'\n\n\
         Usage: headtail [OPTIONS] [FILE]...\n\n{help}"
    );
    assert_run(&mut headtail(&[forged]), "", &expected, 2);
    let expected = format!(
        "error: invalid value '1\\n2' for '--head <SIZE>': not a whole number with an optional suffix such as b, kB, K, KiB, MB, M or MiB\n\n{help}"
    );
    assert_run(&mut headtail(&["--head", "1\n2"]), "", &expected, 2);
    let expected = format!(
        "error: invalid value 'a\\u{{1b}}b' for '--align <WHERE>'\n  [possible values: byte, char, line]\n\n{help}"
    );
    assert_run(&mut headtail(&["--align", "a\x1bb"]), "", &expected, 2);
}
