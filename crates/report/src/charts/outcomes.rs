//! One panel of the convergence chart: lines of outcomes over the predicted lines, and a strip of diverged shares at
//! the top.

use etascape_plot::axis::Axis;
use etascape_plot::beyond::{self, Exit};
use etascape_plot::canvas::{Anchor, Canvas, TextStyle, Weight};
use etascape_plot::clip;
use etascape_plot::colour::{self, DIVERGED, DIVERGED_BAND, INK, Rgb};
use etascape_plot::labels::End;
use etascape_plot::panel::{Line, Panel};
use etascape_plot::sheet::ColourKey;
use etascape_text::rounded;

/// Height of the strip that shows the share of diverged runs, in pixels.
pub(super) const STRIP: u32 = 30;
/// More lines than this are drawn thin and without quartiles.
pub(super) const MANY: usize = 12;
/// Panels wider than so many pixels have room for a number beside the limit.
const WIDE: u32 = 600;
/// The width of a line, of one of many, and of one that another covers, so that it is seen at both sides of that.
const WIDTH: [f32; 2] = [3.0, 1.8];
const HIDDEN_WIDTH: f32 = 9.0;
/// Points are marked on lines of at most so many points.
const MARKED: usize = 24;

/// A point on a line: the quartiles of the runs at one x.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OutcomePoint {
    pub(crate) x: f64,
    /// Over the runs that converged, or came near the least loss; `None` if none did.
    pub(crate) steps: Option<[f64; 3]>,
    /// Of the objective, as [`Study::loss_quartiles`](etascape_insight::study::Study::loss_quartiles).
    pub(crate) loss: Option<[f64; 3]>,
}

/// The outcomes of one value of the other parameter, by x.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OutcomeLine {
    /// The value that gives its colour.
    pub(crate) value: f64,
    pub(crate) outcomes: Vec<OutcomePoint>,
}

/// The predicted steps to converge, over x.
pub(crate) struct PredictedLine {
    /// The value of the line that it belongs to; `None` where it holds for all lines.
    pub(crate) value: Option<f64>,
    pub(crate) points: Vec<(f64, f64)>,
}

/// The outcomes of the runs of one panel.
pub(crate) struct ConvergencePanel {
    pub(crate) title: String,
    pub(crate) lines: Vec<OutcomeLine>,
    /// Share of the runs at each x that diverged.
    pub(crate) diverged: Vec<(f64, f64)>,
    pub(crate) predicted: Vec<PredictedLine>,
}

/// What a panel shows on its y axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum YQuantity {
    Steps,
    Loss,
}

impl YQuantity {
    pub(super) fn of(self, outcome: &OutcomePoint) -> Option<[f64; 3]> {
        match self {
            YQuantity::Steps => outcome.steps,
            YQuantity::Loss => outcome.loss,
        }
    }

    fn median(self, outcome: &OutcomePoint) -> Option<f64> {
        self.of(outcome).map(|[_, median, _]| median)
    }
}

impl ConvergencePanel {
    /// Draws everything except the axes, below the strip; also the limit of stable rates, if it is known. Returns how many
    /// points lie beyond the panel.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        panel: &Panel,
        up: YQuantity,
        key: &ColourKey,
        (strip, limit): (u32, Option<f64>),
    ) -> usize {
        panel.draw_grid(canvas);
        if strip > 0 {
            let limit = limit.and_then(|limit| panel.x.place(limit)).map(|at| panel.pixel(at, panel.y.low).0);
            draw_strip(canvas, panel, &self.diverged, limit);
        }
        if let Some((limit, at)) = limit.and_then(|limit| Some((limit, panel.x.place(limit)?))) {
            let label = match up {
                YQuantity::Steps if panel.right - panel.left > WIDE => format!("2/λmax = {}", rounded(limit, 4)),
                YQuantity::Steps => "2/λmax".to_owned(),
                YQuantity::Loss => String::new(),
            };
            panel.draw_upright(canvas, at, &label, strip as f32 + 30.0);
        }
        let below = Panel { top: panel.top + strip, y: below(panel, strip), ..panel.clone() };
        let is_predicted = up == YQuantity::Steps && !self.predicted.is_empty();
        if is_predicted {
            draw_predictions(canvas, &below, key, &self.predicted);
        }
        let is_thin = self.lines.len() > MANY;
        if !is_thin {
            self.lines.iter().for_each(|line| draw_quartiles(canvas, &below, line, up, key.colour(line.value)));
        }
        for (index, line) in self.lines.iter().enumerate() {
            let is_hidden = self.lines[index + 1..].iter().any(|later| later.covers(line, &below, up));
            let width = if is_hidden && !is_thin { HIDDEN_WIDTH } else { WIDTH[usize::from(is_thin)] };
            line.draw(canvas, &below, up, key.colour(line.value), (width, is_thin, is_predicted));
        }
        let exits: Vec<Exit> =
            self.lines.iter().flat_map(|line| line.exits(&below, up, key.colour(line.value))).collect();
        beyond::draw(canvas, &below, &exits);
        exits.len()
    }

    /// The ends of the lines.
    pub(super) fn ends(&self, panel: &Panel, up: YQuantity) -> Vec<End> {
        let end = |line: &OutcomeLine| {
            let at = line.pieces(panel, up).into_iter().flatten().last()?;
            Some(End { at: (at.0, at.1.clamp(panel.y.low, panel.y.high)), value: line.value })
        };
        self.lines.iter().filter_map(end).collect()
    }
}

/// The y axis of a panel without the part under the strip.
fn below(panel: &Panel, strip: u32) -> Axis {
    let mut y = panel.y.clone();
    y.high -= (y.high - y.low) * f64::from(strip) / f64::from(panel.bottom - panel.top);
    y
}

impl OutcomeLine {
    /// A line through the medians, with marks where points are few. Where there is a predicted line, only marks.
    fn draw(
        &self,
        canvas: &mut Canvas,
        panel: &Panel,
        up: YQuantity,
        colour: Rgb,
        (width, is_thin, is_predicted): (f32, bool, bool),
    ) {
        let is_bare = is_predicted || panel.x.is_names();
        let is_marked = is_bare || self.outcomes.len() <= MARKED && !is_thin;
        let radius = if is_thin && !is_bare { 3.2 } else { 5.5 };
        let (across, height) = ((panel.x.low, panel.x.high), (panel.y.low, panel.y.high));
        let in_view = |&(x, y): &(f64, f64)| (across.0..=across.1).contains(&x) && (height.0..=height.1).contains(&y);
        for piece in self.pieces(panel, up) {
            if is_marked || piece.len() == 1 {
                let places = piece.iter().copied().filter(in_view);
                places.for_each(|(x, y)| canvas.disc(panel.pixel(x, y), radius, colour, 0.9));
            }
            if !is_bare {
                let parts = clip::within(&piece, across, height).into_iter();
                panel.draw_lines(canvas, parts.map(|points| Line { points, colour, width, alpha: 0.9 }));
            }
        }
    }

    /// Whether another line lies under this one all along.
    fn covers(&self, other: &OutcomeLine, panel: &Panel, up: YQuantity) -> bool {
        const NEAR: f32 = 1.5;
        let places = |line: &OutcomeLine| {
            let pieces = line.pieces(panel, up).into_iter().flatten();
            pieces.map(|(x, y)| panel.pixel(x, y)).collect::<Vec<(f32, f32)>>()
        };
        let (own, others) = (places(self), places(other));
        let is_near = |(a, b): (&(f32, f32), &(f32, f32))| (a.0 - b.0).abs() < NEAR && (a.1 - b.1).abs() < NEAR;
        own.len() == others.len() && own.iter().zip(&others).all(is_near)
    }

    /// The points above and below the panel.
    fn exits(&self, panel: &Panel, up: YQuantity, colour: Rgb) -> impl Iterator<Item = Exit> {
        let is_across = |at: &(f64, f64)| (panel.x.low..=panel.x.high).contains(&at.0);
        let points = self.pieces(panel, up).into_iter().flatten().filter(is_across).collect::<Vec<_>>();
        points.into_iter().filter_map(move |at| Exit::of(at, panel, colour))
    }

    /// The parts of the line between missing values, in the panel's units.
    fn pieces(&self, panel: &Panel, up: YQuantity) -> Vec<Vec<(f64, f64)>> {
        let mut pieces = vec![Vec::new()];
        for outcome in &self.outcomes {
            let place = up.median(outcome).and_then(|y| Some((panel.x.place(outcome.x)?, panel.y.place(y)?)));
            match (place, pieces.last_mut()) {
                (Some(place), Some(piece)) => piece.push(place),
                _ => pieces.push(Vec::new()),
            }
        }
        pieces
    }
}

/// The quartiles along a line as an area; at a single point as a vertical line.
fn draw_quartiles(canvas: &mut Canvas, panel: &Panel, line: &OutcomeLine, up: YQuantity, colour: Rgb) {
    let place = |outcome: &OutcomePoint| {
        let [low, _, high] = up.of(outcome)?;
        let x = panel.x.place(outcome.x).filter(|at| (panel.x.low..=panel.x.high).contains(at))?;
        Some((x, panel.y.place(low)?, panel.y.place(high)?))
    };
    let places: Vec<Option<(f64, f64, f64)>> = line.outcomes.iter().map(place).collect();
    for piece in places.split(Option::is_none) {
        let piece: Vec<(f64, f64, f64)> = piece.iter().flatten().copied().collect();
        if piece.len() > 1 && !panel.x.is_names() {
            panel.draw_band(canvas, &piece, colour, 0.18);
            continue;
        }
        for (x, low, high) in piece {
            let [low, high] = [low, high].map(|y| panel.pixel(x, y.clamp(panel.y.low, panel.y.high)));
            canvas.line(&[low, high], 3.0, colour, 0.5);
        }
    }
}

/// The predicted lines, in black where one holds for all, and their label.
fn draw_predictions(canvas: &mut Canvas, panel: &Panel, key: &ColourKey, predictions: &[PredictedLine]) {
    let mut highest: Option<(f32, f32)> = None;
    for prediction in predictions {
        let place = |&(x, steps): &(f64, f64)| Some((panel.x.place(x)?, panel.y.place(steps)?));
        let line: Vec<(f64, f64)> = prediction.points.iter().filter_map(place).collect();
        let colour = prediction.value.map_or(INK, |value| key.colour(value));
        let parts = clip::within(&line, (panel.x.low, panel.x.high), (panel.y.low, panel.y.high));
        let middle = parts.first().and_then(|part| part.get(part.len() / 3)).map(|at| panel.pixel(at.0, at.1));
        highest = [highest, middle].into_iter().flatten().min_by(|a, b| a.1.total_cmp(&b.1));
        panel.draw_lines(canvas, parts.into_iter().map(|points| Line { points, colour, width: 2.0, alpha: 0.85 }));
    }
    let Some((x, y)) = highest else { return };
    let style = TextStyle { size: 24.0, weight: Weight::Regular, colour: INK, anchor: Anchor::Left };
    let (words, width) = ("predicted", 130.0);
    // The line falls, so there is room to the right and above it, or to the left and below it.
    match x + width < panel.right as f32 {
        true => canvas.text(words, (x + 16.0, y - 16.0), style),
        false => canvas.text(words, (x - 20.0, y + 30.0), TextStyle { anchor: Anchor::Right, ..style }),
    }
}

/// The strip at the top: a mark at each x where runs diverged, stronger the more of them did. Its label does not cover the
/// limit.
fn draw_strip(canvas: &mut Canvas, panel: &Panel, shares: &[(f64, f64)], limit: Option<f32>) {
    let (top, bottom) = (panel.top as f32, panel.top as f32 + STRIP as f32 - 6.0);
    canvas.rectangle((panel.left as f32, top), (panel.right as f32, bottom), DIVERGED_BAND);
    let in_view = |at: &f64| (panel.x.low..=panel.x.high).contains(at);
    let places = shares.iter().filter_map(|&(x, share)| Some((panel.x.place(x).filter(in_view)?, share)));
    let places: Vec<(f32, f64)> = places.map(|(at, share)| (panel.pixel(at, panel.y.low).0, share)).collect();
    let apart = places.windows(2).map(|pair| pair[1].0 - pair[0].0).fold(f32::INFINITY, f32::min);
    let half = (0.35 * apart).clamp(1.0, 8.0);
    let marked = || places.iter().filter(|place| place.1 > 0.0);
    for &(x, share) in marked() {
        canvas.rectangle((x - half, top), (x + half, bottom), colour::diverged(share));
    }
    let style = TextStyle { size: 22.0, weight: Weight::Regular, colour: DIVERGED, anchor: Anchor::Right };
    let (Some(first), Some(last)) = (marked().next(), marked().next_back()) else { return };
    let (left, right) = (first.0 - half - 10.0, last.0 + half + 10.0);
    let left = limit.filter(|limit| (left - 110.0..=left + 4.0).contains(limit)).map_or(left, |limit| limit - 10.0);
    if left - panel.left as f32 > 110.0 {
        canvas.text("diverged", (left, bottom - 5.0), style);
    } else if panel.right as f32 - right > 110.0 {
        canvas.text("diverged", (right, bottom - 5.0), TextStyle { anchor: Anchor::Left, ..style });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etascape_plot::grid::WHOLE;

    #[test]
    fn a_line_is_hidden_where_a_later_one_is_the_same_all_along() {
        let line = |losses: &[f64]| {
            let outcome = |(x, &loss): (usize, &f64)| OutcomePoint { x: x as f64, steps: None, loss: Some([loss; 3]) };
            OutcomeLine { value: 0.0, outcomes: losses.iter().enumerate().map(outcome).collect() }
        };
        let panel = Panel::over(WHOLE, Axis::linear(0.0, 2.0), Axis::linear(0.0, 4.0));
        let covers = |one: &[f64], other: &[f64]| line(one).covers(&line(other), &panel, YQuantity::Loss);
        assert!(covers(&[1.0, 2.0, 3.0], &[1.0001, 2.0, 3.0]));
        assert!(!covers(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.2]) && !covers(&[1.0, 2.0], &[1.0, 2.0, 3.0]));
    }
}
