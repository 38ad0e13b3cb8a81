//! Every short text is a size, or is none, as the grammar says.

#[path = "oracle/size.rs"]
mod oracle;
#[path = "../src/cli/options/size.rs"]
mod parser;

use oracle::{NoSize, size};
use parser::{MALFORMED, TOO_LARGE, parse};

#[track_caller]
fn agrees(text: &str) {
    let want = size(text).map_err(|reason| match reason {
        NoSize::Malformed => MALFORMED,
        NoSize::TooLarge => TOO_LARGE,
    });
    assert_eq!(parse(text), want, "{text:?}");
}

#[test]
fn every_text_of_up_to_five_letters() {
    fn grow(text: &mut String, left: usize) {
        agrees(text);
        if left == 0 {
            return;
        }
        for letter in ['0', '1', '9', 'b', 'k', 'K', 'M', 'B', 'i', '-', ' ', '\u{E9}'] {
            text.push(letter);
            grow(text, left - 1);
            text.pop();
        }
    }
    grow(&mut String::new(), 5);
}

#[test]
fn every_suffix_of_up_to_three_ascii_letters() {
    for first in ('\0'..='\x7F').chain(['\u{663}', '\u{FF11}']) {
        agrees(&format!("{first}"));
        agrees(&format!("1{first}"));
        for second in '\0'..='\x7F' {
            agrees(&format!("2{first}{second}"));
            for third in ["B", "b", "i", " ", "0", "\n", "BB"] {
                agrees(&format!("3{first}{second}{third}"));
            }
        }
    }
}

#[test]
fn every_unit_at_the_end_of_64_bits() {
    for suffix in ["", "b", "k", "kB", "M", "MB", "GiB", "T", "TB", "P", "PB", "E", "EB", "Z", "ZB", "QiB"] {
        let one = size(&format!("1{suffix}")).unwrap_or(u64::MAX);
        for number in (u64::MAX / one).saturating_sub(1)..=(u64::MAX / one).saturating_add(1) {
            agrees(&format!("{number}{suffix}"));
            agrees(&format!("000{number}{suffix}"));
        }
        for number in ["0", "18446744073709551616", "99999999999999999999999999999999999999999999"] {
            agrees(&format!("{number}{suffix}"));
            agrees(&format!("{number}{suffix}x"));
        }
    }
    assert_eq!(size("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(size("18446744073709551616"), Err(NoSize::TooLarge));
    assert_eq!(size("16777215T"), Ok(18_446_742_974_197_923_840));
    assert_eq!(size("16777216T"), Err(NoSize::TooLarge));
    assert_eq!(MALFORMED, "not a whole number with an optional suffix such as b, kB, K, KiB, MB, M or MiB");
    assert_eq!(TOO_LARGE, "too large");
    assert_eq!(size("36028797018963967b"), Ok(18_446_744_073_709_551_104));
    assert_eq!(size("36028797018963968b"), Err(NoSize::TooLarge));
}
