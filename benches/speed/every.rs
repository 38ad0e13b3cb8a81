//! What windows cost.

use std::io;

use crate::sample::Sample;
use crate::shapes::Shape;
use crate::{pipe, table};

/// Intervals: one that no run is long enough for, and one that ends often.
const INTERVALS: [&str; 2] = ["1m", "10ms"];

const SHAPES: [Shape; 4] = [Shape::Log, Shape::OneByteLines, Shape::LinesOf3K, Shape::NoNewline];

/// What `--every` reaches of the throughput without it, with one shape.
pub(crate) struct Row {
    shape: Shape,
    ratios: [Sample; INTERVALS.len()],
}

/// Measures both intervals beside none, round by round.
pub(crate) fn measure(program: &str, rounds: usize, total: usize) -> io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for shape in SHAPES {
        let mut base = Vec::new();
        let mut rates = <[Vec<f64>; INTERVALS.len()]>::default();
        for _ in 0..rounds {
            base.push(pipe::rate(shape, total, &[program])?);
            for (interval, rates) in INTERVALS.iter().zip(&mut rates) {
                rates.push(pipe::rate(shape, total, &[program, "--every", interval])?);
            }
        }
        let ratios = rates.each_ref().map(|rates| Sample::ratios(rates, &base));
        for (interval, ratio) in INTERVALS.iter().zip(&ratios) {
            println!("{:15} --every {interval:5} {ratio} of none", shape.name());
        }
        rows.push(Row { shape, ratios });
    }
    Ok(rows)
}

/// The results as Markdown.
pub(crate) fn text(rows: &[Row]) -> String {
    let mut text = String::from(
        "## Windows\n\nWhat `--every` reaches of the throughput without it, in the same round from the same producer.\n\n",
    );
    let names = INTERVALS.map(|interval| format!("`--every {interval}`"));
    text += &table::header(&["input", &names[0], &names[1]]);
    for row in rows {
        let cells = row.ratios.iter().map(Sample::to_string);
        text += &table::row(std::iter::once(row.shape.name().to_owned()).chain(cells));
    }
    text
}
