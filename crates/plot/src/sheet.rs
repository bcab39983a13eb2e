//! The sheet of a chart: size, title, subtitle, and the key to its colours.

use etascape_text::{chosen, rounded};

use crate::axis::Axis;
use crate::canvas::{Anchor, Canvas, TextStyle, Weight, elide, text_width};
use crate::colour::{self, DIVERGED, DIVERGED_AREA, INK, PAPER, PLAIN, QUIET, Rgb};
use crate::ranks::Ranks;

/// Pixels across.
pub const WIDTH: u32 = 2000;
/// Pixels down.
pub const HEIGHT: u32 = 1280;
/// The left edge of panels, with room for labels.
pub const LEFT: u32 = 172;
/// The right edge of panels beside a colour key.
pub const RIGHT: u32 = 1720;
/// The upper edge of panels, below the titles.
pub const TOP: u32 = 150;
/// The lower edge of panels, above the names of their axes.
pub const BOTTOM: u32 = 1160;

const KEY_LEFT: f32 = 1768.0;
const KEY_TOP: f32 = 204.0;
const KEY_BOTTOM: f32 = 1100.0;
const KEY_NAMES: usize = 24;
/// Pixels down for each line of a name and of its note, and between two names.
const KEY_ROWS: (f32, f32, f32) = (28.0, 24.0, 9.0);
/// A title that is too long is written smaller, down to this share of its size.
const LEAST_TITLE: f32 = 0.8;
/// What stands between the notes of a subtitle.
const NOTES_APART: &str = " · ";

/// The colour key (legend) of a chart: what colour means.
#[derive(Debug, Clone, PartialEq)]
pub enum ColourKey {
    /// Nothing.
    None,
    /// A number, along a scale.
    Scale {
        /// The name of the number.
        name: String,
        /// Its scale.
        axis: Axis,
    },
    /// The measure of trainability, by rank.
    Ranks {
        /// What the number is.
        name: String,
        /// The ranks.
        ranks: Ranks,
    },
    /// One of several names, given by its index.
    Names {
        /// What the names are of.
        name: String,
        /// The names.
        names: Vec<String>,
        /// What is said of each, in a line of its own; none, or as many as there are names.
        notes: Vec<String>,
    },
}

impl ColourKey {
    /// The colour of a value: a number, or the index of a name.
    pub fn colour(&self, value: f64) -> Rgb {
        match self {
            ColourKey::None => PLAIN,
            ColourKey::Scale { axis, .. } => axis.place(value).map_or(QUIET, |at| colour::viridis(axis.share(at))),
            ColourKey::Ranks { ranks, .. } => ranks.colour(value),
            ColourKey::Names { names, .. } => colour::of_name(value as usize, names.len()),
        }
    }

    /// A value in words for a label: `adam`, `η = 0.01`.
    pub fn label(&self, value: f64) -> Option<String> {
        match self {
            ColourKey::None | ColourKey::Ranks { .. } => None,
            ColourKey::Scale { name, axis } => {
                let place = axis.place(value).filter(|_| value == 0.0);
                let all = axis.ticks.iter().find(|tick| Some(tick.at) == place);
                Some(format!("{name} = {}", all.map_or_else(|| chosen(value), |tick| tick.label.clone())))
            }
            ColourKey::Names { names, .. } => names.get(value as usize).cloned(),
        }
    }
}

/// A sheet with its title and subtitle.
pub fn titled(title: &str, subtitle: &str) -> Canvas {
    let mut canvas = blank();
    draw_titles(&mut canvas, title, subtitle);
    canvas
}

/// A sheet without them.
pub fn blank() -> Canvas {
    Canvas::new(WIDTH, HEIGHT)
}

/// The title and subtitle of a sheet, and its description.
pub fn draw_titles(canvas: &mut Canvas, title: &str, subtitle: &str) {
    canvas.describe(title, subtitle);
    let room = (WIDTH - LEFT - 60) as f32;
    let left = LEFT as f32;
    let style = TextStyle { size: 38.0, weight: Weight::SemiBold, colour: INK, anchor: Anchor::Left };
    let share = (room / text_width(title, style.size, style.weight)).clamp(LEAST_TITLE, 1.0);
    let style = TextStyle { size: style.size * share, ..style };
    canvas.text(&elide(title, style.size, style.weight, room + 1.0), (left, 64.0), style);
    let style = TextStyle { size: 26.0, weight: Weight::Regular, colour: QUIET, anchor: Anchor::Left };
    for (index, line) in notes_in_lines(subtitle, room, style).iter().enumerate() {
        canvas.text(line, (left, 108.0 + 29.0 * index as f32), style);
    }
}

/// The notes of a subtitle in one line, or in two where they are long; the second is cut where it goes on.
fn notes_in_lines(subtitle: &str, room: f32, style: TextStyle) -> Vec<String> {
    let fits = |words: &str| text_width(words, style.size, style.weight) <= room;
    let ends = subtitle.match_indices(NOTES_APART).map(|(end, _)| end);
    let end = ends.filter(|&end| !fits(subtitle) && fits(&subtitle[..end])).last();
    let (first, second) = end.map_or((subtitle, ""), |end| (&subtitle[..end], &subtitle[end + NOTES_APART.len()..]));
    let lines = [first, second].into_iter().filter(|line| !line.is_empty());
    lines.map(|line| elide(line, style.size, style.weight, room)).collect()
}

/// A subtitle with another note at its end, if there is one.
pub fn noted(subtitle: &str, note: Option<String>) -> String {
    note.into_iter().fold(subtitle.to_owned(), |subtitle, note| format!("{subtitle}{NOTES_APART}{note}"))
}

/// The key to the colours, at the right of the sheet.
pub fn draw_key(canvas: &mut Canvas, key: &ColourKey) {
    match key {
        ColourKey::None => {}
        ColourKey::Scale { name, axis } => draw_scale(canvas, name, axis, colour::viridis),
        ColourKey::Ranks { name, ranks } => draw_ranks(canvas, name, ranks),
        ColourKey::Names { name, names, notes } => draw_names(canvas, name, names, notes),
    }
}

/// The colour key of a scale in pale colours.
pub fn draw_pale_key(canvas: &mut Canvas, name: &str, axis: &Axis) {
    draw_scale(canvas, name, axis, colour::pale);
}

/// The note below a scale that explains the colour of diverged cells.
pub fn draw_diverged_key(canvas: &mut Canvas) {
    canvas.rectangle((KEY_LEFT, BOTTOM as f32 - 24.0), (KEY_LEFT + 24.0, BOTTOM as f32), DIVERGED_AREA);
    canvas.text("diverged", (KEY_LEFT + 34.0, BOTTOM as f32 - 4.0), label_style());
}

/// The note below that, which explains the count, or the ×, in a cell.
pub fn draw_mixed_key(canvas: &mut Canvas) {
    let style = TextStyle { weight: Weight::SemiBold, colour: DIVERGED, ..label_style() };
    canvas.text("×1/3", (KEY_LEFT, BOTTOM as f32 + 28.0), TextStyle { size: 20.0, ..style });
    canvas.text("some diverged", (KEY_LEFT + 52.0, BOTTOM as f32 + 28.0), TextStyle { size: 20.0, ..label_style() });
}

fn label_style() -> TextStyle {
    TextStyle { size: 23.0, weight: Weight::Regular, colour: QUIET, anchor: Anchor::Left }
}

fn draw_key_name(canvas: &mut Canvas, name: &str) {
    let style = TextStyle { size: 26.0, colour: INK, ..label_style() };
    let room = WIDTH as f32 - KEY_LEFT - 12.0;
    canvas.text(&elide(name, style.size, style.weight, room), (KEY_LEFT, KEY_TOP - 22.0), style);
}

fn draw_scale(canvas: &mut Canvas, name: &str, axis: &Axis, colour: fn(f64) -> Rgb) {
    draw_key_name(canvas, name);
    let (top, bottom) = (KEY_TOP as u32, KEY_BOTTOM as u32);
    let height = |at: f64| KEY_BOTTOM - (KEY_BOTTOM - KEY_TOP) * axis.share(at) as f32;
    for row in top..bottom {
        let share = f64::from(bottom - row) / f64::from(bottom - top);
        let row = row as f32;
        canvas.rectangle((KEY_LEFT, row), (KEY_LEFT + 24.0, row + 1.0), colour(share));
    }
    if let Some(y) = axis.break_at().map(height) {
        canvas.rectangle((KEY_LEFT, y - 5.0), (KEY_LEFT + 24.0, y + 5.0), PAPER);
    }
    for y in axis.minor.iter().map(|&at| height(at)) {
        canvas.rectangle((KEY_LEFT + 24.0, y - 1.0), (KEY_LEFT + 28.0, y + 1.0), QUIET);
    }
    for tick in &axis.ticks {
        let y = height(tick.at);
        canvas.rectangle((KEY_LEFT + 24.0, y - 1.0), (KEY_LEFT + 32.0, y + 1.0), QUIET);
        canvas.text(&tick.label, (KEY_LEFT + 38.0, y + 8.0), label_style());
    }
}

/// Two palettes whose dark ends meet at the boundary, with the measure along them.
fn draw_ranks(canvas: &mut Canvas, name: &str, ranks: &Ranks) {
    draw_key_name(canvas, name);
    let (top, bottom) = (KEY_TOP as u32, KEY_BOTTOM as u32);
    for row in top..bottom {
        let place = 1.0 - 2.0 * f64::from(row - top) / f64::from(bottom - top);
        let colour = if place > 0.0 { colour::untrained(1.0 - place) } else { colour::trained(1.0 + place) };
        let row = row as f32;
        canvas.rectangle((KEY_LEFT, row), (KEY_LEFT + 24.0, row + 1.0), colour);
    }
    let middle = (KEY_TOP + KEY_BOTTOM) / 2.0;
    let words = [(KEY_TOP + 48.0, "diverges"), (KEY_TOP + 76.0, "at once"), (middle - 48.0, "late")];
    let words = words.into_iter().chain([
        (middle + 66.0, "slowly"),
        (KEY_BOTTOM - 62.0, "trains"),
        (KEY_BOTTOM - 34.0, "at once"),
    ]);
    for (y, label) in words {
        canvas.text(label, (KEY_LEFT + 38.0, y), label_style());
    }
    for (trains, end) in [(false, KEY_TOP), (true, KEY_BOTTOM)] {
        for share in [0.0, 0.5, 1.0] {
            let Some(measure) = ranks.measure(trains, share) else { continue };
            let y = end + (middle - end) * share as f32;
            // Beside the boundary two numbers meet.
            let aside = if share == 1.0 { if trains { 18.0 } else { -14.0 } } else { 0.0 };
            canvas.rectangle((KEY_LEFT + 24.0, y - 1.0), (KEY_LEFT + 32.0, y + 1.0), QUIET);
            let style = TextStyle { colour: INK, ..label_style() };
            canvas.text(&rounded(measure, 2), (KEY_LEFT + 38.0, y + 8.0 + aside), style);
        }
    }
}

/// Names, each in a row, broken at blanks where they are too long.
fn draw_names(canvas: &mut Canvas, name: &str, names: &[String], notes: &[String]) {
    const NOTE: f32 = 19.0;
    draw_key_name(canvas, name);
    let room = WIDTH as f32 - KEY_LEFT - 46.0;
    let style = TextStyle { size: NOTE, ..label_style() };
    let named = names.iter().take(KEY_NAMES).map(|name| broken(name, room, label_style()));
    let noted = notes.iter().filter(|note| !note.is_empty()).map(|note| broken(note, room, style));
    let (named, noted): (Vec<Vec<String>>, Vec<Vec<String>>) = (named.collect(), noted.collect());
    let height = |lines: &[Vec<String>], row: f32| row * lines.iter().map(Vec::len).sum::<usize>() as f32;
    let all = height(&named, KEY_ROWS.0) + height(&noted, KEY_ROWS.1) + KEY_ROWS.2 * names.len() as f32;
    let has_notes = names.len() <= KEY_NAMES && KEY_TOP + all < HEIGHT as f32 - 40.0;
    let mut y = KEY_TOP + 16.0;
    for (index, lines) in named.iter().enumerate() {
        let colour = colour::of_name(index, names.len());
        canvas.rectangle((KEY_LEFT, y - 3.0), (KEY_LEFT + 24.0, y + 3.0), colour);
        for line in lines {
            canvas.text(line, (KEY_LEFT + 36.0, y + 8.0), TextStyle { colour: INK, ..label_style() });
            y += KEY_ROWS.0;
        }
        for line in notes.get(index).filter(|_| has_notes).into_iter().flat_map(|note| broken(note, room, style)) {
            canvas.text(&line, (KEY_LEFT + 36.0, y + 4.0), style);
            y += KEY_ROWS.1;
        }
        y += KEY_ROWS.2;
    }
    if names.len() > KEY_NAMES {
        let more = format!("… {} more", names.len() - KEY_NAMES);
        canvas.text(&more, (KEY_LEFT, y + 8.0), label_style());
    }
}

/// The lines of a name, broken at blanks and behind `/`, `-` and `_` so that they fit; what does not fit by itself is cut.
pub(crate) fn broken(name: &str, room: f32, style: TextStyle) -> Vec<String> {
    let fits = |line: &str| text_width(line.trim_end(), style.size, style.weight) <= room;
    let mut lines: Vec<String> = Vec::new();
    for part in name.split_inclusive([' ', '/', '-', '_']) {
        match lines.last_mut() {
            Some(line) if fits(&format!("{line}{part}")) => line.push_str(part),
            _ => lines.push(part.to_owned()),
        }
    }
    lines.iter().map(|line| elide(line.trim_end(), style.size, style.weight, room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_and_notes_take_several_lines() {
        let lines = |name: &str| broken(name, 190.0, label_style());
        assert_eq!(lines("glorot"), ["glorot"]);
        assert_eq!(lines("sgd, momentum 0.9, nesterov"), ["sgd, momentum", "0.9, nesterov"]);
        assert_eq!(lines("meta-llama/Llama-3.1-8B"), ["meta-llama/", "Llama-3.1-8B"]);
        let notes = |subtitle: &str| notes_in_lines(subtitle, 300.0, label_style());
        assert_eq!(notes("27 runs · 2 diverged"), ["27 runs · 2 diverged"]);
        assert_eq!(notes("27 runs · 2 diverged · median over seeds"), ["27 runs · 2 diverged", "median over seeds"]);
        let long = notes("27 runs · a note that is much too long for a line, and has no place to break");
        assert!(long.len() == 2 && long[1].starts_with("a note") && long[1].ends_with('…'), "{long:?}");
        assert_eq!(notes(""), Vec::<String>::new());
    }
}
