//! Clips lines to a frame.

/// A point, in the units of the axes.
type Point = (f64, f64);

/// The parts of a line between two heights.
pub fn between(line: &[Point], low: f64, high: f64) -> Vec<Vec<Point>> {
    let pieces = line.windows(2).filter_map(|ends| piece(ends[0], ends[1], low, high));
    let mut parts: Vec<Vec<Point>> = Vec::new();
    for (from, to) in pieces {
        match parts.last_mut() {
            Some(part) if part.last() == Some(&from) => part.push(to),
            _ => parts.push(vec![from, to]),
        }
    }
    parts
}

/// The parts of a line within a frame. `across` and `up` are its extents in x and y.
pub fn within(line: &[Point], across: (f64, f64), up: (f64, f64)) -> Vec<Vec<Point>> {
    let turned = |line: &[Point]| line.iter().map(|&(x, y)| (y, x)).collect::<Vec<Point>>();
    let parts = between(&turned(line), across.0, across.1);
    parts.iter().flat_map(|part| between(&turned(part), up.0, up.1)).collect()
}

/// The part of a segment between two heights (Liang & Barsky 1984, in one direction).
fn piece(from: Point, to: Point, low: f64, high: f64) -> Option<(Point, Point)> {
    let (rise, along) = (to.1 - from.1, to.0 - from.0);
    if !rise.is_finite() || !along.is_finite() {
        return None;
    }
    if rise == 0.0 {
        return (low..=high).contains(&from.1).then_some((from, to));
    }
    let (a, b) = ((low - from.1) / rise, (high - from.1) / rise);
    let (enter, leave) = (a.min(b).max(0.0), a.max(b).min(1.0));
    let at = |share: f64| match share {
        0.0 => from,
        1.0 => to,
        share => (from.0 + share * along, from.1 + share * rise),
    };
    (enter < leave).then(|| (at(enter), at(leave)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_the_frame_and_come_back() {
        let line = [(1.0, 1.0), (3.0, 1.0), (3.0, 0.5), (1.0, 0.5)];
        let expected = vec![vec![(1.0, 1.0), (2.0, 1.0)], vec![(2.0, 0.5), (1.0, 0.5)]];
        assert_eq!(within(&line, (0.0, 2.0), (0.0, 2.0)), expected);
        assert!(within(&[(5.0, 5.0), (6.0, 6.0)], (0.0, 2.0), (0.0, 2.0)).is_empty());
        assert!(within(&[(0.0, 0.0), (f64::INFINITY, f64::NAN)], (0.0, 2.0), (0.0, 2.0)).is_empty());
    }

    #[test]
    fn a_line_through_a_frame_touches_it_twice() {
        assert_eq!(within(&[(-1.0, 1.0), (3.0, 1.0)], (0.0, 2.0), (0.0, 2.0)), [[(0.0, 1.0), (2.0, 1.0)]]);
        assert_eq!(within(&[(1.0, -9.0), (1.0, 9.0)], (0.0, 2.0), (0.0, 2.0)), [[(1.0, 0.0), (1.0, 2.0)]]);
    }
}
