//! The sidecar of `examples/`, without the cluster: lives and deaths of both sides.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

use crate::program::Program;
use crate::run::{Run, wait_for};
use crate::support::{PROGRAM, Place, numbers, skip};

const MANIFEST: &str = include_str!("../../examples/kubernetes-sidecar.yaml");

/// What the two containers share.
struct Pod {
    place: Place,
    /// How many lives the sidecar has had.
    lives: u32,
}

impl Pod {
    /// `None` where the sidecar's tools are missing.
    fn new() -> Option<Self> {
        let place = Place::new();
        let tools = "tail --version | grep -q GNU && echo >file && fallocate --punch-hole --length 1 file";
        if !place.sh(tools).succeeds() {
            skip("no GNU tail, or no file system that frees parts of files");
            return None;
        }
        Some(Self { place, lives: 0 })
    }

    /// A life of the sidecar: the script of the manifest with these paths and shorter windows.
    fn sidecar(&mut self) -> Run {
        let container = MANIFEST.split_once("- name: log\n      #").expect("the sidecar").1;
        let (_, script) = container.split_once("        - |\n").expect("its script");
        let script: Vec<_> = script.lines().map_while(|line| line.strip_prefix("          ")).collect();
        let script = script.join("\n").replace("/log", ".").replace("/tools/headtail", PROGRAM);
        let script = script.replace("--every 10s", "--every 300ms");
        self.lives += 1;
        let file = |name: &str| File::create(self.place.path(name)).expect("a file");
        let mut shell = Program::new("sh");
        shell.args(["-euc", &script]).current_dir(self.place.path(""));
        shell.stdout(file(&format!("log.{}", self.lives))).stderr(file(&format!("errors.{}", self.lives)));
        shell.spawn().expect("a shell")
    }

    /// A life of the application, as the manifest starts it.
    fn application(&self, script: &str) -> Run {
        let container = MANIFEST.split_once("- name: app\n").expect("the application").1;
        let command = container.split_once("command: ").expect("a list").1.lines().next().expect("a line");
        let words: Vec<String> = serde_json::from_str(command).expect("words");
        let mut shell = Program::new(&words[0]);
        shell.args(words[1..].iter().map(|word| word.replace("/log/", "")));
        shell.args(["sh", "-c", script]).current_dir(self.place.path(""));
        shell.stdin(std::process::Stdio::piped()).spawn().expect("a shell")
    }

    /// How much was printed, as the sidecar has noted it.
    fn position(&self) -> u64 {
        fs::read_to_string(self.place.path("position"))
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0)
    }

    /// Waits until all that the application has written is printed.
    fn settle(&self) {
        wait_for(|| fs::metadata(self.place.path("output")).is_ok_and(|file| file.len() == self.position()));
    }

    /// The windows of all lives, as a reader takes them: of two with the same start the later one counts.
    fn windows(&self) -> Vec<Value> {
        let mut windows = Vec::<Value>::new();
        for life in 1..=self.lives {
            let errors = self.place.read(&format!("errors.{life}"));
            // The shell says so where a part of the sidecar was killed alone.
            assert!(["", "Killed\n"].contains(&errors.as_str()), "{errors}");
            let log = self.place.read(&format!("log.{life}"));
            // What a kill cut off is printed again.
            let whole = log.rfind('\n').map_or("", |end| &log[..end]);
            for (index, line) in whole.lines().enumerate() {
                let window: Value = serde_json::from_str(line).expect("an object a line");
                if index == 0 && windows.last().is_some_and(|last| last["start"] == window["start"]) {
                    windows.pop();
                }
                let end =
                    windows.last().map_or(0, |last| number(last, "start") + number(last, "original_bytes"));
                assert_eq!(number(&window, "start"), end, "{window}");
                windows.push(window);
            }
        }
        windows
    }
}

fn number(window: &Value, name: &str) -> u64 {
    window[name].as_u64().expect("a number")
}

fn text(windows: &[Value]) -> String {
    windows.iter().map(|window| window["output"].as_str().expect("text")).collect()
}

/// Kills all that runs in a container.
fn kill(container: &Run) {
    let group = Pid::from_raw(container.id().try_into().expect("a process id")).expect("a process id");
    kill_process_group(group, Signal::KILL).expect("it runs");
}

#[test]
fn every_line_is_shipped_once_whichever_side_is_killed() {
    let Some(mut pod) = Pod::new() else { return };
    let sidecar = pod.sidecar();
    let count = "i=0; while [ $i -lt $last ]; do i=$((i+1)); echo $i; sleep .01; done";
    let first = pod.application(&format!("last=100; {count}; printf unfinished; read line"));
    wait_for(|| pod.position() > 0);
    wait_for(|| pod.place.read("output").ends_with("unfinished"));
    kill(&first);
    drop(first);
    let mut second =
        pod.application(&format!("echo; last=150; {count}; read line; last=200; {count}; echo bye"));
    wait_for(|| pod.place.read("output").ends_with("150\n"));
    kill(&sidecar);
    drop(sidecar);
    // Without a sidecar it goes on, and starts anew.
    second.stdin.as_mut().expect("a pipe").write_all(b"go on\n").expect("it reads");
    assert_eq!(second.wait().code(), Some(0));
    assert_eq!(pod.application("echo third").wait().code(), Some(0));
    let sidecar = pod.sidecar();
    pod.settle();
    assert_eq!(pod.application("echo fourth").wait().code(), Some(0));
    sidecar.signal(Signal::TERM);
    assert_eq!(sidecar.wait().code(), Some(0));
    let windows = pod.windows();
    let expected =
        format!("{}unfinished\n{}{}bye\nthird\nfourth\n", numbers(100), numbers(150), numbers(200));
    assert_eq!(text(&windows), expected);
    assert!(windows.len() >= 4, "{windows:?}");
}

#[test]
fn a_burst_is_bounded_accounted_for_and_gone_from_the_disk() {
    let Some(mut pod) = Pod::new() else { return };
    // Much more than a pipe holds, before there is a sidecar and while there is one.
    assert_eq!(pod.application("seq 100000").wait().code(), Some(0));
    let sidecar = pod.sidecar();
    pod.settle();
    assert_eq!(pod.application("seq 100000; echo end").wait().code(), Some(0));
    pod.settle();
    sidecar.signal(Signal::TERM);
    assert_eq!(sidecar.wait().code(), Some(0));
    let windows = pod.windows();
    let total: u64 = windows.iter().map(|window| number(window, "original_bytes")).sum();
    assert_eq!(total, 2 * 588_895 + 4);
    for window in &windows {
        assert!(window["output"].as_str().expect("text").len() <= 8 << 10);
        assert_eq!(window["truncated"]["original_bytes"], window["original_bytes"]);
    }
    assert!(text(&windows).starts_with("1\n2\n") && text(&windows).ends_with("100000\nend\n"));
    let file = fs::metadata(pod.place.path("output")).expect("a file");
    assert_eq!(file.len(), total);
    assert!(file.blocks() * 512 <= 64 << 10, "{} blocks of 512 bytes", file.blocks());
}

#[test]
fn what_is_left_is_printed_when_the_pod_ends() {
    let Some(mut pod) = Pod::new() else { return };
    let sidecar = pod.sidecar();
    assert_eq!(pod.application("echo begin").wait().code(), Some(0));
    pod.settle();
    assert_eq!(pod.application("echo bye; printf 'last words'").wait().code(), Some(0));
    sidecar.signal(Signal::TERM);
    assert_eq!(sidecar.wait().code(), Some(0));
    assert_eq!(text(&pod.windows()), "begin\nbye\nlast words");
}

#[test]
fn a_sidecar_without_headtail_ends_so_that_the_next_can_start() {
    let Some(mut pod) = Pod::new() else { return };
    let sidecar = pod.sidecar();
    assert_eq!(pod.application("echo begin").wait().code(), Some(0));
    pod.settle();
    let script = "for p in /proc/[0-9]*; do [ \"$(readlink $p/exe)\" = \"$HEADTAIL\" ] && \
                  tr '\\0' '\\n' <$p/environ | grep -qx \"MARK\" && kill -KILL ${p#/proc/}; done; :";
    let environment = fs::read_to_string(format!("/proc/{}/environ", sidecar.id())).expect("it runs");
    let mark = environment.split('\0').find(|entry| entry.starts_with(Run::MARK)).expect("its mark");
    assert!(pod.place.sh(&script.replace("MARK", mark)).succeeds());
    assert_eq!(sidecar.wait().signal(), None);
    assert_eq!(pod.application("echo more").wait().code(), Some(0));
    let sidecar = pod.sidecar();
    pod.settle();
    sidecar.signal(Signal::TERM);
    assert_eq!(sidecar.wait().code(), Some(0));
    assert_eq!(text(&pod.windows()), "begin\nmore\n");
}
