//! What must not lose a process, its status, or anybody else's.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use headtail_agent::{Error, Filter, Query, Reason, Refusal, Start, State, Wait};
use rustix::process::{Signal, kill_process};

use super::support::{Home, LONG, field, is_alive, raw, text, until};

#[test]
fn a_process_whose_keeper_is_killed_is_lost_and_others_are_not() {
    let home = Home::new();
    let (id, other) = (home.sh("echo out; sleep 60"), home.sh("echo other; sleep 60"));
    let pid = home.wait_for(id, "out").process.pid.expect("a number");
    let waiter = {
        let client = home.client.clone();
        thread::spawn(move || client.output(id, &Query::new().after(4).wait(Wait::Exit).timeout(LONG)))
    };
    let keeper = home.keeper(id);
    kill_process(keeper, Signal::KILL).expect("a signal");
    until("the end of the command", || !is_alive(pid));
    let answer = waiter.join().expect("a thread").expect("an answer");
    assert_eq!((answer.reason, answer.process.state), (Reason::Exit, State::Lost));
    let process = home.client.get(id).expect("a process");
    assert_eq!((process.state, process.exit_code(), process.signal()), (State::Lost, None, None));
    assert_eq!((process.exited_at, process.wall_duration, process.stopped_by), (None, None, None));
    assert!(process.note.expect("a note").contains("its keeper was killed"));
    let refused = home.client.signal(id, "kill").expect_err("an error");
    assert!(matches!(refused, Error::Refused(_, Refusal::NotRunning)));
    let refused = home.client.input(id, b"x", false, None, LONG).expect_err("an error");
    assert!(matches!(refused, Error::Refused(_, Refusal::NotRunning)));
    assert_eq!(home.output(other).output, b"other\n");
    // What it leaves behind is removed with the next start, and it can be forgotten.
    home.sh("true");
    assert!(!home.path().join(format!("live/{id}.sock")).exists());
    home.client.remove(id).expect("an end");
    assert!(matches!(home.client.get(id), Err(Error::NotFound { .. })));
}

#[test]
fn all_of_a_command_dies_with_its_keeper() {
    let home = Home::new();
    let id = home.sh("trap '' TERM; sleep 600 & echo $! $$; wait; true");
    let output = home.wait_for(id, "[0-9]+ [0-9]+").output;
    let pids: Vec<u32> = text(&output).split_whitespace().map(|pid| pid.parse().expect("a number")).collect();
    kill_process(home.keeper(id), Signal::KILL).expect("a signal");
    until("the end of the command", || !pids.iter().any(|&pid| is_alive(pid)));
}

#[test]
fn what_a_command_left_behind_goes_on_when_its_keeper_has_ended() {
    let home = Home::new();
    let id = home.sh("sleep 600 >/dev/null 2>&1 & echo $!");
    let output = home.end(id).output;
    let pid = text(&output).trim().parse().expect("a number");
    // Nor does the guard wait for it.
    let guards = || {
        let cmdlines = fs::read_dir("/proc").expect("processes");
        let cmdlines = cmdlines.filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok());
        cmdlines.filter(|line| text(line).contains(&format!("\0keep\0{id}"))).count()
    };
    until("the end of the keeper and the guard", || guards() == 0);
    assert!(is_alive(pid));
    kill_process(rustix::process::Pid::from_raw(pid.cast_signed()).expect("a number"), Signal::KILL)
        .expect("a signal");
}

#[test]
fn the_status_of_a_lost_process_is_125_and_never_0() {
    let home = Home::new();
    let id = home.sh("echo out; sleep 60");
    home.wait_for(id, "out");
    kill_process(home.keeper(id), Signal::KILL).expect("a signal");
    until("the loss", || home.client.get(id).is_ok_and(|process| process.state == State::Lost));
    let output = home.ps(["output", id.as_str(), "--wait", "exit"]);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(125), ""));
}

#[test]
fn whoever_reads_a_lost_process_is_told_that_its_output_is_gone() {
    let home = Home::new();
    let id = home.sh("echo out; sleep 60");
    kill_process(home.keeper(id), Signal::KILL).expect("a signal");
    until("the loss", || home.client.get(id).is_ok_and(|process| process.state == State::Lost));
    let message = format!(
        "headtail: Process \"{id}\" is lost: its keeper was killed: neither its status nor its output is known\n"
    );
    for (option, status) in [(&[][..], 0), (&["--wait", "exit"], 125), (&["--follow"], 1)] {
        let output = home.ps([&["output", id.as_str()], option].concat());
        let seen = (text(&output.stdout), text(&output.stderr), output.status.code());
        assert_eq!(seen, (String::new(), message.clone(), Some(status)), "{option:?}");
    }
}

#[test]
fn a_read_that_waits_for_nothing_fails_soon_where_the_keeper_is_stopped() {
    let home = Home::new();
    let id = home.sh("sleep 60");
    let keeper = home.keeper(id);
    kill_process(keeper, Signal::STOP).expect("a signal");
    let output = home.ps(["output", id.as_str()]);
    kill_process(keeper, Signal::CONT).expect("a signal");
    let message = format!("headtail: The keeper of process \"{id}\" does not answer.\n");
    let seen = (text(&output.stdout), text(&output.stderr), output.status.code());
    assert_eq!(seen, (String::new(), message, Some(1)));
}

#[test]
fn a_starter_that_is_stopped_does_not_hold_up_others_for_ever() {
    let home = Home::new();
    let id = home.sh("true");
    home.end(id);
    let path = home.path().join("admission");
    let lock = fs::File::open(&path).expect("a file");
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).expect("a lock");
    let message = format!(
        "headtail: {}: another program that starts or removes a process holds it and makes no progress\n",
        path.display()
    );
    let output = home.ps(["start", "--", "true"]);
    assert_eq!((text(&output.stdout), text(&output.stderr)), (String::new(), message));
    assert_eq!(output.status.code(), Some(1));
    drop(lock);
    home.end(home.sh("true"));
}

#[test]
fn a_record_that_makes_no_sense_spoils_neither_lists_nor_starts_and_can_be_removed() {
    let home = Home::new();
    let (broken, running) = (home.sh("sleep 60"), home.sh("sleep 60"));
    kill_process(home.keeper(broken), Signal::KILL).expect("a signal");
    let path = home.path().join(format!("records/{broken}"));
    fs::write(&path, "").expect("a file");
    let message = format!(
        "headtail: {}: not the record of a process: EOF while parsing a value at line 1 column 0\n",
        path.display()
    );
    let output = home.ps(["--all"]);
    assert_eq!((text(&output.stderr), output.status.code()), (message.clone(), Some(1)));
    let table = text(&output.stdout);
    assert_eq!((table.lines().count(), table.contains(running.as_str())), (2, true), "{table}");
    home.end(home.sh("true"));
    let output = home.ps(["output", broken.as_str()]);
    assert_eq!((text(&output.stderr), output.status.code()), (message, Some(1)));
    let output = home.ps(["rm", broken.as_str()]);
    assert_eq!((text(&output.stdout), output.status.code()), (format!("{broken}\n"), Some(0)));
    assert_eq!(home.ps(["--all"]).status.code(), Some(0));
    let fifo = home.path().join("records/0123456789abcdef");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
    assert_eq!(home.ps(["--all"]).status.code(), Some(1));
    fs::remove_file(fifo).expect("a removal");
    // The keeper of one that runs is still there to be asked.
    fs::write(home.path().join(format!("records/{running}")), "{").expect("a file");
    assert_eq!(home.ps(["rm", running.as_str()]).status.code(), Some(1));
}

#[test]
fn a_list_is_answered_although_a_keeper_is_stopped() {
    let home = Home::new();
    let (stopped, other) = (home.sh("sleep 60"), home.sh("echo hello; sleep 60"));
    home.wait_for(other, "hello");
    let keeper = home.keeper(stopped);
    kill_process(keeper, Signal::STOP).expect("a signal");
    let begun = Instant::now();
    let list = home.client.list(&Filter::default()).expect("a list");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!((list.total, list.running), (2, 2));
    let find = |id| list.processes.iter().find(|process| process.id == id).expect("a process");
    assert_eq!(find(stopped).note.as_deref(), Some("its keeper does not answer"));
    assert_eq!((find(other).note.as_deref(), find(other).output_bytes), (None, 6));
    let query = Query::new().timeout(Duration::ZERO);
    assert!(matches!(home.client.output(stopped, &query), Err(Error::Unresponsive(_))));
    kill_process(keeper, Signal::CONT).expect("a signal");
    assert!(home.client.get(stopped).expect("a process").is_running());
}

#[test]
fn a_keeper_takes_little_memory_whatever_is_printed() {
    let home = Home::new();
    let peak = |id| {
        let keeper = raw(home.keeper(id));
        u64::try_from(field(keeper, "VmHWM:")).expect("a size") * 1024
    };
    let idle = home.sh("sleep 60");
    let flood = home.sh("yes");
    let endless = home.sh("head -c 1000000000 /dev/zero; sleep 60");
    until("a gigabyte", || home.client.get(endless).expect("a process").output_bytes >= 1_000_000_000);
    until("a flood", || home.client.get(flood).expect("a process").output_bytes >= 1_000_000_000);
    let answer = home.output(endless);
    let account = answer.truncated.expect("an account");
    assert_eq!(account.original_bytes, 1_000_000_000);
    assert!(answer.output.len() <= 32 << 10);
    for (id, what) in [(idle, "idle"), (flood, "yes"), (endless, "without a line end")] {
        // A debug build is larger than what is installed.
        let most = if cfg!(debug_assertions) { 10 << 20 } else { (4 << 20) + (272 << 10) };
        assert!(peak(id) < most, "{what}: {}", peak(id));
    }
}

#[test]
fn a_child_that_holds_the_pipe_is_left_and_the_status_counts_all_the_same() {
    let home = Home::new();
    let start = Start::command_line("setsid sleep 61 & echo $!; exit 3").drain(Duration::from_millis(200));
    let answer = home.end(home.start(&start).id);
    let child: u32 = text(&answer.output).trim().parse().expect("a number");
    assert_eq!((answer.process.exit_code(), answer.process.left_open), (Some(3), true));
    assert_eq!(
        answer.process.note.as_deref(),
        Some("partial output: a background process still holds it open")
    );
    if let Some(pid) = rustix::process::Pid::from_raw(i32::try_from(child).expect("a number")) {
        let _ = kill_process(pid, Signal::KILL);
    }
}

#[test]
fn orphans_of_the_command_become_no_zombies() {
    let home = Home::new();
    // Children of children, which come to the keeper when these end.
    let id = home.sh("for i in 1 2 3 4 5; do (setsid sh -c 'sleep 0.1' &) ; done; echo done; sleep 60");
    home.wait_for(id, "done");
    let keeper = raw(home.keeper(id));
    let children =
        || fs::read_to_string(format!("/proc/{keeper}/task/{keeper}/children")).unwrap_or_default();
    // The command and the guard are left.
    until("the end of the orphans", || children().split_whitespace().count() == 2);
}

#[test]
fn a_stopped_process_still_runs_and_can_be_ended() {
    let home = Home::new();
    let id = home.sh("echo $$; sleep 60");
    home.wait_for(id, r"\d");
    home.client.signal(id, "STOP").expect("a signal");
    let query = Query::new().wait(Wait::Exit).timeout(Duration::from_millis(100));
    assert!(home.client.output(id, &query).expect("an answer").process.is_running());
    home.client.signal(id, "terminate").expect("a signal");
    assert_eq!(home.end(id).process.exit_code(), Some(143));
}

#[test]
fn a_slow_client_costs_others_nothing() {
    use std::io::Write;
    use std::os::unix::net::UnixStream;
    let home = Home::new();
    let id = home.sh("yes | head -c 3000000; sleep 60");
    until("the output", || home.client.get(id).expect("a process").output_bytes == 3_000_000);
    // Requests without end from clients that never read, as bytes of the protocol.
    let json = br#"{"Output":{"after":0,"max_bytes":1048576,"wait":"none","timeout":{"secs":1,"nanos":0},"clean":false}}"#;
    let mut frame = vec![1, 0, 0, u8::try_from(json.len()).expect("a length"), 0, 0, 0, 0];
    frame.extend_from_slice(json);
    let socket = home.path().join(format!("live/{id}.sock"));
    let mut streams: Vec<_> = (0..32).map(|_| UnixStream::connect(&socket).expect("a keeper")).collect();
    for stream in &mut streams {
        stream.write_all(&frame).expect("a request");
    }
    let begun = Instant::now();
    for _ in 0..20 {
        assert!(home.client.get(id).is_ok());
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let resident = field(raw(home.keeper(id)), "VmRSS:");
    assert!(resident < 14 << 10, "{resident} KiB");
}

#[test]
fn what_is_no_request_is_refused_and_others_are_answered() {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;
    let home = Home::new();
    let id = home.sh("sleep 60");
    let socket = home.path().join(format!("live/{id}.sock"));
    for bytes in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        &[1, 0, 0, 1, 0, 0, 0, 0, b'{'],
        &[1, 255, 255, 255, 255, 255, 255, 255],
    ] {
        let mut stream = UnixStream::connect(&socket).expect("a keeper");
        stream.write_all(bytes).expect("a request");
        let mut reply = [0; 8];
        stream.read_exact(&mut reply).expect("a reply");
        assert!(home.client.get(id).is_ok());
    }
    // A request a byte at a time is as good as any.
    let mut stream = UnixStream::connect(&socket).expect("a keeper");
    for byte in [1, 0, 0, 5, 0, 0, 0, 0].iter().chain(b"\"Get\"") {
        stream.write_all(&[*byte]).expect("a byte");
        thread::sleep(Duration::from_millis(1));
    }
    let mut reply = [0; 8];
    stream.read_exact(&mut reply).expect("a reply");
    assert!(reply[2] > 0 || reply[3] > 5);
}

#[test]
fn where_the_directory_is_gone_the_process_runs_on_and_its_keeper_ends_with_it() {
    let home = Home::new();
    let done = home.path().parent().expect("a parent").join("done");
    let line =
        Start::command_line("sleep 0.3; echo done > \"$DONE\"").variable("DONE", Some(done.as_os_str()));
    let keeper = raw(home.keeper(home.start(&line).id));
    fs::remove_dir_all(home.path()).expect("a removal");
    until("the end of the command", || done.exists());
    until("the end of the keeper", || !is_alive(keeper));
}

#[test]
fn a_socket_without_a_keeper_is_no_obstacle() {
    let home = Home::new();
    let id = home.sh("echo out; sleep 60");
    home.wait_for(id, "out");
    let stale = home.path().join(format!("live/{id}.sock"));
    kill_process(home.keeper(id), Signal::KILL).expect("a signal");
    until("the loss", || home.client.get(id).is_ok_and(|process| process.state == State::Lost));
    assert!(stale.exists());
    let list = home.client.list(&Filter::default()).expect("a list");
    assert_eq!((list.total, list.running), (1, 0));
}
