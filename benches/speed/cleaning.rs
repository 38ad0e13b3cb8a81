//! How fast the options are that need every byte.

use std::{env, io};

use crate::pipe::{self, Rates};
use crate::shapes::Shape;
use crate::table;

/// The options, and what they are called in the table.
const OPTIONS: [(&str, &[&str]); 4] = [
    ("`--strip-ansi`", &["--strip-ansi"]),
    ("`--collapse-cr`", &["--collapse-cr"]),
    ("both", &["--strip-ansi", "--collapse-cr"]),
    ("`-m '{lines}'`", &["-m", "\\n[{lines} lines omitted]\\n"]),
];

/// What each of the options reaches with one shape.
pub(crate) struct Row {
    shape: Shape,
    rates: [Rates; OPTIONS.len()],
}

/// Measures all options with text, coloured text and lines that are written over. `BASE` in the environment names another
/// binary to measure in the same rounds; its rates are only printed.
pub(crate) fn measure(program: &str, rounds: usize, total: usize) -> io::Result<Vec<Row>> {
    let base = env::var("BASE").ok();
    let mut rows = Vec::new();
    for shape in Shape::CLEANED {
        let mut rates: [Rates; OPTIONS.len()] = Default::default();
        let mut base_rates = rates.clone();
        for _ in 0..rounds {
            let ceiling = pipe::rate(shape, total, &pipe::drop_all()?)?;
            for (option, (_, words)) in OPTIONS.iter().enumerate() {
                rates[option].push(ceiling, pipe::rate(shape, total, &[&[program], *words].concat())?);
                if let Some(base) = base.as_deref() {
                    base_rates[option].push(ceiling, pipe::rate(shape, total, &[&[base], *words].concat())?);
                }
            }
        }
        for (option, (name, _)) in OPTIONS.iter().enumerate() {
            println!("{:15} {name}: {} of reading and dropping", shape.name(), rates[option].range());
            if base.is_some() {
                println!("{:15} {name}: {} by BASE", shape.name(), base_rates[option].range());
            }
        }
        rows.push(Row { shape, rates });
    }
    Ok(rows)
}

/// The results as Markdown.
pub(crate) fn text(rows: &[Row]) -> String {
    let mut text = String::from(
        "## Options that need every byte\n\n\
         The same producer, and parts of the same measure: medians of the rounds, with the quartiles. Of a long input, \
         only lines that may be shown are cleaned; of the others it is computed how long they become. Lines with more \
         than colours and ASCII text that is written over are played as a terminal would, which takes longer. In all \
         of them every byte is looked at, which text without sequences shows best: looking at a chunk of 256 KiB takes \
         about half of what reading it takes.\n\n",
    );
    let names = OPTIONS.map(|(name, _)| name);
    text += &table::header(&[&["input"], &names[..]].concat());
    for row in rows {
        let cells = row.rates.iter().map(Rates::range);
        text += &table::row(std::iter::once(row.shape.name().to_owned()).chain(cells));
    }
    text
}
