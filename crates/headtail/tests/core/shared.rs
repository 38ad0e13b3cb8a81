//! Many writers at once: nothing torn, nothing lost, every count exact, and every snapshot whole.

use std::io::Write;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use headtail::{Limits, Report, SharedHeadTail};

const WRITERS: usize = 4;
const RECORDS: usize = 5000;

/// Bytes of a record: the writer, the number of the record, and its own text again and again.
const RECORD: usize = 32;

/// The `number`th record of `writer`: one write, two lines.
fn record(writer: usize, number: usize) -> [u8; RECORD] {
    let mut record = [b'a' + u8::try_from(writer).expect("few writers"); RECORD];
    record[..9].copy_from_slice(format!("{writer} {number:06}\n").as_bytes());
    record[RECORD - 1] = b'\n';
    record
}

/// Writer and number of a record that must be whole.
#[track_caller]
fn read(bytes: &[u8]) -> (usize, usize) {
    let text = str::from_utf8(bytes).expect("a record is ASCII");
    let writer = text[..1].parse().expect("a record begins with its writer");
    let number = text[2..8].parse().expect("a record has its number");
    assert_eq!(bytes, record(writer, number), "torn");
    (writer, number)
}

/// The records of `text`, each asserted to be whole.
#[track_caller]
fn whole_records(text: &[u8]) -> Vec<(usize, usize)> {
    assert_eq!(text.len() % RECORD, 0);
    text.chunks(RECORD).map(read).collect()
}

/// Asserts that each writer's numbers go up by one.
#[track_caller]
fn assert_in_order(records: &[(usize, usize)]) {
    for writer in 0..WRITERS {
        let numbers: Vec<usize> = records.iter().filter(|(of, _)| *of == writer).map(|(_, n)| *n).collect();
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "writer {writer}: {numbers:?}");
    }
}

/// Runs all the writers, each with its own way to write, and `look` again and again until they are done: none
/// writes its last record before the first look begins, however the threads are scheduled.
fn written(limits: Limits, mut look: impl FnMut(&SharedHeadTail)) -> SharedHeadTail {
    let kept = SharedHeadTail::new(limits).expect("memory");
    let (start, done) = (Barrier::new(WRITERS + 1), AtomicUsize::new(0));
    let looking = AtomicBool::new(false);
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (shared, mut clone, start, done) = (&kept, kept.clone(), &start, &done);
            let looking = &looking;
            scope.spawn(move || {
                start.wait();
                for number in 0..RECORDS {
                    while number == RECORDS - 1 && !looking.load(Ordering::Relaxed) {
                        thread::yield_now();
                    }
                    let record = record(writer, number);
                    match writer % 3 {
                        0 => shared.push(&record),
                        1 => assert_eq!(clone.write(&record).expect("a write never fails"), RECORD),
                        _ => {
                            let mut shared = shared;
                            shared.write_all(&record).expect("a write never fails");
                            shared.flush().expect("a flush never fails");
                        }
                    }
                }
                done.fetch_add(1, Ordering::Relaxed);
            });
        }
        start.wait();
        while done.load(Ordering::Relaxed) < WRITERS {
            looking.store(true, Ordering::Relaxed);
            look(&kept);
        }
    });
    kept
}

/// Asserts that `output` is the whole records that fit `limit` bytes at both ends, and what `report` says of it.
#[track_caller]
fn assert_both_ends(output: &[u8], report: &Report, limit: usize) {
    let original = usize::try_from(report.original_bytes).expect("a small test");
    assert_eq!(original % RECORD, 0, "no part of a write is counted alone");
    assert_eq!(report.retained_bytes, output.len() as u64);
    if original <= 2 * limit {
        assert_eq!(output.len(), original);
        assert_eq!(report.omitted_bytes, 0);
        assert_in_order(&whole_records(output));
        return;
    }
    let omitted = original - 2 * limit;
    assert_eq!((report.omitted_start, report.omitted_bytes), (limit as u64, omitted as u64));
    let marker = format!("\n... [omitted {omitted} bytes] ...\n\n");
    let (head, rest) = output.split_at(limit);
    let tail = rest.strip_prefix(marker.as_bytes()).expect("the marker after the head");
    assert_eq!(tail.len(), limit);
    assert_in_order(&whole_records(head));
    assert_in_order(&whole_records(tail));
}

#[test]
fn everything_is_there_when_everything_fits() {
    let total = WRITERS * RECORDS * RECORD;
    let kept = written(Limits::new().head(total / 3).tail(total), |_| ());
    let output = kept.snapshot().to_vec();
    assert_eq!(output.len(), total);
    let records = whole_records(&output);
    assert_in_order(&records);
    for writer in 0..WRITERS {
        assert_eq!(records.iter().filter(|(of, _)| *of == writer).count(), RECORDS);
    }
    assert_eq!(kept.total_written(), total as u64);
    assert_eq!(kept.stored_len(), total);
    assert!(!kept.report().is_truncated());
}

#[test]
fn both_ends_are_whole_and_the_gap_is_exact() {
    let limit = 10 * RECORD;
    let kept = written(Limits::new().head(limit).tail(limit), |_| ());
    assert_both_ends(&kept.snapshot().to_vec(), &kept.report(), limit);
    assert_eq!(kept.report().original_bytes, (WRITERS * RECORDS * RECORD) as u64);
    assert_eq!(kept.total_written(), kept.report().original_bytes);
    assert_eq!(kept.stored_len(), 2 * limit);
}

#[test]
fn snapshots_while_writing_are_whole_and_never_go_back() {
    let limit = 50 * RECORD;
    let mut seen = 0;
    let mut looks = 0;
    let kept = written(Limits::new().head(limit).tail(limit), |kept| {
        let snapshot = kept.snapshot();
        assert_both_ends(&snapshot.to_vec(), snapshot.report(), limit);
        assert!(seen <= snapshot.report().original_bytes);
        seen = snapshot.report().original_bytes;
        assert!(kept.total_written() >= seen);
        assert!(kept.report().original_bytes >= seen);
        looks += 1;
    });
    assert!(looks > 0);
    assert_both_ends(&kept.snapshot().to_vec(), &kept.report(), limit);
    assert_eq!(kept.total_written(), (WRITERS * RECORDS * RECORD) as u64);
}

#[test]
fn clipped_lines_of_many_writers_are_counted_exactly() {
    let kept = SharedHeadTail::new(Limits::new().max_line(20)).expect("memory");
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                for _ in 0..200 {
                    kept.push(b"0123456789abcdefghijklmno\nshort\n");
                }
            });
        }
    });
    let report = kept.report();
    assert_eq!(kept.snapshot().to_vec(), b"0123 ... [truncated]\nshort\n".repeat(800));
    assert_eq!(report.original_bytes, 800 * 32);
    assert_eq!((report.clipped_lines, report.clipped_bytes), (800, 800 * 21));
    assert_eq!((report.omitted_bytes, report.retained_bytes), (0, 800 * 27));
}

#[test]
fn reset_is_for_every_clone() {
    let kept = SharedHeadTail::new(Limits::new().head(2).tail(2)).expect("memory");
    let clone = kept.clone();
    clone.push(b"0123456789");
    assert_eq!(kept.snapshot().to_vec(), b"01\n\n... [omitted 6 bytes] ...\n\n89");
    kept.reset();
    assert_eq!(clone.snapshot().to_vec(), b"");
    assert_eq!((clone.total_written(), clone.stored_len()), (0, 0));
    assert_eq!(clone.report(), Report::default());
}

#[test]
fn a_writer_that_panics_takes_nothing_with_it() {
    let kept = SharedHeadTail::new(Limits::new()).expect("memory");
    let writer = kept.clone();
    let died = thread::spawn(move || {
        writer.push(b"last words\n");
        panic!("on purpose");
    });
    assert!(died.join().is_err());
    kept.push(b"and on\n");
    assert_eq!(kept.snapshot().to_vec(), b"last words\nand on\n");
}

#[test]
fn shared_keepers_are_send_and_sync() {
    fn check<T: Send + Sync + Clone + Write + 'static>() {}
    check::<SharedHeadTail>();
}
