//! Sizes on the command line.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::support::{assert_run, headtail};

#[test]
fn sizes_have_the_suffixes_of_head() {
    let input = "x".repeat(5000);
    for (size, kept) in [("2", 2), ("2b", 1024), ("2kB", 2000), ("1K", 1024), ("1KiB", 1024), ("1k", 1024)] {
        let expected = format!("{}\n\n... [omitted {} bytes] ...\n", &input[..kept], 5000 - kept);
        let args = ["-L0", "--tail=0", "--head", size];
        assert_run(headtail(&args).write_stdin(&*input), expected, "", 0);
    }
    for size in ["1M", "1MB", "1MiB"] {
        assert_run(headtail(&["-L0", "--head", size]).write_stdin(&*input), &input, "", 0);
    }
}

#[test]
fn a_wrong_size_is_a_usage_error_that_names_option_and_value() {
    let form = "not a whole number with an optional suffix such as b, kB, K, KiB, MB, M or MiB";
    let cases = [
        ("--head", "x", form),
        ("--head", "", form),
        ("--head", "-1", form),
        ("--tail", "1.5K", form),
        ("--tail", "1 K", form),
        ("--tail", "18446744073709551616", "too large"),
        ("--head", "16E", "too large"),
        ("--max-line", "K", form),
        ("--max-line", "1Z", "too large"),
        ("--max-line", "1", "a line limit of 1 is too small: use 0 for none, or at least 16"),
        ("--max-line", "15", "a line limit of 15 is too small: use 0 for none, or at least 16"),
    ];
    for (option, value, reason) in cases {
        let expected = format!(
            "error: invalid value '{value}' for '{option} <SIZE>': {reason}\n\nFor more information, try '--help'.\n"
        );
        assert_run(&mut headtail(&[option, value]), "", &expected, 2);
    }
    let mut run = headtail(&["--tail"]);
    run.arg(OsStr::from_bytes(b"1\xff"));
    let expected = "error: invalid value '1\u{fffd}' for '--tail <SIZE>': not valid UTF-8\n\n\
                    For more information, try '--help'.\n";
    assert_run(&mut run, "", expected, 2);
}

#[test]
fn a_size_that_memory_cannot_hold_is_an_error_and_no_abort() {
    let expected = "headtail: could not allocate the 17293822569102721024 bytes that the limits ask for\n";
    assert_run(headtail(&["--head", "15E"]).write_stdin("abc"), "", expected, 1);
    let expected = "headtail: could not allocate the 18446744073709551615 bytes that the limits ask for\n";
    assert_run(headtail(&["--tail", "18446744073709551615"]).write_stdin("abc"), "", expected, 1);
    let expected = "headtail: could not allocate the 17293822569102737408 bytes that the limits ask for\n";
    assert_run(headtail(&["-L15E", "--clip=middle"]).write_stdin("abc"), "", expected, 1);
}

#[test]
fn the_largest_line_limit_is_like_none() {
    let input = "x".repeat(5000);
    assert_run(headtail(&["-L", "18446744073709551615"]).write_stdin(&*input), &input, "", 0);
}
