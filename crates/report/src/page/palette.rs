//! The colours of the charts, for the page.

use serde::Serialize;

use etascape_plot::colour::{self, Rgb};

/// Colours as `rrggbb`.
#[derive(Serialize)]
pub(super) struct Palette {
    /// The continuous scale at even shares; it is linear between them.
    scale: Vec<String>,
    /// The share of the scale that is visible on white.
    brightest: f64,
    /// The colours of names.
    names: Vec<String>,
    /// The colours of names in dark mode; `None` where they are the same.
    names_on_dark: Vec<Option<String>>,
}

/// Replacements in dark mode for the colours that are hard to see there: nearly white for nearly black, the sand of Tol's
/// muted scheme (2021) for wine, and light colours, chosen as the dark ones were, for the others.
const ON_DARK: [(Rgb, Rgb); 7] = [
    (Rgb(0x30, 0x30, 0x36), Rgb(0xec, 0xec, 0xf0)),
    (Rgb(0x88, 0x22, 0x55), Rgb(0xdd, 0xcc, 0x77)),
    (Rgb(0x00, 0x44, 0x00), Rgb(0xaa, 0xff, 0x00)),
    (Rgb(0x00, 0x00, 0xcc), Rgb(0xee, 0xcc, 0xff)),
    (Rgb(0x77, 0x55, 0x44), Rgb(0x22, 0xff, 0xbb)),
    (Rgb(0x00, 0x33, 0x77), Rgb(0x77, 0xcc, 0xcc)),
    (Rgb(0x66, 0x55, 0x77), Rgb(0xdd, 0x22, 0x55)),
];

impl Palette {
    pub(super) fn of_charts() -> Palette {
        let on_dark = |&name: &Rgb| ON_DARK.iter().find(|(swallowed, _)| *swallowed == name).map(|pair| hex(pair.1));
        Palette {
            scale: colour::scale().map(hex).to_vec(),
            brightest: colour::BRIGHTEST,
            names: colour::NAMES.map(hex).to_vec(),
            names_on_dark: colour::NAMES.iter().map(on_dark).collect(),
        }
    }
}

fn hex(Rgb(red, green, blue): Rgb) -> String {
    format!("{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_mixes_the_colours_of_the_charts() {
        let scale = colour::scale();
        let last = (scale.len() - 1) as f64;
        for k in 0..=100 {
            let share = f64::from(k) / 100.0;
            let at = share * colour::BRIGHTEST * last;
            let (below, part) = (at as usize, at.fract());
            let above = scale[(below + 1).min(scale.len() - 1)];
            let mix = |from: u8, to: u8| f64::from(from) + (f64::from(to) - f64::from(from)) * part;
            let Rgb(red, green, blue) = colour::viridis(share);
            for (mixed, drawn) in [
                (mix(scale[below].0, above.0), red),
                (mix(scale[below].1, above.1), green),
                (mix(scale[below].2, above.2), blue),
            ] {
                assert!((mixed - f64::from(drawn)).abs() <= 1.0, "{share}: {mixed} {drawn}");
            }
        }
    }

    #[test]
    fn dark_paper_swallows_no_name() {
        let Palette { names, names_on_dark, .. } = Palette::of_charts();
        let changed = names_on_dark.iter().flatten().count();
        assert_eq!((names.len(), changed), (names_on_dark.len(), ON_DARK.len()));
    }
}
