//! Reads and searches against a naive stream that is held whole.

mod reads;
mod searches;

use super::held::Output;

/// A keeper's output after `stream` was pushed in pieces of the sizes that `cuts` repeats.
fn pushed(stream: &[u8], head: usize, ring: usize, cuts: &[usize]) -> Output {
    let mut output = Output::new(head, ring).expect("memory");
    let mut rest = stream;
    for &cut in cuts.iter().cycle() {
        let (piece, after) = rest.split_at(cut.clamp(1, 1 << 16).min(rest.len()));
        output.push(piece);
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    output
}
