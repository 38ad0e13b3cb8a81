//! How long processes are remembered, and how they are forgotten.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use headtail_agent::{Admit, Error, Filter, Id, Keep, Start};

use super::support::Home;

fn start(home: &Home, keep: Keep) -> Id {
    let admit = Admit { keep, ..Admit::default() };
    home.client.start(&Start::argv(["true"]), admit).expect("a process").process.id
}

/// Makes a file look as if it had been written that long ago.
fn backdate(home: &Home, name: &str, age: Duration) {
    let file = File::open(home.path().join(name)).expect("a file");
    file.set_modified(SystemTime::now() - age).expect("a time");
}

const HOUR: Duration = Duration::from_secs(60 * 60);

#[test]
fn those_that_ended_first_are_forgotten_first_and_those_that_run_never() {
    let home = Home::new();
    let running = home.sh("sleep 60");
    let keep = Keep { count: 3, ..Keep::default() };
    let ids: Vec<Id> = (0..6)
        .map(|_| {
            let id = start(&home, keep);
            home.end(id);
            id
        })
        .collect();
    // When the last was started, five had ended.
    assert_eq!(home.ids(), [running, ids[5], ids[4], ids[3], ids[2]]);
    let error = home.client.get(ids[0]).expect_err("an error");
    assert_eq!(error.to_string(), format!("Process \"{}\" not found.", ids[0]));
    assert!(error.detail().expect("a detail").starts_with("it was forgotten at 20"));
    let never = home.client.get("zzzzzzzzzzzzzzzz".parse().expect("an id")).expect_err("an error");
    assert_eq!(
        (never.to_string().as_str(), never.detail()),
        ("Process \"zzzzzzzzzzzzzzzz\" not found.", None)
    );
}

#[test]
fn what_ended_long_ago_is_forgotten_and_after_a_day_that_it_was() {
    let home = Home::new();
    let old =
        home.client.start(&Start::argv(["true"]).key("k"), Admit::default()).expect("a process").process.id;
    home.end(old);
    let young = home.sh("true");
    home.end(young);
    backdate(&home, &format!("records/{old}"), 25 * HOUR);
    start(&home, Keep::default());
    assert!(matches!(home.client.get(old), Err(Error::NotFound { expired: Some(_), .. })));
    assert!(home.client.get(young).is_ok());
    let by_beginning = home.client.resolve(&old.as_str()[..15]).expect_err("an error");
    assert!(matches!(by_beginning, Error::NotFound { expired: Some(_), .. }), "{by_beginning:?}");
    let again = home.client.start(&Start::argv(["true"]).key("k"), Admit::default()).expect("a process");
    assert!(again.is_new, "its key is free");
    // An hour is as good as a day where that is asked for.
    home.end(again.process.id);
    backdate(&home, &format!("records/{young}"), 2 * HOUR);
    start(&home, Keep { age: HOUR, ..Keep::default() });
    assert!(matches!(home.client.get(young), Err(Error::NotFound { expired: Some(_), .. })));
    assert!(fs::exists(home.path().join(format!("expired/{old}"))).expect("a directory"));
}

#[test]
fn a_process_is_removed_once_it_has_ended() {
    let home = Home::new();
    let id = home.start(&Start::command_line("sleep 60").key("k")).id;
    assert_eq!(
        home.client.remove(id).expect_err("an error").to_string(),
        format!("Process \"{id}\" is running.")
    );
    home.client.signal(id, "kill").expect("a signal");
    home.end(id);
    home.client.remove(id).expect("an end");
    assert!(matches!(home.client.remove(id), Err(Error::NotFound { expired: None, .. })));
    for directory in ["live", "records", "keys"] {
        assert_eq!(fs::read_dir(home.path().join(directory)).expect("a directory").count(), 0, "{directory}");
    }
}

#[test]
fn a_list_has_those_that_run_first_then_the_newest_page_by_page() {
    let home = Home::new();
    let first = home.sh("sleep 60");
    let ended: Vec<Id> = (0..4)
        .map(|_| {
            let id = home.sh("exit 1");
            home.end(id);
            id
        })
        .collect();
    let last = home.sh("sleep 60");
    let order = [last, first, ended[3], ended[2], ended[1], ended[0]];
    assert_eq!(home.ids(), order);
    let mut filter = Filter { limit: Some(4), ..Filter::default() };
    let page = home.client.list(&filter).expect("a list");
    assert_eq!((page.total, page.running, page.next), (6, 2, Some(ended[2])));
    filter.before = page.next;
    let rest = home.client.list(&filter).expect("a list");
    assert_eq!(rest.processes.iter().map(|process| process.id).collect::<Vec<_>>(), order[4..]);
    assert_eq!(rest.next, None);
    let exited = Filter { state: Some("exited".into()), ..Filter::default() };
    assert_eq!(home.client.list(&exited).expect("a list").processes.len(), 4);
}

#[test]
fn an_id_can_be_given_by_its_beginning() {
    let home = Home::new();
    let id = home.sh("true");
    assert_eq!(home.client.resolve(&id.as_str()[..4]).expect("an id"), id);
    home.sh("true");
    let shared = &id.as_str()[..3];
    assert_eq!(
        home.client.resolve(shared).expect_err("an error").to_string(),
        format!("Several processes have an id that begins with \"{shared}\".")
    );
    for nothing in ["", "zz", "../x", "é"] {
        let message = format!("Process \"{nothing}\" not found.");
        assert_eq!(home.client.resolve(nothing).expect_err("an error").to_string(), message);
    }
}
