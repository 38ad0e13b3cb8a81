//! The regular expressions of `--keep`.

use headtail::Matcher;
use memchr::{memchr, memrchr};
use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;

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
            parsed.push(hir);
        }
        let is_local = parsed.iter().all(|hir| {
            let looks = hir.properties().look_set();
            !looks.contains_anchor_haystack() && !looks.contains_anchor_crlf()
        });
        let config = Config::new().utf8_empty(false).line_terminator(delimiter);
        let regex = Regex::builder().configure(config).build_many_from_hir(&parsed);
        let regex = regex.map_err(|error| (sources.join("|"), last_line(&error)))?;
        Ok(Self { sources, delimiter, regex, is_local })
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
        let mut from = 0;
        while from < lines.len() {
            let rest = &lines[from..];
            // Where a line matches, a search that begins before it finds something there or earlier.
            let (at, end) = if self.is_local {
                let found = self.regex.find(rest)?;
                (found.start(), found.end())
            } else {
                (0, rest.len())
            };
            let line_end = at + memchr(delimiter, rest.get(at..)?)?;
            let start = memrchr(delimiter, &rest[..at]).map_or(0, |before| before + 1);
            // What was found may reach into the lines that follow.
            if end <= line_end || self.regex.is_match(&rest[start..line_end]) {
                return Some(from + start);
            }
            from += line_end + 1;
        }
        None
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
        ];
        let bytes = b"ab\n\r\xE2";
        for source in sources {
            for delimiter in *b"\n\0" {
                let pattern = Pattern::new(vec![source.into()], delimiter).unwrap();
                for number in 0..5_usize.pow(6) {
                    let mut text: Vec<u8> =
                        (0..6).map(|digit| bytes[number / 5_usize.pow(digit) % 5]).collect();
                    if delimiter == 0 {
                        // A newline is a byte like any other then.
                        text[number % 6] = 0;
                    }
                    text.push(delimiter);
                    let lines = text[..text.len() - 1].split(|byte| *byte == delimiter);
                    let alone = lines.enumerate().filter(|(_, line)| pattern.is_match(line));
                    let alone: Vec<usize> = alone.map(|(number, _)| number).collect();
                    assert_eq!(found(&pattern, &text), alone, "{source} in {}", text.escape_ascii());
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_with_an_expression_is_said_in_a_line() {
        let error = Pattern::new(vec!["a".into(), "(".into()], b'\n').unwrap_err();
        assert_eq!(error, ("(".into(), "unclosed group".into()));
    }
}
