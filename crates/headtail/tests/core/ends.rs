//! Reading both ends of a file is reading it all: the same output, the same report, the same position at the end.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use crate::file::{Endless, File, read_ends};
use crate::inputs::{cap, cuts, input, large_input, params};
use crate::oracle::{Marker, Params, answer};
use crate::support::{assert_answers, new};
use headtail::seek::skip_middle;
use headtail::{HeadTail, Limits, Split};
use proptest::prelude::*;

/// Asserts that both ends of `input`, read from `offset` on, give what all of it gives.
#[track_caller]
fn agrees(input: &[u8], offset: usize, params: &Params, chunk: usize, most: usize) -> u64 {
    let mut file = File { position: offset as u64, most, ..File::new(input.to_vec()) };
    let mut kept = new(params);
    read_ends(&mut file, &mut kept, &mut vec![0; chunk]);
    assert_answers(&kept, &answer(&input[offset..], params), || {
        format!("{params:?} from {offset} by chunks of {chunk}: {}", input.escape_ascii())
    });
    assert_eq!(file.position, input.len() as u64, "the position is where reading it all leaves it");
    file.bytes
}

/// Calls `check` with every series of `len` of these.
fn series(tokens: &[&'static [u8]], len: usize, check: &mut impl FnMut(&[u8])) {
    for number in 0..tokens.len().pow(u32::try_from(len).expect("short")) {
        let mut number = number;
        let mut text = Vec::new();
        for _ in 0..len {
            text.extend(tokens[number % tokens.len()]);
            number /= tokens.len();
        }
        check(&text);
    }
}

const TOKENS: [&[u8]; 6] =
    [b"\n", b"a", b"\xC3\xA9", b"\xE2\x82", b"bbbbbbbbbbbbbbb", b"cccccccccccccccccccccc"];

#[test]
fn every_short_end_after_every_middle() {
    let middles: [Vec<u8>; 4] =
        [b"\n".repeat(300), b"xyz\n".repeat(90), b"a line of 20 bytes!\n".repeat(20), b"z".repeat(400)];
    let mut skipped = 0;
    for len in 0..=4 {
        series(&TOKENS, len, &mut |end| {
            for middle in &middles {
                let input = [b"head\n", middle.as_slice(), end].concat();
                for (head, tail, max_line) in [(0, 0, 16), (3, 0, 17), (0, 3, 18), (5, 9, 16), (2, 2, 0)] {
                    let params = Params { head, tail, max_line, ..Params::default() };
                    for chunk in [1, 7, 32, 100] {
                        let read = agrees(&input, 0, &params, chunk, usize::MAX);
                        skipped += usize::from(read < input.len() as u64);
                    }
                }
            }
        });
    }
    assert!(skipped > 10_000, "the middle was skipped in {skipped} cases only");
}

#[test]
fn every_short_start_before_a_middle_that_could_be_skipped() {
    for len in 0..=4 {
        series(&TOKENS, len, &mut |start| {
            let input = [start, &b"12345\n".repeat(60)].concat();
            for head in 0..=20 {
                let params = Params { head, tail: 2, max_line: 16, ..Params::default() };
                for chunk in [1, 5, 40] {
                    agrees(&input, 0, &params, chunk, usize::MAX);
                }
            }
        });
    }
}

#[test]
fn every_length_of_the_last_line() {
    for len in 0..300 {
        for end in ["", "\n", "\nx"] {
            let input = ["line\n".repeat(100), "x".repeat(len), end.to_string()].concat();
            for max_line in [0, 16, 40] {
                let params = Params { head: 4, tail: 20, max_line, ..Params::default() };
                agrees(input.as_bytes(), 0, &params, 30, usize::MAX);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_ends_are_the_whole(
        before in input(), input in large_input(), params in params(), chunk in 1_usize..5000, most in 1_usize..9000,
    ) {
        let offset = before.len();
        agrees(&[before, input].concat(), offset, &params, chunk, most);
    }

    #[test]
    fn both_ends_are_the_whole_under_every_limit(
        input in large_input(), params in cuts(), cap in prop::option::of(cap(&Marker::default(), None)), chunk in 1_usize..5000,
    ) {
        let mut limits = crate::support::limits(&params);
        if let Some(cap) = cap {
            limits = limits.cap(cap.bytes, Split::new(cap.split.0, cap.split.1).expect("not both 0"));
        }
        let mut streamed = HeadTail::new(limits).expect("memory");
        streamed.push(&input);
        let mut kept = HeadTail::new(limits).expect("memory");
        read_ends(&mut File::new(input), &mut kept, &mut vec![0; chunk]);
        prop_assert_eq!(kept.report(), streamed.report());
        prop_assert_eq!(kept.snapshot().to_vec(), streamed.snapshot().to_vec());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_ends_are_the_whole_with_default_limits(input in input(), last in input(), chunk in 1_usize..300_000) {
        // Long enough for a middle, mostly: the same text many times over.
        let mut input = input.repeat(1_000_000 / (input.len() + 100));
        input.extend(last);
        agrees(&input, 0, &Params::default(), chunk, usize::MAX);
    }
}

#[test]
fn of_a_large_file_little_is_read() {
    const LEN: u64 = 64 << 30;
    for line in [&b"\n"[..], b"fifteen and one\n"] {
        let mut file = File::new(Endless { line, len: LEN });
        let mut kept = HeadTail::new(Limits::new()).expect("memory");
        read_ends(&mut file, &mut kept, &mut vec![0; 256 << 10]);
        assert!(file.bytes < 400_000, "{} bytes were read", file.bytes);
        assert_eq!(file.position, LEN);
        let report = kept.report();
        assert_eq!(report.original_bytes, LEN);
        assert_eq!((report.omitted_start, report.omitted_end()), (16 << 10, LEN - (16 << 10)));
        assert_eq!((report.clipped_lines, report.clipped_bytes), (0, 0));
    }
}

#[test]
fn of_a_large_file_without_line_limit_nothing_is_searched() {
    const LEN: u64 = 64 << 30;
    let mut file = File::new(Endless { line: b"x", len: LEN });
    let mut kept = HeadTail::new(Limits::new().max_line(0)).expect("memory");
    read_ends(&mut file, &mut kept, &mut vec![0; 32 << 10]);
    assert_eq!(file.bytes, (32 << 10) + (16 << 10) + 1);
    assert_eq!(kept.report().omitted_bytes, LEN - (32 << 10));
}

#[test]
fn a_search_in_vain_reads_an_eighth_more() {
    const LEN: u64 = 8 << 20;
    let mut file = File::new(Endless { line: b"x", len: LEN });
    let mut kept = HeadTail::new(Limits::new().head(0).tail(100)).expect("memory");
    read_ends(&mut file, &mut kept, &mut vec![0; 64 << 10]);
    assert_eq!(kept.report().original_bytes, LEN);
    assert!((LEN..=LEN + LEN / 8).contains(&file.bytes), "{} bytes were read", file.bytes);
}

#[test]
fn a_tail_of_lines_longer_than_a_chunk_is_found() {
    const LEN: u64 = 1 << 30;
    static LINE: [u8; 100_000] = {
        let mut line = [b'x'; 100_000];
        line[99_999] = b'\n';
        line
    };
    let mut file = File::new(Endless { line: &LINE, len: LEN });
    let mut kept = HeadTail::new(Limits::new()).expect("memory");
    read_ends(&mut file, &mut kept, &mut vec![0; 64 << 10]);
    // The tail has seven lines, and a part of an eighth; these are read twice, backwards by steps that grow.
    assert!(file.bytes < 4_000_000, "{} bytes were read", file.bytes);
    let report = kept.report();
    assert_eq!(report.original_bytes, LEN);
    assert_eq!(report.clipped_lines, 7 + 7);
}

/// A file that changes at one call, for every call there is.
fn changing(content: &[u8], change: fn(&mut Vec<u8>), check: impl Fn(&HeadTail, &File)) {
    let params = changing_params();
    for chunk in [8, 64, 200] {
        for at in 0.. {
            let mut file = File { change, change_at: at, ..File::new(content.to_vec()) };
            let mut kept = new(&params);
            read_ends(&mut file, &mut kept, &mut vec![0; chunk]);
            if file.calls <= at {
                break;
            }
            check(&kept, &file);
        }
    }
}

fn changing_params() -> Params {
    Params { head: 10, tail: 50, max_line: 16, ..Params::default() }
}

#[test]
fn a_file_that_grows_is_read_to_its_new_end() {
    let content = b"line\nlonger line\n".repeat(200);
    changing(
        &content,
        |content| content.extend(b"more\nand more, without an end".repeat(3)),
        |kept, file| {
            assert_answers(kept, &answer(&file.content, &changing_params()), || {
                format!("grown at call {}", file.calls)
            });
            assert_eq!(file.position, file.content.len() as u64);
        },
    );
}

#[test]
fn a_file_that_shrinks_is_what_it_was_up_to_some_length() {
    let content = b"line\nlonger line, too long\n".repeat(200);
    let shrinks: [fn(&mut Vec<u8>); 5] = [
        |content| content.clear(),
        |content| content.truncate(5),
        |content| content.truncate(400),
        |content| content.truncate(content.len() - 100),
        |content| content.truncate(content.len() - 1),
    ];
    for shrink in shrinks {
        changing(&content, shrink, |kept, file| {
            let len = usize::try_from(kept.total_written()).expect("in memory");
            assert!(file.content.len() <= len && len <= content.len(), "{len}");
            assert_answers(kept, &answer(&content[..len], &changing_params()), || format!("{len} bytes"));
        });
    }
}

#[test]
fn a_file_that_is_another_now_is_no_reason_to_panic() {
    let content = b"line\nlonger line, too long\n".repeat(200);
    changing(
        &content,
        |content| content.fill(b'x'),
        |kept, file| {
            assert_eq!(kept.total_written(), file.content.len() as u64);
            let report = kept.report();
            assert_eq!(
                report.shown_bytes() + report.clipped_bytes + report.omitted_bytes,
                report.original_bytes
            );
        },
    );
}

/// A source whose end is not where it says.
struct Lying {
    content: Cursor<Vec<u8>>,
    end: Option<u64>,
}

impl Read for Lying {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.content.read(room)
    }
}

impl Seek for Lying {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match (to, self.end) {
            (SeekFrom::End(_), None) => Err(io::ErrorKind::InvalidInput.into()),
            (SeekFrom::End(_), Some(end)) => self.content.seek(SeekFrom::Start(end)),
            _ => self.content.seek(to),
        }
    }
}

#[test]
fn a_source_that_lies_about_its_end_is_read_on() {
    let content = b"as /proc and /sys do\n".repeat(100);
    let limits = Limits::new().head(10).tail(10);
    let mut streamed = HeadTail::new(limits).expect("memory");
    streamed.push(&content);
    for end in [None, Some(0), Some(1), Some(22), Some(500), Some(4096), Some(1 << 40), Some(u64::MAX)] {
        let mut source = Lying { content: Cursor::new(content.clone()), end };
        let mut kept = HeadTail::new(limits).expect("memory");
        let mut chunk = [0; 30];
        let count = source.read(&mut chunk).expect("readable");
        kept.push(&chunk[..count]);
        skip_middle(&mut source, &mut kept, &mut chunk).expect("readable");
        let mut rest = Vec::new();
        source.read_to_end(&mut rest).expect("readable");
        kept.push(&rest);
        assert_eq!(kept.report(), streamed.report(), "{end:?}");
        assert_eq!(kept.snapshot().to_vec(), streamed.snapshot().to_vec(), "{end:?}");
    }
}

#[test]
fn what_needs_every_byte_gets_it() {
    let content = b"line\n".repeat(1000);
    let marker = headtail::Marker::parse(b"[{lines}]").expect("valid");
    let mut kept = HeadTail::with_marker(Limits::new().head(5).tail(5), marker).expect("memory");
    let mut file = File::new(content);
    read_ends(&mut file, &mut kept, &mut [0; 100]);
    assert_eq!(file.bytes, 5000);
    assert_eq!(kept.snapshot().to_vec(), b"line\n[998]line\n");
}

#[test]
fn a_call_too_early_or_without_room_does_nothing() {
    let mut source = Cursor::new(b"line\n".repeat(1000));
    let mut kept = HeadTail::new(Limits::new().head(5).tail(5)).expect("memory");
    skip_middle(&mut source, &mut kept, &mut [0; 10]).expect("readable");
    assert_eq!((source.position(), kept.total_written()), (0, 0));
    let mut line = [0; 6];
    source.read_exact(&mut line).expect("readable");
    kept.push(&line);
    skip_middle(&mut source, &mut kept, &mut []).expect("readable");
    assert_eq!((source.position(), kept.total_written()), (6, 6));
    // Text from elsewhere: there would be no way back.
    kept.push(b"more than the source has given");
    skip_middle(&mut source, &mut kept, &mut [0; 10]).expect("readable");
    assert_eq!((source.position(), kept.total_written()), (6, 36));
}

/// A file of which one call fails, once.
struct Failing {
    file: File,
    at: usize,
    kind: io::ErrorKind,
}

impl Read for Failing {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.file.calls == self.at {
            self.file.calls += 1;
            return Err(self.kind.into());
        }
        self.file.read(room)
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Reads both ends of lines of which the tail is longer than the chunk; the call `at` fails. Says how many errors
/// `skip_middle` handed on.
fn errors_of_a_call_that_fails(at: usize, kind: io::ErrorKind) -> usize {
    let content = b"a line\n".repeat(200);
    let params = Params { head: 5, tail: 100, max_line: 16, ..Params::default() };
    let mut kept = new(&params);
    let mut source = Failing { file: File::new(content.clone()), at, kind };
    let mut chunk = [0; 40];
    let mut errors = 0;
    loop {
        match source.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => kept.push(&chunk[..count]),
            Err(_) => continue,
        }
        if source.file.position == chunk.len() as u64 {
            errors += usize::from(skip_middle(&mut source, &mut kept, &mut chunk).is_err());
        }
    }
    assert!(source.file.calls < 100, "it goes on and on");
    if errors == 0 {
        assert_answers(&kept, &answer(&content, &params), || format!("{kind} at call {at}"));
    }
    errors
}

#[test]
fn an_interrupted_read_is_repeated_and_any_other_that_fails_half_way_is_told() {
    let errors = |kind| (0..40).map(|at| errors_of_a_call_that_fails(at, kind)).sum::<usize>();
    assert_eq!(errors(io::ErrorKind::Interrupted), 0);
    // The rest of the tail takes three reads after the one that can still be taken back.
    assert_eq!(errors(io::ErrorKind::Other), 3);
}

#[test]
fn what_is_needed_is_read_and_no_more() {
    // 20 bytes of tail, 19 that a clip may take back, and the byte before them: 40 bytes, which begin in a line.
    let content = b"a line\n".repeat(200);
    let params = Params { head: 5, tail: 20, max_line: 16, ..Params::default() };
    let tail = 42;
    // Calls: the first read, where it is, where the end is, two for each piece that is searched, one and a read or two
    // for the tail, and the read that finds the end.
    for (chunk, searched, calls) in [(100, 80, 3 + 2 + 2 + 1), (30, 60, 3 + 4 + 3 + 1)] {
        let mut file = File::new(content.clone());
        let mut kept = new(&params);
        read_ends(&mut file, &mut kept, &mut vec![0; chunk]);
        assert_answers(&kept, &answer(&content, &params), || format!("chunks of {chunk}"));
        assert_eq!((file.calls, file.bytes), (calls, (chunk + searched + tail) as u64), "chunks of {chunk}");
    }
    // Of a cap the tail needs its share alone, unless limits of lines may leave it the other one.
    for (lines, tail) in [(None, 500), (Some(5), 1000)] {
        let mut limits = Limits::new().max_line(0).cap(1000, Split::EVEN);
        if let Some(lines) = lines {
            limits = limits.head_lines(lines);
        }
        let mut file = File::new(Endless { line: b"a line\n", len: 1 << 30 });
        read_ends(&mut file, &mut HeadTail::new(limits).expect("memory"), &mut [0; 4096]);
        assert_eq!(file.bytes, 4096 + tail + 1);
    }
    // Where nothing is clipped it does not matter where lines begin, or whether all of the rest is just enough.
    for len in 110..=115 {
        let params = Params { max_line: 0, ..params };
        let mut file = File::new(content[..len].to_vec());
        let mut kept = new(&params);
        read_ends(&mut file, &mut kept, &mut [0; 90]);
        assert_answers(&kept, &answer(&content[..len], &params), || format!("{len} bytes"));
        assert_eq!(file.bytes, if len < 111 { len as u64 } else { 90 + 21 }, "{len} bytes");
    }
}

#[test]
fn of_overlong_lines_no_more_are_read_than_may_be_needed() {
    // Of each line that is too long 11 bytes are certain to be stored: four lines are just the 44 bytes that are needed.
    let content = b"a line of thirty-one bytes ...\n".repeat(100);
    let params = Params { head: 5, tail: 24, max_line: 16, ..Params::default() };
    let mut file = File::new(content.clone());
    let mut kept = new(&params);
    read_ends(&mut file, &mut kept, &mut [0; 200]);
    assert_answers(&kept, &answer(&content, &params), || String::from("overlong lines"));
    assert_eq!(file.bytes, 200 + (88 + 176) + 4 * 31);
}
