//! What a command line says about itself.

/// The command line without a single `&` at its end, if there is one outside quotes and comments: it asks for the
/// background.
pub(super) fn without_ampersand(line: &str) -> Option<&str> {
    let body = line.trim_end().strip_suffix('&')?;
    let trimmed = body.trim_end();
    // `&&`, `|&`, `>&` and `;&` are other words; a lone `&` is a syntax error, which the shell reports.
    let is_operator = body.ends_with(['&', '|', '>', '<', ';']) || trimmed.is_empty();
    (!is_operator && is_plain_at_end(body)).then_some(trimmed)
}

/// Whether what follows `text` is neither quoted nor a comment.
fn is_plain_at_end(text: &str) -> bool {
    let mut quote = None;
    let mut is_comment = false;
    let mut is_escaped = false;
    let mut before = ' ';
    for char in text.chars() {
        match (quote, char) {
            _ if is_comment => is_comment = char != '\n',
            _ if is_escaped => is_escaped = false,
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (None, '\'' | '"') => quote = Some(char),
            (None | Some('"'), '\\') => is_escaped = true,
            (None, '#') => is_comment = before.is_whitespace() || ";&|()".contains(before),
            _ => {}
        }
        before = char;
    }
    quote.is_none() && !is_comment && !is_escaped
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
