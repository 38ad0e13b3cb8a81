//! The text that stands where bytes are missing: all that users see of a marker is made here.

use std::iter;

use bytes::Bytes;

use crate::error::Error;
use crate::mark::Clipped;

/// The text between head and tail: [the default one](#impl-Default-for-Marker), or a template, which is printed as it is.
///
/// `{bytes}` and `{lines}` are what is omitted, `{first}` and `{last}` the numbers of the first and the last
/// line that are not wholly shown, `{start}` and `{end}` the positions in the input between which bytes are
/// missing, `{total}` the length of the input, `{clipped}` what long lines of the output lost, and `{path}` the file that has all of it, as given to
/// [`snapshot_with_path`](crate::HeadTail::snapshot_with_path) (empty if there is none). Where lines of the gap were looked for,
/// `{matched}` is how many match, `{kept}` how many of them are shown, and `{keep}` where they are (otherwise 0 and nothing). `\n`, `\t`, `\\`, `{{` and
/// `}}` stand for a newline, a tab, a backslash and braces.
///
/// ```
/// use headtail::{HeadTail, Limits, Marker};
///
/// let marker = Marker::parse(br"[lines {first} to {last} of {total} bytes]\n")?;
/// let mut buffer = HeadTail::with_marker(Limits::new().head(2).tail(2), marker)?;
/// buffer.push(b"1\n2\n3\n4\n");
/// assert_eq!(buffer.snapshot().to_vec(), b"1\n[lines 2 to 3 of 8 bytes]\n4\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    pieces: Vec<Piece>,
    /// Whether the text is a line `... [PIECES] ...` with an empty line on either side, which also says what is kept and
    /// where all of it is; otherwise `pieces` say all that is printed.
    is_line: bool,
}

/// What a line marker adds where lines of the gap were looked for.
const KEPT: &str = "; {kept} of {matched} matching lines follow";
const NONE_MATCHES: &str = "; no line matches";
/// What it adds where there is a path.
const PATH: &str = "; full output: {path}";

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(Vec<u8>),
    Field(Field),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Bytes,
    Lines,
    First,
    Last,
    Start,
    End,
    Total,
    Clipped,
    Path,
    Kept,
    Matched,
    Keep,
}

/// What a marker can say of a gap.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gap {
    pub(crate) bytes: u64,
    /// Delimiters in the gap.
    pub(crate) lines: u64,
    /// Number of the first line that is not wholly shown.
    pub(crate) first: u64,
    /// Number of the last one.
    pub(crate) last: u64,
    /// Position of its first byte.
    pub(crate) start: u64,
    /// Position just after its last byte.
    pub(crate) end: u64,
    /// Length of the input.
    pub(crate) total: u64,
    /// Bytes that the clipped lines of the output lost.
    pub(crate) clipped: u64,
}

/// The matching lines of a gap, where some were looked for.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// How many there are.
    pub(crate) matched: u64,
    pub(crate) account: Account,
    /// The kept lines as they are printed.
    pub(crate) text: Vec<u8>,
}

/// The account of kept lines.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    pub(crate) lines: u64,
    /// Bytes of the input that they show, delimiters included.
    pub(crate) bytes: u64,
    pub(crate) delimiters: u64,
    pub(crate) clipped: Clipped,
}

/// What stands around a marker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings {
    /// The last byte of the head, if it is not empty.
    pub(crate) before: Option<u8>,
    /// Whether a tail follows.
    pub(crate) has_tail: bool,
    /// The byte that ends a line.
    pub(crate) delimiter: u8,
}

impl Surroundings {
    /// Those that take the most line ends.
    const WIDEST: Self = Self { before: Some(b'x'), has_tail: true, delimiter: b'\n' };

    /// How many line ends it takes to begin a line after an empty one.
    fn line_ends_before(self) -> usize {
        match self.before {
            None => 0,
            Some(byte) if byte == self.delimiter => 1,
            Some(_) => 2,
        }
    }

    /// How many line ends it takes to end a line and, if something follows, add an empty one.
    fn line_ends_after(self) -> usize {
        if self.has_tail { 2 } else { 1 }
    }
}

impl Marker {
    /// Parses a template.
    ///
    /// # Errors
    ///
    /// [`Error::Placeholder`], [`Error::Escape`] or [`Error::Brace`].
    pub fn parse(template: &[u8]) -> Result<Self, Error> {
        Ok(Self { pieces: parse(template)?, is_line: false })
    }

    /// As the default one, but `... [omitted N lines (F to L), B bytes] ...`: for people and models.
    ///
    /// ```
    /// use headtail::{HeadTail, Limits, Marker};
    ///
    /// let mut buffer = HeadTail::with_marker(Limits::new().head(2).tail(2), Marker::counting_lines())?;
    /// buffer.push(b"1\n2\n3\n4\n");
    /// assert_eq!(buffer.snapshot().to_vec(), b"1\n\n... [omitted 2 lines (2 to 3), 4 bytes] ...\n\n4\n");
    /// # Ok::<(), headtail::Error>(())
    /// ```
    #[must_use]
    pub fn counting_lines() -> Self {
        Self::line("omitted {lines} lines ({first} to {last}), {bytes} bytes")
    }

    /// Length of the longest text that it can become with this path, whatever the input, where the lines of the gap that
    /// are shown take up to `keep` bytes. An empty path means no path.
    pub(crate) fn longest(&self, path: &[u8], keep: Option<usize>) -> usize {
        let most = u64::MAX;
        let gap = Gap {
            bytes: most,
            lines: most,
            first: most,
            last: most,
            start: most,
            end: most,
            total: most,
            clipped: most,
        };
        let account = Account { lines: most, ..Account::default() };
        let found = keep.map(|_| Found { matched: most, account, text: Vec::new() });
        let len = self.text(&gap, found.as_ref(), path, Surroundings::WIDEST).len();
        let places = self.pieces.iter().filter(|piece| **piece == Piece::Field(Field::Keep)).count();
        let places = if self.is_line { 1 } else { places };
        len.saturating_add(places.saturating_mul(keep.unwrap_or(0)))
    }

    /// Whether the text has a place for lines of the gap.
    pub(crate) fn shows_lines(&self) -> bool {
        self.is_line || self.pieces.contains(&Piece::Field(Field::Keep))
    }

    /// Whether the text names the file that has all of the input, if there is one.
    ///
    /// ```
    /// use headtail::Marker;
    ///
    /// assert!(Marker::default().names_path());
    /// assert!(!Marker::parse(b"[{bytes} bytes]")?.names_path());
    /// # Ok::<(), headtail::Error>(())
    /// ```
    #[must_use]
    pub fn names_path(&self) -> bool {
        self.is_line || self.pieces.contains(&Piece::Field(Field::Path))
    }

    /// Whether the text depends on how many lines there are.
    pub(crate) fn counts_lines(&self) -> bool {
        let asks = |piece: &Piece| matches!(piece, Piece::Field(Field::Lines | Field::First | Field::Last));
        self.pieces.iter().any(asks)
    }

    /// The text for `gap`, with the lines of it that were `found` if some were looked for; an empty path means no path.
    pub(crate) fn text(&self, gap: &Gap, found: Option<&Found>, path: &[u8], around: Surroundings) -> Bytes {
        let mut text = Vec::new();
        let write = |pieces: &[Piece], text: &mut Vec<u8>| write(pieces, gap, found, path, text);
        if !self.is_line {
            write(&self.pieces, &mut text);
            return text.into();
        }
        let end_lines = |text: &mut Vec<u8>, count| text.extend(iter::repeat_n(around.delimiter, count));
        end_lines(&mut text, around.line_ends_before());
        text.extend_from_slice(b"... [");
        write(&self.pieces, &mut text);
        if let Some(found) = found {
            let none = found.matched == 0;
            write(&literal(if none { NONE_MATCHES } else { KEPT }), &mut text);
        }
        if !path.is_empty() {
            write(&literal(PATH), &mut text);
        }
        text.extend_from_slice(b"] ...");
        if let Some(found) = found.filter(|found| found.account.lines > 0) {
            end_lines(&mut text, 2);
            text.extend_from_slice(&found.text);
            text.extend_from_slice(b"...");
        }
        end_lines(&mut text, around.line_ends_after());
        text.into()
    }

    fn line(template: &str) -> Self {
        Self { pieces: literal(template), is_line: true }
    }
}

/// Adds `pieces` to `text`, with what their fields stand for.
fn write(pieces: &[Piece], gap: &Gap, found: Option<&Found>, path: &[u8], text: &mut Vec<u8>) {
    for piece in pieces {
        let number = match piece {
            Piece::Text(literal) => {
                text.extend_from_slice(literal);
                continue;
            }
            Piece::Field(Field::Path) => {
                text.extend_from_slice(path);
                continue;
            }
            Piece::Field(Field::Keep) => {
                text.extend_from_slice(found.map_or(&[], |found| &found.text));
                continue;
            }
            Piece::Field(Field::Bytes) => gap.bytes,
            Piece::Field(Field::Lines) => gap.lines,
            Piece::Field(Field::First) => gap.first,
            Piece::Field(Field::Last) => gap.last,
            Piece::Field(Field::Start) => gap.start,
            Piece::Field(Field::End) => gap.end,
            Piece::Field(Field::Total) => gap.total,
            Piece::Field(Field::Clipped) => gap.clipped,
            Piece::Field(Field::Kept) => found.map_or(0, |found| found.account.lines),
            Piece::Field(Field::Matched) => found.map_or(0, |found| found.matched),
        };
        text.extend_from_slice(number.to_string().as_bytes());
    }
}

/// The line `... [omitted N bytes] ...`, with the path if there is one, and an empty line on either side.
///
/// Lines end with the [`delimiter`](crate::Limits::delimiter), and no more of them than it takes: nothing comes before
/// the marker where the head is empty, and no empty line after it where the tail is. Where lines of the gap were looked
/// for, it says how many match, and shows those that were kept after another empty line, before a line `...`.
impl Default for Marker {
    fn default() -> Self {
        Self::line("omitted {bytes} bytes")
    }
}

/// The pieces of a template that is known to be one.
fn literal(template: &str) -> Vec<Piece> {
    parse(template.as_bytes()).expect("a template")
}

fn parse(template: &[u8]) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    let mut literal = Vec::new();
    let mut rest = template;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let next = after.first().copied();
        match (byte, next) {
            (b'\\', Some(b'n')) => literal.push(b'\n'),
            (b'\\', Some(b't')) => literal.push(b'\t'),
            (b'\\', Some(b'\\')) | (b'{', Some(b'{')) | (b'}', Some(b'}')) => literal.push(byte),
            (b'\\', _) => return Err(Error::Escape(next)),
            (b'}', _) => return Err(Error::Brace),
            (b'{', _) => {
                let end = after.iter().position(|&byte| byte == b'}').ok_or(Error::Brace)?;
                pieces.push(Piece::Text(std::mem::take(&mut literal)));
                pieces.push(Piece::Field(field(&after[..end])?));
                rest = &after[end + 1..];
                continue;
            }
            _ => {
                literal.push(byte);
                continue;
            }
        }
        // An escape is two bytes.
        rest = &after[1..];
    }
    pieces.push(Piece::Text(literal));
    Ok(pieces)
}

fn field(name: &[u8]) -> Result<Field, Error> {
    Ok(match name {
        b"bytes" => Field::Bytes,
        b"lines" => Field::Lines,
        b"first" => Field::First,
        b"last" => Field::Last,
        b"start" => Field::Start,
        b"end" => Field::End,
        b"total" => Field::Total,
        b"clipped" => Field::Clipped,
        b"path" => Field::Path,
        b"kept" => Field::Kept,
        b"matched" => Field::Matched,
        b"keep" => Field::Keep,
        _ => return Err(Error::Placeholder(String::from_utf8_lossy(name).into_owned())),
    })
}
