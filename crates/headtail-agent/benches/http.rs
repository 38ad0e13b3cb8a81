//! What `headtail serve` costs: `cargo bench -p headtail-agent --bench http`, beside a server of axum that says hello on the
//! same kind of socket. Each figure is a median, or a range of ratios measured side by side.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use headtail_agent::{Admit, Client, Id, Query, Start, Wait};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const PROGRAM: &str = env!("CARGO_BIN_EXE_headtail-agent");
/// Names the directory in which this program says hello, or answers to that program, instead of measuring.
const GREET: &str = "HEADTAIL_BENCH_GREET";
const ECHO: &str = "HEADTAIL_BENCH_ECHO";
/// What another process is asked, and what it answers, as long as what a keeper is asked and answers.
const QUESTION: [u8; 110] = [b'q'; 110];
const ANSWER: [u8; 530] = [b'a'; 530];
/// Clients at the same time, and how long each measurement takes.
const CLIENTS: usize = 4;
const TIME: Duration = Duration::from_secs(1);
const ROUNDS: usize = 7;

/// What to compare the requests with.
const REASONS: &str = "The target for a list and for a small output is half of a hello. A server without state asks the \
    keeper of a process that runs, and reads the record of one that has ended: the first rows show what a hello reaches \
    that does this and nothing else. The rest is text: each request reads JSON and writes an answer of some 600 bytes. A \
    list reads the directory and all records, and looks which keepers live, before it asks them.";

fn main() {
    if let Some(directory) = std::env::var_os(GREET) {
        return greet(Path::new(&directory));
    }
    if let Some(directory) = std::env::var_os(ECHO) {
        return echo(Path::new(&directory));
    }
    // In memory, as a user's runtime directory is.
    let directory = tempfile::tempdir_in("/dev/shm").expect("a directory");
    let run = directory.path().join("run");
    let client = Client::open(Some(&run), PROGRAM).expect("a client");
    let program = std::env::var_os("HEADTAIL_AGENT").map_or_else(|| PROGRAM.into(), PathBuf::from);
    let mut server = serve(&program, &run);
    let socket = run.join("api.sock");
    println!("| server | value (range) | compared with |\n| --- | ---: | ---: |");
    println!("| memory, idle | {} KiB | target: less than 8192 |", resident(server.id()));

    let beside = |mode| {
        let mut program = Command::new(std::env::current_exe().expect("this program"));
        program.env(mode, directory.path()).spawn().expect("a process")
    };
    let (mut echo, mut greeter) = (beside(ECHO), beside(GREET));
    let hello = directory.path().join("hello.sock");
    while UnixStream::connect(&hello).is_err() {
        thread::sleep(Duration::from_millis(5));
    }
    let ended =
        client.start(&Start::command_line("echo hello"), Admit::default()).expect("a process").process.id;
    client.output(ended, &Query::new().wait(Wait::Exit)).expect("an end");
    let running = client.start(&Start::command_line("echo hello; exec sleep 600"), Admit::default());
    let running = running.expect("a process").process.id;
    let own = Server { socket, pid: server.id() };
    let other = Server { socket: hello, pid: greeter.id() };
    compare("a hello that reads a small file", &other, "/read", &other);
    compare("a hello that asks another process", &other, "/ask", &other);
    compare("list of two processes", &own, "/api/v0/processes/list", &other);
    compare("output of a running process", &own, &format!("/api/v0/processes/{running}/output"), &other);
    compare("output of an ended process", &own, &format!("/api/v0/processes/{ended}/output"), &other);
    let Server { socket, .. } = own;
    wait(&socket, running, server.id());
    println!("| memory after that | {} KiB | |", resident(server.id()));
    println!("\n{REASONS}");

    client.signal(running, "kill").expect("a signal");
    for server in [&mut server, &mut greeter, &mut echo] {
        server.kill().expect("a server");
        server.wait().expect("a status");
    }
}

/// A server that is ready.
fn serve(program: &Path, run: &Path) -> Child {
    let mut command = Command::new(program);
    let mut child = command
        .arg("serve")
        .env("HEADTAIL_RUNTIME_DIR", run)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a server");
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut String::new()).expect("a line");
    child
}

/// Says hello, until it is killed: a process of its own, as the server that it is compared with. At `/read` and `/ask` it
/// does the least that a server without state has to do besides.
fn greet(directory: &Path) {
    let file = directory.join("file");
    fs::write(&file, ANSWER).expect("a file");
    let echo: &'static Path = Box::leak(directory.join("echo.sock").into_boxed_path());
    let idle: &'static Mutex<Vec<tokio::net::UnixStream>> = Box::leak(Box::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::UnixListener::bind(directory.join("hello.sock")).expect("a socket");
        let router = axum::Router::new()
            .route("/", axum::routing::get(async || "hello"))
            .route("/read", axum::routing::get(async move || fs::read(file).expect("a file")))
            .route("/ask", axum::routing::get(async || ask(echo, idle).await));
        axum::serve(listener, router).await.expect("a server");
    });
}

/// What another process answers, over a connection that is kept for the next question.
async fn ask(echo: &Path, idle: &Mutex<Vec<tokio::net::UnixStream>>) -> Vec<u8> {
    let kept = idle.lock().expect("no panic").pop();
    let mut stream = match kept {
        Some(stream) => stream,
        None => tokio::net::UnixStream::connect(echo).await.expect("a process"),
    };
    stream.write_all(&QUESTION).await.expect("a question");
    let mut answer = vec![0; ANSWER.len()];
    stream.read_exact(&mut answer).await.expect("an answer");
    idle.lock().expect("no panic").push(stream);
    answer
}

/// Answers questions, until it is killed.
fn echo(directory: &Path) {
    let listener = UnixListener::bind(directory.join("echo.sock")).expect("a socket");
    for stream in listener.incoming() {
        let mut stream = stream.expect("a client");
        thread::spawn(move || {
            let mut question = QUESTION;
            while stream.read_exact(&mut question).is_ok() && stream.write_all(&ANSWER).is_ok() {}
        });
    }
}

/// A server that is measured.
struct Server {
    socket: PathBuf,
    pid: u32,
}

/// Requests a second of a path, and the processor time that the server takes for one, beside those of the other server.
fn compare(what: &str, server: &Server, path: &str, other: &Server) {
    let (mut rates, mut ratios, mut costs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (greetings, greeting) = measure(other, "/");
        let (own, cost) = measure(server, path);
        rates.push(own);
        ratios.push(own / greetings);
        costs.push((cost, greeting));
    }
    rates.sort_by(f64::total_cmp);
    ratios.sort_by(f64::total_cmp);
    costs.sort_by(|(cost, _), (other, _)| cost.total_cmp(other));
    let (rate, ratio) = (rates[ROUNDS / 2], ratios[ROUNDS / 2]);
    let (least, most) = (ratios[0], ratios[ROUNDS - 1]);
    println!(
        "| requests a second, {what} | {rate:.0} | {ratio:.2} ({least:.2} to {most:.2}) of axum's hello |"
    );
    let (cost, greeting) = costs[ROUNDS / 2];
    println!("| the server's processor time for one | {cost:.0} µs | {greeting:.0} µs for a hello |");
}

/// Requests a second, and microseconds of the server's processor time for one.
fn measure(server: &Server, path: &str) -> (f64, f64) {
    /// Microseconds.
    const TICK: f64 = 10_000.0;
    let before = ticks(server.pid);
    let rate = rate(&server.socket, path);
    let spent = u32::try_from(ticks(server.pid) - before).map_or(0.0, f64::from) * TICK;
    (rate, spent / (rate * TIME.as_secs_f64()))
}

fn rate(socket: &Path, path: &str) -> f64 {
    let begun = Instant::now();
    let count: u32 = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(|| requests(socket, path, begun))).collect();
        clients.into_iter().map(|client| client.join().expect("a client")).sum()
    });
    f64::from(count) / begun.elapsed().as_secs_f64()
}

/// How many requests one connection carries in the time.
fn requests(socket: &Path, path: &str, begun: Instant) -> u32 {
    let mut stream = UnixStream::connect(socket).expect("a server");
    let mut replies = BufReader::new(stream.try_clone().expect("a stream"));
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let mut count = 0;
    while begun.elapsed() < TIME {
        stream.write_all(request.as_bytes()).expect("a request");
        receive(&mut replies);
        count += 1;
    }
    count
}

fn receive(replies: &mut impl BufRead) {
    let (mut line, mut length) = (String::new(), 0);
    replies.read_line(&mut line).expect("a line");
    assert!(line.starts_with("HTTP/1.1 200 "), "{line}");
    while line != "\r\n" {
        if let Some(text) = line.strip_prefix("content-length: ") {
            length = text.trim().parse().expect("a length");
        }
        line.clear();
        replies.read_line(&mut line).expect("a line");
    }
    replies.read_exact(&mut vec![0; length]).expect("a body");
}

/// What 64 clients cost that wait.
fn wait(socket: &Path, id: Id, server: u32) {
    const CLIENTS: usize = 64;
    let request = format!("GET /api/v0/processes/{id}/output?wait=exit HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let _waiting: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let mut stream = UnixStream::connect(socket).expect("a server");
            stream.write_all(request.as_bytes()).expect("a request");
            stream
        })
        .collect();
    thread::sleep(Duration::from_secs(1));
    let before = ticks(server);
    thread::sleep(Duration::from_secs(5));
    println!("| processor time in 5 s, {CLIENTS} clients that wait | {} ticks | |", ticks(server) - before);
}

fn ticks(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
    let fields: Vec<_> = stat.rsplit(") ").next().expect("fields").split(' ').collect();
    fields[11..13].iter().map(|field| field.parse::<u64>().expect("a number")).sum()
}

/// Resident memory, in KiB.
fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a process");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a field");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}
