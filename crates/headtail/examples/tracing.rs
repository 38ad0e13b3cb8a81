//! Keeps the first and last lines of a program's log in memory, to add them to an error report.

use headtail::{Limits, SharedHeadTail};

fn main() -> Result<(), headtail::Error> {
    let log = SharedHeadTail::new(Limits::new().head(300).tail(300))?;
    let writer = log.clone();
    // Every event is one write, and so stays in one piece.
    tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).init();

    for step in 1..=1000 {
        tracing::info!(step, "working");
    }
    tracing::error!("no more work");

    println!("{}", String::from_utf8_lossy(&log.snapshot().to_vec()));
    println!("{}", log.report());
    Ok(())
}
