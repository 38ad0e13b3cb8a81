//! The regular expressions of `--keep`.

use headtail::Matcher;
use memchr::memchr;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;
use regex_syntax::hir::{
    Capture, Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition,
};

/// Lines that match one of several expressions. A search goes through many lines at once.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    sources: Vec<String>,
    delimiter: u8,
    regex: Regex,
    /// Whether a line that matches also does so among others. Not with `\A`, for one, which only the first line has.
    is_local: bool,
}

impl Pattern {
    /// Compiles expressions for the contents of lines that end with `delimiter`: `^` and `$` are their ends.
    ///
    /// # Errors
    ///
    /// The expression that is wrong, and why, in a line.
    pub(crate) fn new(sources: Vec<String>, delimiter: u8) -> Result<Self, (String, String)> {
        let config = syntax::Config::new().multi_line(true).utf8(false).line_terminator(delimiter);
        let mut parsed = Vec::new();
        for source in &sources {
            let hir =
                syntax::parse_with(source, &config).map_err(|error| (source.clone(), last_line(&error)))?;
            parsed.push(within_line(&hir, delimiter));
        }
        let is_local = parsed.iter().all(|hir| {
            let looks = hir.properties().look_set();
            !looks.contains_anchor_haystack() && !looks.contains_anchor_crlf()
        });
        let config = Config::new().utf8_empty(false).line_terminator(delimiter);
        let regex = Regex::builder().configure(config).build_many_from_hir(&parsed);
        let regex = regex.map_err(|error| {
            let reason = match error.size_limit() {
                Some(limit) => format!("it takes more than {limit} bytes when it is compiled"),
                None => last_line(&error),
            };
            (sources.join("|"), reason)
        })?;
        Ok(Self { sources, delimiter, regex, is_local })
    }
}

/// The same expression without the delimiter, which no content has. A search through many lines then finds no match that
/// goes beyond its line; with such a match for each line, as of `a[^b]*c`, it would go through the rest each time.
fn within_line(hir: &Hir, delimiter: u8) -> Hir {
    let within = |hir: &Hir| within_line(hir, delimiter);
    match hir.kind() {
        HirKind::Literal(literal) if memchr(delimiter, &literal.0).is_some() => Hir::fail(),
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) => hir.clone(),
        HirKind::Class(Class::Unicode(class)) => {
            let char = char::from(delimiter);
            let mut class = class.clone();
            class.difference(&ClassUnicode::new([ClassUnicodeRange::new(char, char)]));
            Hir::class(Class::Unicode(class))
        }
        HirKind::Class(Class::Bytes(class)) => {
            let mut class = class.clone();
            class.difference(&ClassBytes::new([ClassBytesRange::new(delimiter, delimiter)]));
            Hir::class(Class::Bytes(class))
        }
        HirKind::Repetition(repetition) => {
            Hir::repetition(Repetition { sub: Box::new(within(&repetition.sub)), ..repetition.clone() })
        }
        HirKind::Capture(capture) => {
            Hir::capture(Capture { sub: Box::new(within(&capture.sub)), ..capture.clone() })
        }
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(within).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(within).collect()),
    }
}

/// What is wrong, without the picture of the place.
fn last_line(error: &impl ToString) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_string()
}

impl Matcher for Pattern {
    fn is_match(&self, content: &[u8]) -> bool {
        self.regex.is_match(content)
    }

    fn find(&self, lines: &[u8], delimiter: u8) -> Option<usize> {
        if self.is_local {
            // What matches at the very end is no line any more.
            return self.regex.find(lines).map(|found| found.start()).filter(|&start| start < lines.len());
        }
        Matcher::find(&|content: &[u8]| self.is_match(content), lines, delimiter)
    }
}

/// The same expressions for the same lines.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        (&self.sources, self.delimiter) == (&other.sources, other.delimiter)
    }
}

impl Eq for Pattern {}

#[cfg(test)]
mod tests {
    use super::*;
    use memchr::memchr_iter;

    /// Which of the lines match, by the search.
    fn found(pattern: &Pattern, lines: &[u8]) -> Vec<usize> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = pattern.find(&lines[from..], pattern.delimiter) {
            let before = memchr_iter(pattern.delimiter, &lines[..from + at]).count();
            found.push(before);
            from += at + memchr(pattern.delimiter, &lines[from + at..]).unwrap() + 1;
        }
        found
    }

    /// Every text of few bytes, searched at once and line by line.
    #[test]
    fn a_search_finds_the_lines_that_match_alone() {
        let sources = [
            "a",
            "^a",
            "a$",
            "^$",
            "^a$",
            r"\s",
            r"a\s*b",
            r"[^a]",
            r"\Aa",
            r"a\z",
            r"(?s)a.b",
            r"(?-m)^b",
            r"\bb",
            r"\B",
            r"(?R)a$",
            "a|b$",
            "",
            r"\xE2",
            r"(?-u)[\x80-\xFF]",
            r"b\r$",
            "(?x) a # one",
            "[^a]*b",
            r"b[^\xE2]*a",
            r"(a|\n)+b",
            r"\n*a",
            r"\n",
            r"(?-u)[^a]b",
            r"(?s).{2}",
        ];
        let bytes = b"ab\n\r\xE2";
        for source in sources {
            for delimiter in *b"\n\0" {
                let pattern = Pattern::new(vec![source.into()], delimiter).unwrap();
                let config = syntax::Config::new().multi_line(true).utf8(false).line_terminator(delimiter);
                let as_given = Regex::builder()
                    .syntax(config)
                    .configure(Config::new().utf8_empty(false).line_terminator(delimiter))
                    .build(source)
                    .unwrap();
                for number in 0..5_usize.pow(6) {
                    let mut text: Vec<u8> =
                        (0..6).map(|digit| bytes[number / 5_usize.pow(digit) % 5]).collect();
                    if delimiter == 0 {
                        // A newline is a byte like any other then.
                        text[number % 6] = 0;
                    }
                    text.push(delimiter);
                    let lines = text[..text.len() - 1].split(|byte| *byte == delimiter);
                    let alone = lines.enumerate().filter(|(_, line)| as_given.is_match(line));
                    let alone: Vec<usize> = alone.map(|(number, _)| number).collect();
                    assert_eq!(found(&pattern, &text), alone, "{source} in {}", text.escape_ascii());
                    let mut matches = pattern.regex.find_iter(&text);
                    assert!(matches.all(|found| !text[found.range()].contains(&delimiter)), "{source}");
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_with_an_expression_is_said_in_a_line() {
        let error = Pattern::new(vec!["a".into(), "(".into()], b'\n').unwrap_err();
        assert_eq!(error, ("(".into(), "unclosed group".into()));
        let (_, reason) = Pattern::new(vec![r"\pL{10000}".into()], b'\n').unwrap_err();
        assert_eq!(reason, "it takes more than 10485760 bytes when it is compiled");
    }
}
