//! Where a byte stream may be cut without cutting a UTF-8 character. Nothing here requires UTF-8: bytes that
//! are not part of a possibly valid sequence are left alone.

/// The longest run of bytes that a cut may drop: a four-byte character less one byte.
pub(crate) const MAX_PARTIAL: usize = 3;

/// How many trailing bytes of `bytes` are a proper prefix of a well-formed UTF-8 sequence: 0 to 3.
///
/// Judged from `bytes` alone, by the Unicode table of well-formed sequences: `E0 80` can't begin a character,
/// so it is no prefix, `E0 A0` is one.
pub(crate) fn partial_suffix(bytes: &[u8]) -> usize {
    for count in 1..=bytes.len().min(MAX_PARTIAL) {
        let suffix = &bytes[bytes.len() - count..];
        if !is_continuation(suffix[0]) {
            return if begins_character(suffix) { count } else { 0 };
        }
    }
    0
}

/// How many leading bytes of `bytes` are continuation bytes: 0 to 3.
///
/// `bytes` comes in pieces because what is kept does; the count runs on from one into the next.
pub(crate) fn continuation_prefix<const N: usize>(bytes: [&[u8]; N]) -> usize {
    let leading = bytes.into_iter().flatten().take(MAX_PARTIAL);
    leading.take_while(|&&byte| is_continuation(byte)).count()
}

fn is_continuation(byte: u8) -> bool {
    (0x80..=0xBF).contains(&byte)
}

/// Whether `bytes`, a lead byte and up to two continuation bytes, needs more bytes to be a character and
/// could become one.
fn begins_character(bytes: &[u8]) -> bool {
    let (length, second) = match bytes[0] {
        0xC2..=0xDF => (2, 0x80..=0xBF),
        0xE0 => (3, 0xA0..=0xBF),
        0xE1..=0xEC | 0xEE..=0xEF => (3, 0x80..=0xBF),
        0xED => (3, 0x80..=0x9F),
        0xF0 => (4, 0x90..=0xBF),
        0xF1..=0xF3 => (4, 0x80..=0xBF),
        0xF4 => (4, 0x80..=0x8F),
        _ => return false,
    };
    bytes.len() < length && bytes.get(1).is_none_or(|byte| second.contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// std's decoder tells an unfinished character (`error_len` is `None`) from an impossible one.
    fn partial_by_std(bytes: &[u8]) -> usize {
        (1..=bytes.len().min(MAX_PARTIAL))
            .find(|&count| {
                let suffix = &bytes[bytes.len() - count..];
                std::str::from_utf8(suffix)
                    .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
            })
            .unwrap_or(0)
    }

    #[test]
    fn partial_suffix_agrees_with_std_on_every_three_byte_ending() {
        for first in 0..=255u8 {
            for second in 0..=255u8 {
                for third in 0..=255u8 {
                    let bytes = [first, second, third];
                    assert_eq!(partial_suffix(&bytes), partial_by_std(&bytes), "{bytes:X?}");
                }
                assert_eq!(partial_suffix(&[first, second]), partial_by_std(&[first, second]));
            }
            assert_eq!(partial_suffix(&[first]), partial_by_std(&[first]));
        }
        assert_eq!(partial_suffix(b""), 0);
    }

    #[test]
    fn a_whole_character_is_never_partial() {
        assert_eq!(partial_suffix("aé€😀".as_bytes()), 0);
        assert_eq!(partial_suffix(&"😀".as_bytes()[..3]), 3);
    }

    #[test]
    fn continuation_prefix_runs_across_both_pieces_and_stops_at_three() {
        assert_eq!(continuation_prefix([b"", b""]), 0);
        assert_eq!(continuation_prefix([b"a\x80", b""]), 0);
        assert_eq!(continuation_prefix([b"\x80", b"", b"\xBFa"]), 2);
        assert_eq!(continuation_prefix([b"\x80\x80", b"\x80\x80"]), 3);
        assert_eq!(continuation_prefix([b"", b"\x7F\x80"]), 0);
        assert_eq!(continuation_prefix([b"\xC0", b"\x80"]), 0);
    }
}
