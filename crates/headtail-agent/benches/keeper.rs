//! What a keeper costs, as a table in Markdown: `cargo bench -p headtail-agent`. `HEADTAIL_AGENT` names the program that is
//! measured, otherwise it is the one that cargo has just built.

/// As the other benchmarks show what their rounds gave.
#[path = "../../../benches/speed/sample.rs"]
mod sample;

use std::fmt::Display;
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use headtail_agent::{Admit, Client, Filter, Id, Query, Start, Wait};

use crate::sample::Sample;

const PROGRAM: &str = env!("CARGO_BIN_EXE_headtail-agent");
const LONG: Duration = Duration::from_secs(5 * 60);

fn main() {
    // In memory, as a user's runtime directory is.
    let directory = tempfile::tempdir_in("/dev/shm").expect("a directory");
    let program = std::env::var_os("HEADTAIL_AGENT").map_or_else(|| PROGRAM.into(), PathBuf::from);
    let client = Client::open(Some(&directory.path().join("run")), &program).expect("a client");
    println!("| keeper | median (range) | compared with |\n| --- | ---: | ---: |");
    start(&client);
    throughput(&client);
    read(&client);
    wake_up(&client);
    many(&client);
    memory(&client);
}

/// A row of the table, in milliseconds.
fn row(what: &str, times: &[Duration], base: &str) {
    println!("| {what} | {} ms | {base} |", Sample::milliseconds(times));
}

/// A row of the table, with what was measured once.
fn count(what: &str, number: impl Display) {
    println!("| {what} | {number} | |");
}

fn timed(action: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    action();
    begun.elapsed()
}

fn sh(client: &Client, line: &str) -> Id {
    client.start(&Start::command_line(line), Admit::default()).expect("a process").process.id
}

fn end(client: &Client, id: Id) {
    client.output(id, &Query::new().max_bytes(64).wait(Wait::Exit).timeout(LONG)).expect("an answer");
}

fn kill(client: &Client, id: Id) {
    client.signal(id, "kill").expect("a signal");
    end(client, id);
}

/// From nothing to a command that was executed, and to the end of `true`.
fn start(client: &Client) {
    let (mut bare, mut bare_end, mut kept, mut kept_end) = (vec![], vec![], vec![], vec![]);
    for _ in 0..200 {
        let begun = Instant::now();
        let mut child = Command::new("sh").args(["-c", "true"]).stdout(Stdio::null()).spawn().expect("sh");
        bare.push(begun.elapsed());
        child.wait().expect("a status");
        bare_end.push(begun.elapsed());
        let begun = Instant::now();
        let id = sh(client, "true");
        kept.push(begun.elapsed());
        end(client, id);
        kept_end.push(begun.elapsed());
    }
    row("start of `sh -c true`", &kept, &format!("alone {} ms", Sample::milliseconds(&bare)));
    row("start to end of `sh -c true`", &kept_end, &format!("alone {} ms", Sample::milliseconds(&bare_end)));
}

/// The resident memory of the keeper of a process, and how much of it is its own, in KiB.
fn resident(client: &Client, id: Id) -> (u64, u64) {
    let pid = client.get(id).expect("a process").pid.expect("a number");
    let field = |pid: u64, name: &str| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a process");
        let line = status.lines().find(|line| line.starts_with(name)).expect("a field");
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
    };
    let keeper = field(pid.into(), "PPid:");
    (field(keeper, "VmHWM:"), field(keeper, "RssAnon:"))
}

fn memory(client: &Client) {
    let (idle, flood) = (sh(client, "sleep 600"), sh(client, "yes"));
    let endless = sh(client, "head -c 2000000000 /dev/zero; sleep 600");
    let waiter = client.clone();
    let wait = thread::spawn(move || {
        let wait = Wait::Match("never printed".into());
        waiter.output(flood, &Query::new().wait(wait).timeout(Duration::from_secs(5)))
    });
    let _ = wait.join();
    for (what, id) in [("idle", idle), ("under yes, searched", flood), ("2 GB without a line end", endless)] {
        let (peak, anonymous) = resident(client, id);
        count(&format!("most memory, {what}"), format!("{peak} KiB, {anonymous} KiB its own"));
        kill(client, id);
    }
}

/// As fast as a pipe is read and dropped.
fn throughput(client: &Client) {
    const BYTES: u64 = 4_000_000_000;
    let line =
        format!("yes 'a line of some length as logs have it, with a number 1234567890' | head -c {BYTES}");
    let (mut all_dropped, mut all_kept) = (vec![], vec![]);
    for _ in 0..5 {
        let dropped = timed(|| {
            let mut child =
                Command::new("sh").args(["-c", &line]).stdout(Stdio::piped()).spawn().expect("sh");
            let mut output = child.stdout.take().expect("a pipe");
            let mut chunk = vec![0; 64 << 10];
            while output.read(&mut chunk).expect("output") > 0 {}
            child.wait().expect("a status");
        });
        let kept = timed(|| end(client, sh(client, &line)));
        all_dropped.push(dropped.as_secs_f64());
        all_kept.push(kept.as_secs_f64());
    }
    println!("| throughput of `yes` | {} of | read and dropped |", Sample::ratios(&all_dropped, &all_kept));
}

fn read(client: &Client) {
    let id = sh(client, "seq 1000000; sleep 600");
    client.output(id, &Query::new().wait(Wait::Match("^1000000$".into())).timeout(LONG)).expect("an answer");
    for (what, query) in [
        ("read of 32 KiB", Query::new()),
        ("the same, cleaned", Query::new().clean()),
        ("read of nothing new", Query::new().after(6_888_896)),
    ] {
        let read = || drop(client.output(id, &query).expect("an answer"));
        row(what, &(0..500).map(|_| timed(read)).collect::<Vec<_>>(), "");
    }
    kill(client, id);
}

/// From the line that is written to the client that waited for it.
fn wake_up(client: &Client) {
    let start = Start::argv(["cat"]).stdin();
    let id = client.start(&start, Admit::default()).expect("a process").process.id;
    let mut times = Vec::new();
    let mut after = 0;
    for number in 0..200 {
        let waiter = client.clone();
        let query = Query::new().after(after).wait(Wait::Match(format!("line {number}$"))).timeout(LONG);
        let wait = thread::spawn(move || {
            let answer = waiter.output(id, &query).expect("an answer");
            (Instant::now(), answer.next())
        });
        thread::sleep(Duration::from_millis(5));
        let begun = Instant::now();
        client.input(id, format!("line {number}\n").as_bytes(), false, None, LONG).expect("an input");
        let (woken, next) = wait.join().expect("a thread");
        times.push(woken - begun);
        after = next;
    }
    row("from an input through `cat` to the client that waits for it", &times, "");
    kill(client, id);
}

fn many(client: &Client) {
    let mut ids = Vec::new();
    let started = timed(|| {
        ids = (0..64).map(|_| sh(client, "while read line; do echo $line; done; sleep 600")).collect();
    });
    let listed = timed(|| assert_eq!(client.list(&Filter::default()).expect("a list").running, 64));
    let total: u64 = ids.iter().map(|&id| resident(client, id).1).sum();
    row("64 processes started, one after the other", &[started], "");
    row("64 processes listed", &[listed], "");
    row(
        "64 processes killed, one after the other",
        &[timed(|| ids.iter().for_each(|&id| kill(client, id)))],
        "",
    );
    count("memory of each of 64", format!("{} KiB its own", total / 64));
}
