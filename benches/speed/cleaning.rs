//! How fast the options are that need every byte.

use std::{env, io};

use crate::sample::Sample;
use crate::shapes::Shape;
use crate::{pipe, table};

/// The options, and what they are called in the table.
const OPTIONS: [(&str, &[&str]); 4] = [
    ("`--strip-ansi`", &["--strip-ansi"]),
    ("`--collapse-cr`", &["--collapse-cr"]),
    ("both", &["--strip-ansi", "--collapse-cr"]),
    ("`-m '{lines}'`", &["-m", "\\n[{lines} lines omitted]\\n"]),
];

/// What each of the options reaches of reading and dropping, with one shape.
pub(crate) struct Row {
    shape: Shape,
    ratios: [Sample; OPTIONS.len()],
}

/// Measures all options with text, coloured text and lines that are written over. `BASE` in the environment names another
/// binary to measure in the same rounds; what it reaches is only printed.
pub(crate) fn measure(program: &str, rounds: usize, total: usize) -> io::Result<Vec<Row>> {
    let me = &pipe::this_program()?;
    let base = env::var("BASE").ok();
    let programs: Vec<&str> = [program].into_iter().chain(base.as_deref()).collect();
    let mut rows = Vec::new();
    for shape in Shape::CLEANED {
        let mut ceilings = Vec::new();
        let mut rates = vec![<[Vec<f64>; OPTIONS.len()]>::default(); programs.len()];
        for _ in 0..rounds {
            ceilings.push(pipe::rate(shape, total, &[me, "drop", "1048576"])?);
            for (option, (_, words)) in OPTIONS.iter().enumerate() {
                for (program, rates) in programs.iter().zip(&mut rates) {
                    rates[option].push(pipe::rate(shape, total, &[&[*program], *words].concat())?);
                }
            }
        }
        let ratios = rates.iter().map(|rates| rates.each_ref().map(|rates| Sample::ratios(rates, &ceilings)));
        let ratios: Vec<[Sample; OPTIONS.len()]> = ratios.collect();
        for (program, ratios) in programs.iter().zip(&ratios) {
            for ((name, _), ratio) in OPTIONS.iter().zip(ratios) {
                println!("{:15} {name:15} {ratio} of reading and dropping ({program})", shape.name());
            }
        }
        rows.extend(ratios.into_iter().take(1).map(|ratios| Row { shape, ratios }));
    }
    Ok(rows)
}

/// The results as Markdown.
pub(crate) fn text(rows: &[Row]) -> String {
    let mut text = String::from(
        "## Options that need every byte\n\n\
         The same producer, and parts of the same measure. Of a long input, \
         only lines that may be shown are cleaned; of the others it is computed how long they become. Lines with more \
         than colours and ASCII text that is written over are played as a terminal would, which takes longer. In all \
         of them every byte is looked at, which text without sequences shows best: looking at a chunk of 256 KiB takes \
         about half of what reading it takes.\n\n",
    );
    let names = OPTIONS.map(|(name, _)| name);
    text += &table::header(&[&["input"], &names[..]].concat());
    for row in rows {
        let cells = row.ratios.iter().map(Sample::to_string);
        text += &table::row(std::iter::once(row.shape.name().to_owned()).chain(cells));
    }
    text
}
