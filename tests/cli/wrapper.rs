//! The wrapper of `examples/`, without the cluster: in the container of the application, with its lives and deaths.

use rustix::process::Signal;

use crate::program::Program;
use crate::run::wait_for;
use crate::support::{Place, assert_output, assert_run, numbers};

/// A word list of the manifest, without what comes before it.
fn words(key: &str) -> Vec<String> {
    let manifest = include_str!("../../examples/kubernetes-wrapper.yaml");
    let container = manifest.split_once("- name: app\n").expect("the application's container").1;
    let list = container.split_once(&format!("{key}: ")).expect("a list").1;
    serde_json::from_str(list.lines().next().expect("a line")).expect("words")
}

/// The wrapper as the manifest has it, around `application`.
fn wrapper(place: &Place, application: &[&str]) -> Program {
    let mut run = Program::headtail();
    for word in &words("command")[1..] {
        run.arg(word.replace("/dev/termination-log", "termination-log"));
    }
    run.args(application).current_dir(place.path(""));
    run
}

#[test]
fn the_log_is_complete_and_the_message_has_both_ends_and_the_status_is_the_applications() {
    let place = Place::new();
    let application = ["sh", "-c", "seq 10000; echo failed >&2; exit 7"];
    let log = format!("{}failed\n", numbers(10_000));
    assert_run(&mut wrapper(&place, &application), log, "", 7);
    let message = place.read("termination-log");
    assert!(4000 < message.len() && message.len() <= 4096, "{}", message.len());
    assert!(message.starts_with("1\n2\n") && message.ends_with("10000\nfailed\n"), "{message}");
}

#[test]
fn the_next_life_has_a_message_of_its_own() {
    let place = Place::new();
    assert_run(&mut wrapper(&place, &["sh", "-c", "echo the first life; exit 1"]), "the first life\n", "", 1);
    assert_eq!(place.read("termination-log"), "the first life\n");
    assert_run(&mut wrapper(&place, &["echo", "second"]), "second\n", "", 0);
    assert_eq!(place.read("termination-log"), "second\n");
}

#[test]
fn an_application_that_is_killed_leaves_its_last_words() {
    let place = Place::new();
    assert_run(
        &mut wrapper(&place, &["sh", "-c", "echo last words; kill -KILL $$"]),
        "last words\n",
        "",
        137,
    );
    assert_eq!(place.read("termination-log"), "last words\n");
}

#[test]
fn the_log_is_live_and_the_application_is_told_to_end() {
    let place = Place::new();
    let application = ["sh", "-c", "trap 'echo bye; exit 0' TERM; echo started; while :; do :; done"];
    let log = std::fs::File::create(place.path("log")).expect("a file for the log");
    let run = wrapper(&place, &application).stdout(log).spawn().expect("it starts");
    wait_for(|| place.read("log") == "started\n");
    run.signal(Signal::TERM);
    assert_output(&run.end(), "", "", None);
    assert_eq!(place.read("log"), "started\nbye\n");
    assert_eq!(place.read("termination-log"), "started\nbye\n");
}

#[test]
fn a_wrapper_that_is_killed_leaves_the_log_as_far_as_it_came() {
    let place = Place::new();
    let log = std::fs::File::create(place.path("log")).expect("a file for the log");
    let run = wrapper(&place, &["sh", "-c", "echo started; while echo alive; do sleep 0.01; done"])
        .stdout(log)
        .spawn()
        .expect("it starts");
    wait_for(|| place.read("log").starts_with("started\nalive\n"));
    run.signal(Signal::KILL);
    // The application ends as it writes to a closed pipe.
    assert_output(&run.end(), "", "", None);
    assert_eq!(place.read("termination-log"), "");
}
