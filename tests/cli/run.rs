//! Runs in the background.

use std::fs;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, ExitStatus, Output, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use rustix::io::ioctl_fionread;
#[cfg(target_os = "linux")]
use rustix::pipe::fcntl_getpipe_size;
use rustix::process::{Pid, Signal, kill_process};

use crate::program::Program;

/// How long a program may run, unless set otherwise.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// How long a test waits for an event: shorter, so that it can say what it waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// So far apart, two signals count as two: a second one that comes at once is taken for an echo of the first.
pub(crate) const APART: Duration = Duration::from_millis(40);

/// A program that runs in the background, with the pipes to it. It is killed when it exceeds its time limit
/// or when this is dropped, together with all processes that it started.
pub(crate) struct Run {
    pub(crate) stdin: Option<ChildStdin>,
    pub(crate) stdout: Option<ChildStdout>,
    pub(crate) stderr: Option<ChildStderr>,
    child: Child,
    mark: String,
    limit: Limit,
}

impl Run {
    /// The variable by which the processes of a run are found: they inherit it, whichever group, session or parent
    /// they have.
    pub(crate) const MARK: &str = "HEADTAIL_TEST_RUN";

    /// A `child` whose environment has `mark` as the value of [`MARK`](Self::MARK).
    pub(crate) fn new(mut child: Child, mark: String, limit: Duration) -> Self {
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let limit = Limit::start(mark.clone(), limit);
        Self { stdin, stdout, stderr, child, mark, limit }
    }

    /// Starts `program` with a pipe for its input and waits until it blocks with its signal handlers in place.
    pub(crate) fn start(program: &mut Program) -> Self {
        let run = program.stdin(Stdio::piped()).spawn().expect("the program can be started");
        run.wait_until_blocked();
        run
    }

    pub(crate) fn headtail(args: &[&str]) -> Self {
        Self::start(Program::headtail().args(args))
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The field `name`, such as `State:`, of the process's status.
    pub(crate) fn status_field(&self, name: &str) -> String {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).expect("it is there");
        let field = status.lines().find_map(|line| line.strip_prefix(name));
        field.expect("a field of every status").trim().to_owned()
    }

    /// Whether `signal` is in the set of signals that the field `name` of the status has.
    pub(crate) fn status_has(&self, name: &str, signal: Signal) -> bool {
        let set = u64::from_str_radix(&self.status_field(name), 16).expect("a mask");
        set & (1 << (signal.as_raw() - 1)) != 0
    }

    #[track_caller]
    pub(crate) fn wait_until_blocked(&self) {
        wait_for(|| self.status_has("SigCgt:", Signal::TERM) && self.status_field("State:").starts_with('S'));
    }

    /// How many bytes the program has read, from wherever.
    pub(crate) fn bytes_read(&self) -> u64 {
        let io = fs::read_to_string(format!("/proc/{}/io", self.id())).expect("it is there");
        let count = io.lines().find_map(|line| line.strip_prefix("rchar: "));
        count.expect("a count").parse().expect("a number")
    }

    /// Writes `text` and waits until all of it was read.
    pub(crate) fn feed(&mut self, text: impl AsRef<[u8]>) {
        let stdin = self.stdin.as_mut().expect("an open pipe");
        stdin.write_all(text.as_ref()).expect("the program reads");
        wait_until_empty(&*stdin);
        self.wait_until_blocked();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.id()).expect("a process id");
        kill_process(Pid::from_raw(id).expect("a process id"), signal).expect("it runs");
    }

    /// Sends `signal` and waits until the program has taken notice of it, if it lives on, and blocks again.
    pub(crate) fn signal_and_settle(&self, signal: Signal) {
        self.signal(signal);
        wait_for(|| {
            !self.status_has("ShdPnd:", signal) && self.status_field("State:").starts_with(['S', 'Z'])
        });
    }

    /// Waits for the end with the writing end of its input still open.
    #[track_caller]
    pub(crate) fn end_with_open_input(mut self) -> Output {
        let stdin = self.stdin.take();
        let output = self.end();
        drop(stdin);
        output
    }

    /// Closes the input and waits for the end of the program and of its output.
    #[track_caller]
    pub(crate) fn end(mut self) -> Output {
        drop(self.stdin.take());
        let (stdout, stderr) = (self.stdout.take(), self.stderr.take());
        let (stdout, stderr) = thread::scope(|scope| {
            let stderr = scope.spawn(|| read_all(stderr));
            (read_all(stdout), stderr.join().expect("it only reads"))
        });
        let status = self.child.wait().expect("it is a child");
        let output = Output { status, stdout, stderr };
        assert!(!self.limit.stop(), "it ran for too long and was killed: {output:?}");
        output
    }

    /// As [`end`](Self::end), where no output is of interest.
    #[track_caller]
    pub(crate) fn wait(self) -> ExitStatus {
        self.end().status
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        kill_marked(&self.mark);
        // Both fail only if the process was waited for before.
        _ = self.child.kill();
        _ = self.child.wait();
        if self.limit.stop() {
            eprintln!("a program ran for too long and was killed");
        }
    }
}

/// Everything that comes from `pipe`, where there is one.
fn read_all(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    pipe.map(|mut pipe| pipe.read_to_end(&mut bytes).expect("a pipe can be read"));
    bytes
}

/// A thread that kills the processes of a run after some time, so that no test waits for ever.
struct Limit {
    stop: Option<Sender<()>>,
    /// Returns whether it killed the processes. `None` after it was stopped.
    thread: Option<JoinHandle<bool>>,
}

impl Limit {
    fn start(mark: String, time: Duration) -> Self {
        let (stop, stopped) = channel();
        let thread = thread::spawn(move || {
            let is_late = stopped.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
            if is_late {
                kill_marked(&mark);
            }
            is_late
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }

    /// Stops the thread and returns whether it had to kill the processes; `false` from the second call on.
    fn stop(&mut self) -> bool {
        drop(self.stop.take());
        self.thread.take().is_some_and(|thread| thread.join().expect("it does not panic"))
    }
}

/// Kills all processes that have inherited `mark`, also those that are started meanwhile.
fn kill_marked(mark: &str) {
    let variable = format!("{}={mark}", Run::MARK);
    let is_marked = |process: &fs::DirEntry| {
        let environment = fs::read(process.path().join("environ")).unwrap_or_default();
        environment.split(|&byte| byte == 0).any(|entry| entry == variable.as_bytes())
    };
    loop {
        let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
        let ids: Vec<i32> = processes
            .filter(|process| process.file_name().as_encoded_bytes()[0].is_ascii_digit())
            .filter(is_marked)
            .filter_map(|process| process.file_name().to_str()?.parse().ok())
            .collect();
        if ids.is_empty() {
            return;
        }
        for id in ids.into_iter().filter_map(Pid::from_raw) {
            // It may have ended by itself.
            _ = kill_process(id, Signal::KILL);
        }
    }
}

/// Waits for as many bytes from `pipe` as `text` has, and compares them.
#[track_caller]
pub(crate) fn assert_next(pipe: &mut impl Read, text: &str) {
    let mut bytes = vec![0; text.len()];
    pipe.read_exact(&mut bytes).expect("it is there");
    assert_eq!(String::from_utf8_lossy(&bytes), text);
}

/// Waits for a header with the time.
#[track_caller]
pub(crate) fn assert_title(pipe: &mut impl Read) {
    let mut title = [0; "==> 2026-11-24T10:00:10Z <==\n".len()];
    pipe.read_exact(&mut title).expect("it is there");
    let title = title.map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    assert_eq!(str::from_utf8(&title), Ok("==> 0000-00-00T00:00:00Z <==\n"));
}

/// Waits until everything that was written to `pipe` has been read.
#[track_caller]
pub(crate) fn wait_until_empty(pipe: impl AsFd) {
    wait_for(|| ioctl_fionread(&pipe).expect("a pipe tells") == 0);
}

/// Waits until `pipe` is about full: half of it is certain, for its pages may be filled in part.
#[track_caller]
pub(crate) fn wait_until_full(pipe: impl AsFd) {
    #[cfg(target_os = "linux")]
    let capacity = fcntl_getpipe_size(&pipe).expect("a pipe tells");
    #[cfg(not(target_os = "linux"))]
    let capacity = 64 << 10;
    wait_for(|| ioctl_fionread(&pipe).expect("a pipe tells") >= capacity as u64 / 2);
}

/// Waits until `condition` holds.
#[track_caller]
pub(crate) fn wait_for(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "waited for more than {PATIENCE:?}");
        sleep(Duration::from_millis(1));
    }
}
