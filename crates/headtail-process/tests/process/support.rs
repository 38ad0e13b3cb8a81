//! What the tests share.

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use headtail::{Limits, SharedHeadTail};
use headtail_process::{Dispositions, Outcome, Run, Running};

/// Longer than any of these tests takes.
pub(crate) const LONG: Duration = Duration::from_secs(60);
/// Long enough for a process to come or go.
pub(crate) const SHORT: Duration = Duration::from_millis(200);

/// A shell that runs `script` with no signal ignored, whatever the caller of the tests ignores.
pub(crate) fn sh(script: &str) -> Run {
    inheriting_sh(script).dispositions(Dispositions::default())
}

/// A shell that runs `script` and ignores what the caller of the tests ignores.
pub(crate) fn inheriting_sh(script: &str) -> Run {
    let mut command = Command::new("sh");
    command.arg("-c").arg(script);
    // Who is left of a group is known then.
    Run::new(command).adopt_orphans()
}

/// What `run` printed, of which all is kept, and how it ended.
pub(crate) fn complete(run: Run) -> (String, Outcome) {
    let kept = SharedHeadTail::new(all_of_it()).expect("memory for the test");
    let outcome = run.run(|bytes| kept.push(bytes));
    (String::from_utf8(kept.snapshot().to_vec()).expect("text"), outcome)
}

pub(crate) fn all_of_it() -> Limits {
    Limits::new().head(16 << 20).max_line(0)
}

/// The numbers from 1 to `last`, a line each.
pub(crate) fn numbers(last: u32) -> String {
    (1..=last).fold(String::new(), |mut text, number| {
        writeln!(text, "{number}").expect("space for the test");
        text
    })
}

/// Reads `running` to its end.
pub(crate) fn rest(running: &mut Running) -> Vec<u8> {
    let mut output = Vec::new();
    running.read_to_end(&mut output).expect("output");
    output
}

/// Whether `running` has something to read before `time` is over.
pub(crate) fn wait(running: &mut Running, time: Duration) -> bool {
    running.wait_until(Instant::now() + time).expect("a wait that is not interrupted")
}

/// Whether there is a process `id` that has not exited.
pub(crate) fn is_alive(id: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, fields)| !fields.starts_with('Z'))
}

/// Waits until `id` is gone: for the system to carry out a kill.
pub(crate) fn assert_goes(id: &str) {
    let limit = Instant::now() + Duration::from_secs(10);
    while is_alive(id) {
        assert!(Instant::now() < limit, "{id} is still alive");
        thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn kill(id: &str) {
    assert!(Command::new("kill").arg("-KILL").arg(id.trim()).status().expect("kill").success());
}

/// Waits until `condition` holds.
#[track_caller]
pub(crate) fn wait_for(condition: impl Fn() -> bool) {
    let limit = Instant::now() + LONG;
    while !condition() {
        assert!(Instant::now() < limit, "waited too long");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Says that a test shows nothing on this machine, and why.
pub(crate) fn skip(reason: &str) {
    assert!(std::env::var_os("HEADTAIL_TESTS_REQUIRE").is_none(), "this test is required: {reason}");
    eprintln!("SKIPPED: {reason}");
}

/// A python that runs `script`, if there is one.
pub(crate) fn python(script: &str) -> Option<Run> {
    if Command::new("python3").arg("--version").output().is_err() {
        skip("no python3");
        return None;
    }
    let mut command = Command::new("python3");
    command.args(["-c", script]);
    Some(Run::new(command).adopt_orphans().dispositions(Dispositions::default()))
}
