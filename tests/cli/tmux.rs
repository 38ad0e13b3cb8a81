//! A real terminal.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::program::Program;
use crate::run::{PATIENCE, Run};
use crate::support::{Place, skip};

/// Where the server listens.
const SOCKET: &str = "socket";

/// A tmux server of the test's own, with one window that runs a shell. Gone when dropped.
pub(crate) struct Tmux {
    /// The server is a process of this run.
    _server: Run,
    pub(crate) place: Place,
}

impl Tmux {
    /// A server, unless there is no tmux here.
    #[track_caller]
    pub(crate) fn start() -> Option<Self> {
        if !Program::new("tmux").arg("-V").succeeds() {
            skip("there is no tmux");
            return None;
        }
        let place = Place::new();
        let shell = ["new-session", "-d", "-x", "120", "-y", "20", "env PS1='$ ' sh"];
        let server = Program::new("tmux").arg("-S").arg(place.path(SOCKET)).args(shell).spawn();
        let tmux = Self { _server: server.expect("tmux can be started"), place };
        tmux.wait_for(|screen| screen == "$");
        tmux.enter(&format!("cd {}; clear", tmux.place.path("").display()));
        tmux.wait_for(|screen| screen == "$");
        Some(tmux)
    }

    pub(crate) fn run(&self, args: &[&str]) -> String {
        let output = Program::new("tmux").arg("-S").arg(self.place.path(SOCKET)).args(args).output();
        String::from_utf8(output.expect("tmux can be started").stdout).expect("text")
    }

    pub(crate) fn enter(&self, line: &str) {
        self.run(&["send-keys", "-l", "--", line]);
        self.run(&["send-keys", "Enter"]);
    }

    fn screen(&self) -> String {
        self.run(&["capture-pane", "-p"]).trim_end().to_owned()
    }

    /// Waits until the screen is as `is_right` says, and returns it.
    #[track_caller]
    pub(crate) fn wait_for(&self, is_right: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if is_right(&screen) {
                return screen;
            }
            assert!(start.elapsed() < PATIENCE, "the screen stays\n{screen}");
            sleep(Duration::from_millis(20));
        }
    }
}
