//! Runs a command that prints without end, and keeps both ends of what it printed in the first second.

use std::process::Stdio;
use std::time::Duration;

use headtail::{HeadTail, Limits};
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut child = Command::new("yes").stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let mut stdout = child.stdout.take().ok_or("a pipe was asked for")?;
    let mut buffer = HeadTail::new(Limits::new().head_lines(3).tail_lines(3))?;

    let read = async {
        let mut chunk = vec![0; 64 << 10];
        loop {
            match stdout.read(&mut chunk).await? {
                0 => return Ok::<(), std::io::Error>(()),
                // A write never blocks, so it needs no await.
                count => buffer.push(&chunk[..count]),
            }
        }
    };
    // What was read until then is kept: reading can be cancelled at any time.
    if let Ok(result) = timeout(Duration::from_secs(1), read).await {
        result?;
    }

    buffer.snapshot().write_to(&mut std::io::stdout())?;
    Ok(())
}
