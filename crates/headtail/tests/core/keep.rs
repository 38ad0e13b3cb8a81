//! Lines of the gap that are shown: the texts, the numbers and the limits, case by case.

use std::sync::Arc;

use headtail::{Align, Clip, Error, HeadTail, Limits, Marker, Matches, Split};

/// A buffer that shows lines with an `x`.
fn keeper(limits: Limits, marker: Marker) -> HeadTail {
    HeadTail::with_matcher(limits, marker, Arc::new(|content: &[u8]| content.contains(&b'x'))).unwrap()
}

#[track_caller]
fn assert_output(limits: Limits, input: &str, want: &str) {
    let mut buffer = keeper(limits, Marker::default());
    buffer.push(input.as_bytes());
    assert_eq!(
        buffer.snapshot().to_vec().escape_ascii().to_string(),
        want.as_bytes().escape_ascii().to_string()
    );
    let report = buffer.report();
    let numbers = report.shown_bytes() + report.clipped_bytes + report.omitted_bytes + report.cleaned_bytes;
    assert_eq!(numbers, input.len() as u64);
}

const SMALL: Limits = Limits::new().head(4).tail(4).keep(100);

#[test]
fn matching_lines_stand_between_head_and_tail_with_their_numbers() {
    let want = "1\n2\n\n... [omitted 4 bytes; 2 of 2 matching lines follow] ...\n\n3:x3\n5:x5\n...\n\n7\n8\n";
    assert_output(SMALL, "1\n2\nx3\n4\nx5\n6\n7\n8\n", want);
}

#[test]
fn lines_of_head_and_tail_are_not_shown_again() {
    let want = "x\n2\n\n... [omitted 2 bytes; no line matches] ...\n\n4\nx\n";
    assert_output(SMALL, "x\n2\n3\n4\nx\n", want);
}

#[test]
fn input_that_fits_is_unchanged_and_nothing_matches() {
    assert_output(SMALL, "x\nx\nx\nx\n", "x\nx\nx\nx\n");
    let mut buffer = keeper(SMALL, Marker::default());
    buffer.push(b"x\nx\n");
    assert_eq!(buffer.report().matches, Some(Matches::default()));
    assert_eq!(HeadTail::new(Limits::new()).unwrap().report().matches, None);
}

#[test]
fn the_first_line_that_does_not_fit_ends_the_kept_ones() {
    let input = "1\n2\nx3\nx4 is longer\nx5\n6\n7\n8\n";
    let want = "1\n2\n\n... [omitted 18 bytes; 1 of 3 matching lines follow] ...\n\n3:x3\n...\n\n7\n8\n";
    assert_output(SMALL.keep(10), input, want);
    let want = "1\n2\n\n... [omitted 21 bytes; 0 of 3 matching lines follow] ...\n\n7\n8\n";
    assert_output(SMALL.keep(4), input, want);
}

#[test]
fn an_end_without_a_line_end_or_start_is_empty() {
    let want = "... [omitted 8 bytes; 1 of 1 matching lines follow] ...\n\n1:long x\n...\n\n34\n";
    assert_output(SMALL, "long x\n1234567\n34\n", want);
    let want = "1\n2\n\n... [omitted 0 bytes; 1 of 1 matching lines follow] ...\n\n3:x without end\n...\n";
    assert_output(SMALL, "1\n2\nx without end", want);
}

#[test]
fn what_matches_is_the_clipped_content() {
    let long = format!("{}x", "y".repeat(30));
    let input = format!("1\n2\n{long}\nx{long}\n6\n7\n8\n");
    let want = "1\n2\n\n... [omitted 34 bytes; 1 of 1 matching lines follow] ...\n\n4:xyyy ... [truncated]\n...\n\n7\n8\n";
    assert_output(SMALL.max_line(20), &input, want);
}

#[test]
fn with_other_delimiters_the_lines_end_like_those_of_the_input() {
    let want =
        "1\x002\0\0... [omitted 2 bytes; 1 of 1 matching lines follow] ...\0\x003:x\n\0...\0\x005\x006\0";
    assert_output(SMALL.delimiter(0), "1\x002\0x\n\x004\x005\x006\0", want);
}

#[test]
fn a_template_says_where_the_lines_go() {
    let marker =
        Marker::parse(br"[{kept} of {matched}, {lines} lines, {bytes} bytes, {start} to {end}]\n{keep}---\n")
            .unwrap();
    let mut buffer = keeper(SMALL.keep(10), marker);
    buffer.push(b"1\n2\nx3\n4\nx5 is long\n6\n7\n8\n");
    let want = "1\n2\n[1 of 2, 3 lines, 15 bytes, 4 to 22]\n3:x3\n---\n7\n8\n";
    assert_eq!(String::from_utf8_lossy(&buffer.snapshot().to_vec()), want);
}

#[test]
fn a_path_stands_after_what_is_said_of_the_lines() {
    let mut buffer = keeper(SMALL, Marker::default());
    buffer.push(b"1\n2\n3\nx\n5\n6\n");
    let want = "1\n2\n\n... [omitted 2 bytes; 1 of 1 matching lines follow; full output: /log] ...\n\n4:x\n...\n\n5\n6\n";
    assert_eq!(String::from_utf8_lossy(&buffer.snapshot_with_path(b"/log").to_vec()), want);
}

#[test]
fn lines_that_a_cap_takes_from_the_head_are_found_there() {
    let limits = Limits::new().cap(150, Split::EVEN).keep(20);
    let input = "x\n".repeat(200);
    for len in (0..input.len()).step_by(7) {
        let mut buffer = keeper(limits, Marker::default());
        buffer.push(&input.as_bytes()[..len]);
        let output = buffer.snapshot().to_vec();
        assert!(output.len() <= 150);
        let report = buffer.report();
        let Some(gap) = Some(report.omitted_end() - report.omitted_start).filter(|gap| *gap > 0) else {
            continue;
        };
        assert_eq!(report.matches.unwrap().matched_lines, gap.div_ceil(2), "{len}");
        let first = report.omitted_start / 2 + 1;
        assert!(String::from_utf8(output).unwrap().contains(&format!("\n\n{first}:x\n")), "{len}");
    }
}

#[test]
fn limits_that_do_not_go_with_kept_lines_are_errors() {
    let error = |limits: Limits| limits.validate(&Marker::default()).unwrap_err();
    assert_eq!(error(SMALL.align(Align::Char)), Error::KeepAlign);
    assert_eq!(error(SMALL.align(Align::Byte)), Error::KeepAlign);
    assert_eq!(error(SMALL.max_line(0)), Error::KeepLine);
    assert_eq!(SMALL.validate(&Marker::parse(b"[{kept}]").unwrap()), Err(Error::KeepPlace));
    let template = Marker::parse(b"[{keep}]").unwrap();
    assert_eq!(
        SMALL.cap(101, Split::EVEN).validate(&template),
        Err(Error::MarkerTooLong { cap: 101, marker: 102 })
    );
    assert_eq!(SMALL.cap(102, Split::EVEN).validate(&template), Ok(()));
}

#[test]
fn a_line_that_is_skipped_in_its_middle_is_not_looked_at() {
    let mut buffer = keeper(SMALL.clip(Clip::End), Marker::default());
    buffer.push(b"1\n2\nx4\nx5");
    buffer.skip(10);
    buffer.push(b"x7\n7\n8\n");
    let want =
        "1\n2\n\n... [omitted 12 bytes; 2 of 2 matching lines follow] ...\n\n3:x4\n5:x7\n...\n\n7\n8\n";
    assert_eq!(String::from_utf8_lossy(&buffer.snapshot().to_vec()), want);
}
