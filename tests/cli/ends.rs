//! Regular files, of which both ends alone are read: the result is that of a pipe.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use crate::support::{assert_run, headtail, numbers, sh};

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory for the test")
}

/// Texts by their positions.
type Parts<'a> = &'a [(u64, &'a [u8])];

/// Writes `parts` to a new file; what is between them is a hole.
fn write_at(path: &Path, parts: Parts, len: u64) {
    let mut file = File::create(path).expect("a file for the test");
    for (position, text) in parts {
        file.seek(SeekFrom::Start(*position)).expect("a file can seek");
        file.write_all(text).expect("a file can be written");
    }
    file.set_len(len).expect("a file system with holes");
}

/// A line of JSON with the result and the account of `path`, by name and through a pipe.
#[track_caller]
fn assert_as_piped(path: &Path, args: &[&str]) {
    let script = |way: &str| {
        let mut command = sh(&format!("file=$1; shift; {way} \"$HEADTAIL\" --json \"$@\""));
        let Output { stdout, stderr, status } = command.arg("sh").arg(path).args(args).output().expect("sh");
        assert!(status.success() && stderr.is_empty(), "{}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).expect("JSON is text")
    };
    assert_eq!(script("<\"$file\""), script("cat \"$file\" |"), "{} {args:?}", path.display());
}

#[test]
fn a_file_gives_what_a_pipe_gives() {
    let directory = directory();
    let path = directory.path().join("file");
    let long_lines = "x".repeat(500_000) + "\n";
    let texts = [
        numbers(200_000),
        long_lines.repeat(20),
        "y".repeat(3 << 20),
        "\0".repeat(3 << 20),
        "\n".repeat(1 << 20),
    ];
    for text in texts {
        fs::write(&path, &text).expect("a file for the test");
        for args in [
            &[][..],
            &["-z"],
            &["--max-line=0"],
            &["--clip=middle"],
            &["--head=0", "--tail=0"],
            &["--head=1", "--tail=300K"],
            &["--head=300K", "--tail=1"],
            &["--bytes=1000", "--align=line"],
            &["--lines=3"],
            &["--marker={lines} lines"],
            &["--strip-ansi"],
        ] {
            assert_as_piped(&path, args);
        }
    }
}

#[test]
fn pseudo_files_give_what_a_pipe_gives() {
    let paths = [
        "/proc/version",
        "/proc/filesystems",
        "/proc/kallsyms",
        "/proc/sys/kernel/ostype",
        "/sys/kernel/mm/transparent_hugepage/enabled",
        "/dev/null",
    ];
    for path in paths.map(Path::new).into_iter().filter(|path| File::open(path).is_ok()) {
        assert_as_piped(path, &[]);
        assert_as_piped(path, &["--head=3", "--tail=3"]);
    }
}

#[test]
fn reading_starts_where_standard_input_stands_and_ends_at_its_end() {
    let directory = directory();
    let path = directory.path().join("file");
    fs::write(&path, numbers(300_000)).expect("a file for the test");
    let script =
        "{ dd bs=6 count=1 status=none; \"$HEADTAIL\" --head 4 --tail 7 --report report; cat; } <file";
    let rest = numbers(300_000).len() - 6;
    let expected = format!("1\n2\n3\n4\n5\n\n... [omitted {} bytes] ...\n\n300000\n", rest - 11);
    assert_run(sh(script).current_dir(&directory), expected, "", 0);
    let report = fs::read_to_string(directory.path().join("report")).expect("a report");
    assert!(report.contains(&format!("\"original_bytes\":{rest}")), "{report}");
    assert!(report.contains("\"omitted_start\":4"), "{report}");
}

#[test]
fn a_position_past_the_end_gives_nothing() {
    let directory = directory();
    let path = directory.path().join("file");
    fs::write(&path, "short").expect("a file for the test");
    let mut file = File::open(&path).expect("a file for the test");
    file.seek(SeekFrom::Start(100)).expect("a file can seek");
    assert_run(headtail(&[]).stdin(file), "", "", 0);
}

const LARGE: u64 = 64 << 30;

#[test]
fn a_large_file_with_a_hole_is_not_read() {
    let directory = directory();
    let path = directory.path().join("file");
    let text = numbers(100_000);
    let len = text.len() as u64;
    write_at(&path, &[(0, text.as_bytes()), (LARGE - len, text.as_bytes())], LARGE);
    let args = ["--head=4", "--tail=7"];
    let expected = format!("1\n2\n\n... [omitted {} bytes] ...\n\n100000\n", LARGE - 11);
    assert_run(headtail(&args).arg(&path), expected, "", 0);
}
