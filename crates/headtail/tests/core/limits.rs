//! What is set is what is read.

use headtail::{Align, Cleaning, Clip, Limits, Split};

#[test]
fn every_limit_is_read_as_it_was_set() {
    let limits = Limits::new()
        .head(70)
        .tail(80)
        .head_lines(3)
        .tail_lines(4)
        .max_line(90)
        .clip(Clip::Middle)
        .align(Align::Byte)
        .delimiter(b';')
        .clean(Cleaning::new().strip_ansi(true).collapse_cr(false))
        .keep(50);
    assert_eq!((limits.get_head(), limits.get_tail()), (70, 80));
    assert_eq!((limits.get_head_lines(), limits.get_tail_lines()), (Some(3), Some(4)));
    assert_eq!((limits.get_max_line(), limits.get_clip()), (90, Clip::Middle));
    assert_eq!((limits.get_align(), limits.get_delimiter()), (Align::Byte, b';'));
    assert_eq!((limits.get_keep(), limits.get_cap()), (Some(50), None));
    let clean = limits.get_clean();
    assert!(clean.get_strip_ansi() && !clean.get_collapse_cr());
    let clean = clean.strip_ansi(false).collapse_cr(true);
    assert!(!clean.get_strip_ansi() && clean.get_collapse_cr());
    assert_eq!(Limits::new().cap(100, Split::EVEN).get_cap(), Some((100, Split::EVEN)));
}
