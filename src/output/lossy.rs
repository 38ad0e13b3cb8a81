//! Bytes as text: what is not UTF-8 is shown as U+FFFD.

use std::fmt::{self, Display, Formatter, Write};
use std::io::IoSlice;
use std::str;

use serde_core::{Serialize, Serializer};

/// Text in pieces that are nowhere glued together; a character may be spread over several.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lossy<'a>(pub(crate) &'a [IoSlice<'a>]);

/// A part of the text.
enum Part<'a> {
    Valid(&'a str),
    /// The start of a character that does not go on, or a byte that starts none.
    Invalid,
}

impl Lossy<'_> {
    /// Whether anything is shown as U+FFFD that is none.
    pub(crate) fn is_lossy(&self) -> bool {
        self.each_part(|part| match part {
            Part::Valid(_) => Ok(()),
            Part::Invalid => Err(fmt::Error),
        })
        .is_err()
    }

    /// The parts are those of the glued text, as [`slice::utf8_chunks`] cuts it.
    fn each_part(&self, mut show: impl FnMut(Part<'_>) -> fmt::Result) -> fmt::Result {
        // A character that begins in an earlier piece, as far as it goes.
        let mut begun = [0; 4];
        let mut len = 0;
        for piece in self.0 {
            let mut rest: &[u8] = piece;
            while let (1.., Some((&byte, after))) = (len, rest.split_first()) {
                begun[len] = byte;
                match str::from_utf8(&begun[..=len]) {
                    Ok(character) => {
                        show(Part::Valid(character))?;
                        len = 0;
                    }
                    Err(error) if error.error_len().is_none() => len += 1,
                    Err(_) => {
                        // The byte does not go on with it, but may begin something else.
                        show(Part::Invalid)?;
                        len = 0;
                        continue;
                    }
                }
                rest = after;
            }
            let mut chunks = rest.utf8_chunks().peekable();
            while let Some(chunk) = chunks.next() {
                if !chunk.valid().is_empty() {
                    show(Part::Valid(chunk.valid()))?;
                }
                let invalid = chunk.invalid();
                let may_go_on = chunks.peek().is_none()
                    && str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
                if may_go_on {
                    len = invalid.len();
                    begun[..len].copy_from_slice(invalid);
                } else if !invalid.is_empty() {
                    show(Part::Invalid)?;
                }
            }
        }
        if len > 0 { show(Part::Invalid) } else { Ok(()) }
    }
}

impl Display for Lossy<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.each_part(|part| match part {
            Part::Valid(text) => f.write_str(text),
            Part::Invalid => f.write_char(char::REPLACEMENT_CHARACTER),
        })
    }
}

impl Serialize for Lossy<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_the_text_is_cut_it_reads_as_if_it_were_whole() {
        let texts: [&[u8]; 6] = [
            "a\u{e9}\u{20ac}\u{1f600}z".as_bytes(),
            b"a\xe9b\xff\xc3",
            b"\xf0\x9f\x98a\xf0\x9f\x98\xf0\x9f\x98\x80",
            b"\xe2\x82\xe2\x28\xa1\xc3\xc3\xa9",
            b"\xed\xa0\x80\xf4\x90\x80\x80",
            b"",
        ];
        for text in texts {
            let whole = String::from_utf8_lossy(text);
            for first in 0..=text.len() {
                for second in first..=text.len() {
                    for third in second..=text.len() {
                        let pieces = [
                            IoSlice::new(&text[..first]),
                            IoSlice::new(&text[first..second]),
                            IoSlice::new(&text[second..third]),
                            IoSlice::new(&text[third..]),
                        ];
                        assert_eq!(Lossy(&pieces).to_string(), whole);
                        assert_eq!(Lossy(&pieces).is_lossy(), str::from_utf8(text).is_err());
                    }
                }
            }
        }
    }
}
