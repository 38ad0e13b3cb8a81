//! `--every`: a result for each interval.

use std::thread::sleep;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::run::{Run, assert_next, wait_for};
use crate::support::{Place, assert_output, assert_run, headtail, numbers};

/// The objects of a run, after checks that hold for all: they are numbered, their times don't overlap, all but the last are
/// ended by their window, and their accounts are those of what they show.
fn objects(stdout: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(stdout).expect("text");
    let objects: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let mut until = String::new();
    for (index, object) in objects.iter().enumerate() {
        assert_eq!(object["window"], index + 1, "{text}");
        let (since, end) =
            (object["since"].as_str().expect("a time"), object["until"].as_str().expect("a time"));
        assert!(
            until.as_str() <= since && since <= end && end.len() == "2026-11-24T10:00:10.123Z".len(),
            "{text}"
        );
        until = end.into();
        assert!(object["ended_by"] == "window" || index + 1 == objects.len(), "{text}");
    }
    objects
}

fn output(object: &Value) -> &str {
    object["output"].as_str().expect("text")
}

fn input_len(objects: &[Value]) -> u64 {
    objects.iter().map(|object| object["original_bytes"].as_u64().expect("a number")).sum()
}

const STREAM: &str =
    "i=0; while [ $i -lt 60 ]; do i=$((i+1)); printf 'line '; sleep .01; echo $i; sleep .02; done";

#[test]
fn windows_have_every_line_once_and_whole() {
    let place = Place::new();
    let expected = numbers(60).replace('\n', "\nline ");
    let expected = format!("line {}", expected.strip_suffix("line ").expect("a last line"));
    for run in ["sh -c \"$STREAM\" | \"$HEADTAIL\"", "\"$HEADTAIL\" run"] {
        let script = format!("{run} --every 1s --json --save=copy --report=report");
        let script = if run.ends_with("run") { script + " -- sh -c \"$STREAM\"" } else { script };
        let result = place.sh(&script).env("STREAM", STREAM).output().expect("it ends");
        assert_eq!((String::from_utf8_lossy(&result.stderr).as_ref(), result.status.code()), ("", Some(0)));
        let objects = objects(&result.stdout);
        assert!(objects.len() >= 2, "{objects:?}");
        assert_eq!(objects.iter().map(output).collect::<String>(), expected);
        let lines = |object: &Value| output(object).is_empty() || output(object).ends_with('\n');
        assert!(objects.iter().all(lines), "{objects:?}");
        assert_eq!(input_len(&objects), expected.len() as u64);
        assert_eq!(place.read("copy"), expected);
        assert_eq!(place.read("report").lines().count(), objects.len());
    }
}

#[test]
fn a_burst_is_bounded_and_what_it_sheds_is_counted() {
    let place = Place::new();
    let script = "(seq 300000; sleep 1; seq 5) | \"$HEADTAIL\" --every 400ms --json -c 1000 --save";
    let result = place.sh(script).env("TMPDIR", place.path("")).output().expect("it ends");
    let objects = objects(&result.stdout);
    assert_eq!(input_len(&objects), 1_988_895 + 10);
    assert_eq!(output(objects.last().expect("the last")), "1\n2\n3\n4\n5\n");
    for object in &objects {
        assert!(output(object).len() <= 1000);
        let account = &object["truncated"];
        if !account.is_null() {
            assert_eq!(account["original_bytes"], object["original_bytes"]);
        }
    }
    let copy = std::fs::read(objects[0]["saved"].as_str().expect("a path")).expect("the copy");
    assert_eq!(copy.len(), 1_988_905);
}

#[test]
fn a_line_that_is_in_progress_for_a_whole_window_is_cut_and_nothing_of_it_is_lost() {
    let mut run = Run::headtail(&["--every=500ms", "--json"]);
    for text in ["one\nt", "w", "o", " and more\n", "three"] {
        run.feed(text);
        sleep(Duration::from_millis(400));
    }
    let objects = objects(&run.end().stdout);
    assert_eq!(objects.iter().map(output).collect::<String>(), "one\ntwo and more\nthree");
    assert_eq!(output(&objects[0]), "one\n");
    assert!(objects.len() >= 3, "{objects:?}");
}

#[test]
fn a_line_of_many_chunks_passes_through() {
    let place = Place::new();
    let script =
        "(head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end) | \"$HEADTAIL\" --every 1h --json -L0";
    let objects = objects(&place.sh(script).output().expect("it ends").stdout);
    assert_eq!((objects.len(), input_len(&objects)), (1, 3_000_005));
    assert!(output(&objects[0]).ends_with("] ...\n\nend\n"));
}

#[test]
fn where_nothing_comes_there_is_no_result() {
    let mut run = Run::headtail(&["--every=100ms", "--json"]);
    sleep(Duration::from_millis(500));
    run.feed("text\n");
    sleep(Duration::from_millis(500));
    let objects = objects(&run.end().stdout);
    assert_eq!(objects.len(), 1);
    assert_eq!((output(&objects[0]), &objects[0]["ended_by"]), ("text\n", &"window".into()));
    for form in ["--json", "-v"] {
        assert_run(headtail(&["--every=1s", form]).write_stdin(""), "", "", 0);
    }
    assert_run(&mut headtail(&["run", "--every=1s", "true"]), "", "", 0);
    let mut run = headtail(&["run", "--json", "--every=100ms", "sh", "-c", "echo a; sleep .5; exit 3"]);
    let result = run.output().expect("it ends");
    let text = String::from_utf8_lossy(&result.stdout);
    let last: Value = serde_json::from_str(text.lines().last().expect("an object")).expect("an object");
    assert_eq!(
        (&last["output"], &last["exit_code"], &last["original_bytes"]),
        (&"".into(), &3.into(), &0.into())
    );
    assert_eq!(text.lines().count(), 2);
}

#[test]
fn results_are_counted_over_all_files() {
    let place = Place::new();
    for (name, text) in [("a", "one\n"), ("b", ""), ("c", "two")] {
        place.write(name, text);
    }
    let result = place.headtail(&["--every=1h", "--json", "a", "none", "b", "c"]).output().expect("it ends");
    let text = String::from_utf8(result.stdout).expect("text");
    let found: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let numbers: Vec<_> = found.iter().map(|object| (&object["window"], &object["file"])).collect();
    assert_eq!(numbers, [(&1.into(), &"a".into()), (&2.into(), &"none".into()), (&3.into(), &"c".into())]);
    assert!(found[0]["until"].as_str() <= found[1]["since"].as_str(), "{text}");
}

#[test]
fn a_signal_writes_the_last_window() {
    let mut run = Run::headtail(&["--every=1h", "--json"]);
    run.feed("one\ntwo");
    run.signal(Signal::TERM);
    let objects = objects(&run.end_with_open_input().stdout);
    assert_eq!((output(&objects[0]), &objects[0]["ended_by"]), ("one\ntwo", &"SIGTERM".into()));
}

#[test]
fn a_file_that_is_not_needed_in_the_end_is_never_named() {
    let place = Place::new();
    let script = "export TMPDIR=$PWD; (echo one; sleep 1; echo two) | \"$HEADTAIL\" --every 300ms --json --save; ls >files";
    let result = place.sh(script).output().expect("it ends");
    let objects = objects(&result.stdout);
    assert_eq!(objects.iter().map(output).collect::<String>(), "one\ntwo\n");
    assert!(objects.iter().all(|object| object["saved"].is_null()), "{objects:?}");
    assert_eq!(place.read("files"), "files\n");
}

#[test]
fn an_output_that_fails_is_reported_at_once() {
    let mut run = Run::headtail(&["--every=100ms", "-o", "/dev/full"]);
    run.feed("text\n");
    assert_next(run.stderr.as_mut().expect("a pipe"), "headtail: /dev/full: No space left on device\n");
    run.feed("more\n");
    assert_output(&run.end(), "", "", Some(1));
}

#[test]
fn a_character_in_progress_is_held_back() {
    let mut run = Run::headtail(&["--every=200ms", "--json"]);
    run.feed(b"x\xE2");
    sleep(Duration::from_secs(1));
    run.feed(b"\x82\xAC");
    sleep(Duration::from_secs(1));
    run.feed("\n");
    let objects = objects(&run.end().stdout);
    assert_eq!(objects.iter().map(output).collect::<Vec<_>>(), ["x", "\u{20AC}", "\n"]);
}

#[test]
fn the_result_so_far_stands_under_its_time_too() {
    let place = Place::new();
    let mut run = Run::start(&mut place.headtail(&["--every=1h", "-o", "out"]));
    run.feed("one\n");
    run.signal(Signal::USR1);
    wait_for(|| without_stamps(&place.read("out")) == "STAMP\none\n");
    run.feed("two\n");
    assert!(run.wait().success());
    assert_eq!(without_stamps(&place.read("out")), "STAMP\none\ntwo\n");
}

/// The text without the stamps, after a check that they are some.
fn without_stamps(text: &str) -> String {
    let is_stamp = |line: &str| {
        let shape: String = line.chars().map(|char| if char.is_ascii_digit() { '0' } else { char }).collect();
        shape == "==> 0000-00-00T00:00:00Z <=="
    };
    text.split('\n').map(|line| if is_stamp(line) { "STAMP" } else { line }).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_text_result_stands_under_its_time() {
    let place = Place::new();
    let producer = "(echo one; sleep 1; echo two)";
    let expected = "STAMP\none\n\nSTAMP\ntwo\n";
    let result = place.sh(&format!("{producer} | \"$HEADTAIL\" --every 500ms")).output().expect("it ends");
    assert_eq!(without_stamps(&String::from_utf8_lossy(&result.stdout)), expected);
    let script = format!("{producer} | \"$HEADTAIL\" --every 500ms -o out");
    assert_run(&mut place.sh(&script), "", "", 0);
    assert_eq!(without_stamps(&place.read("out")), expected);
    assert_run(&mut place.sh(&format!("{producer} | \"$HEADTAIL\" -q --every 500ms")), "one\ntwo\n", "", 0);
}

#[test]
fn a_result_that_nobody_takes_holds_up_no_timeout() {
    let place = Place::new();
    place.fifo("stalled");
    let script = "exec 4<>stalled; \"$HEADTAIL\" run --every 50ms --timeout 2s -- yes >stalled";
    let result = place.sh(script).output().expect("it ends");
    assert_eq!(result.status.code(), Some(125));
}

#[test]
fn an_interval_of_nothing_is_refused() {
    let message = "error: invalid value '0' for '--every <DURATION>': must not be 0\n\nFor more information, try '--help'.\n";
    assert_output(&headtail(&["--every", "0"]).output().expect("it ends"), "", message, Some(2));
}
