//! The axis of the losses of some curves: it fits those that train, and leaves out what goes far above them.

use etascape_plot::axis::Axis;

use super::curve::{LossCurve, STATISTICS};

/// Curves that leave are shown up to this factor above the others, so that they do not flatten them.
const HEADROOM: f64 = 10.0;
/// On a linear axis, up to this share of the others' extent above them.
const LINEAR_HEADROOM: f64 = 0.1;
/// On a linear axis a run that did not diverge leaves where it goes by more than this share of their extent above them; on a
/// logarithmic one, by more than [`HEADROOM`].
const LINEAR_FAR: f64 = 1.0;
/// The most decades below the top.
const DECADES: f64 = 30.0;
/// The last step of a converged run may go far below the others. The chart goes down by this factor at most.
const OVERSHOOT: f64 = 10.0;

/// The axis of losses: from the least visible loss (quartiles too, where they are drawn) to the greatest of the runs that
/// stay, or somewhat above where others leave. A run leaves if it diverged; also if it goes far above those that end below
/// the greatest start, and ends above that start itself.
pub(super) fn loss_axis<'a>(curves: impl Iterator<Item = &'a LossCurve> + Clone, is_log: bool) -> Axis {
    let shown = Shown { has_bands: curves.clone().count() <= STATISTICS, curves, is_log };
    let start = greatest(shown.curves.clone().filter_map(|curve| curve.points.first()).map(|point| point.1));
    let far = shown.far(start);
    let leaves = |curve: &LossCurve| {
        curve.diverged || far.is_some_and(|far| ends_above(curve, start) && goes_above(&curve.points, far))
    };
    let top = shown.greatest(|curve| !leaves(curve)).max(start);
    let leaving = shown.curves.clone().filter(|curve| leaves(curve)).map(|curve| &curve.points);
    let leaving = leaving.chain(shown.curves.clone().flat_map(|curve| &curve.gone));
    let highest = leaving.flatten().map(|point| point.1).filter(|&loss| loss > top).fold(f64::NEG_INFINITY, f64::max);
    let above = (highest > top).then(|| shown.above(top, HEADROOM, LINEAR_HEADROOM).min(highest));
    let floor = floor(shown.curves.clone()).max(above.unwrap_or(top) * libm::exp10(-DECADES));
    let in_view = shown.losses().filter(move |&loss| loss <= top && (loss <= 0.0 || loss >= floor));
    Axis::fitting(in_view.chain(above.filter(|above| above.is_finite())), is_log).padded(0.02, 0.02)
}

/// The curves of a chart.
struct Shown<C> {
    curves: C,
    /// Whether quartiles are drawn.
    has_bands: bool,
    is_log: bool,
}

impl<'a, C: Iterator<Item = &'a LossCurve> + Clone> Shown<C> {
    /// The losses that are drawn.
    fn losses(&self) -> impl Iterator<Item = f64> + Clone {
        let has_bands = self.has_bands;
        self.curves.clone().flat_map(move |curve| losses(curve, has_bands))
    }

    /// The greatest finite loss of the curves that are wanted; −∞ without one.
    fn greatest(&self, is_wanted: impl Fn(&LossCurve) -> bool) -> f64 {
        greatest(self.curves.clone().filter(|curve| is_wanted(curve)).flat_map(|curve| losses(curve, self.has_bands)))
    }

    /// Where runs are far above those that stay; `None` where none stays, so that the others are what there is to see, and for
    /// a score, which is to rise.
    fn far(&self, start: f64) -> Option<f64> {
        let stays = |curve: &LossCurve| !curve.diverged && !ends_above(curve, start);
        let has_staying = self.curves.clone().any(stays);
        (has_staying && self.is_log).then(|| self.above(self.greatest(stays).max(start), HEADROOM, LINEAR_FAR))
    }

    /// A place above the top: by a factor on a logarithmic axis, on a linear one by a share of what lies below.
    fn above(&self, top: f64, factor: f64, share: f64) -> f64 {
        let low = self.losses().filter(|&loss| loss <= top).fold(top, f64::min);
        let can_be_log = self.is_log && low >= 0.0 && top > 0.0;
        if can_be_log { top * factor } else { top + (top - low) * share }
    }
}

fn losses(curve: &LossCurve, has_bands: bool) -> impl Iterator<Item = f64> + Clone {
    let band = curve.band.iter().filter(move |_| has_bands).flat_map(|&(_, low, high)| [low, high]);
    curve.points.iter().map(|point| point.1).chain(band)
}

fn greatest(losses: impl Iterator<Item = f64>) -> f64 {
    losses.filter(|loss| loss.is_finite()).fold(f64::NEG_INFINITY, f64::max)
}

fn ends_above(curve: &LossCurve, height: f64) -> bool {
    curve.points.last().is_some_and(|point| is_above(point.1, height))
}

fn goes_above(points: &[(f64, f64)], height: f64) -> bool {
    points.iter().any(|point| is_above(point.1, height))
}

/// Whether a loss is above a height; one that is no number is.
fn is_above(loss: f64, height: f64) -> bool {
    loss.is_nan() || loss > height
}

/// The lowest visible loss: low enough for all runs that did not converge, and for most of those that did.
fn floor<'a>(curves: impl Iterator<Item = &'a LossCurve> + Clone) -> f64 {
    let last = |curve: &LossCurve| curve.points.last().map(|point| point.1).filter(|&loss| loss > 0.0);
    let mut ends: Vec<f64> = curves.clone().filter(|curve| curve.converged).filter_map(last).collect();
    ends.sort_by(f64::total_cmp);
    let Some(usual) = ends.get(ends.len() / 10) else { return 0.0 };
    let others = curves.flat_map(|curve| {
        let before = curve.points.len() - usize::from(curve.converged && !curve.points.is_empty());
        curve.points[..before].iter().map(|point| point.1)
    });
    others.filter(|&loss| loss > 0.0).fold(usual / OVERSHOOT, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(losses: &[f64]) -> LossCurve {
        let points = losses.iter().enumerate().map(|(step, &loss)| (step as f64, loss)).collect();
        LossCurve { points, ..LossCurve::default() }
    }

    #[test]
    fn diverging_runs_do_not_flatten_the_others_on_a_linear_axis() {
        let calm = curve(&[0.5, 0.9]);
        let gone = LossCurve { diverged: true, ..curve(&[0.5, f64::NAN]) };
        let score = loss_axis([&calm, &gone].into_iter(), false);
        assert!(!score.is_log() && score.high < 1.0, "{score:?}");
        let below = curve(&[-1.0, -3.0]);
        assert!(loss_axis([&below, &gone].into_iter(), true).high < 1.0);
    }

    #[test]
    fn no_room_is_left_above_what_leaves() {
        let falling = || curve(&[100.0, 10.0, 1.0, 0.1]);
        let high = |losses: &[f64]| {
            let gone = LossCurve { diverged: true, ..curve(losses) };
            libm::exp10(loss_axis([&falling(), &gone].into_iter(), true).high)
        };
        assert!(high(&[100.0, 50.0, f64::NAN]) < 150.0, "it ends below the others");
        assert!((300.0..400.0).contains(&high(&[100.0, 300.0, f64::NAN])), "all of it has room");
        assert!(high(&[100.0, 300.0, f64::INFINITY]) > 900.0);
    }

    #[test]
    fn what_grows_and_has_not_diverged_yet_does_not_flatten_the_others_either() {
        let high = |curves: &[LossCurve]| {
            let axis = loss_axis(curves.iter(), true);
            if axis.is_log() { libm::exp10(axis.high) } else { axis.high }
        };
        let falling = || curve(&[100.0, 10.0, 1.0, 0.1]);
        let fits = |top: f64, of: f64| top >= of && top < 1.5 * of;
        assert!(fits(high(&[falling(), curve(&[100.0, 1e4, 1e7])]), 1e3), "ten times the start");
        assert!(fits(high(&[falling(), curve(&[100.0, 300.0, 900.0])]), 900.0), "not far above");
        assert!(fits(high(&[falling(), curve(&[100.0, 1e7, 2.0])]), 1e7), "it comes back");
        assert!(fits(high(&[curve(&[100.0, 1e4, 1e7])]), 1e7), "there is nothing else to see");
        let score = [curve(&[0.1, 0.1]), curve(&[0.1, 0.5, 0.95])];
        assert!(loss_axis(score.iter(), false).high > 0.95, "what is to rise does not leave");
        let negative = [curve(&[-1.0, -4.0, -5.0]), curve(&[-1.0, 2.0, 3e5])];
        assert!(high(&negative) < 0.0, "a linear axis");
    }
}
