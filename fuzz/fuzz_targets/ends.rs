//! Any file, limits, offset and chunk: reading both its ends gives what reading all of it gives. A file that
//! changes meanwhile breaks nothing.
#![no_main]

#[path = "../../crates/headtail/tests/support/file.rs"]
mod file;
#[path = "../../crates/headtail/tests/oracle/mod.rs"]
mod oracle;
#[path = "../../crates/headtail/tests/support/mod.rs"]
mod support;

use arbitrary::Arbitrary;
use file::{File, read_ends};
use libfuzzer_sys::fuzz_target;
use oracle::{Params, answer};

/// Longest file; enough for any limits here to be small beside it.
const MOST: usize = 1 << 15;

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    head: u8,
    tail: u8,
    /// 0 is no limit, else it counts from the shortest limit.
    max_line: u8,
    is_null: bool,
    offset: u16,
    chunk: u16,
    most: u16,
    start: Vec<Line<'a>>,
    middle: (Line<'a>, u16),
    end: Vec<Line<'a>>,
    change: Change,
    change_at: u8,
}

#[derive(Arbitrary, Debug)]
enum Line<'a> {
    Bytes(&'a [u8]),
    Run(u16),
    Delimiter,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Change {
    Nothing,
    Grow,
    Shrink,
    Empty,
    Fill,
}

impl Case<'_> {
    fn params(&self) -> Params {
        Params {
            head: self.head.into(),
            tail: self.tail.into(),
            max_line: if self.max_line == 0 { 0 } else { usize::from(self.max_line) + 15 },
            delimiter: if self.is_null { 0 } else { b'\n' },
            ..Params::default()
        }
    }

    fn content(&self, params: &Params) -> Vec<u8> {
        let mut content = Vec::new();
        let mut append = |line: &Line<'_>| match line {
            Line::Bytes(bytes) => content.extend_from_slice(bytes),
            Line::Run(len) => content.resize(content.len() + usize::from(*len) % 600, b'x'),
            Line::Delimiter => content.push(params.delimiter),
        };
        self.start.iter().for_each(&mut append);
        (0..self.middle.1 % 3000).for_each(|_| append(&self.middle.0));
        self.end.iter().for_each(&mut append);
        content.truncate(MOST);
        content
    }
}

fuzz_target!(|case: Case| {
    let params = case.params();
    let content = case.content(&params);
    let offset = usize::from(case.offset).min(content.len());
    let change: fn(&mut Vec<u8>) = match case.change {
        Change::Nothing => |_| {},
        Change::Grow => |content| content.extend_from_within(content.len() / 2..),
        Change::Shrink => |content| content.truncate(content.len() - content.len() / 20),
        Change::Empty => Vec::clear,
        Change::Fill => |content| content.fill(b'z'),
    };
    let mut file = File {
        position: offset as u64,
        most: usize::from(case.most) + 1,
        change,
        change_at: case.change_at.into(),
        ..File::new(content.clone())
    };
    let mut kept = support::new(&params);
    read_ends(&mut file, &mut kept, &mut vec![0; usize::from(case.chunk) + 1]);

    let report = kept.report();
    assert_eq!(report.shown_bytes() + report.clipped_bytes + report.omitted_bytes, report.original_bytes);
    let len = offset + usize::try_from(report.original_bytes).expect("in memory");
    let seen = match case.change {
        // What it was when its end was reached.
        Change::Nothing | Change::Grow => file.content,
        Change::Shrink | Change::Empty => content,
        Change::Fill => return,
    };
    support::assert_answers(&kept, &answer(&seen[offset..len], &params), || {
        format!("{params:?} from {offset}")
    });
    assert!(matches!(case.change, Change::Shrink | Change::Empty) || len == seen.len());
});
