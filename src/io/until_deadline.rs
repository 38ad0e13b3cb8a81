//! Outputs that must not delay the result.

use std::io::{self, Write};

use crate::platform::shutdown;

/// What the caller does while an output makes it wait: a command's timeout may be due.
pub(crate) type Attend<'a> = &'a mut dyn FnMut();

/// For a caller that has nothing else to do.
pub(crate) fn idle() {}

/// Writes all of `bytes` to an output that may be read slowly or not at all. It waits no longer than a signal or the
/// timeout of a command allows, so that the output can't keep the result from being written. Each time that the wait is
/// interrupted, something may be due: calls `attend`.
///
/// # Errors
///
/// [`io::ErrorKind::TimedOut`] if nothing more is to be waited for.
pub(crate) fn write_all(out: &mut impl Write, mut bytes: &[u8], attend: Attend) -> io::Result<()> {
    while !bytes.is_empty() {
        match out.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                attend();
                if shutdown::is_due() {
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupted_write_is_attended_to_and_goes_on() {
        struct Interrupted(Vec<u8>, u32);
        impl Write for Interrupted {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.1 += 1;
                if self.1.is_multiple_of(3) {
                    return Err(io::ErrorKind::Interrupted.into());
                }
                self.0.push(bytes[0]);
                Ok(1)
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut out = Interrupted(Vec::new(), 0);
        let mut count = 0;
        write_all(&mut out, b"abcde", &mut || count += 1).expect("it goes on");
        assert_eq!((&out.0[..], count), (&b"abcde"[..], 2));
    }
}
