//! The text that stands where bytes are missing.

use super::keep::{Found, Keep};

/// A template, and the file that has all of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marker {
    /// `None` for the text of section 1, and of section 4 where there is a path.
    pub(crate) template: Option<Vec<u8>>,
    pub(crate) path: Vec<u8>,
}

/// What a marker can say of a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    pub(crate) bytes: usize,
    pub(crate) lines: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) total: usize,
}

/// What stands around a marker, and what was clipped there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Around<'a> {
    /// The last byte of the head; `None` where the head is empty.
    pub(crate) head: Option<u8>,
    /// Whether there is a tail.
    pub(crate) tail: bool,
    pub(crate) delimiter: u8,
    pub(crate) clipped: usize,
    /// The lines of the gap that match, where some were looked for.
    pub(crate) found: Option<&'a Found>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Byte(u8),
    Field(&'static str),
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoTemplate {
    /// Without its braces.
    Placeholder(Vec<u8>),
    Escape(Option<u8>),
    Brace,
}

const FIELDS: [&str; 12] = [
    "bytes", "lines", "first", "last", "start", "end", "total", "clipped", "path", "kept", "matched", "keep",
];

/// The parts of a template, from left to right.
pub(crate) fn parse(template: &[u8]) -> Result<Vec<Part>, NoTemplate> {
    let mut parts = Vec::new();
    let mut rest = template;
    while !rest.is_empty() {
        let (part, len) = match rest {
            [b'\\', b'n', ..] => (Part::Byte(b'\n'), 2),
            [b'\\', b't', ..] => (Part::Byte(b'\t'), 2),
            [b'\\', b'\\', ..] => (Part::Byte(b'\\'), 2),
            [b'\\', other, ..] => return Err(NoTemplate::Escape(Some(*other))),
            [b'\\'] => return Err(NoTemplate::Escape(None)),
            [b'{', b'{', ..] => (Part::Byte(b'{'), 2),
            [b'}', b'}', ..] => (Part::Byte(b'}'), 2),
            [b'}', ..] => return Err(NoTemplate::Brace),
            [b'{', after @ ..] => {
                let len = after.iter().position(|byte| *byte == b'}').ok_or(NoTemplate::Brace)?;
                let name = &after[..len];
                let field = FIELDS.into_iter().find(|field| field.as_bytes() == name);
                (Part::Field(field.ok_or(NoTemplate::Placeholder(name.to_vec()))?), len + 2)
            }
            [byte, ..] => (Part::Byte(*byte), 1),
            [] => unreachable!(),
        };
        parts.push(part);
        rest = &rest[len..];
    }
    Ok(parts)
}

impl Marker {
    /// The marker of a template, which is one.
    pub(crate) fn of(template: &[u8]) -> Self {
        Self { template: Some(template.to_vec()), path: Vec::new() }
    }

    pub(crate) fn without_path(&self) -> Self {
        Self { path: Vec::new(), ..self.clone() }
    }

    fn parts(&self, found: Option<&Found>) -> Vec<Part> {
        let path = if self.path.is_empty() { "" } else { "; full output: {path}" };
        let lines = match found {
            None => "",
            Some(found) if found.matched == 0 => "; no line matches",
            Some(_) => "; {kept} of {matched} matching lines follow",
        };
        let default = format!("... [omitted {{bytes}} bytes{lines}{path}] ...").into_bytes();
        let template = self.template.as_ref().unwrap_or(&default);
        parse(template).expect("a template")
    }

    /// What stands in the gap.
    pub(crate) fn text(&self, gap: &Gap, around: &Around<'_>) -> Vec<u8> {
        let mut text = Vec::new();
        if self.template.is_none() {
            // An empty line before it, unless it is the first thing there is.
            match around.head {
                None => {}
                Some(last) if last == around.delimiter => text.push(around.delimiter),
                Some(_) => text.extend([around.delimiter; 2]),
            }
        }
        for part in self.parts(around.found) {
            let number = match part {
                Part::Byte(byte) => {
                    text.push(byte);
                    continue;
                }
                Part::Field("path") => {
                    text.extend(&self.path);
                    continue;
                }
                Part::Field("keep") => {
                    text.extend(around.found.map_or(&[][..], |found| &found.text));
                    continue;
                }
                Part::Field("kept") => around.found.map_or(0, |found| found.kept),
                Part::Field("matched") => around.found.map_or(0, |found| found.matched),
                Part::Field("bytes") => gap.bytes,
                Part::Field("lines") => gap.lines,
                Part::Field("first") => gap.first,
                Part::Field("last") => gap.last,
                Part::Field("start") => gap.start,
                Part::Field("end") => gap.end,
                Part::Field("total") => gap.total,
                Part::Field("clipped") => around.clipped,
                Part::Field(other) => unreachable!("{other}"),
            };
            text.extend(number.to_string().into_bytes());
        }
        if self.template.is_none()
            && let Some(found) = around.found.filter(|found| found.kept > 0)
        {
            text.extend([around.delimiter; 2]);
            text.extend(&found.text);
            text.extend(b"...");
        }
        if self.template.is_none() {
            // An empty line after it, unless it is the last thing there is.
            text.push(around.delimiter);
            text.extend(around.tail.then_some(around.delimiter));
        }
        text
    }

    /// Length of the longest text, whatever the gap: numbers have 64 bits.
    pub(crate) fn max_len(&self, keep: Option<Keep>) -> usize {
        let some = Found { matched: 1, ..Found::default() };
        let len = |part: &Part| match part {
            Part::Byte(_) => 1,
            Part::Field("path") => self.path.len(),
            Part::Field("keep") => keep.map_or(0, |keep| keep.size),
            Part::Field(_) => u64::MAX.to_string().len(),
        };
        let around = match (&self.template, keep) {
            (Some(_), _) => 0,
            (None, None) => 4,
            // The lines, an empty one before them and dots after them.
            (None, Some(keep)) => 4 + 2 + keep.size + 3,
        };
        self.parts(keep.map(|_| &some)).iter().map(len).sum::<usize>() + around
    }

    /// Whether the text depends on what is in the gap, and not on its size alone.
    pub(crate) fn counts_lines(&self) -> bool {
        let lines = [Part::Field("lines"), Part::Field("first"), Part::Field("last")];
        self.parts(None).iter().any(|part| lines.contains(part))
    }
}
