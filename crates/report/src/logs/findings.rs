//! What a manifest keeps of the findings, so that many folders can be listed without a look at their tables.

use std::collections::BTreeMap;

use etascape_insight::findings::{BestRun, Finding, FindingKind, Findings, GoodRates};
use serde::{Deserialize, Deserializer, Serialize};

/// The format of this part of a manifest. Findings of another format count as not there.
const FORMAT: u64 = 1;

/// What the tables said when they were drawn last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptFindings {
    /// The version of these fields, 1.
    format: u64,
    /// The experiment's name.
    pub experiment: String,
    /// The main finding in a sentence.
    pub headline: String,
    /// Runs logged.
    pub runs: u64,
    /// How many of them ended in each way.
    pub statuses: BTreeMap<String, u64>,
    /// What runs are judged by.
    pub objective: KeptObjective,
    /// The best run; where the sweep varies the loss, that of each loss.
    pub best: Vec<KeptBest>,
    /// The rates about as good as the best, likewise; none where nothing was learned.
    pub good_ranges: Vec<KeptRange>,
}

/// What runs are judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptObjective {
    /// Its name.
    pub name: String,
    /// Whether it is maximised.
    pub maximise: bool,
    /// The words of the losses that it is computed with.
    pub losses: Vec<String>,
    /// Whether it is in units of the target's variance.
    pub standardized_target: bool,
}

/// A best run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptBest {
    /// The word of its loss, where the sweep varies it.
    pub loss: Option<String>,
    /// Its number.
    pub run_id: u64,
    /// Its value of each swept parameter, as logged.
    pub values: BTreeMap<String, String>,
    /// How it ended.
    pub status: String,
    /// Its last step.
    pub steps: u64,
    /// The objective after it.
    pub objective: Option<f64>,
    /// The objective of the best setting, the median over its seeds; `None` where no seed is swept, or no setting has one.
    pub median: Option<f64>,
}

impl KeptBest {
    /// The best value of the objective: that of the best setting where a seed is swept, else of the best run.
    pub fn value(&self) -> Option<f64> {
        self.median.or(self.objective)
    }
}

/// Good rates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptRange {
    /// The word of the loss, where the sweep varies it.
    pub loss: Option<String>,
    /// The rate's path.
    pub rate: String,
    /// The least and the greatest good rate.
    pub range: [f64; 2],
}

impl KeptFindings {
    /// What is kept of the findings of an experiment.
    pub fn of(experiment: &str, findings: &Findings) -> KeptFindings {
        let objective = &findings.objective;
        let bests = findings.bests();
        let median = |loss: Option<&String>| {
            let its = bests.iter().find(|best| best.loss == loss.map(String::as_str));
            its.filter(|best| best.setting.is_some()).and_then(|best| best.objective)
        };
        let of_run = |loss: Option<&String>, best: &BestRun| KeptBest {
            loss: loss.cloned(),
            median: median(loss),
            run_id: best.run_id,
            values: findings.parameters.iter().cloned().zip(best.values.iter().cloned()).collect(),
            status: best.status.to_string(),
            steps: best.steps,
            objective: Some(best.final_loss).filter(|objective| objective.is_finite()),
        };
        let of_losses = findings.of_losses.iter();
        let of_losses: Vec<KeptBest> =
            of_losses.filter_map(|(loss, best)| Some(of_run(Some(loss), best.as_ref()?))).collect();
        KeptFindings {
            format: FORMAT,
            experiment: experiment.to_owned(),
            headline: findings.headline(),
            runs: findings.runs as u64,
            statuses: findings.counts.iter().map(|(status, count)| (status.to_string(), *count as u64)).collect(),
            objective: KeptObjective {
                name: objective.name.clone(),
                maximise: objective.maximise,
                losses: objective.losses.iter().map(|&loss| loss.to_owned()).collect(),
                standardized_target: objective.is_standardized,
            },
            best: match &of_losses[..] {
                [] => findings.best.first().map(|best| of_run(None, best)).into_iter().collect(),
                _ => of_losses,
            },
            good_ranges: good_ranges(findings),
        }
    }
}

/// The good rates; none where nothing was learned.
fn good_ranges(findings: &Findings) -> Vec<KeptRange> {
    let of_loss = |finding: &Finding| match &finding.kind {
        FindingKind::GoodRange { rate, range, loss, .. } => {
            Some(KeptRange { loss: loss.clone(), rate: rate.clone(), range: *range })
        }
        _ => None,
    };
    let of_sweep = |good: &GoodRates| {
        let range = good.of_losses.first()?.range;
        Some(KeptRange { loss: None, rate: good.path.clone(), range: range.into() })
    };
    match (&findings.nothing_learned, &findings.of_losses[..]) {
        (Some(_), _) => Vec::new(),
        (None, []) => findings.good.as_ref().and_then(of_sweep).into_iter().collect(),
        (None, _) => findings.found.iter().filter_map(of_loss).collect(),
    }
}

/// Reads findings; those of another format count as not there.
pub(super) fn of_this_format<'de, D: Deserializer<'de>>(from: D) -> Result<Option<KeptFindings>, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    match value.get("format").and_then(serde_json::Value::as_u64) {
        Some(FORMAT) => serde_json::from_value(value).map(Some).map_err(serde::de::Error::custom),
        _ => Ok(None),
    }
}
