//! How messages are told apart on a socket: a version, two lengths, JSON, then bytes as they are.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The version of frames and messages. Another one is not understood.
const VERSION: u8 = 1;

/// The version, and the lengths of what follows.
const PREFIX: usize = 8;

/// Most bytes of JSON: a command and its environment are the largest, and the system allows a few megabytes of these.
const MAX_JSON: usize = 12 << 20;

/// Most bytes beside the JSON.
const MAX_BYTES: usize = 2 << 20;

/// Writes a message in one piece.
pub(crate) fn encode(message: &impl Serialize, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; PREFIX];
    serde_json::to_writer(&mut frame, message)?;
    let json = frame.len() - PREFIX;
    let too_long = || io::Error::new(io::ErrorKind::InvalidInput, "the message is too long");
    if json > MAX_JSON || bytes.len() > MAX_BYTES {
        return Err(too_long());
    }
    let json = u32::try_from(json).map_err(|_| too_long())?.to_be_bytes();
    let count = u32::try_from(bytes.len()).map_err(|_| too_long())?.to_be_bytes();
    // Three bytes of length, as `MAX_JSON` is less than 16 MiB.
    frame[..4].copy_from_slice(&[VERSION, json[1], json[2], json[3]]);
    frame[4..PREFIX].copy_from_slice(&count);
    frame.extend_from_slice(bytes);
    Ok(frame)
}

/// Reads a message from a `source` that blocks. `None` where it ends before one begins.
pub(crate) fn read<M: DeserializeOwned>(source: &mut impl Read) -> io::Result<Option<(M, Vec<u8>)>> {
    let mut decoder = Decoder::default();
    loop {
        if let Some(message) = decoder.next()? {
            return Ok(Some(message));
        }
        match decoder.fill(source) {
            Ok(0) if decoder.is_empty() => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Writes a message to a `sink` that blocks.
pub(crate) fn write(sink: &mut impl Write, message: &impl Serialize, bytes: &[u8]) -> io::Result<()> {
    sink.write_all(&encode(message, bytes)?)
}

/// Puts messages together from the pieces in which they arrive.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    /// The beginning of a message: at most one whole message and what one read brings besides.
    bytes: Vec<u8>,
}

impl Decoder {
    /// Takes what one read of `source` brings. Returns how much that is.
    pub(crate) fn fill(&mut self, source: &mut impl Read) -> io::Result<usize> {
        let mut piece = [0; 8 << 10];
        let count = source.read(&mut piece)?;
        self.bytes.extend_from_slice(&piece[..count]);
        Ok(count)
    }

    /// Whether nothing of a message is there.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The next message, once it is whole.
    pub(crate) fn next<M: DeserializeOwned>(&mut self) -> io::Result<Option<(M, Vec<u8>)>> {
        let Some((prefix, rest)) = self.bytes.split_first_chunk::<PREFIX>() else { return Ok(None) };
        let [version, a, b, c, count @ ..] = *prefix;
        let invalid = |reason| io::Error::new(io::ErrorKind::InvalidData, reason);
        if version != VERSION {
            return Err(invalid("a message of another version of headtail-agent"));
        }
        let json = u32::from_be_bytes([0, a, b, c]) as usize;
        let count = u32::from_be_bytes(count) as usize;
        if json > MAX_JSON || count > MAX_BYTES {
            return Err(invalid("the message is too long"));
        }
        if rest.len() < json + count {
            return Ok(None);
        }
        let message = serde_json::from_slice(&rest[..json])?;
        let bytes = rest[json..json + count].to_vec();
        self.bytes.drain(..PREFIX + json + count);
        if self.bytes.is_empty() {
            // A large message leaves no large buffer behind.
            self.bytes = Vec::new();
        }
        Ok(Some((message, bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_any_cut_into_pieces() {
        let frames =
            [encode(&"one", b"\0\xff").expect("a frame"), encode(&"two", b"").expect("a frame")].concat();
        for size in 1..frames.len() {
            let mut decoder = Decoder::default();
            let mut messages = Vec::new();
            for piece in frames.chunks(size) {
                decoder.fill(&mut &piece[..]).expect("a slice");
                while let Some(message) = decoder.next::<String>().expect("a message") {
                    messages.push(message);
                }
            }
            assert_eq!(messages, [("one".into(), b"\0\xff".to_vec()), ("two".into(), vec![])]);
            assert!(decoder.is_empty());
        }
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        let mut other_version = encode(&1, b"").expect("a frame");
        other_version[0] = 2;
        let endless = [&[VERSION][..], &[0xff; 7]].concat();
        let not_json = [&[VERSION, 0, 0, 1, 0, 0, 0, 0][..], b"{"].concat();
        for bytes in [other_version, endless, not_json] {
            assert!(read::<u8>(&mut &bytes[..]).is_err());
        }
        let half = &encode(&1, b"x").expect("a frame")[..9];
        assert_eq!(read::<u8>(&mut &half[..]).expect_err("half").kind(), io::ErrorKind::UnexpectedEof);
        assert!(read::<u8>(&mut &b""[..]).expect("an end").is_none());
    }
}
