//! What a keeper shows of a process, against all that the process printed.
#![no_main]

use arbitrary::Arbitrary;
use headtail_agent::fuzz::{Searching, Stream};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    head: u8,
    ring: u8,
    pieces: Vec<&'a [u8]>,
    reads: Vec<(u16, u16, u8, bool)>,
    needle: u8,
}

fuzz_target!(|case: Case<'_>| {
    let (head, ring) = (usize::from(case.head), usize::from(case.ring));
    let mut stream = Stream::new(head, ring);
    // Every byte passes a search that sees more of the ring than what is new, as in a keeper.
    let pattern = format!("{}", char::from(b'a' + case.needle % 26));
    let mut searching = Searching::new(&pattern, 0).expect("a pattern");
    let mut found = None;
    let mut all = Vec::new();
    for piece in case.pieces.iter().flat_map(|piece| piece.chunks(ring.max(2) - 1)) {
        stream.push(piece);
        all.extend_from_slice(piece);
        found = found.or_else(|| searching.advance(&stream));
    }
    if ring > 1 {
        let first = all.iter().position(|&byte| byte == pattern.as_bytes()[0]);
        assert_eq!(found.map(|found| found.start), first.map(|at| at as u64));
    }
    for (after, max_bytes, max_line, clean) in case.reads {
        let after = usize::from(after) % (all.len() + 1);
        let max_bytes = 64 + usize::from(max_bytes);
        let max_line = if max_line < 16 { 0 } else { usize::from(max_line) };
        let (shown, from_record) = stream.read(after as u64, max_bytes, max_line, clean);
        assert_eq!(shown, from_record);
        let (text, account) = shown;
        let stretch = &all[after..];
        assert!(text.len() <= max_bytes);
        let Some(account) = account else {
            assert_eq!(text, stretch);
            continue;
        };
        assert_eq!(account.original_bytes, stretch.len() as u64);
        assert_eq!(account.retained_bytes, text.len() as u64);
        let offset = |number: u64| usize::try_from(number).expect("an offset");
        let (start, len) = (offset(account.omitted_start), offset(account.omitted_bytes));
        assert!(start >= after || len == 0);
        if max_line == 0 && !clean {
            let marker =
                text.strip_prefix(&all[after..start]).and_then(|rest| rest.strip_suffix(&all[start + len..]));
            let marker = str::from_utf8(marker.expect("both ends")).expect("a marker");
            assert_eq!(marker.trim_matches('\n'), format!("... [omitted {len} bytes] ..."));
        }
    }
});
