//! Running programs, each alone on a processor.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, mem};

/// The processor that producers run on, and the one that is left to what is measured.
#[derive(Clone, Copy)]
pub(crate) enum Cpu {
    Producer,
    Measured,
}

/// Keeps this process, and what it starts from now on, on a processor of its own and lets nothing else run there.
/// Both are a favour of the system: without them the numbers are right, but less steady.
pub(crate) fn settle(cpu: Cpu) {
    // SAFETY: zeros are an empty set and a parameter without what musl adds to it; both live as long as the calls that look
    // at them.
    unsafe {
        let mut first: libc::sched_param = mem::zeroed();
        first.sched_priority = 10;
        let count = libc::sysconf(libc::_SC_NPROCESSORS_ONLN);
        let mut set: libc::cpu_set_t = mem::zeroed();
        libc::CPU_SET(usize::from(matches!(cpu, Cpu::Measured) && count > 1), &mut set);
        libc::sched_setaffinity(0, size_of_val(&set), &raw const set);
        libc::sched_setscheduler(0, libc::SCHED_FIFO, &raw const first);
    }
}

/// How long a command takes whose standard input is `input`.
pub(crate) fn time(words: &[&str], input: Stdio) -> io::Result<Duration> {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).stdin(input).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let time = start.elapsed();
    if status.success() { Ok(time) } else { Err(io::Error::other(format!("{words:?}: {status}"))) }
}

/// This program in another of its roles, its standard output a pipe.
pub(crate) fn producer(args: &[&str]) -> io::Result<Child> {
    Command::new(env::current_exe()?).args(args).stdout(Stdio::piped()).spawn()
}

/// What it ran on and how often, as Markdown.
pub(crate) fn machine(program: &str, rounds: usize) -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("unknown");
    let is_guest = info.lines().any(|line| line.starts_with("flags") && line.contains(" hypervisor"));
    let count = info.matches("model name").count();
    let release = read("/proc/sys/kernel/osrelease");
    let kernel: Vec<&str> = release.trim().split(['.', '-']).take(2).collect();
    let load = read("/proc/loadavg");
    let say = |words: &[&str]| {
        let output = Command::new(words[0]).args(&words[1..]).output().ok();
        output.map_or_else(String::new, |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    format!(
        "# Results of `make bench`\n\nMeasured on {} with {}, on {count} processors ({model}{}) under Linux {}; the load from other \
         programs was {} at the start.\n\nEach number is a median, with the range of the middle eight tenths of the rounds: {rounds} \
         for a pipe, {} for a file. All tools of a row take turns in each round.\n",
        say(&["date", "-u", "+%Y-%m-%d"]),
        say(&[program, "--version"]).lines().next().unwrap_or_default(),
        if is_guest { ", a virtual machine" } else { "" },
        kernel.join("."),
        load.split(' ').next().unwrap_or_default(),
        rounds * 10,
    )
}
