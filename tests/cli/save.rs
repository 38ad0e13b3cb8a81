//! `--save`: every byte of the input, and nothing promised that is not true.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::support::{Place, assert_run, numbers, sh};

const LIMITS: [&str; 3] = ["--head=4", "--tail=5", "--save"];

/// The new files in the place's directory for them.
fn new_files(place: &Place) -> Vec<PathBuf> {
    let entries = fs::read_dir(place.path("tmp")).expect("a directory");
    entries.map(|entry| entry.expect("a file").path()).collect()
}

/// A place with a directory for new files, whose name has a space.
fn place() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("tmp")).expect("a directory for the test");
    place
}

#[test]
fn the_file_has_every_byte_as_it_was() {
    let place = Place::new();
    let mut input: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    input.extend(b"x".repeat(5000));
    let mut run = place.headtail(&["--save=all", "-o", "/dev/null"]);
    assert_run(run.write_stdin(input.clone()), "", "", 0);
    assert!(fs::read(place.path("all")).expect("a file") == input);
}

#[test]
fn a_given_file_is_truncated_and_kept_and_named_by_its_absolute_path() {
    let place = Place::new();
    place.write("the whole", &numbers(5000));
    let path = place.path("the whole");
    let mut run = place.headtail(&["--head=4", "--tail=5", "--save=the whole"]);
    let expected = format!("1\n2\n\n... [omitted 3884 bytes; full output: {}] ...\n\n1000\n", path.display());
    assert_run(run.write_stdin(numbers(1000)), expected, "", 0);
    assert_eq!(place.read("the whole"), numbers(1000));

    assert_run(place.headtail(&["--save=the whole"]).write_stdin("short\n"), "short\n", "", 0);
    assert_eq!(place.read("the whole"), "short\n");
}

#[test]
fn a_new_file_is_the_user_s_alone_and_named() {
    let place = place();
    let mut run = place.sh("umask 0; \"$HEADTAIL\" --head=4 --tail=5 --save");
    let output = run.env("TMPDIR", place.path("tmp")).write_stdin(numbers(1000)).output().expect("it starts");
    let [file] = &new_files(&place)[..] else { panic!("there is one new file") };
    let expected = format!("1\n2\n\n... [omitted 3884 bytes; full output: {}] ...\n\n1000\n", file.display());
    crate::support::assert_output(&output, expected, "", Some(0));
    assert_eq!(fs::read_to_string(file).expect("a file with text"), numbers(1000));
    assert_eq!(fs::metadata(file).expect("a file").permissions().mode() & 0o7777, 0o600);
}

#[test]
fn a_new_file_has_an_absolute_path_whatever_the_directory_is_called() {
    let place = place();
    let mut run = place.headtail(&LIMITS);
    let output = run.env("TMPDIR", "tmp").write_stdin(numbers(1000)).output().expect("it starts");
    let [file] = &new_files(&place)[..] else { panic!("there is one new file") };
    let expected = format!("1\n2\n\n... [omitted 3884 bytes; full output: {}] ...\n\n1000\n", file.display());
    crate::support::assert_output(&output, expected, "", Some(0));
}

#[test]
fn a_new_file_goes_where_nothing_was_cut() {
    let place = place();
    let mut run = place.headtail(&["--save", "--json", "--report", "account"]);
    let account = "\"truncated\":null,\"original_bytes\":4,\"ended_by\":\"eof\"}\n";
    let expected = format!("{{\"output\":\"all\\n\",{account}");
    assert_run(run.env("TMPDIR", place.path("tmp")).write_stdin("all\n"), expected, "", 0);
    assert_eq!(place.read("account"), format!("{{{account}"));
    assert!(new_files(&place).is_empty());
}

#[test]
fn a_new_file_stays_where_a_line_was_clipped() {
    let place = place();
    let mut run = place.headtail(&["--save", "-L16"]);
    let run = run.env("TMPDIR", place.path("tmp")).write_stdin("a line of more than 16 bytes\n");
    let output = run.output().expect("it starts");
    let [file] = &new_files(&place)[..] else { panic!("there is one new file") };
    // No marker is there to name it.
    let message = format!("headtail: full output: {}\n", file.display());
    crate::support::assert_output(&output, " ... [truncated]\n", &message, Some(0));
    assert_eq!(fs::read_to_string(file).expect("a file with text"), "a line of more than 16 bytes\n");
}

#[test]
fn a_new_file_is_named_where_the_marker_does_not() {
    for (args, named_by_itself) in
        [(&["-m{bytes}"][..], true), (&["-m{path}"], false), (&["-m{bytes}", "--report=r"], false)]
    {
        let place = place();
        let mut run = place.headtail(&LIMITS);
        let run = run.args(args).env("TMPDIR", place.path("tmp")).write_stdin(numbers(1000));
        let output = run.output().expect("it starts");
        let [file] = &new_files(&place)[..] else { panic!("there is one new file") };
        let message = if named_by_itself {
            format!("headtail: full output: {}\n", file.display())
        } else {
            String::new()
        };
        assert_eq!(String::from_utf8_lossy(&output.stderr), message, "{args:?}");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn each_input_has_a_new_file_of_its_own_and_a_given_file_has_them_all() {
    let place = place();
    place.write("a", &numbers(1000));
    place.write("b", &numbers(2000));
    place.write("c", "all\n");
    // Files that can be read but once.
    let script = "mkfifo a-fifo b-fifo c-fifo; for f in a b c; do cat $f >$f-fifo & done
        \"$HEADTAIL\" \"$@\" a-fifo b-fifo c-fifo";
    let mut run = place.sh(script);
    let run = run.arg("sh").args(LIMITS).args(["-q", "--json"]).env("TMPDIR", place.path("tmp"));
    let output = String::from_utf8(run.output().expect("it starts").stdout).expect("text");
    let saved = |line: usize| -> Option<PathBuf> {
        let line = output.lines().nth(line)?;
        Some(line.split_once("\"saved\":\"")?.1.split('"').next()?.into())
    };
    assert_eq!(fs::read_to_string(saved(0).expect("a path")).expect("text"), numbers(1000));
    assert_eq!(fs::read_to_string(saved(1).expect("a path")).expect("text"), numbers(2000));
    assert_eq!((saved(2), new_files(&place).len()), (None, 2));

    let mut run = place.headtail(&["--save=all", "-o", "/dev/null", "a", "c", "b"]);
    assert_run(&mut run, "", "", 0);
    assert_eq!(place.read("all"), [numbers(1000), "all\n".into(), numbers(2000)].concat());
}

#[test]
fn without_a_directory_for_it_there_is_no_file_but_a_result() {
    let place = Place::new();
    let expected = "1\n2\n\n... [omitted 3884 bytes] ...\n\n1000\n";
    for directory in ["/no/such", "/proc/self"] {
        let mut run = place.headtail(&LIMITS);
        let output = run.env("TMPDIR", directory).write_stdin(numbers(1000)).output().expect("it starts");
        let complaint = String::from_utf8(output.stderr.clone()).expect("text");
        assert!(complaint.starts_with(&format!("headtail: {directory}: ")), "{complaint}");
        crate::support::assert_output(&output, expected, &complaint, Some(1));
    }
}

#[test]
fn a_full_disk_ends_the_saving_alone() {
    let place = Place::new();
    let expected = "1\n2\n\n... [omitted 3884 bytes] ...\n\n1000\n";
    let mut run = place.headtail(&["--head=4", "--tail=5", "--save=/dev/full"]);
    let complaint = "headtail: /dev/full: No space left on device\n";
    let error = "\"ended_by\":\"eof\",\"error\":\"/dev/full: No space left on device\"";
    let object = format!("{{\"output\":\"1\\n\",\"truncated\":null,\"original_bytes\":2,{error}}}\n");
    assert_run(place.headtail(&["--json", "--save=/dev/full"]).write_stdin("1\n"), object, complaint, 1);
    assert_run(run.write_stdin(numbers(1000)), expected, complaint, 1);
}

#[test]
fn a_new_file_that_is_not_whole_goes() {
    let place = place();
    let mut run = place.sh("ulimit -f 1; \"$HEADTAIL\" --head=4 --tail=5 --save");
    let run = run.env("TMPDIR", place.path("tmp")).write_stdin(numbers(1000));
    let output = run.output().expect("it starts");
    let complaint = String::from_utf8(output.stderr.clone()).expect("text");
    let name = complaint.strip_prefix("headtail: ").and_then(|rest| rest.strip_suffix(": File too large\n"));
    assert!(name.is_some_and(|name| PathBuf::from(name).starts_with(place.path("tmp"))), "{complaint}");
    let expected = "1\n2\n\n... [omitted 3884 bytes] ...\n\n1000\n";
    crate::support::assert_output(&output, expected, &complaint, Some(1));
    assert!(new_files(&place).is_empty());
}

#[test]
fn an_input_is_not_destroyed_by_being_saved_to_itself() {
    let place = Place::new();
    place.write("log", &numbers(1000));
    let expected = "1\n2\n\n... [omitted 3884 bytes] ...\n\n1000\n";
    let complaint = "headtail: log: already used as an input or another output\n";
    let mut run = place.headtail(&["--head=4", "--tail=5", "--save=log", "log"]);
    assert_run(&mut run, expected, complaint, 1);
    assert_eq!(place.read("log"), numbers(1000));
}

#[test]
fn only_a_file_that_can_be_read_again_is_named() {
    let place = Place::new();
    let script = "mkfifo fifo; cat fifo >copy & \"$HEADTAIL\" --head=4 --tail=5 --save=fifo; wait";
    let expected = "1\n2\n\n... [omitted 3884 bytes] ...\n\n1000\n";
    assert_run(place.sh(script).write_stdin(numbers(1000)), expected, "", 0);
    assert_eq!(place.read("copy"), numbers(1000));

    let mut run = place.headtail(&["--head=4", "--tail=5", "--save=-", "-o", "ends"]);
    assert_run(run.write_stdin(numbers(1000)), numbers(1000), "", 0);
    assert_eq!(place.read("ends"), expected);
}

#[test]
fn a_saved_byte_is_there_before_the_input_ends() {
    let place = Place::new();
    let script = "(echo first; while ! grep -q first all; do sleep 0.01; done; echo second) | \"$HEADTAIL\" --save=all";
    place.write("all", "");
    assert_run(&mut place.sh(script), "first\nsecond\n", "", 0);
}

#[test]
fn the_cap_on_everything_has_room_for_the_path_or_is_refused() {
    let place = place();
    let marker = format!(
        "\n\n... [omitted {} bytes; full output: {}/headtail-xxxxxxxxxx.log] ...\n\n",
        u64::MAX,
        place.path("tmp").display()
    );
    for (cap, status) in [(marker.len(), 0), (marker.len() - 1, 2)] {
        let mut run = place.headtail(&["--save", "-c", &cap.to_string()]);
        let output =
            run.env("TMPDIR", place.path("tmp")).write_stdin(numbers(1000)).output().expect("it starts");
        assert_eq!(output.status.code(), Some(status));
        assert!(output.stdout.len() <= cap);
    }
}

#[test]
fn hundreds_of_runs_at_once_have_a_file_each() {
    let place = place();
    let start = |number: u32| {
        let mut run = sh(&format!("seq {number} | \"$HEADTAIL\" --head=0 --tail=0 --save"));
        run.env("TMPDIR", place.path("tmp")).spawn().expect("it starts")
    };
    let runs: Vec<_> = (1..=200).map(|number| (number, start(number))).collect();
    for (number, run) in runs {
        let output = String::from_utf8(run.end().stdout).expect("text");
        let path =
            output.split_once("full output: ").and_then(|(_, rest)| rest.split_once(']')).expect("a path").0;
        assert_eq!(fs::read_to_string(path).expect("text"), numbers(number));
    }
    assert_eq!(new_files(&place).len(), 200);
}

#[test]
fn a_file_to_save_to_without_an_equals_sign_is_a_usage_error() {
    let place = Place::new();
    place.write("here", "text\n");
    let usage = "\n\nUsage: headtail [OPTIONS] [FILE]...\n\nFor more information, try '--help'.\n";
    let expected =
        format!("error: there is no file 'log' to read; to copy the input to it, write '--save=log'{usage}");
    for args in [&["--save", "log"][..], &["--save", "log", "here"]] {
        assert_run(place.headtail(args).write_stdin("input\n"), "", &expected, 2);
    }
    assert!(!place.path("log").exists());
    // A file that is there is read, as any operand.
    assert_run(&mut place.headtail(&["--save", "here"]), "text\n", "", 0);
    assert_run(place.headtail(&["--save", "--", "-"]).write_stdin("input\n"), "input\n", "", 0);
    assert_run(place.headtail(&["--save", "-q"]).write_stdin("input\n"), "input\n", "", 0);
}

#[test]
fn a_file_that_can_be_read_again_is_its_own_copy() {
    let place = place();
    place.write("the log", &numbers(1000));
    let result = |path: &str| {
        let args = ["--head=4", "--tail=5", "-m", "\n[omitted: {path}]\n", path];
        let output = place.headtail(&args).output().expect("it starts").stdout;
        String::from_utf8(output).expect("text")
    };
    let named =
        result("the log").replace("[omitted: ]", &format!("[omitted: {}]", place.path("the log").display()));
    let mut run = place.headtail(&LIMITS);
    run.args(["-m", "\n[omitted: {path}]\n", "the log"]).env("TMPDIR", "/no/such");
    assert_run(&mut run, named, "", 0);

    // No message is needed, and a file that is shown whole needs no copy.
    let mut run = place.headtail(&LIMITS);
    let run = run.args(["-m", "...\n", "the log"]).env("TMPDIR", "/no/such");
    assert_run(run, "1\n2\n...\n1000\n", "", 0);
    let account = "{\"output\":\"all\\n\",\"truncated\":null,\"original_bytes\":4,\"ended_by\":\"eof\",\"file\":\"c\"}\n";
    place.write("c", "all\n");
    assert_run(place.headtail(&["--save", "--json", "c"]).env("TMPDIR", "/no/such"), account, "", 0);
}

#[test]
fn a_copy_overwrites_neither_an_output_nor_what_was_there_before() {
    let place = Place::new();
    let complaint = "headtail: log: already used as an input or another output\n";
    for (redirection, log) in
        [(">log", "text\n"), (">>log", "before\ntext\n"), ("<log", "before\n"), ("-o out >>log", "before\n")]
    {
        place.write("log", "before\n");
        let script = format!("echo text | \"$HEADTAIL\" --save=log - {redirection}; echo $? >&2");
        let output = place.sh(&script).output().expect("sh starts");
        assert_eq!(String::from_utf8_lossy(&output.stderr), format!("{complaint}1\n"), "{redirection}");
        assert_eq!(place.read("log"), log, "{redirection}");
    }
    assert_run(
        &mut place.sh("echo text | \"$HEADTAIL\" --save=log 2>log; echo $?; cat log"),
        format!("text\n1\n{complaint}"),
        "",
        0,
    );
    let script = "\"$HEADTAIL\" run --save=log -- echo text >log; echo $?; cat log";
    assert_run(&mut place.sh(script), "125\ntext\n", complaint, 0);
    let script = "\"$HEADTAIL\" run --stdin --save=log -- cat <log; echo $?; cat log";
    assert_run(&mut place.sh(script), "text\n125\ntext\n", complaint, 0);
}
