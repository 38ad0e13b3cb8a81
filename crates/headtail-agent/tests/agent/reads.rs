//! Reading through a keeper and from a record.

use headtail_agent::{Error, Query, Reason, Refusal, Start};

use super::support::{Home, LONG, text};

#[test]
fn a_record_answers_as_the_keeper_did() {
    let home = Home::new();
    let start = Start::command_line("seq 100000; echo ready; read line; exit 0").stdin();
    let id = home.start(&start).id;
    home.wait_for(id, "ready");
    let queries = [0, 1, 5000, 20_000, 300_000, 588_895, 588_901]
        .iter()
        .flat_map(|&after| [64, 1000, 32 << 10, 1 << 20].map(|max| Query::new().after(after).max_bytes(max)))
        .flat_map(|query| [query.clone(), query.clean()]);
    let queries: Vec<_> = queries.collect();
    let read = |query: &Query| {
        let answer = home.client.output(id, query).expect("an answer");
        (answer.output, answer.truncated, answer.start, answer.end, answer.reason)
    };
    let before: Vec<_> = queries.iter().map(read).collect();
    home.client.input(id, b"\n", true, None, LONG).expect("an input");
    assert_eq!(home.end(id).process.exit_code(), Some(0));
    let after: Vec<_> = queries.iter().map(read).collect();
    assert_eq!(before, after);
}

#[test]
fn what_is_left_out_of_a_flood_is_counted_to_the_byte() {
    let home = Home::new();
    let answer = home.end(home.sh("yes 0123456789 | head -c 50000000"));
    let account = answer.truncated.expect("an account");
    assert_eq!((answer.start, answer.end, account.original_bytes), (0, 50_000_000, 50_000_000));
    assert_eq!(answer.process.output_bytes, 50_000_000);
    let shown = answer.output.len() as u64;
    assert_eq!(account.retained_bytes, shown);
    assert!(shown <= 32 << 10);
    let marker = format!("... [omitted {} bytes] ...", account.omitted_bytes);
    let output = text(&answer.output);
    let (head, tail) = output.split_once(&marker).expect("a marker");
    let lines = |part: &str| part.trim_matches('\n').len() + 1;
    assert_eq!(head.trim_end_matches('\n').len() as u64 + 1, account.omitted_start);
    assert!(
        lines(head) as u64 + account.omitted_bytes + tail.trim_start_matches('\n').len() as u64 == 50_000_000
    );
}

#[test]
fn going_on_from_next_shows_everything_once() {
    let home = Home::new();
    let id = home.sh("for i in 1 2 3 4 5 6 7 8 9; do echo line $i; sleep 0.02; done");
    let (mut after, mut all) = (0, String::new());
    loop {
        let query = Query::new().after(after).wait(headtail_agent::Wait::Output).timeout(LONG);
        let answer = home.client.output(id, &query).expect("an answer");
        assert!(answer.next() >= after);
        all += &text(&answer.output);
        after = answer.next();
        if answer.reason == Reason::Exit {
            break;
        }
    }
    assert_eq!(all, ["line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\nline 9\n"].concat());
}

#[test]
fn an_offset_past_the_end_is_an_error_while_it_runs_and_after() {
    let home = Home::new();
    let id = home.start(&Start::command_line("echo 1; read line").stdin()).id;
    home.wait_for(id, "1");
    let read = || home.client.output(id, &Query::new().after(3)).expect_err("an error");
    let is_past = |error: Error| matches!(error, Error::Refused(_, Refusal::PastEnd { end: 2 }));
    assert!(is_past(read()));
    home.client.input(id, b"", true, None, LONG).expect("an end");
    home.end(id);
    assert!(is_past(read()));
    assert!(home.client.output(id, &Query::new().max_bytes(63)).is_err());
    assert!(home.client.output(id, &Query::new().max_bytes((1 << 20) + 1)).is_err());
}

#[test]
fn an_answer_for_programs_says_what_was_lossy() {
    let home = Home::new();
    let answer = home.end(home.sh(r"printf 'a\377b'"));
    let json = serde_json::to_value(answer.as_json()).expect("JSON");
    assert_eq!((json["output"].as_str(), json["lossy"].as_bool()), (Some("a\u{fffd}b"), Some(true)));
    assert_eq!((json["next"].as_u64(), json["exit_code"].as_u64()), (Some(3), Some(0)));
    assert!(json["truncated"].is_null() && json["match"].is_null() && json["signal"].is_null());
    let answer = home.end(home.sh("echo é"));
    assert_eq!(serde_json::to_value(answer.as_json()).expect("JSON")["lossy"], false);
}

#[test]
fn a_stream_of_chunks_is_the_output_as_it_is() {
    let home = Home::new();
    let id = home.sh("head -c 200000 /dev/zero | tr '\\0' x; printf '\\377\\n'");
    let (mut after, mut all) = (0, Vec::new());
    loop {
        let chunk = home.client.chunk(id, after, 10_000, LONG).expect("a chunk");
        assert_eq!(chunk.start, after);
        assert!(chunk.bytes.len() <= 10_000);
        after = chunk.next();
        all.extend(chunk.bytes);
        if chunk.is_last {
            break;
        }
    }
    assert_eq!(all, [&vec![b'x'; 200_000][..], b"\xff\n"].concat());
}
