//! The sidecar of `examples/`, without the cluster.

use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;

use rustix::process::Signal;

use crate::program::Program;
use crate::support::{Place, assert_output, numbers};

/// The command of the sidecar, with paths in `place`.
fn sidecar(place: &Place) -> Program {
    let manifest = include_str!("../../examples/kubernetes-sidecar.yaml");
    let command = manifest.split_once("command: [\"headtail\", ").expect("the sidecar's command").1;
    let args: Vec<_> = command.split(']').next().into_iter().flat_map(|args| args.split(", ")).collect();
    let mut run = Program::headtail();
    for arg in args {
        let arg = arg.trim_matches('"');
        let arg = arg.replace("/pipe/", "").replace("/dev/termination-log", "termination-log");
        run.arg(arg);
    }
    place.fifo("output");
    place.write("termination-log", "");
    run.current_dir(place.path(""));
    run
}

/// What the file of the message has, and whether it is still the same file.
fn message(place: &Place, inode: u64) -> String {
    assert_eq!(fs::metadata(place.path("termination-log")).expect("a file").ino(), inode);
    place.read("termination-log")
}

#[test]
fn the_sidecar_passes_everything_on_and_leaves_both_ends() {
    let place = Place::new();
    let run = sidecar(&place).spawn().expect("it starts");
    let inode = fs::metadata(place.path("termination-log")).expect("a file").ino();
    let text = numbers(10_000);
    fs::write(place.path("output"), &text).expect("the sidecar reads");
    assert_output(&run.end(), &text, "", Some(0));
    let message = message(&place, inode);
    assert!(4000 < message.len() && message.len() <= 4096, "{}", message.len());
    assert!(message.starts_with("1\n2\n") && message.ends_with("9999\n10000\n"), "{message}");
}

#[test]
fn the_sidecar_writes_what_it_has_when_it_is_told_to_end() {
    let place = Place::new();
    let run = sidecar(&place).spawn().expect("it starts");
    let inode = fs::metadata(place.path("termination-log")).expect("a file").ino();
    let mut application =
        fs::File::options().write(true).open(place.path("output")).expect("the sidecar reads");
    application.write_all(b"started\n").expect("the sidecar reads");
    run.wait_until_blocked();
    run.signal(Signal::TERM);
    application.write_all(b"last words\n").expect("the sidecar reads");
    assert_output(&run.end(), "started\nlast words\n", "", None);
    assert_eq!(message(&place, inode), "started\nlast words\n");
}
