//! A real terminal.

use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::{PROGRAM, Place};

/// A tmux server of the test's own, with one window that runs a shell. Gone when dropped.
pub(crate) struct Tmux {
    pub(crate) place: Place,
}

impl Tmux {
    pub(crate) fn start() -> Option<Self> {
        let tmux = Self { place: Place::new() };
        let shell = ["new-session", "-d", "-x", "120", "-y", "20", "env PS1='$ ' sh"];
        Command::new("tmux").arg("-V").output().ok()?;
        tmux.run(&shell);
        tmux.wait_for(|screen| screen == "$");
        tmux.enter(&format!("cd {}; clear", tmux.place.path("").display()));
        tmux.wait_for(|screen| screen == "$");
        Some(tmux)
    }

    pub(crate) fn run(&self, args: &[&str]) -> String {
        let socket = self.place.path("socket");
        let output = Command::new("tmux").arg("-S").arg(socket).args(args).env("HEADTAIL", PROGRAM).output();
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
            assert!(start.elapsed() < Duration::from_secs(20), "the screen stays\n{screen}");
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.run(&["kill-server"]);
    }
}
