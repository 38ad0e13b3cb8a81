//! `headtail run` with commands that get out of its way, and with systems that refuse what it needs.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use rustix::process::{Signal, getuid};
use serde_json::Value;

use crate::program::Program;
use crate::run::{Run, wait_for};
use crate::support::{PROGRAM, Place, assert_output, assert_run, headtail, skip};

/// The object of a run, and its status.
#[track_caller]
fn object(program: &mut Program) -> (Value, Option<i32>) {
    let output = program.output().expect("the program can be started");
    (serde_json::from_slice(&output.stdout).expect("one object"), output.status.code())
}

fn has_python() -> bool {
    let has_python = Program::new("python3").arg("--version").succeeds();
    if !has_python {
        skip("no python3");
    }
    has_python
}

/// Waits until `process` has exited, whether or not anybody has asked for its status.
fn wait_until_over(process: &str) {
    wait_for(|| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_none_or(|(_, fields)| fields.starts_with('Z'))
    });
}

#[test]
fn a_command_that_left_its_group_is_ended_by_the_timeout() {
    if !has_python() {
        return;
    }
    let script = "import os, time\nos.setpgid(0, os.getpgid(os.getppid()))\nprint('away', flush=True)\ntime.sleep(100)";
    let args = ["run", "--json", "--timeout=3s", "--kill-after=200ms", "python3", "-c", script];
    let (object, status) = object(&mut headtail(&args));
    assert_eq!(
        (status, &object["signal"], &object["output"]),
        (Some(124), &"SIGTERM".into(), &"away\n".into())
    );
}

/// A command of another user can be neither ended nor waited for.
#[test]
fn a_command_that_cannot_be_killed_is_given_up_and_its_status_is_not_invented() {
    if !getuid().is_root() || !Program::new("setpriv").arg("--version").succeeds() {
        return skip("no rights to make a set-uid program");
    }
    let place = Place::new();
    let prepare = "cp \"$HEADTAIL\" headtail && cp \"$(command -v setpriv)\" raise && chmod 4755 raise && chmod 755 . && \
        setpriv --reuid=65534 --regid=65534 --clear-groups ./raise --ruid=0 --euid=0 test -O /";
    if !place.sh(prepare).succeeds() {
        return skip("programs are not set-uid here");
    }
    let script = "setpriv --reuid=65534 --regid=65534 --clear-groups \
        ./headtail run --json --timeout=300ms --kill-after=100ms ./raise --ruid=0 --euid=0 sleep 1000";
    let started = Instant::now();
    let (object, status) = object(&mut place.sh(script));
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!((status, &object["timed_out"]), (Some(124), &true.into()));
    assert_eq!((&object["success"], &object["exit_code"]), (&false.into(), &Value::Null));
    let error = "could not get the command's exit status: still running after SIGKILL";
    assert_eq!(object["error"], error);
}

#[test]
fn a_command_that_ended_while_headtail_was_suspended_has_not_timed_out() {
    let place = Place::new();
    let script = "echo $$ >ready; until [ -e go ]; do :; done; exit 3";
    let started = Instant::now();
    let headtail: Run = place
        .headtail(&["run", "--timeout=3s", "--", "sh", "-c", script])
        .spawn()
        .expect("the program can be started");
    wait_for(|| fs::read_to_string(place.path("ready")).is_ok_and(|text| text.ends_with('\n')));
    headtail.signal(Signal::STOP);
    place.write("go", "");
    wait_until_over(place.read("ready").trim());
    while started.elapsed() < Duration::from_millis(3200) {
        std::thread::sleep(Duration::from_millis(10));
    }
    headtail.signal(Signal::CONT);
    assert_output(&headtail.end(), "", "", Some(3));
}

#[test]
fn a_command_that_ended_while_a_copy_was_not_taken_has_not_timed_out() {
    let place = Place::new();
    place.fifo("copy");
    let script = "(exec 3<copy; sleep 2.6; cat <&3 >/dev/null) & \
        \"$HEADTAIL\" run --json --timeout 2s --save=copy -- sh -c 'head -c 128000 /dev/zero; sleep .1; exit 4'";
    let (object, status) = object(&mut place.sh(script));
    assert_eq!((status, &object["timed_out"], &object["exit_code"]), (Some(4), &false.into(), &4.into()));
    assert_eq!(object["original_bytes"], 128_000);
}

#[test]
fn a_command_that_reads_its_own_output_cannot_hold_up_a_timeout() {
    let script = "cat /proc/self/fd/1 >/dev/null & cat /proc/self/fd/1 >/dev/null & while :; do echo; done";
    let args = ["run", "--timeout=500ms", "--head=0", "--tail=0", "-m", "", "sh", "-c", script];
    assert_eq!(headtail(&args).output().expect("it ends").status.code(), Some(124));
}

/// What refuses a system call of headtail with `error`, if the machine allows that: the `when`th that concerns `path`, if given.
fn refusing(calls: &str, error: &str, path: Option<&str>) -> Option<Program> {
    if !Program::new("strace").args(["-o", "/dev/null", "true"]).succeeds() {
        skip("there is no strace");
        return None;
    }
    let mut strace = Program::new("strace");
    strace.args(["-o", "/dev/null", &format!("--trace={calls}"), &format!("--inject={calls}:error={error}")]);
    if let Some(path) = path {
        strace.args(["--quiet=path-resolution", "--trace-path", path]);
    }
    strace.args([PROGRAM, "run", "true"]);
    Some(strace)
}

#[test]
fn what_fails_before_the_command_is_executed_is_125_and_is_named() {
    let cases = [
        ("?fork,?vfork,clone,?clone3", "EAGAIN", None, "fork: Resource temporarily unavailable"),
        ("?fork,?vfork,clone,?clone3", "EPERM", None, "fork: Operation not permitted"),
        ("?fork,?vfork,clone,?clone3", "ENOMEM", None, "fork: Out of memory"),
        ("?pipe,pipe2", "EMFILE", None, "pipe: No file descriptors available"),
        ("socketpair", "EMFILE", None, "fork: No file descriptors available"),
        ("?open,openat", "ENOENT", Some("/dev/null"), "/dev/null: No such file or directory"),
    ];
    for (calls, error, path, message) in cases {
        let Some(mut strace) = refusing(calls, error, path) else { return };
        let output = strace.output().expect("strace can be started");
        // The C library that the program is linked to words some errors differently.
        let stderr = String::from_utf8_lossy(&output.stderr);
        let stderr = stderr.replace("Too many open files", "No file descriptors available");
        let stderr = stderr.replace("Cannot allocate memory", "Out of memory");
        assert_eq!((stderr, output.status.code()), (format!("headtail: {message}\n"), Some(125)));
    }
}

#[test]
fn without_process_descriptors_a_command_is_waited_for_all_the_same() {
    let Some(mut strace) = refusing("pidfd_open", "ENOSYS", None) else { return };
    assert_run(&mut strace, "", "", 0);
}

/// A shell that runs `script` in a process namespace of its own, but with the `/proc` from outside, if it can.
fn without_own_proc(script: &str) -> Option<Program> {
    let container = || {
        let mut unshare = Program::new("unshare");
        unshare.args(["--pid", "--fork", "--kill-child"]);
        unshare
    };
    if !container().arg("true").succeeds() {
        skip("no rights to make a process namespace");
        return None;
    }
    let mut program = container();
    program.args(["sh", "-c", script]);
    Some(program)
}

#[test]
fn what_is_left_of_a_group_has_the_time_to_end_though_nobody_lists_processes() {
    let child = "trap \"sleep 0.3; echo last words; exit\" TERM; echo ready; while :; do :; done";
    for first in ["exec ", ""] {
        let script = format!(
            "{first}\"$HEADTAIL\" run --timeout=1s -- sh -c '({child}) & wait'; status=$?; exit $status"
        );
        let Some(mut program) = without_own_proc(&script) else { return };
        let output = program.output().expect("the program can be started");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "ready\nlast words\n");
        assert_eq!(output.status.code(), Some(124));
    }
}

#[test]
fn the_first_process_of_a_container_reaps_orphans_though_nobody_lists_processes() {
    // An orphan that was reaped can't be signalled; a zombie can.
    let script = "exec \"$HEADTAIL\" run sh -c 'sleep 0.1 & (sleep 0.1 & echo $! >orphan); orphan=$(cat orphan); \
        while kill -0 $orphan 2>/dev/null; do sleep 0.01; done; echo reaped; exit 5'";
    let Some(mut program) = without_own_proc(script) else { return };
    let place = Place::new();
    assert_run(program.current_dir(place.path("")), "reaped\n", "", 5);
}

#[test]
fn a_command_that_leaves_orphans_leaves_no_zombies_to_a_headtail_that_is_not_the_first_process() {
    let place = Place::new();
    let script = "(sleep 0.1 & echo $! >orphan); orphan=$(cat orphan); \
        while kill -0 $orphan 2>/dev/null; do sleep 0.01; done; echo reaped";
    assert_run(&mut place.headtail(&["run", "sh", "-c", script]), "reaped\n", "", 0);
}

#[test]
fn a_signal_that_stops_the_run_is_not_held_up_by_a_command_that_left_its_group() {
    if !has_python() {
        return;
    }
    let place = Place::new();
    let script = "import os, time\nos.setpgid(0, os.getpgid(os.getppid()))\nopen('ready', 'w').close()\ntime.sleep(100)";
    let run = place.headtail(&["run", "python3", "-c", script]).spawn().expect("the program can be started");
    wait_for(|| place.path("ready").exists());
    run.signal(Signal::TERM);
    let output = run.end();
    assert_output(&output, "", "", None);
    assert_eq!(output.status.signal(), Some(Signal::TERM.as_raw()));
}
