//! Waits, and what ends them.

use std::fs;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use headtail_agent::{Error, Query, Reason, Refusal, Start, Wait};

use super::support::{Home, LONG, raw, text, until};

#[test]
fn each_wait_ends_for_its_reason() {
    let home = Home::new();
    let id =
        home.start(&Start::command_line("printf 'name: '; read name; echo hello $name; sleep 60").stdin()).id;
    let wait = |after, wait, timeout| {
        let query = Query::new().after(after).wait(wait).timeout(timeout);
        home.client.output(id, &query).expect("an answer")
    };
    let prompt = wait(0, Wait::Match("name: $".into()), LONG);
    assert_eq!((prompt.reason, text(&prompt.output).as_str()), (Reason::Match, "name: "));
    let nothing = wait(6, Wait::Output, Duration::from_millis(30));
    assert_eq!((nothing.reason, nothing.output.len()), (Reason::Timeout, 0));
    home.client.input(id, b"you\n", false, Some(0), LONG).expect("an input");
    let greeting = wait(6, Wait::Output, LONG);
    assert_eq!((greeting.reason, text(&greeting.output).as_str()), (Reason::Output, "hello you\n"));
    assert_eq!(wait(0, Wait::Idle(Duration::from_millis(50)), LONG).reason, Reason::Idle);
    assert_eq!(wait(0, Wait::Exit, Duration::from_millis(30)).reason, Reason::Timeout);
    assert_eq!(wait(0, Wait::None, LONG).reason, Reason::None);
    home.client.signal(id, "kill").expect("a signal");
    let end = wait(0, Wait::Exit, LONG);
    assert_eq!(
        (end.reason, end.process.exit_code(), end.process.signal().as_deref()),
        (Reason::Exit, Some(137), Some("SIGKILL"))
    );
}

#[test]
fn the_end_of_the_process_ends_every_wait() {
    let home = Home::new();
    let id = home.start(&Start::command_line("echo x; read line; exit 7").stdin()).id;
    home.wait_for(id, "x");
    let waits = [Wait::Exit, Wait::Output, Wait::Match("never".into()), Wait::Idle(LONG)];
    thread::scope(|scope| {
        let waiters: Vec<_> = waits
            .iter()
            .map(|wait| {
                let query = Query::new().after(2).wait(wait.clone()).timeout(LONG);
                let client = &home.client;
                scope.spawn(move || client.output(id, &query).expect("an answer"))
            })
            .collect();
        home.client.input(id, b"", true, None, LONG).expect("an end");
        for waiter in waiters {
            let answer = waiter.join().expect("an answer");
            assert_eq!((answer.reason, answer.process.exit_code()), (Reason::Exit, Some(7)));
        }
    });
}

#[test]
fn a_line_that_leaves_the_ring_at_once_is_found_as_it_passes() {
    let home = Home::new();
    // A needle, between floods that are many times the ring.
    let line = "read go; yes | head -c 20000000; echo the needle is here; yes | head -c 20000000; sleep 60";
    let id = home.start(&Start::command_line(line).stdin()).id;
    thread::scope(|scope| {
        let waiter = scope.spawn(|| home.wait_for(id, "need.e is"));
        // Whether it waits before or after the flood begins, it finds the line; only before, it has to.
        until("the wait", || {
            text(&fs::read(format!("/proc/{}/net/unix", raw(home.keeper(id)))).unwrap_or_default())
                .contains(id.as_str())
        });
        thread::sleep(Duration::from_millis(100));
        home.client.input(id, b"\n", true, None, LONG).expect("an input");
        let found = waiter.join().expect("an answer").found.expect("a match");
        assert_eq!(
            (found.start, found.end, found.line.as_str()),
            (20_000_004, 20_000_013, "the needle is here")
        );
    });
}

#[test]
fn a_search_that_begins_in_a_flood_holds_up_nobody() {
    let home = Home::new();
    let id = home.sh("yes");
    until("a flood", || home.client.get(id).expect("a process").output_bytes > 10_000_000);
    let query = Query::new().wait(Wait::Match("never".into())).timeout(Duration::from_millis(300));
    assert_eq!(home.client.output(id, &query).expect("an answer").reason, Reason::Timeout);
    assert!(home.client.get(id).expect("a process").is_running());
}

#[test]
fn sixty_four_waiters_are_answered_together() {
    let home = Home::new();
    let id = home.start(&Start::command_line("read line; echo go").stdin()).id;
    thread::scope(|scope| {
        let waiters: Vec<_> = (0..64)
            .map(|number| {
                let wait = if number % 2 == 0 { Wait::Match("go".into()) } else { Wait::Exit };
                let query = Query::new().wait(wait).timeout(LONG);
                let client = &home.client;
                scope.spawn(move || client.output(id, &query).expect("an answer"))
            })
            .collect();
        home.client.input(id, b"\n", true, None, LONG).expect("an input");
        for waiter in waiters {
            assert_eq!(text(&waiter.join().expect("an answer").output), "go\n");
        }
    });
}

#[test]
fn a_client_that_vanishes_frees_its_wait() {
    let home = Home::new();
    let id = home.sh("sleep 60");
    let keeper = raw(home.keeper(id));
    let descriptors = || fs::read_dir(format!("/proc/{keeper}/fd")).expect("descriptors").count();
    let before = descriptors();
    let socket = home.path().join(format!("live/{id}.sock"));
    let streams: Vec<_> = (0..20).map(|_| UnixStream::connect(&socket).expect("a keeper")).collect();
    // A client of before may still have been there.
    until("the connections", || descriptors() >= before + 19);
    drop(streams);
    until("the end of the connections", || descriptors() <= before);
}

#[test]
fn a_pattern_that_is_none_is_refused() {
    let home = Home::new();
    let id = home.sh("sleep 60");
    let error = home.client.output(id, &Query::new().wait(Wait::Match("[".into()))).expect_err("an error");
    assert!(matches!(error, Error::Refused(_, Refusal::Pattern(_))));
    assert_eq!(error.to_string(), "not a regular expression: unclosed character class");
}

#[test]
fn an_idle_keeper_does_nothing() {
    let home = Home::new();
    let id = home.sh("sleep 60");
    let keeper = raw(home.keeper(id));
    let client = home.client.clone();
    let waiter = thread::spawn(move || client.output(id, &Query::new().wait(Wait::Exit).timeout(LONG)));
    let switches = || super::support::field(keeper, "voluntary_ctxt_switches:");
    thread::sleep(Duration::from_millis(300));
    let before = switches();
    thread::sleep(Duration::from_secs(1));
    assert!(switches() - before <= 1, "{} times in a second", switches() - before);
    home.client.signal(id, "kill").expect("a signal");
    waiter.join().expect("a thread").expect("an answer");
}

#[test]
fn input_waits_for_the_process_to_take_it() {
    let home = Home::new();
    let id = home.start(&Start::command_line("sleep 0.2; wc -c").stdin()).id;
    let bytes = vec![b'x'; 1_000_000];
    let taken = home.client.input(id, &bytes, true, Some(0), LONG).expect("an input");
    assert_eq!(taken, (1_000_000, 1_000_000));
    assert_eq!(text(&home.end(id).output).trim(), "1000000");
}

#[test]
fn input_that_is_not_taken_in_time_is_counted_as_far_as_it_was() {
    let home = Home::new();
    let id = home.start(&Start::argv(["sleep", "60"]).stdin()).id;
    let begun = Instant::now();
    let (accepted, total) = home
        .client
        .input(id, &vec![b'x'; 200_000], false, None, Duration::from_millis(100))
        .expect("an input");
    assert!(begun.elapsed() < LONG);
    assert!(accepted == total && (1..200_000).contains(&total), "{accepted} of {total}");
    let wrong = home.client.input(id, b"x", false, Some(1), Duration::ZERO).expect_err("an error");
    assert!(matches!(wrong, Error::Refused(_, Refusal::InputOffset { total: end }) if end == total));
}

#[test]
fn input_is_refused_where_there_is_no_pipe_or_it_is_closed() {
    let home = Home::new();
    let refusal = |id| match home.client.input(id, b"x", false, None, LONG).expect_err("an error") {
        Error::Refused(_, refusal) => refusal,
        error => panic!("{error}"),
    };
    assert_eq!(refusal(home.sh("sleep 60")), Refusal::NoInput);
    let id = home.start(&Start::argv(["sleep", "60"]).stdin()).id;
    home.client.input(id, b"", true, None, LONG).expect("an end");
    assert_eq!(refusal(id), Refusal::InputClosed);
    assert_eq!(home.client.get(id).expect("a process").stdin, headtail_agent::Stdin::Closed);
    let deaf = home.start(&Start::command_line("exec <&-; echo deaf; sleep 60").stdin()).id;
    home.wait_for(deaf, "deaf");
    assert_eq!(refusal(deaf), Refusal::InputClosed);
    let ended = home.start(&Start::argv(["true"]).stdin()).id;
    home.end(ended);
    assert_eq!(refusal(ended), Refusal::NotRunning);
}
