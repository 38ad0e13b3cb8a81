//! Timeouts and signals.

use std::io::Read;
use std::thread;
use std::time::{Duration, Instant};

use headtail_process::{Run, Signal};

use crate::support::{LONG, SHORT, complete, is_alive, python, rest, sh, skip, wait, wait_for};

#[test]
fn a_timeout_ends_the_command_and_keeps_what_it_printed() {
    let (text, outcome) = complete(sh("echo started; sleep 60; echo done").timeout(SHORT));
    assert_eq!(text, "started\n");
    assert_eq!((outcome.stopped_by, outcome.timed_out), (None, true));
    assert_eq!((outcome.exit_code(), outcome.signal()), (Some(143), Some(Signal::TERM)));
    assert!(!outcome.success());
    assert_eq!(outcome.note().as_deref(), Some("partial output: the command ran out of time"));
    assert!(outcome.wall_time >= SHORT && outcome.wall_time < LONG, "{outcome:?}");
}

#[test]
fn last_words_after_a_timeout_are_kept_and_the_status_is_still_that_of_a_timeout() {
    for code in [0, 7] {
        let script = format!("trap 'echo last words; exit {code}' TERM; echo started; while :; do :; done");
        let (text, outcome) = complete(sh(&script).timeout(SHORT).kill_after(LONG));
        assert_eq!(text, "started\nlast words\n");
        assert_eq!((outcome.exit_code(), outcome.timed_out), (Some(code), true));
        assert!(!outcome.success());
    }
}

#[test]
fn a_command_that_ignores_the_request_to_end_is_killed() {
    let script = "trap '' TERM; echo $$; while :; do sleep 0.05; done";
    let (id, outcome) = complete(sh(script).timeout(SHORT).kill_after(SHORT));
    assert_eq!((outcome.timed_out, outcome.signal()), (true, Some(Signal::KILL)));
    assert!(outcome.wall_time >= 2 * SHORT, "{outcome:?}");
    assert!(!is_alive(&id));
}

#[test]
fn a_delay_of_zero_kills_at_once() {
    let run = sh("trap '' TERM; while :; do sleep 0.05; done").timeout(SHORT).kill_after(Duration::ZERO);
    let outcome = complete(run).1;
    assert_eq!(outcome.signal(), Some(Signal::KILL));
    assert!(outcome.wall_time < Duration::from_secs(3), "{outcome:?}");
}

#[test]
fn the_whole_group_is_gone_after_a_timeout() {
    let scripts = [
        // A pipeline.
        "sh -c 'echo $$; exec sleep 100' | cat",
        // A child that ignores TERM, of a shell that doesn't.
        "(trap '' TERM; sh -c 'echo $$; exec sleep 100') & wait",
        // The same with its output elsewhere.
        "(trap '' TERM; sh -c 'echo $$; exec sleep 100 >/dev/null 2>&1') & wait",
    ];
    for script in scripts {
        let (id, outcome) = complete(sh(script).timeout(SHORT).kill_after(SHORT));
        assert!(outcome.timed_out && !id.is_empty(), "{script}: {outcome:?}");
        assert!(!is_alive(&id), "{script}");
    }
}

#[test]
fn a_child_that_takes_notice_has_the_time_to_end_after_its_parent_has() {
    let child = "trap 'sleep 0.3; echo tidied up; exit' TERM; echo ready; while :; do :; done";
    let (text, outcome) = complete(sh(&format!("({child}) & wait")).timeout(SHORT).kill_after(LONG));
    assert_eq!((text.as_str(), outcome.timed_out), ("ready\ntidied up\n", true));
    assert!(!outcome.left_open);
}

#[test]
fn a_stopped_command_takes_notice_of_its_end() {
    let (_, outcome) = complete(sh("kill -STOP $$").timeout(SHORT).kill_after(LONG));
    assert_eq!(outcome.signal(), Some(Signal::TERM));
}

#[test]
fn a_signal_that_comes_after_the_timeout_does_not_hide_it() {
    let mut running = sh("trap '' TERM; echo; while :; do sleep 0.05; done")
        .timeout(SHORT)
        .kill_after(LONG)
        .start()
        .expect("a shell");
    let mut chunk = [0; 100];
    assert_eq!(running.read(&mut chunk).expect("output"), 1);
    assert!(!wait(&mut running, 2 * SHORT));
    running.stop(Signal::TERM);
    rest(&mut running);
    let outcome = running.finish();
    assert!(outcome.timed_out);
    assert_eq!((outcome.signal(), outcome.timed_out), (Some(Signal::KILL), true));
}

#[test]
fn limits_beyond_all_clocks_are_none() {
    let run = sh("echo done; sleep 0.05 & exit 3")
        .timeout(Duration::MAX)
        .kill_after(Duration::MAX)
        .drain(Duration::MAX);
    let (text, outcome) = complete(run);
    assert_eq!((text.as_str(), outcome.exit_code()), ("done\n", Some(3)));
    let outcome = complete(sh("sleep 60").timeout(Duration::ZERO)).1;
    assert!(outcome.timed_out);
}

#[test]
fn a_run_is_stopped_by_a_signal_to_its_group() {
    let script = "trap 'echo told to end; exit 9' INT; echo $$; while :; do :; done";
    let mut running = sh(script).start().expect("a shell");
    let mut chunk = [0; 100];
    assert!(running.read(&mut chunk).expect("output") > 1);
    running.stop(Signal::INT);
    assert_eq!(rest(&mut running), b"told to end\n");
    let outcome = running.finish();
    assert_eq!((outcome.stopped_by, outcome.exit_code()), (Some(Signal::INT), Some(9)));
    assert_eq!((outcome.success(), outcome.timed_out), (false, false));
    assert_eq!(outcome.note().as_deref(), Some("partial output: SIGINT ended the run"));
}

#[test]
fn a_kill_does_not_wait() {
    let run = sh("trap '' TERM; echo; while :; do sleep 0.05; done").kill_after(LONG);
    let mut running = run.start().expect("a shell");
    let mut chunk = [0; 100];
    assert_eq!(running.read(&mut chunk).expect("output"), 1);
    running.stop(Signal::TERM);
    running.kill();
    rest(&mut running);
    let outcome = running.finish();
    assert_eq!((outcome.signal(), outcome.stopped_by), (Some(Signal::KILL), Some(Signal::TERM)));
}

#[test]
fn a_stop_while_the_output_drains_ends_those_who_hold_it() {
    let mut running = sh("sleep 100 & echo $!").drain(LONG).start().expect("a shell");
    let mut chunk = [0; 100];
    let count = running.read(&mut chunk).expect("output");
    thread::sleep(SHORT);
    running.stop(Signal::TERM);
    assert_eq!(rest(&mut running), b"");
    assert!(!is_alive(&String::from_utf8_lossy(&chunk[..count])));
    let outcome = running.finish();
    assert_eq!(
        (outcome.exit_code(), outcome.stopped_by, outcome.success()),
        (Some(0), Some(Signal::TERM), false)
    );
}

#[test]
fn a_signal_is_forwarded_without_ending_the_run() {
    let script = "trap 'echo noticed; exit 0' USR1; echo; while :; do :; done";
    let mut running = sh(script).start().expect("a shell");
    let mut chunk = [0; 100];
    assert_eq!(running.read(&mut chunk).expect("output"), 1);
    running.signal(Signal::from_name("USR1").expect("a signal"));
    assert_eq!(rest(&mut running), b"noticed\n");
    assert!(running.finish().success());
}

#[test]
fn a_suspended_command_is_noticed_once_and_goes_on() {
    let mut running = sh("kill -STOP $$; echo on").start().expect("a shell");
    let start = Instant::now();
    let suspended = loop {
        match running.take_suspension() {
            None => assert!(start.elapsed() < LONG && !wait(&mut running, SHORT), "it is never suspended"),
            suspended => break suspended,
        }
    };
    assert_eq!(suspended, Some(Signal::STOP));
    assert_eq!(running.take_suspension(), None);
    running.signal(Signal::CONT);
    assert_eq!(rest(&mut running), b"on\n");
    assert!(running.finish().success());
}

/// The leader is not reached by a signal to the group that it has left.
#[test]
fn a_leader_that_has_left_its_group_is_ended_as_the_group_is() {
    let away = "import os, signal, sys, time\nos.setpgid(0, os.getpgid(os.getppid()))\nprint(flush=True)\n";
    let scripts = [
        ("time.sleep(100)", Signal::TERM),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(100)", Signal::KILL),
    ];
    for (script, signal) in scripts {
        let Some(run) = python(&format!("{away}{script}")) else { return };
        let mut running = run.kill_after(SHORT).start().expect("python");
        assert_eq!(running.read(&mut [0; 9]).expect("output"), 1);
        // A python that is about to ignore the signal still has to do so.
        thread::sleep(SHORT);
        running.end_as_timed_out();
        rest(&mut running);
        let outcome = running.finish();
        assert_eq!((outcome.timed_out, outcome.signal()), (true, Some(signal)));
        assert!(outcome.wall_time < Duration::from_secs(20), "{outcome:?}");
    }
}

#[test]
fn a_leader_that_has_left_its_group_does_not_outlive_the_run() {
    let script =
        "import os, time\nos.setpgid(0, os.getpgid(os.getppid()))\nprint(flush=True)\ntime.sleep(100)";
    let Some(run) = python(script) else { return };
    let mut running = run.start().expect("python");
    assert_eq!(running.read(&mut [0; 9]).expect("output"), 1);
    let id = running.id().to_string();
    drop(running);
    assert!(!is_alive(&id));
}

#[test]
fn a_member_whose_main_thread_has_ended_has_the_time_to_end() {
    let script = "import ctypes, os, signal, sys, threading, time\n\
        def work():\n\
        \x20   time.sleep(1)\n\
        \x20   os.write(1, b'tidied up\\n')\n\
        \x20   os._exit(0)\n\
        if os.fork() == 0:\n\
        \x20   signal.signal(signal.SIGTERM, signal.SIG_IGN)\n\
        \x20   threading.Thread(target=work).start()\n\
        \x20   os.write(1, b'ready\\n')\n\
        \x20   ctypes.CDLL(None).syscall(60, 0)\n\
        time.sleep(100)";
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return skip("the number of the system call is that of Linux on x86-64");
    }
    let Some(run) = python(script) else { return };
    let mut running = run.kill_after(LONG).start().expect("python");
    assert_eq!(running.read(&mut [0; 99]).expect("output"), 6);
    thread::sleep(SHORT);
    running.stop(Signal::TERM);
    assert_eq!(String::from_utf8_lossy(&rest(&mut running)), "tidied up\n");
    assert_eq!(running.finish().signal(), Some(Signal::TERM));
}

#[test]
fn without_adopted_orphans_a_group_has_the_time_to_end_until_its_output_is_closed() {
    let mut command = std::process::Command::new("sh");
    let child = "trap 'sleep 0.3; echo tidied up; exit' TERM; echo ready; while :; do :; done";
    command.args(["-c", &format!("({child}) & wait")]);
    let mut running = Run::new(command).kill_after(LONG).start().expect("a shell");
    assert_eq!(running.read(&mut [0; 99]).expect("output"), 6);
    running.stop(Signal::TERM);
    assert_eq!(rest(&mut running), b"tidied up\n");
    assert!(!running.finish().left_open);
}

#[test]
fn a_second_stop_changes_nothing() {
    let script = "trap 'sleep 0.3; echo once; exit 9' TERM; echo; while :; do :; done";
    let mut running = sh(script).kill_after(LONG).start().expect("a shell");
    assert_eq!(running.read(&mut [0; 9]).expect("output"), 1);
    running.stop(Signal::TERM);
    running.stop(Signal::INT);
    assert_eq!(rest(&mut running), b"once\n");
    let outcome = running.finish();
    assert_eq!((outcome.stopped_by, outcome.exit_code()), (Some(Signal::TERM), Some(9)));
}

#[test]
fn a_kill_while_the_output_drains_ends_those_who_hold_it() {
    let mut running = sh("sleep 100 & echo $!").drain(LONG).start().expect("a shell");
    let mut chunk = [0; 100];
    let count = running.read(&mut chunk).expect("output");
    let leader = running.id().to_string();
    wait_for(|| !is_alive(&leader));
    running.kill();
    assert_eq!(rest(&mut running), b"");
    assert!(!is_alive(&String::from_utf8_lossy(&chunk[..count])));
    let outcome = running.finish();
    assert_eq!((outcome.stopped_by, outcome.left_open), (Some(Signal::KILL), false));
}

#[test]
fn a_real_time_signal_is_sent_as_it_is() {
    let signal = Signal::from_name("SIG40").expect("a signal");
    let mut running = sh("echo; exec sleep 100").start().expect("a shell");
    assert_eq!(running.read(&mut [0; 9]).expect("output"), 1);
    running.signal(signal);
    rest(&mut running);
    let outcome = running.finish();
    assert_eq!((outcome.signal(), outcome.exit_code()), (Some(signal), Some(168)));
}
