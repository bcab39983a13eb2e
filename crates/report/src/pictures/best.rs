//! The best points of a convergence chart, in words.

use std::cmp::Ordering;

use etascape_insight::findings::Findings;
use etascape_insight::study::{Parameter, Study, Within};
use etascape_text::{and_more, noun, rounded};

use super::titles::{best_word, fewest_of_kinds, place, range, unranked, worded};
use crate::charts::{ConvergencePanel, OutcomePoint, Quantities};

/// What a convergence chart shows.
pub(super) struct Shown<'s, 'a> {
    pub(super) study: &'s Study<'a>,
    /// What the steps lead to, if not to convergence.
    pub(super) within: Option<&'s Within>,
    pub(super) quantities: Quantities,
    pub(super) across: &'s Parameter<'a>,
    pub(super) beside: Option<&'s Parameter<'a>>,
    pub(super) panels: &'s [ConvergencePanel],
    /// Whether points are medians.
    pub(super) is_median: bool,
    /// Whether neighbouring values share a point.
    pub(super) is_shared: bool,
}

/// All points of a chart.
pub(super) fn outcomes_of(panels: &[ConvergencePanel]) -> impl Iterator<Item = &OutcomePoint> {
    panels.iter().flat_map(|panel| &panel.lines).flat_map(|line| &line.outcomes)
}

/// The best of some points: by steps if runs converged or came near the least loss, else by loss.
enum Best<'p> {
    Steps(f64, &'p OutcomePoint),
    Loss(f64, &'p OutcomePoint),
}

impl Shown<'_, '_> {
    /// The title.
    pub(super) fn title(&self, findings: &Findings) -> String {
        if let Some(range) = range(self.study, findings) {
            return range;
        }
        let lines = self.panels.iter().flat_map(|panel| panel.lines.iter().map(move |line| (panel, line)));
        let best = lines.filter_map(|(panel, line)| Some((self.best(line.outcomes.iter())?, panel, line)));
        let Some((best, panel, line)) =
            best.min_by(|a, b| self.rank(&a.0).partial_cmp(&self.rank(&b.0)).unwrap_or(Ordering::Equal))
        else {
            return findings.headline();
        };
        let unranked = match (&best, self.study.varied_loss()) {
            (Best::Steps(..), Some(kinds)) => Some(self.steps_of_kinds(kinds)),
            (Best::Steps(..), None) => None,
            (Best::Loss(..), _) => unranked(self.study),
        };
        if let Some(words) = unranked {
            return words;
        }
        let (Best::Steps(_, point) | Best::Loss(_, point)) = best;
        let beside = self.beside.map(|beside| (beside, line.value));
        let at = place([Some((self.across, point.x)), beside].into_iter().flatten(), self.is_shared);
        let panel = if panel.title.is_empty() { String::new() } else { format!(", {}", panel.title) };
        let median = if self.is_median { "median " } else { "" };
        match best {
            Best::Steps(steps, _) => {
                let to = self.within.map_or_else(|| "to converge".to_owned(), Within::all_words);
                format!("Fastest {to}: {median}{} {}{at}{panel}", rounded(steps, 4), noun(&steps, "step"))
            }
            Best::Loss(loss, _) => {
                let name = self.study.subject.objective.name.replace('_', " ");
                let median = if self.is_median { "median final" } else { "final" };
                let equal =
                    outcomes_of(self.panels).filter(|point| point.loss.is_some_and(|quartiles| quartiles[1] == loss));
                let more = and_more(equal.count() - 1);
                format!("{} {median} {name} {}{at}{panel}{more}", best_word(self.study), rounded(loss, 3))
            }
        }
    }

    /// The fewest steps of each kind of loss: they lead to different things.
    fn steps_of_kinds(&self, kinds: &Parameter<'_>) -> String {
        let to = self
            .within
            .map_or_else(|| "to converge, of each kind".to_owned(), |within| format!("until {}", within.all_words()));
        let median = if self.is_median { "median " } else { "" };
        format!("Fewest {median}steps {to}: {}", fewest_of_kinds(self.study, kinds))
    }

    /// The best point of each name, over all panels; none where panels have losses of different kinds, which are not ranked.
    pub(super) fn best_of_each(&self) -> Vec<String> {
        let kinds = self.study.varied_loss().map(|kinds| &kinds.path);
        if kinds.is_some() && kinds != self.beside.map(|beside| &beside.path) {
            return Vec::new();
        }
        let names = self.beside.and_then(|beside| beside.names.as_ref()).map_or(0, Vec::len);
        let lines = || self.panels.iter().flat_map(|panel| &panel.lines);
        let points =
            |name: usize| lines().filter(move |line| line.value as usize == name).flat_map(|line| &line.outcomes);
        let words = |best: Best<'_>| match best {
            Best::Steps(steps, point) => {
                format!("{} {}, {}", rounded(steps, 4), noun(&steps, "step"), worded(self.across, point.x))
            }
            Best::Loss(loss, point) => format!("{}, {}", rounded(loss, 3), worded(self.across, point.x)),
        };
        (0..names).map(|name| self.best(points(name)).map_or_else(String::new, words)).collect()
    }

    fn best<'p>(&self, points: impl Iterator<Item = &'p OutcomePoint> + Clone) -> Option<Best<'p>> {
        // Where the objective is not the loss, the fastest to the least loss is not the best.
        let is_ranked =
            self.quantities != Quantities::Losses && (self.within.is_none() || self.study.subject.objective.is_watched);
        let steps = points.clone().filter(|_| is_ranked).filter_map(|point| Some((point.steps?[1], point)));
        if let Some((steps, point)) = steps.min_by(|a, b| a.0.total_cmp(&b.0)) {
            return Some(Best::Steps(steps, point));
        }
        let objective = &self.study.subject.objective;
        let losses = points.filter_map(|point| Some((point.loss?[1], point)));
        let best = losses.min_by(|a, b| objective.badness(a.0).total_cmp(&objective.badness(b.0)));
        best.map(|(loss, point)| Best::Loss(loss, point))
    }

    /// Less is better: points with runs that converged come before all others.
    fn rank(&self, best: &Best<'_>) -> (u8, f64) {
        match best {
            Best::Steps(steps, _) => (0, *steps),
            Best::Loss(loss, _) => (1, self.study.subject.objective.badness(*loss)),
        }
    }
}
