//! FILE operands and the headers between their results.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use tempfile::TempDir;

use crate::program::Program;
use crate::support::{assert_run, headtail};

/// A directory with three files: `a` and `b` of a line each, `open` of one without an end; and a directory `d`.
fn directory() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory for the test");
    let at = |name: &str| directory.path().join(name);
    fs::write(at("a"), "in a\n").expect("a file for the test");
    fs::write(at("b"), "in b\n").expect("a file for the test");
    fs::write(at("open"), "no newline").expect("a file for the test");
    fs::create_dir(at("d")).expect("a directory for the test");
    directory
}

fn headtail_in(directory: &Path, args: &[&str]) -> Program {
    let mut program = headtail(args);
    program.current_dir(directory);
    program
}

#[test]
fn one_file_has_no_header() {
    let directory = directory();
    assert_run(&mut headtail_in(directory.path(), &["a"]), "in a\n", "", 0);
}

#[test]
fn several_files_have_headers_as_head_prints_them() {
    let directory = directory();
    let expected = "==> a <==\nin a\n\n==> open <==\nno newline\n==> b <==\nin b\n";
    assert_run(&mut headtail_in(directory.path(), &["a", "open", "b"]), expected, "", 0);
}

#[test]
fn quiet_and_verbose_decide_on_headers_and_the_last_one_wins() {
    let directory = directory();
    let cases: [(&[&str], &str); 6] = [
        (&["-q", "a", "b"], "in a\nin b\n"),
        (&["--quiet", "a", "b"], "in a\nin b\n"),
        (&["-v", "a"], "==> a <==\nin a\n"),
        (&["a", "--verbose"], "==> a <==\nin a\n"),
        (&["-qv", "a"], "==> a <==\nin a\n"),
        (&["-v", "-q", "a", "b"], "in a\nin b\n"),
    ];
    for (args, expected) in cases {
        assert_run(&mut headtail_in(directory.path(), args), expected, "", 0);
    }
}

#[test]
fn each_file_has_a_result_of_its_own() {
    let directory = directory();
    let expected =
        "==> a <==\ni\n\n... [omitted 3 bytes] ...\n\n\n\n==> open <==\nn\n\n... [omitted 8 bytes] ...\n\ne";
    assert_run(&mut headtail_in(directory.path(), &["--head=1", "--tail=1", "a", "open"]), expected, "", 0);
}

#[test]
fn a_dash_is_standard_input() {
    let directory = directory();
    let expected = "==> standard input <==\npiped\n\n==> a <==\nin a\n\n==> standard input <==\n";
    assert_run(headtail_in(directory.path(), &["-", "a", "-"]).write_stdin("piped\n"), expected, "", 0);
}

#[test]
fn a_file_that_cannot_be_read_is_reported_and_the_others_are_done() {
    let directory = directory();
    let expected = "==> a <==\nin a\n\n==> d <==\n\n==> b <==\nin b\n";
    let complaints = "headtail: missing: No such file or directory\nheadtail: d: Is a directory\n";
    assert_run(&mut headtail_in(directory.path(), &["missing", "a", "d", "b"]), expected, complaints, 1);
}

#[test]
fn a_name_with_control_characters_is_complained_about_in_one_line() {
    let directory = directory();
    let complaint = "headtail: two\\nlines\\u{1b}[31m: No such file or directory\n";
    assert_run(&mut headtail_in(directory.path(), &["two\nlines\u{1b}[31m"]), "", complaint, 1);
}

#[test]
fn a_name_that_is_not_utf_8_is_a_name() {
    let directory = directory();
    let name = OsStr::from_bytes(b"caf\xe9");
    fs::write(directory.path().join(name), "au lait\n").expect("a file for the test");
    let mut run = headtail_in(directory.path(), &["-v"]);
    assert_run(run.arg(name), "==> caf\\xe9 <==\nau lait\n", "", 0);

    let mut run = headtail_in(directory.path(), &[]);
    run.arg(OsStr::from_bytes(b"th\xe9"));
    assert_run(&mut run, "", "headtail: th\\xe9: No such file or directory\n", 1);
}

#[test]
fn a_header_is_one_line_whatever_the_name_holds() {
    let directory = directory();
    fs::write(directory.path().join("a\n==> b <==\n\x1b[31m"), "text\n").expect("a file for the test");
    let mut run = headtail_in(directory.path(), &["-v", "a\n==> b <==\n\x1b[31m"]);
    assert_run(&mut run, "==> a\\n==> b <==\\n\\u{1b}[31m <==\ntext\n", "", 0);
}

#[test]
fn a_file_named_like_an_option_is_read_after_two_dashes() {
    let directory = directory();
    fs::write(directory.path().join("-z"), "dash\n").expect("a file for the test");
    assert_run(&mut headtail_in(directory.path(), &["--", "-z"]), "dash\n", "", 0);
}

#[test]
fn files_of_proc_are_read_though_they_claim_to_be_empty() {
    let expected = fs::read("/proc/version").expect("a system with /proc");
    assert_run(&mut headtail_in(Path::new("/"), &["/proc/version"]), expected, "", 0);
}
