//! The colours of charts: a perceptually even scale for numbers, few distinct colours for names.

use plotters::style::colors::colormaps::{ColorMap, ViridisRGB};

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// What everything is drawn on.
pub const PAPER: Rgb = Rgb(0xff, 0xff, 0xff);
/// Titles and axis names.
pub const INK: Rgb = Rgb(0x14, 0x14, 0x18);
/// Tick labels and notes.
pub const QUIET: Rgb = Rgb(0x5c, 0x5c, 0x66);
/// Grid lines.
pub const GRID: Rgb = Rgb(0xe6, 0xe6, 0xea);
/// Diverged: a muted red, the same in every chart.
pub const DIVERGED: Rgb = Rgb(0xb2, 0x3a, 0x3a);
/// Diverged as an area.
pub const DIVERGED_AREA: Rgb = Rgb(0xf3, 0xe3, 0xe0);
/// Diverged as a band behind marks.
pub const DIVERGED_BAND: Rgb = Rgb(0xfb, 0xf4, 0xf2);
/// A line where colour has no meaning.
pub const PLAIN: Rgb = Rgb(0x3b, 0x52, 0x8b);

/// Viridis ends in a yellow that is hard to see on white; scales end before it.
pub const BRIGHTEST: f64 = 0.9;

/// The colour at a share, 0 to 1, of a continuous scale: viridis (Smith & van der Walt 2015).
pub fn viridis(share: f64) -> Rgb {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let colour = ViridisRGB.get_color(share * BRIGHTEST);
    Rgb(colour.0, colour.1, colour.2)
}

/// The whole of viridis at even shares. It is linear between them.
pub fn scale() -> [Rgb; 8] {
    std::array::from_fn(|at| {
        let colour = ViridisRGB.get_color(at as f64 / 7.0);
        Rgb(colour.0, colour.1, colour.2)
    })
}

/// The colour at a share of a continuous scale under lines: viridis mixed with white.
pub fn pale(share: f64) -> Rgb {
    let Rgb(red, green, blue) = viridis(share);
    let mixed = |channel: u8| 255 - ((255 - u16::from(channel)) * 5 / 8) as u8;
    Rgb(mixed(red), mixed(green), mixed(blue))
}

/// The colour of runs that train: light blue to dark blue.
pub fn trained(share: f64) -> Rgb {
    between([Rgb(0xd9, 0xea, 0xf4), Rgb(0x4a, 0x98, 0xc9), Rgb(0x0a, 0x2f, 0x66)], share)
}

/// The colour of runs that do not train: light orange to dark red.
pub fn untrained(share: f64) -> Rgb {
    between([Rgb(0xfd, 0xe4, 0xcf), Rgb(0xe0, 0x7a, 0x52), Rgb(0x76, 0x0f, 0x22)], share)
}

/// The colour of a mark, for the share of its runs that diverged.
pub fn diverged(share: f64) -> Rgb {
    between([DIVERGED_BAND, Rgb(0xe0, 0x9c, 0x96), DIVERGED], share)
}

/// The colour at a share of a scale through three colours.
fn between([first, middle, last]: [Rgb; 3], share: f64) -> Rgb {
    let share = share.clamp(0.0, 1.0) * 2.0;
    let (from, to, share) = if share < 1.0 { (first, middle, share) } else { (middle, last, share - 1.0) };
    let mix = |from: u8, to: u8| (f64::from(from) * (1.0 - share) + f64::from(to) * share).round() as u8;
    Rgb(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

/// The colours for names. First those of Okabe & Ito (2008) without yellow, which is hard to see on white, then wine and
/// olive of Tol's muted scheme (2021). Then nine more, each chosen to be as far as possible from all before it, for normal
/// and for red-green blind eyes.
pub const NAMES: [Rgb; 18] = [
    Rgb(0x00, 0x72, 0xb2),
    Rgb(0xd5, 0x5e, 0x00),
    Rgb(0x00, 0x9e, 0x73),
    Rgb(0xcc, 0x79, 0xa7),
    Rgb(0xe6, 0x9f, 0x00),
    Rgb(0x56, 0xb4, 0xe9),
    Rgb(0x30, 0x30, 0x36),
    Rgb(0x88, 0x22, 0x55),
    Rgb(0x99, 0x99, 0x33),
    Rgb(0x00, 0x44, 0x00),
    Rgb(0x00, 0x00, 0xcc),
    Rgb(0x77, 0x55, 0x44),
    Rgb(0xcc, 0x11, 0xff),
    Rgb(0x55, 0x77, 0x77),
    Rgb(0x00, 0x33, 0x77),
    Rgb(0x88, 0xbb, 0x77),
    Rgb(0xbb, 0x99, 0x99),
    Rgb(0x66, 0x55, 0x77),
];

/// The colour of one of several names: distinct ones for up to eighteen, then a continuous scale.
pub fn of_name(index: usize, count: usize) -> Rgb {
    if count <= NAMES.len() { NAMES[index % NAMES.len()] } else { viridis(index as f64 / (count - 1) as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dozen_names_have_colours_of_their_own() {
        let of = |count: usize| (0..count).map(|index| of_name(index, count)).collect::<Vec<Rgb>>();
        for count in [9, 12, 18] {
            let colours = of(count);
            assert!((0..count).all(|at| !colours[..at].contains(&colours[at])), "{count}");
            assert_eq!(colours[..], NAMES[..count]);
        }
        assert_eq!(of(40)[39], viridis(1.0), "too many to be told apart one by one");
    }
}
