//! The picture: for each input a row, in it a dot for each tool, by its part of the throughput of reading.

use std::fmt::Write;

use crate::pipe::{OURS, Row, TOOLS};
use crate::table::float;

/// Tools that are shown, and how.
const SHOWN: [(usize, &str); 5] = [(6, "d"), (5, "c"), (4, "b"), (3, "a"), (OURS, "ours")];
const LEFT: f64 = 130.0;
const RIGHT: f64 = 690.0;
const TOP: f64 = 84.0;
const STEP: f64 = 32.0;
/// The ratio at the right edge.
const MOST: f64 = 1.1;

/// Colours that stand on light and dark ground.
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#24292f}.t{font-weight:600;font-size:15px}\
    .m{fill:#57606a;font-size:12px}.g{stroke:#d0d7de}.one{stroke:#57606a;stroke-dasharray:4 3}\
    .ours{fill:#cf222e}.a{fill:#0969da}.b{fill:#8250df}.c{fill:#bf8700}.d{fill:#1a7f37}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.m{fill:#9198a1}.g{stroke:#3d444d}.one{stroke:#9198a1}\
    .ours{fill:#ff7b72}.a{fill:#58a6ff}.b{fill:#bc8cff}.c{fill:#e3b341}.d{fill:#56d364}}";

pub(crate) fn draw(rows: &[Row]) -> String {
    let bottom = TOP + STEP * float(rows.len());
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 {:.0}\" role=\"img\" \
         aria-label=\"Throughput of a pipe by tool and input\"><style>{STYLE}</style>\n\
         <text class=\"t\" x=\"16\" y=\"26\">Reading a pipe, compared with reading and dropping it</text>\n",
        bottom + 40.0
    );
    legend(&mut svg);
    for (ratio, class) in [(0.0, "g"), (0.25, "g"), (0.5, "g"), (0.75, "g"), (1.0, "one")] {
        let x = x(ratio);
        let _ = writeln!(
            svg,
            "<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.0}\" y2=\"{bottom:.0}\"/>\
             <text class=\"m\" x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{ratio}</text>",
            TOP - 12.0,
            bottom + 18.0
        );
    }
    for (number, row) in rows.iter().enumerate() {
        let y = TOP + STEP * (float(number) + 0.5) - 6.0;
        let _ = writeln!(svg, "<text x=\"16\" y=\"{:.0}\">{}</text>", y + 4.0, row.shape.name());
        let _ = writeln!(svg, "<line class=\"g\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y:.0}\" y2=\"{y:.0}\"/>");
        for (tool, class) in SHOWN {
            let radius = if tool == OURS { 7 } else { 5 };
            let ratio = row.ratios(tool).median();
            let _ = writeln!(
                svg,
                "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{y:.0}\" r=\"{radius}\">\
                 <title>{}: {ratio:.2}</title></circle>",
                x(ratio),
                TOOLS[tool]
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn legend(svg: &mut String) {
    let mut x = 22.0;
    for (tool, class) in SHOWN.iter().rev() {
        let name = TOOLS[*tool];
        let _ = writeln!(
            svg,
            "<circle class=\"{class}\" cx=\"{x:.0}\" cy=\"46\" r=\"5\"/><text x=\"{:.0}\" y=\"50\">{name}</text>",
            x + 10.0
        );
        x += 34.0 + 7.4 * float(name.len());
    }
}

fn x(ratio: f64) -> f64 {
    LEFT + (RIGHT - LEFT) * ratio.min(MOST) / MOST
}
