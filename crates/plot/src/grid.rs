//! Panels of one size in a grid, and their titles.

use crate::canvas::{Anchor, Canvas, TextStyle, Weight, elide, text_width};
use crate::colour::INK;
use crate::sheet::{BOTTOM, ColourKey, LEFT, RIGHT, TOP, WIDTH};

/// The content of one panel.
pub struct Facet<T> {
    /// What its runs have in common; empty where there is only one panel.
    pub title: String,
    /// The items drawn in it.
    pub items: Vec<T>,
}

impl<T> Facet<T> {
    /// An empty panel with a title.
    pub fn titled(title: String) -> Facet<T> {
        Facet { title, items: Vec::new() }
    }
}

/// Edges in whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Its left edge.
    pub left: u32,
    /// Its upper edge.
    pub top: u32,
    /// Its right edge.
    pub right: u32,
    /// Its lower edge.
    pub bottom: u32,
}

/// The area for panels beside a colour key.
pub const WHOLE: Frame = Frame { left: LEFT, top: TOP, right: RIGHT, bottom: BOTTOM };

/// The area for panels, which is larger where there is no colour key.
pub fn whole(key: &ColourKey) -> Frame {
    Frame { right: if *key == ColourKey::None { WIDTH - 60 } else { RIGHT }, ..WHOLE }
}

/// The position of a panel in the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Its frame.
    pub frame: Frame,
    /// Whether no panel is to its left.
    pub is_left: bool,
    /// Whether no panel is below it.
    pub is_low: bool,
}

/// Pixels between panels, across and down, and above the first row for its titles.
const GAP: (u32, u32) = (34, 70);
const TITLES: u32 = 34;
/// The style of panel titles.
const TITLE: TextStyle = TextStyle { size: 25.0, weight: Weight::SemiBold, colour: INK, anchor: Anchor::Left };

/// Divides a frame into `count` panels, row by row, as nearly square as possible. A single panel takes the whole frame.
pub fn slots(count: usize, whole: Frame) -> Vec<Slot> {
    slots_apart(count, whole, GAP.0)
}

/// As [`slots`], for panels each of which has a y axis of its own: as far apart as the labels of these axes need, which are
/// so many pixels wide. Each counts as having no panel to its left.
pub fn slots_with_axes(count: usize, whole: Frame, labels: u32) -> Vec<Slot> {
    slots_apart(count, whole, GAP.0 + labels).into_iter().map(|slot| Slot { is_left: true, ..slot }).collect()
}

fn slots_apart(count: usize, whole: Frame, apart: u32) -> Vec<Slot> {
    if count == 1 {
        return vec![Slot { frame: whole, is_left: true, is_low: true }];
    }
    let columns = columns(count);
    let rows = count.div_ceil(columns);
    let top = whole.top + TITLES;
    let width = (whole.right - whole.left - (columns as u32 - 1) * apart) / columns.max(1) as u32;
    let height = (whole.bottom - top - (rows.max(1) as u32 - 1) * GAP.1) / rows.max(1) as u32;
    let slot = |index: usize| {
        let (column, row) = ((index % columns) as u32, (index / columns) as u32);
        let (left, top) = (whole.left + column * (width + apart), top + row * (height + GAP.1));
        let bottom = if row + 1 == rows as u32 { whole.bottom } else { top + height };
        let frame = Frame { left, top, right: left + width, bottom };
        Slot { frame, is_left: column == 0, is_low: index + columns >= count }
    };
    (0..count).map(slot).collect()
}

fn columns(count: usize) -> usize {
    match count {
        0..=1 => 1,
        2 | 4 => 2,
        3 | 5 | 6 | 9 => 3,
        7 | 8 => 4,
        _ => (1..).find(|side| side * side >= count).unwrap_or(1),
    }
}

/// The titles of panels. Where one is too long, all show only the values, without the names.
pub fn titles<'a>(titles: impl Iterator<Item = &'a str>, frame: Frame) -> Vec<&'a str> {
    let titles: Vec<&str> = titles.collect();
    let fits = |title: &&str| text_width(title, TITLE.size, TITLE.weight) <= (frame.right - frame.left) as f32;
    if titles.iter().all(fits) {
        return titles;
    }
    titles.into_iter().map(|title| title.split_once(" = ").map_or(title, |(_, value)| value)).collect()
}

/// The title above a panel; in a smaller size where it is too long.
pub fn draw_title(canvas: &mut Canvas, frame: Frame, title: &str) {
    const LEAST: f32 = 0.8;
    let room = (frame.right - frame.left) as f32;
    let share = (room / text_width(title, TITLE.size, TITLE.weight)).clamp(LEAST, 1.0);
    let style = TextStyle { size: TITLE.size * share, ..TITLE };
    let title = elide(title, style.size, style.weight, room + 1.0);
    canvas.text(&title, (frame.left as f32, frame.top as f32 - 16.0), style);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_fill_the_frame_and_do_not_touch() {
        for count in 1..=9 {
            let slots = slots(count, WHOLE);
            assert_eq!(slots.len(), count);
            for (index, one) in slots.iter().enumerate() {
                let Frame { left, top, right, bottom } = one.frame;
                assert!(
                    left >= LEFT && right <= RIGHT && top >= TOP && bottom <= BOTTOM && left < right && top < bottom
                );
                let apart = |other: &Slot| {
                    let other = other.frame;
                    right < other.left || other.right < left || bottom + 40 < other.top || other.bottom + 40 < top
                };
                assert!(slots[..index].iter().all(apart), "{count}: {index}");
            }
            assert_eq!(slots.iter().map(|slot| slot.frame.bottom).max(), Some(BOTTOM));
        }
    }

    #[test]
    fn only_the_outer_panels_are_labelled() {
        let outer = |count| {
            let slots = slots(count, WHOLE);
            let numbers = |is: fn(&Slot) -> bool| (0..count).filter(|&at| is(&slots[at])).collect::<Vec<_>>();
            (numbers(|slot| slot.is_left), numbers(|slot| slot.is_low))
        };
        assert_eq!(outer(3), (vec![0], vec![0, 1, 2]), "a row");
        assert_eq!(outer(5), (vec![0, 3], vec![2, 3, 4]), "three over two: the third has none below it");
        assert_eq!(outer(7), (vec![0, 4], vec![3, 4, 5, 6]), "four over three");
    }
}
