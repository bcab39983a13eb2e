//! Names at the ends of lines, where there is room.

use std::collections::BTreeSet;

use crate::canvas::{Anchor, Canvas, TextStyle, Weight, text_width};
use crate::colour::INK;
use crate::panel::{Panel, TICK_SIZE};
use crate::sheet::{ColourKey, WIDTH};

/// The most lines that are named at their ends.
pub const NAMED: usize = 8;
/// Pixels from the end of a line to the dash in its colour, to the name, and between two names.
const DASH: f32 = 12.0;
const NAME: f32 = 44.0;
const APART: f32 = 30.0;
/// How far a name may be from the end of its line, in pixels.
const FARTHEST: f32 = 45.0;

/// A line's end in the units of its panel, and its value.
pub struct End {
    /// Where the line ends.
    pub at: (f64, f64),
    /// The value by which the colour key names and colours it.
    pub value: f64,
}

/// Writes the names of lines to the right of their panel, each in a row of its own, if all lines end there and there is
/// room. Returns whether it did.
pub fn draw(canvas: &mut Canvas, panel: &Panel, key: &ColourKey, ends: &[End]) -> bool {
    // The key says more than names.
    if matches!(key, ColourKey::Names { notes, .. } if !notes.is_empty()) {
        return false;
    }
    let Some(names) = ends.iter().map(|end| key.label(end.value)).collect::<Option<Vec<String>>>() else {
        return false;
    };
    let places: Vec<(f32, f32)> = ends.iter().map(|end| panel.pixel(end.at.0, end.at.1)).collect();
    let right = panel.right as f32;
    let is_at_right = places.iter().all(|place| right - place.0 < 0.02 * (right - panel.left as f32));
    let width = |name: &String| text_width(name, TICK_SIZE, Weight::Regular);
    let fits = names.iter().all(|name| right + NAME + width(name) < WIDTH as f32 - 12.0);
    let heights: Vec<f32> = places.iter().map(|place| place.1).collect();
    let is_told_apart = (1..=NAMED).contains(&ends.len()) && names.iter().collect::<BTreeSet<_>>().len() == ends.len();
    let Some(rows) =
        rows(&heights, (panel.top as f32, panel.bottom as f32)).filter(|_| is_at_right && fits && is_told_apart)
    else {
        return false;
    };
    for (((end, name), place), row) in ends.iter().zip(&names).zip(&places).zip(rows) {
        let way = [(place.0 + 4.0, place.1), (right + DASH, row), (right + NAME - 8.0, row)];
        canvas.line(&way, 3.0, key.colour(end.value), 1.0);
        let style = TextStyle { size: TICK_SIZE, weight: Weight::Regular, colour: INK, anchor: Anchor::Left };
        canvas.text(name, (right + NAME, row + 8.0), style);
    }
    true
}

/// Moves heights apart as little as possible, in the same order, between the top and the bottom of a panel: below it are the
/// labels of its axis. `None` where one would move too far.
fn rows(heights: &[f32], (top, bottom): (f32, f32)) -> Option<Vec<f32>> {
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by(|&a, &b| heights[a].total_cmp(&heights[b]));
    // Neighbours that would overlap are spread as a block around their mean.
    let inside = |(middle, count): (f32, usize)| {
        let half = APART * (count - 1) as f32 / 2.0;
        (middle.max(top + half).min(bottom - half), count)
    };
    let mut blocks: Vec<(f32, usize)> = Vec::new();
    for &line in &order {
        let mut block = inside((heights[line], 1));
        while let Some(&(middle, count)) = blocks.last() {
            if block.0 - middle >= APART * (count + block.1) as f32 / 2.0 {
                break;
            }
            blocks.pop();
            let all = count + block.1;
            block = inside(((middle * count as f32 + block.0 * block.1 as f32) / all as f32, all));
        }
        blocks.push(block);
    }
    let spread = |&(middle, count): &(f32, usize)| {
        (0..count).map(move |index| middle + APART * (index as f32 - (count - 1) as f32 / 2.0))
    };
    let mut rows = vec![0.0; heights.len()];
    order.iter().zip(blocks.iter().flat_map(spread)).for_each(|(&line, row)| rows[line] = row);
    let is_near = rows.iter().zip(heights).all(|(row, height)| (row - height).abs() <= FARTHEST);
    is_near.then_some(rows)
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_move_apart_around_their_middle() {
        let rows = |heights: &[f32]| super::rows(heights, (50.0, 500.0));
        assert_eq!(rows(&[100.0, 300.0, 200.0]), Some(vec![100.0, 300.0, 200.0]), "all have room");
        assert_eq!(rows(&[100.0, 110.0]), Some(vec![90.0, 120.0]), "30 apart around 105");
        assert_eq!(rows(&[100.0, 110.0, 132.0]), Some(vec![84.0, 114.0, 144.0]), "around their mean");
        assert_eq!(rows(&[100.0; 5]), None, "the outermost would be 60 away");
        assert_eq!(rows(&[500.0, 498.0]), Some(vec![500.0, 470.0]), "none is below the panel");
        assert_eq!(rows(&[455.0, 500.0, 498.0]), Some(vec![440.0, 500.0, 470.0]), "and what is above makes room");
        assert_eq!(rows(&[50.0, 52.0]), Some(vec![50.0, 80.0]), "none is above it");
    }
}
