//! Bytes that are mostly text: in messages, and for people.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Words, variables and paths of the system, which may be any bytes. A string of JSON where it is UTF-8, else an
/// array of numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text(pub(crate) OsString);

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.to_str() {
            Some(text) => serializer.serialize_str(text),
            None => self.0.as_bytes().serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Text(String),
            Bytes(Vec<u8>),
        }
        Ok(Self(match Form::deserialize(deserializer)? {
            Form::Text(text) => text.into(),
            Form::Bytes(bytes) => OsString::from_vec(bytes),
        }))
    }
}

/// The words as a shell would have to be given them, for people to read.
pub(crate) fn quote<'a>(words: impl IntoIterator<Item = &'a OsStr>) -> String {
    words.into_iter().map(quote_word).collect::<Vec<_>>().join(" ")
}

fn quote_word(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "_-./:=,@%+".contains(char);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        let words = ["npm", "run", "", "it's", "a b", "$HOME", "--port=80"].map(OsStr::new);
        assert_eq!(quote(words), r"npm run '' 'it'\''s' 'a b' '$HOME' --port=80");
    }

    #[test]
    fn any_bytes_survive_a_message() {
        for bytes in [&b"plain"[..], b"", b"\xff\xfe", "é\n\"".as_bytes()] {
            let text = Text(OsStr::from_bytes(bytes).to_owned());
            let json = serde_json::to_string(&text).expect("JSON");
            assert_eq!(serde_json::from_str::<Text>(&json).expect("text"), text);
        }
    }
}
