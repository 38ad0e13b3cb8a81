//! Any input, cut anywhere: it is cleaned as the oracle says, at the end and on the way, and what is stripped has no
//! sequence left.
#![no_main]

#[path = "../../crates/headtail/tests/oracle/clean.rs"]
mod oracle;

use arbitrary::Arbitrary;
use headtail::{Cleaner, Cleaning};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    strip_ansi: bool,
    collapse_cr: bool,
    delimiter: Delimiter,
    line_buffer: u8,
    pieces: Vec<Piece<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Delimiter {
    Newline,
    Null,
    Any(u8),
}

/// A part of the input. What is more than a byte or two is found sooner if it is given.
#[derive(Arbitrary, Debug)]
enum Piece<'a> {
    Bytes(&'a [u8]),
    Characters(&'a str),
    Repeated(u8, u16),
    Introducer(u8),
    Control {
        number: u8,
        last: u8,
    },
    /// 8-bit introducers, and bytes that make a character of them or end a string.
    HighByte(u8),
    Return,
    Backspace,
    Newline,
    Tab,
    Wide,
    Combining,
    /// The next piece belongs to another write.
    Write,
    /// So does this, and what is pending is looked at.
    WriteAndLook,
}

impl Piece<'_> {
    fn text(&self) -> Vec<u8> {
        match *self {
            Self::Bytes(bytes) => bytes.to_vec(),
            Self::Characters(text) => text.as_bytes().to_vec(),
            Self::Repeated(byte, count) => vec![byte; usize::from(count) % 9000],
            Self::Introducer(which) => vec![0x1B, b"[]P_^XNO("[usize::from(which) % 9]],
            Self::Control { number, last } => {
                format!("\x1B[{}{}", number % 12, char::from(b"KGDJmC`"[usize::from(last) % 7])).into_bytes()
            }
            Self::HighByte(which) => {
                vec![b"\x9B\x9D\x90\x98\x9C\xC2\xE2\xE0\xF0\x9F"[usize::from(which) % 10]]
            }
            Self::Backspace => b"\x08".to_vec(),
            Self::Return => b"\r".to_vec(),
            Self::Newline => b"\n".to_vec(),
            Self::Tab => b"\t".to_vec(),
            Self::Wide => "漢".as_bytes().to_vec(),
            Self::Combining => "\u{301}".as_bytes().to_vec(),
            Self::Write | Self::WriteAndLook => Vec::new(),
        }
    }
}

fuzz_target!(|case: Case| {
    let Case { strip_ansi, collapse_cr, line_buffer, .. } = case;
    let delimiter = match case.delimiter {
        Delimiter::Newline => b'\n',
        Delimiter::Null => 0,
        Delimiter::Any(byte) => byte,
    };
    let line_buffer = usize::from(line_buffer);
    let expected = |input: &[u8]| oracle::clean(input, strip_ansi, collapse_cr, delimiter, line_buffer);
    let mut cleaner =
        Cleaner::new(Cleaning::new().strip_ansi(strip_ansi).collapse_cr(collapse_cr), delimiter, line_buffer)
            .unwrap();
    let (mut input, mut written, mut text) = (Vec::new(), 0, Vec::new());
    // Whatever the fuzzer came up with, the oracle is quadratic.
    for piece in case.pieces.iter().take(200) {
        input.extend(piece.text());
        if input.len() > 1 << 14 {
            break;
        }
        if matches!(piece, Piece::Write | Piece::WriteAndLook) {
            cleaner.clean(&input[written..], &mut |out| text.extend_from_slice(out));
            written = input.len();
        }
        if matches!(piece, Piece::WriteAndLook) {
            assert_eq!([&text[..], &cleaner.pending().concat()].concat(), expected(&input));
        }
    }
    cleaner.clean(&input[written..], &mut |out| text.extend_from_slice(out));
    text.extend(cleaner.pending().concat());
    let expected = expected(&input);
    assert_eq!(text, expected);
    assert!(text.len() as u64 <= input.len() as u64 + cleaner.added_bytes());
    // Delimiters that are part of a character may be torn from it when a line is rewritten.
    if strip_ansi && (!collapse_cr || delimiter.is_ascii()) {
        let stripped = oracle::clean(&text, true, false, delimiter, line_buffer);
        assert_eq!(stripped, text);
    }
});
