//! What one write costs, by its size: `cargo bench --bench writes`.

use std::hint::black_box;
use std::time::Instant;

use headtail::{HeadTail, Limits};

/// Bytes that are written for each number.
const TOTAL: usize = 256 << 20;

fn main() {
    let line = b"2026-01-02T03:04:05.678Z INFO request served from cache in 12 ms, session 4711\n";
    let text: Vec<u8> = line.iter().copied().cycle().take(1 << 20).collect();
    println!("{:>9} {:>12} {:>9}", "bytes", "ns a write", "GiB/s");
    for power in 0..=20 {
        let size = 1 << power;
        let mut kept = HeadTail::new(Limits::new()).expect("memory");
        // Small writes take long enough without that many.
        let count = (TOTAL / size).min(4 << 20);
        let best = (0..5).map(|_| time(&mut kept, &text, size, count)).fold(f64::INFINITY, f64::min);
        let rate = 1e9 * f64::from(1 << power) / best / f64::from(1 << 30);
        println!("{size:>9} {best:>12.1} {rate:>9.2}");
    }
}

/// Nanoseconds that a write of `size` bytes takes, of `count` that go through `text` again and again.
fn time(kept: &mut HeadTail, text: &[u8], size: usize, count: usize) -> f64 {
    kept.reset();
    let start = Instant::now();
    text.chunks_exact(size).cycle().take(count).for_each(|write| kept.push(black_box(write)));
    let time = start.elapsed();
    black_box(kept.report());
    #[allow(clippy::cast_precision_loss)]
    let count = count as f64;
    time.as_secs_f64() * 1e9 / count
}
