//! The oracle of cleaning: the same rules as naive code over the whole input.
//!
//! [`tokens`] cuts the input into text and sequences, [`Screen`] plays them on a row that is a list of
//! characters.

use unicode_width::UnicodeWidthChar;

/// The longest sequence.
const MAX_SEQUENCE: usize = 8192;

/// What of `input` is left when it is cleaned.
pub(crate) fn clean(input: &[u8], strip: bool, collapse: bool, delimiter: u8, line_buffer: usize) -> Vec<u8> {
    if !strip && !collapse {
        return input.to_vec();
    }
    let (tokens, held) = tokens(input, delimiter, !strip);
    let held = if strip { held.text } else { held.all };
    if !collapse {
        let text = tokens.into_iter().filter_map(|token| match token {
            Token::Text(text) => Some(text),
            Token::Sequence(_) => None,
        });
        return [text.collect::<Vec<_>>().concat(), held].concat();
    }
    let mut screen = Screen { delimiter, keep: !strip, room: line_buffer, ..Screen::default() };
    let count = tokens.len();
    for (at, token) in tokens.into_iter().enumerate() {
        match token {
            Token::Text(text) => screen.text(&text, at + 1 == count),
            Token::Sequence(sequence) => screen.sequence(&sequence),
        }
    }
    screen.out.extend(screen.shown(0, screen.row.len()));
    screen.out.extend(std::mem::take(&mut screen.unfinished));
    screen.out.extend(held);
    screen.out
}

#[derive(Debug)]
enum Token {
    Text(Vec<u8>),
    Sequence(Vec<u8>),
}

/// The sequence that the input ends in, and what of it counts as text.
#[derive(Default)]
struct Held {
    all: Vec<u8>,
    text: Vec<u8>,
}

/// Cuts `input` into text, no two next to each other, and sequences.
fn tokens(input: &[u8], delimiter: u8, keep: bool) -> (Vec<Token>, Held) {
    let mut tokens = Vec::new();
    // Text since the last sequence.
    let mut run = Vec::new();
    let mut at = 0;
    while at < input.len() {
        let byte = input[at];
        let introduces = match byte {
            _ if byte == delimiter => false,
            0x1B => true,
            0x90 | 0x98 | 0x9B | 0x9D | 0x9E | 0x9F => !belongs_to_character(&run, byte),
            _ => false,
        };
        if !introduces {
            run.push(byte);
            text(&mut tokens, &[byte]);
            at += 1;
            continue;
        }
        match parse(&input[at..], delimiter, keep, &mut tokens) {
            Parsed::Sequence(len) => {
                run.clear();
                at += len;
            }
            Parsed::Text { len, text } => {
                run = text;
                at += len;
            }
            Parsed::Held(held) => return (tokens, held),
        }
    }
    (tokens, Held::default())
}

fn text(tokens: &mut Vec<Token>, bytes: &[u8]) {
    match tokens.last_mut() {
        _ if bytes.is_empty() => {}
        Some(Token::Text(text)) => text.extend(bytes),
        _ => tokens.push(Token::Text(bytes.to_vec())),
    }
}

/// Whether `byte` goes on with a character that `run` ends in the middle of.
fn belongs_to_character(run: &[u8], byte: u8) -> bool {
    let text = [run, &[byte]].concat();
    (2..=text.len().min(4)).any(|len| match std::str::from_utf8(&text[text.len() - len..]) {
        Ok(text) => text.chars().count() == 1,
        Err(error) => error.valid_up_to() == 0 && error.error_len().is_none(),
    })
}

enum Parsed {
    /// So many bytes were a sequence, or parts of one.
    Sequence(usize),
    /// So many bytes were a sequence that something broke off, of which `text` was left.
    Text { len: usize, text: Vec<u8> },
    /// All that is left is a sequence without an end.
    Held(Held),
}

/// Takes the sequence that `input` begins with.
fn parse(input: &[u8], delimiter: u8, keep: bool, tokens: &mut Vec<Token>) -> Parsed {
    let ends_line = |byte: u8| byte == delimiter || byte == b'\n' || byte == b'\r';
    let eight_bit = input[0] != 0x1B;
    let mut sequence = vec![input[0]];
    let mut at = 1;
    while !begins_string(&sequence) {
        // Parameters are text only where their introducer may have been a letter.
        let rest = if eight_bit { sequence[1..].to_vec() } else { Vec::new() };
        let Some(&byte) = input.get(at) else {
            return Parsed::Held(Held { all: sequence, text: rest });
        };
        let is_cut = ends_line(byte) || sequence.len() == MAX_SEQUENCE;
        if !is_cut && (byte == 0x18 || byte == 0x1A) {
            sequence.push(byte);
            tokens.push(Token::Sequence(sequence));
            return Parsed::Sequence(at + 1);
        }
        let is_control = byte < 0x20 || byte == 0x7F;
        // Bytes never change places: a control character is only taken out of what is removed.
        if is_cut || byte == 0x1B || byte >= 0x80 || is_control && (eight_bit || keep) {
            sequence.truncate(sequence.len() - rest.len());
            tokens.push(Token::Sequence(sequence));
            text(tokens, &rest);
            return Parsed::Text { len: at, text: rest };
        }
        at += 1;
        if is_control {
            text(tokens, &[byte]);
            continue;
        }
        sequence.push(byte);
        if is_whole(&sequence) {
            tokens.push(Token::Sequence(sequence));
            return Parsed::Sequence(at);
        }
    }
    let mut parsed = parse_string(&sequence, &input[at..], delimiter, keep, tokens);
    // Control characters may have been taken out of the introducer.
    if let Parsed::Sequence(len) | Parsed::Text { len, .. } = &mut parsed {
        *len += at;
    }
    parsed
}

/// Takes the string that `introducer` introduces and `content` begins with.
fn parse_string(
    introducer: &[u8],
    content: &[u8],
    delimiter: u8,
    keep: bool,
    tokens: &mut Vec<Token>,
) -> Parsed {
    let bell = matches!(introducer, [0x9D] | [0x1B, b']']);
    // What is left if the string is broken off: no introducers, if sequences are removed.
    let mut rest = Vec::new();
    for (at, &byte) in content.iter().enumerate() {
        let ends_line = byte == delimiter || byte == b'\n' || byte == b'\r';
        let is_too_long = introducer.len() + rest.len() == MAX_SEQUENCE;
        let next = content.get(at + 1);
        let end = match byte {
            _ if ends_line || is_too_long => None,
            0x18 | 0x1A => Some(at + 1),
            0x07 if bell => Some(at + 1),
            0x9C if !belongs_to_character(&rest, byte) => Some(at + 1),
            0x1B if next == Some(&b'\\') && delimiter != b'\\' => Some(at + 2),
            0x1B if next.is_some() => None,
            0x1B => continue,
            0x90 | 0x98 | 0x9B | 0x9D | 0x9E | 0x9F if !keep && !belongs_to_character(&rest, byte) => {
                continue;
            }
            _ => {
                rest.push(byte);
                continue;
            }
        };
        if let Some(end) = end {
            tokens.push(Token::Sequence([introducer, &content[..end]].concat()));
            return Parsed::Sequence(end);
        }
        tokens.push(Token::Sequence(introducer.to_vec()));
        text(tokens, &rest);
        return Parsed::Text { len: at, text: rest };
    }
    Parsed::Held(Held { all: [introducer, content].concat(), text: rest })
}

fn begins_string(sequence: &[u8]) -> bool {
    matches!(sequence, [0x90 | 0x98 | 0x9D..=0x9F] | [0x1B, b'P' | b'X' | b']' | b'^' | b'_'])
}

fn is_whole(sequence: &[u8]) -> bool {
    match sequence {
        [0x9B, rest @ ..] | [0x1B, b'[', rest @ ..] => {
            rest.last().is_some_and(|byte| (0x40..=0x7E).contains(byte))
        }
        [0x1B, .., last] => *last >= 0x30 && !begins_string(sequence),
        _ => false,
    }
}

/// What stands in one column of the row, or begins in it.
#[derive(Clone, Debug)]
struct Column {
    /// The character, and what has no width and follows it; empty but in the first column of a character.
    parts: Vec<Part>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// The first column of a character.
    First,
    /// The second column of a wide one.
    Second,
    /// The first column of a tab that is left.
    Tab,
    /// A further one.
    TabRest,
}

#[derive(Clone, Debug)]
struct Part {
    bytes: Vec<u8>,
    is_sequence: bool,
}

impl Column {
    fn new(bytes: &[u8], kind: Kind) -> Self {
        let parts = if bytes.is_empty() {
            Vec::new()
        } else {
            vec![Part { bytes: bytes.to_vec(), is_sequence: false }]
        };
        Self { parts, kind }
    }

    fn begins(&self) -> bool {
        matches!(self.kind, Kind::First | Kind::Tab)
    }
}

/// Text as characters, each with its width; the bytes of a broken one are a character. What the text ends in the
/// middle of is left, if more may follow.
fn characters(text: &[u8], is_last: bool) -> (Vec<(Vec<u8>, usize)>, &[u8]) {
    let mut characters = Vec::new();
    for chunk in text.utf8_chunks() {
        characters.extend(
            chunk
                .valid()
                .chars()
                .map(|char| (char.to_string().into_bytes(), char.width().unwrap_or(0).min(2))),
        );
        let is_at_end = chunk.invalid().as_ptr_range().end == text.as_ptr_range().end;
        let is_unfinished =
            std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        if is_last && is_at_end && is_unfinished {
            return (characters, chunk.invalid());
        }
        if !chunk.invalid().is_empty() {
            characters.push((chunk.invalid().to_vec(), 1));
        }
    }
    (characters, &[])
}

/// The row that is written to, and what is above it.
#[allow(clippy::struct_excessive_bools)]
#[derive(Default)]
struct Screen {
    delimiter: u8,
    keep: bool,
    room: usize,
    out: Vec<u8>,
    /// What has no width and comes before the first character.
    lead: Vec<Part>,
    row: Vec<Column>,
    column: usize,
    is_returned: bool,
    is_overlong: bool,
    is_rewritten: bool,
    /// The beginning of a character, with which the input ends.
    unfinished: Vec<u8>,
}

impl Screen {
    /// Takes text; it `is_last` if nothing follows it.
    fn text(&mut self, text: &[u8], is_last: bool) {
        let is_end = |byte: &u8| *byte == b'\r' || *byte == b'\n' || *byte == self.delimiter;
        let ends: Vec<_> = text.iter().copied().filter(is_end).collect();
        let lines: Vec<_> = text.split(is_end).collect();
        for (at, line) in lines.into_iter().enumerate() {
            let end = ends.get(at).copied();
            self.line(line, is_last && end.is_none());
            match end {
                Some(b'\r') if self.delimiter != b'\r' => self.is_returned = true,
                Some(end) => {
                    self.out.extend(self.shown(0, self.row.len()));
                    self.end_line(end);
                }
                None => {}
            }
        }
    }

    /// Takes text that has no carriage return and no end of a line.
    fn line(&mut self, text: &[u8], is_last: bool) {
        let (characters, unfinished) = characters(text, is_last);
        for (bytes, width) in characters {
            match bytes[..] {
                [0x08] if self.is_returned => {}
                [0x08] if !self.is_overlong => self.move_to(self.column.saturating_sub(1)),
                [b'\t'] => self.tab(),
                _ => self.write(&bytes, width),
            }
        }
        self.unfinished = unfinished.to_vec();
    }

    /// The bytes of some columns, and what comes before the first.
    fn shown(&self, from: usize, to: usize) -> Vec<u8> {
        let lead = if from == 0 { &self.lead[..] } else { &[] };
        let parts = lead.iter().chain(self.row[from..to].iter().flat_map(|column| &column.parts));
        parts.flat_map(|part| part.bytes.clone()).collect()
    }

    fn end_line(&mut self, end: u8) {
        self.out.push(end);
        *self = Self {
            delimiter: self.delimiter,
            keep: self.keep,
            room: self.room,
            out: std::mem::take(&mut self.out),
            ..Self::default()
        };
    }

    fn start_over(&mut self) {
        if std::mem::take(&mut self.is_returned) {
            if self.is_overlong { self.end_line(self.delimiter) } else { self.move_to(0) }
        }
    }

    fn move_to(&mut self, column: usize) {
        if self.is_overlong {
            return;
        }
        if column < self.column {
            self.rewrite();
        }
        self.column = column;
    }

    /// A line that is rewritten loses its sequences.
    fn rewrite(&mut self) {
        self.is_rewritten = true;
        for parts in self.row.iter_mut().map(|column| &mut column.parts).chain([&mut self.lead]) {
            parts.retain(|part| !part.is_sequence);
        }
    }

    /// Where the character begins that the cursor is inside of, or the end of the row if that is further left.
    fn gap(&self) -> usize {
        let mut gap = self.column.min(self.row.len());
        while gap < self.row.len() && !self.row[gap].begins() {
            gap -= 1;
        }
        gap
    }

    /// Fills what is empty before the cursor, and makes blanks of the half of a character.
    fn prepare(&mut self) {
        self.start_over();
        let blanks = self.column - self.gap();
        self.column -= blanks;
        (0..blanks).for_each(|_| self.place(b" ", 1, Kind::First));
    }

    fn write(&mut self, bytes: &[u8], width: usize) {
        if self.is_overlong && !self.is_returned {
            self.out.extend(bytes);
            return;
        }
        self.prepare();
        if width > 0 {
            self.place(bytes, width, Kind::First);
        } else if self.column > 0 || !self.is_rewritten || self.is_overlong {
            self.attach(bytes, false);
        }
    }

    /// Clears a column, which may be one of several that belong together.
    fn clear(&mut self, at: usize) {
        let blank = Column::new(b" ", Kind::First);
        match self.row[at].kind {
            Kind::First if self.row.get(at + 1).is_some_and(|next| next.kind == Kind::Second) => {
                self.row[at + 1] = blank;
            }
            Kind::Second => self.row[at - 1] = blank,
            Kind::Tab | Kind::TabRest
                if self.row.get(at + 1).is_some_and(|next| next.kind == Kind::TabRest) =>
            {
                self.row[at + 1] = Column { kind: Kind::Tab, ..self.row[at].clone() };
            }
            _ => {}
        }
        self.row[at] = Column::new(b" ", Kind::First);
    }

    /// The row after a character was written at the cursor, which is at the beginning of one or at the end.
    fn written(&self, bytes: &[u8], width: usize, kind: Kind) -> Self {
        let (lead, row) = (self.lead.clone(), self.row.clone());
        let mut after = Self { lead, row, room: self.room, ..Self::default() };
        for column in self.column..self.column + width {
            if column < after.row.len() {
                after.clear(column);
            } else {
                after.row.push(Column::new(b" ", Kind::First));
            }
            let rest = if kind == Kind::Tab { Kind::TabRest } else { Kind::Second };
            after.row[column] =
                if column == self.column { Column::new(bytes, kind) } else { Column::new(b"", rest) };
        }
        after
    }

    fn fits(&self) -> bool {
        self.shown(0, self.row.len()).len() <= self.room
    }

    fn place(&mut self, bytes: &[u8], width: usize, kind: Kind) {
        if !self.is_overlong {
            let after = self.written(bytes, width, kind);
            if after.fits() {
                (self.row, self.column) = (after.row, self.column + width);
                return;
            }
            if self.make_room() {
                return self.place(bytes, width, kind);
            }
        }
        self.out.extend(bytes);
    }

    /// Adds what has no width to the character before the cursor.
    fn attach(&mut self, bytes: &[u8], is_sequence: bool) {
        let len = self.shown(0, self.row.len()).len() + bytes.len();
        if !self.is_overlong && len > self.room && self.make_room() {
            return self.attach(bytes, is_sequence);
        }
        if self.is_overlong {
            self.out.extend(bytes);
            return;
        }
        let part = Part { bytes: bytes.to_vec(), is_sequence };
        let before = self.row[..self.gap()].iter().rposition(Column::begins);
        match before {
            Some(before) => self.row[before].parts.push(part),
            None => self.lead.push(part),
        }
    }

    /// Ends a line that something is not to be added to, if something stands right of the cursor; else the
    /// line is overlong.
    fn make_room(&mut self) -> bool {
        let gap = self.gap();
        let right = self.shown(gap, self.row.len());
        self.out.extend(self.shown(0, self.row.len()));
        if gap < self.row.len() && !right.is_empty() {
            self.end_line(self.delimiter);
            return true;
        }
        (self.row, self.lead, self.column) = (Vec::new(), Vec::new(), 0);
        self.is_overlong = true;
        false
    }

    /// Moves to the next stop over what is there; what is missing at the end of the row is a tab.
    fn tab(&mut self) {
        self.start_over();
        if self.is_overlong {
            return self.out.push(b'\t');
        }
        let stop = (self.column / 8 + 1) * 8;
        if self.column > self.row.len() || stop <= self.row.len() {
            self.column = stop;
        } else {
            self.column = self.row.len();
            self.place(b"\t", stop - self.row.len(), Kind::Tab);
        }
    }

    fn sequence(&mut self, sequence: &[u8]) {
        let text = String::from_utf8_lossy(sequence.strip_prefix(b"\x9B").unwrap_or(sequence)).into_owned();
        let text = text.strip_prefix("\x1B[").unwrap_or(if sequence[0] == 0x9B { &text } else { "" });
        let is_plain = text.chars().rev().skip(1).all(|char| char.is_ascii_digit() || char == ';');
        let (number, last) = text.split_at(text.len().saturating_sub(1));
        let number = number.split(';').next().unwrap_or_default().trim_start_matches('0');
        let count: i128 = if number.is_empty() { 1 } else { number.parse().unwrap_or(i128::from(u64::MAX)) };
        let column = if self.is_returned { 0 } else { self.column };
        let target = match last {
            "C" if is_plain => column as i128 + count,
            "D" if is_plain && self.is_overlong && !self.is_returned => return,
            "D" if is_plain => column as i128 - count,
            "G" | "`" if is_plain => count - 1,
            "K" | "J" if is_plain && number.is_empty() => {
                self.start_over();
                let gap = self.gap();
                self.row.truncate(gap);
                return;
            }
            "K" if is_plain && (number == "1" || number == "2") => return self.erase(number == "2"),
            _ => return self.keep(sequence),
        };
        if target <= 0 {
            self.is_returned = true;
            return;
        }
        self.start_over();
        self.move_to(usize::try_from(target).unwrap_or(usize::MAX).min(column.max(999)));
    }

    fn erase(&mut self, all: bool) {
        self.start_over();
        if self.is_overlong {
            return;
        }
        self.rewrite();
        if all || self.row.len() <= self.column + 1 {
            self.row.clear();
            return;
        }
        let column = std::mem::take(&mut self.column);
        (0..=column).for_each(|_| self.place(b" ", 1, Kind::First));
        self.move_to(column);
    }

    fn keep(&mut self, sequence: &[u8]) {
        if !self.keep || self.is_rewritten {
            return;
        }
        if !self.is_returned {
            self.prepare();
        }
        self.attach(sequence, true);
    }
}
