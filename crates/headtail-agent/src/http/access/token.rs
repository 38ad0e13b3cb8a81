//! The token that clients over TCP must send.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use rustix::process::geteuid;
use rustix::rand::{GetRandomFlags, getrandom};
use subtle::ConstantTimeEq;

/// Random bytes of a new token.
const STRENGTH: usize = 32;
/// Fewest characters of a token that somebody else has written.
const SHORTEST: usize = 32;
/// Most bytes that are read of the file.
const LONGEST: u64 = 4096;

/// The permissions of others than the owner of a file.
const OTHERS: u32 = 0o077;

/// A token. It is never printed.
pub(in crate::http) struct Token {
    text: String,
}

impl Token {
    /// Reads the token in `path`, or creates the file with a new one. Only one server at a time may do that.
    ///
    /// # Errors
    ///
    /// The file cannot be read or created, others than its owner may use it, or it holds no token.
    pub(in crate::http) fn open(path: &Path) -> io::Result<Self> {
        // A FIFO is refused below, not waited for.
        let flags = OFlags::NONBLOCK.bits().cast_signed();
        let file = match File::options().read(true).custom_flags(flags).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => create(path)?,
            opened => opened?,
        };
        let metadata = file.metadata()?;
        let is_private = metadata.uid() == geteuid().as_raw() && metadata.mode() & OTHERS == 0;
        if !metadata.is_file() || !is_private {
            return Err(io::Error::other("not a file that only you can read (chmod 600)"));
        }
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text)?;
        let text = text.trim().to_owned();
        if text.len() < SHORTEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(io::Error::other("not a token of at least 32 ASCII characters without spaces"));
        }
        Ok(Self { text })
    }

    /// Whether `text` is this token. The time that this takes depends on the length of `text` alone.
    pub(super) fn is(&self, text: &[u8]) -> bool {
        self.text.as_bytes().ct_eq(text).into()
    }
}

/// Creates a file with a new token.
fn create(path: &Path) -> io::Result<File> {
    let mut random = [0; STRENGTH];
    let mut filled = 0;
    while filled < STRENGTH {
        filled += getrandom(&mut random[filled..], GetRandomFlags::empty())?;
    }
    let mut line: String =
        random.iter().flat_map(|byte| [byte >> 4, byte & 0xf]).filter_map(hexadecimal).collect();
    line.push('\n');
    let mut file = File::options().read(true).write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(line.as_bytes())?;
    file.rewind()?;
    Ok(file)
}

fn hexadecimal(digit: u8) -> Option<char> {
    char::from_digit(digit.into(), 16)
}
