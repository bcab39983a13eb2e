//! Arrow heads at the edges of a panel, where a line or a point lies beyond them.

use crate::canvas::Canvas;
use crate::colour::{PAPER, Rgb};
use crate::panel::Panel;

/// A side of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Its upper edge.
    Top,
    /// Its lower edge.
    Bottom,
    /// Its left edge.
    Left,
    /// Its right edge.
    Right,
}

/// Where something leaves a panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exit {
    /// The place on the edge, in the axes' units.
    pub at: (f64, f64),
    /// The edge.
    pub side: Side,
    /// The colour of what leaves.
    pub colour: Rgb,
}

impl Exit {
    /// The nearest place on the edge of a panel to a point in the axes' units; `None` for a point within.
    pub fn of((x, y): (f64, f64), panel: &Panel, colour: Rgb) -> Option<Exit> {
        let side = match () {
            () if y > panel.y.high => Side::Top,
            () if y < panel.y.low => Side::Bottom,
            () if x < panel.x.low => Side::Left,
            () if x > panel.x.high => Side::Right,
            () => return None,
        };
        let at = (x.clamp(panel.x.low, panel.x.high), y.clamp(panel.y.low, panel.y.high));
        Some(Exit { at, side, colour })
    }
}

/// An arrow head at each exit; those that would overlap share one.
pub fn draw(canvas: &mut Canvas, panel: &Panel, exits: &[Exit]) {
    const APART: f32 = 18.0;
    let mut drawn: Vec<(f32, f32)> = Vec::new();
    for exit in exits {
        let at = panel.pixel(exit.at.0, exit.at.1);
        if drawn.iter().all(|other| (other.0 - at.0).abs() >= APART || (other.1 - at.1).abs() >= APART) {
            drawn.push(at);
            draw_head(canvas, at, exit.side, exit.colour);
        }
    }
}

/// A triangle whose tip is at a place, on a rim of paper.
fn draw_head(canvas: &mut Canvas, (x, y): (f32, f32), side: Side, colour: Rgb) {
    let head = |length: f32, half: f32| {
        let corner = |back: f32, aside: f32| match side {
            Side::Top => (x + aside, y + back),
            Side::Bottom => (x + aside, y - back),
            Side::Left => (x + back, y + aside),
            Side::Right => (x - back, y + aside),
        };
        [corner(0.0, 0.0), corner(length, half), corner(length, -half)]
    };
    canvas.fill(&head(20.0, 12.0), PAPER, 1.0);
    canvas.fill(&head(17.0, 9.0), colour, 1.0);
}

/// What the arrow heads mean, where `count` things have one: `arrows: 3 lines go on beyond the frame`.
pub fn words(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("arrow: 1 {one} goes on beyond the frame")),
        _ => Some(format!("arrows: {count} {many} go on beyond the frame")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::Axis;
    use crate::grid::WHOLE;

    #[test]
    fn an_exit_is_on_the_edge_that_is_passed() {
        let panel = Panel::over(WHOLE, Axis::linear(0.0, 10.0), Axis::linear(0.0, 1.0));
        let exit = |at| Exit::of(at, &panel, PAPER).map(|exit| (exit.at, exit.side));
        assert_eq!(exit((5.0, 0.5)), None);
        assert_eq!(exit((5.0, 3.0)), Some(((5.0, 1.0), Side::Top)));
        assert_eq!(exit((5.0, -3.0)), Some(((5.0, 0.0), Side::Bottom)));
        assert_eq!(
            [exit((-1.0, 0.5)), exit((11.0, 0.5))].map(|exit| exit.map(|exit| exit.1)),
            [Some(Side::Left), Some(Side::Right)]
        );
    }

    #[test]
    fn a_line_has_one_head_and_words_count_lines() {
        assert_eq!(words(0, "line", "lines"), None);
        assert_eq!(words(1, "line", "lines").as_deref(), Some("arrow: 1 line goes on beyond the frame"));
        assert_eq!(words(3, "path", "paths").as_deref(), Some("arrows: 3 paths go on beyond the frame"));
    }
}
