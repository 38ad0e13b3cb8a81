//! The account in words, and what is said of a single difference.

use headtail::{Cleaning, HeadTail, Limits, Report};

fn report(limits: Limits, input: &[u8]) -> Report {
    let mut kept = HeadTail::new(limits).expect("memory");
    kept.push(input);
    kept.report()
}

const COLLAPSE: Cleaning = Cleaning::new().strip_ansi(false).collapse_cr(true);

#[test]
fn an_account_says_what_there_is_and_nothing_else() {
    let clean = Limits::new().clean(COLLAPSE);
    let clipping = Limits::new().max_line(20);
    for (report, words) in [
        (report(Limits::new(), b"abc"), "3 bytes: 3 shown"),
        (report(Limits::new().head(1).tail(1), b"abc"), "3 bytes: 2 shown, 1 omitted from position 1 on"),
        (report(clipping, &[b'x'; 25]), "25 bytes: 4 shown, 21 clipped (lines: 1)"),
        (report(clean, b"ab\rcd\n"), "6 bytes: 3 shown, 3 cleaned"),
        (report(clean, b"a\x1b[3Cb\n"), "7 bytes: 6 shown, 4 cleaned, 3 added by cleaning"),
    ] {
        assert_eq!(report.to_string(), words);
    }
}

#[test]
fn one_difference_of_any_kind_makes_a_report_truncated() {
    let unchanged = report(Limits::new(), b"abc");
    assert!(!unchanged.is_truncated());
    let mut reports = [unchanged; 4];
    reports[0].omitted_bytes = 1;
    reports[1].clipped_lines = 1;
    reports[2].cleaned_bytes = 1;
    reports[3].added_bytes = 1;
    assert!(reports.iter().all(Report::is_truncated));
}
