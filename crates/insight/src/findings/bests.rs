//! The best value of a sweep's objective, and of each loss that it varies.

use etascape_sweep::Status;
use etascape_text::rounded;

use super::Findings;
use super::best::BestRun;
use crate::study::settings::Setting;

/// The best value of the objective: the median of the best setting where a seed is swept, so that no lucky seed counts, else
/// that of the best run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestValue<'f> {
    /// The word of its loss, where the sweep varies it.
    pub loss: Option<&'f str>,
    /// The value; `None` where no run came to one.
    pub objective: Option<f64>,
    /// The steps that it took to converge, where the objective is what converged: their median, where most runs did.
    pub steps: Option<f64>,
    /// The setting; `None` where it is that of a run.
    pub setting: Option<&'f Setting>,
}

impl BestValue<'_> {
    /// Whether it is a median over several runs.
    pub fn is_median(&self) -> bool {
        self.setting.is_some_and(|setting| setting.runs > 1)
    }
}

impl Findings {
    /// The best value of the sweep; where it varies the loss, that of each loss, which are not ranked.
    pub fn bests(&self) -> Vec<BestValue<'_>> {
        if self.of_losses.is_empty() {
            return vec![self.best_value(None, self.settings.first(), self.best.first())];
        }
        let place = self.telling().position(|path| path == "train.loss");
        let setting = |loss: &String| {
            self.settings.iter().find(|one| place.and_then(|place| one.values.get(place)) == Some(loss))
        };
        let of_losses = self.of_losses.iter();
        of_losses.map(|(loss, run)| self.best_value(Some(loss), setting(loss), run.as_ref())).collect()
    }

    fn best_value<'f>(
        &self,
        loss: Option<&'f str>,
        setting: Option<&'f Setting>,
        run: Option<&BestRun>,
    ) -> BestValue<'f> {
        let is_watched = self.objective.is_watched;
        match setting.and_then(|setting| Some((setting, setting.loss?[1]))) {
            Some((setting, median)) => BestValue {
                loss,
                objective: Some(median),
                steps: setting
                    .steps
                    .filter(|_| is_watched && 2 * setting.converged > setting.runs)
                    .map(|steps| steps[1]),
                setting: Some(setting),
            },
            None => BestValue {
                loss,
                objective: run.map(|run| run.final_loss),
                steps: run.filter(|run| is_watched && run.status == Status::Converged).map(|run| run.steps as f64),
                setting: None,
            },
        }
    }

    /// The best of each loss that the sweep varies: `Best loss of each train.loss: bce 0.64, mse 0.2`.
    pub(super) fn praise_losses(&self) -> String {
        let bests = self.bests();
        let word = if bests.iter().any(BestValue::is_median) { "median " } else { "" };
        format!("Best {word}{} of each train.loss: {}", self.objective.name, self.of_each_loss())
    }

    /// The best value of each loss that the sweep varies: `bce 0.64, mse 0.2`.
    pub fn of_each_loss(&self) -> String {
        let words = |best: &BestValue<'_>| {
            let value = best.objective.map_or_else(|| "none".to_owned(), |value| rounded(value, 3));
            format!("{} {value}", best.loss.unwrap_or_default())
        };
        self.bests().iter().map(words).collect::<Vec<String>>().join(", ")
    }
}
