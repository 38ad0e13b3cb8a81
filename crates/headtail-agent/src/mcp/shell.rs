//! What a command line says about itself.

/// The command line without a single `&` at its end, if there is one outside quotes and comments: it asks for the
/// background.
pub(super) fn without_ampersand(line: &str) -> Option<&str> {
    let body = line.trim_end().strip_suffix('&')?;
    let trimmed = body.trim_end();
    // `&&`, `|&`, `>&` and `;&` are other words; a lone `&` is a syntax error, which the shell reports.
    let is_operator = body.ends_with(['&', '|', '>', '<', ';']) || trimmed.is_empty();
    // A backslash quotes the space or the line end that would be trimmed.
    let rest = if trimmed.ends_with('\\') { body } else { trimmed };
    (!is_operator && is_plain_at_end(body)).then_some(rest)
}

/// Whether what follows `text` is neither quoted nor part of a comment or a here-document.
fn is_plain_at_end(text: &str) -> bool {
    let mut quote = None;
    let mut is_comment = false;
    let mut is_escaped = false;
    let mut before = ' ';
    let mut documents = Vec::new();
    for (at, char) in text.char_indices() {
        let rest = &text[at..];
        match (quote, char) {
            // They follow the line that names them.
            (None, '\n') if !is_escaped && !documents.is_empty() => {
                let skip = |rest, document: &HereDocument| document.skip(rest);
                return documents.iter().try_fold(&rest[1..], skip).is_some_and(is_plain_at_end);
            }
            _ if is_comment => is_comment = char != '\n',
            _ if is_escaped => is_escaped = false,
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (None, '\'' | '"') => quote = Some(char),
            (None | Some('"'), '\\') => is_escaped = true,
            (None, '#') => is_comment = before.is_whitespace() || ";&|()".contains(before),
            (None, '<') if before != '<' => documents.extend(HereDocument::begin(rest)),
            _ => {}
        }
        before = char;
    }
    quote.is_none() && !is_comment && !is_escaped
}

/// The input of a command, up to a line that is its delimiter. What looks like a quote in it is none.
struct HereDocument<'a> {
    delimiter: &'a str,
    /// The delimiter may be indented.
    has_tabs: bool,
}

impl<'a> HereDocument<'a> {
    /// The one that `text` begins with the name of.
    fn begin(text: &'a str) -> Option<Self> {
        // `<<<` takes its input from the same line.
        let word = text.strip_prefix("<<").filter(|word| !word.starts_with('<'))?;
        let (word, has_tabs) = word.strip_prefix('-').map_or((word, false), |word| (word, true));
        let word = word.trim_start_matches([' ', '\t', '\\']);
        let delimiter = match word.strip_prefix(['\'', '"']) {
            Some(quoted) => quoted.split(['\'', '"']).next(),
            None => word.split(|char: char| char.is_whitespace() || ";&|<>()".contains(char)).next(),
        };
        Some(Self { delimiter: delimiter?, has_tabs })
    }

    /// What comes after it, where it begins with `text` and ends.
    fn skip<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut end = 0;
        for line in text.split_inclusive('\n') {
            end += line.len();
            let line = line.strip_suffix('\n').unwrap_or(line);
            if self.delimiter == if self.has_tabs { line.trim_start_matches('\t') } else { line } {
                return Some(&text[end..]);
            }
        }
        None
    }
}

/// The file of a command that is no more than `cat FILE`.
pub(super) fn printed_file(line: &str) -> Option<&str> {
    const PLAIN: &str = "_-./:@%+,";
    let is_plain = |char: char| char.is_alphanumeric() || char == ' ' || PLAIN.contains(char);
    let mut words = line.trim().chars().all(is_plain).then(|| line.split_whitespace())?;
    (words.next() == Some("cat")).then(|| words.find(|word| !word.starts_with('-')))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_ampersand_at_the_end_is_taken_off() {
        for (line, expected) in [
            ("npm run dev &", "npm run dev"),
            ("sleep 1&", "sleep 1"),
            ("a && b & \n", "a && b"),
            ("a & b &", "a & b"),
            ("echo 'a b' \"c\" &", "echo 'a b' \"c\""),
            ("echo it\\'s &", "echo it\\'s"),
            ("echo a#b &", "echo a#b"),
            ("# comment\nserver &", "# comment\nserver"),
            ("echo a\\\n&", "echo a\\\n"),
            ("echo a\\  &", "echo a\\  "),
            ("cat >a <<E\nit's\nE\nserver &", "cat >a <<E\nit's\nE\nserver"),
            ("cat >a <<-'E F' # \"\n\"\n\tE F\nserver &", "cat >a <<-'E F' # \"\n\"\n\tE F\nserver"),
            ("cat <<A <<\"B\"\n'\nA\n'\nB\nserver &", "cat <<A <<\"B\"\n'\nA\n'\nB\nserver"),
            ("cat <<E &", "cat <<E"),
            ("cat <<<it\ns &", "cat <<<it\ns"),
            ("echo $((1 << 2)) &", "echo $((1 << 2))"),
        ] {
            assert_eq!(without_ampersand(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn any_other_ampersand_belongs_to_the_command() {
        for line in [
            "",
            "ls",
            "&",
            " & ",
            "a &&",
            "a |&",
            "a >&",
            "a <&",
            "a ;&",
            "echo \\&",
            "echo 'a &",
            "echo \"a &",
            "echo 'a &'",
            "echo a # b &",
            "#&",
            "a & b",
            "echo \"\\\" &",
            "a; # &",
            "cat <<E\nb &",
            "cat <<E\nb\nE &",
            "cat <<E\nE\necho 'a &",
        ] {
            assert_eq!(without_ampersand(line), None, "{line}");
        }
    }

    #[test]
    fn a_command_that_only_prints_a_file_is_recognized() {
        assert_eq!(printed_file(" cat -n a.log "), Some("a.log"));
        for line in ["cat", "cat -", "cat a.log | sort", "cat <a.log", "echo cat a", "cat \"$file\"", ""] {
            assert_eq!(printed_file(line), None, "{line}");
        }
    }
}
