//! The `headtail` program: standard input to standard output.

use std::error::Error;
use std::io::{self, Read, Write};

use headtail::{HeadTail, Limits};

fn main() -> Result<(), Box<dyn Error>> {
    let mut kept = HeadTail::new(Limits::new())?;
    let mut chunk = vec![0; 256 << 10];
    let mut input = io::stdin().lock();
    loop {
        let count = input.read(&mut chunk)?;
        if count == 0 {
            break;
        }
        kept.push(&chunk[..count]);
    }
    let mut output = io::stdout().lock();
    kept.snapshot().write_to(&mut output)?;
    Ok(output.flush()?)
}
