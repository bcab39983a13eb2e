//! The setting that comes near the least loss in the fewest steps.

use etascape_text::{noun, rounded};

use super::finding::{Finding, FindingKind};
use super::place::others;
use crate::study::outcomes::{Outcome, Outcomes};
use crate::study::{Study, Within};

/// The fewest steps after which a setting was near the least loss: one finding for each loss that the sweep varies. Steps of
/// a setting are the median over its runs that came near, where most did.
pub fn fewest_steps(study: &Study<'_>, outcomes: &Outcomes, within: &Within) -> Vec<Finding> {
    (0..within.losses()).filter_map(|loss| of_loss(study, outcomes, within, loss)).collect()
}

fn of_loss(study: &Study<'_>, outcomes: &Outcomes, within: &Within, loss: usize) -> Option<Finding> {
    let settings = || outcomes.settings.iter().filter(|one| study.loss_number(one.row()) == loss);
    let level = settings().flat_map(|one| &one.rows).find_map(|&row| within.level(study, row as usize))?;
    let near =
        |one: &Outcome| study.steps_of_most(one.rows.iter().map(|&row| row as usize)).map(|[_, median, _]| median);
    let near: Vec<(f64, &Outcome)> = settings().filter_map(|one| Some((near(one)?, one))).collect();
    let fewest = near.iter().min_by(|a, b| a.0.total_cmp(&b.0));
    let kind = FindingKind::WithinLeast {
        least: level.least,
        source: level.source,
        within: within.margin(),
        steps: fewest.map(|(steps, _)| *steps),
        run_id: fewest.map(|(_, one)| study.runs.id(one.row())),
        near: near.len(),
        settings: settings().count(),
    };
    let row = settings().next()?.row();
    let losses = study.varied_loss();
    let loss = losses.and_then(|losses| study.runs.text(&losses.path, row));
    let words = within.words(level, loss.as_deref());
    let sentence = match fewest {
        Some((steps, one)) => {
            let median = if one.rows.len() > 1 { "median " } else { "" };
            let place = others(study, one.row(), losses.map_or("", |losses| &losses.path));
            let place = if place.is_empty() { String::new() } else { format!(" at {}", place.join(", ")) };
            let steps = format!("{median}{} {}", rounded(*steps, 4), noun(steps, "step"));
            match (settings().count(), near.len()) {
                (1, _) => format!("Steps until {words}: {steps}"),
                (count, 1) => format!("Fewest steps until {words}: {steps}{place}; 1 of {count} settings comes there"),
                (count, near) => {
                    format!("Fewest steps until {words}: {steps}{place}; {near} of {count} settings come there")
                }
            }
        }
        // Where runs are judged by another metric, a loss that only a few lucky runs came to tells nothing.
        None if !study.subject.objective.is_watched => return None,
        None => {
            let rows = || settings().flat_map(|one| &one.rows).map(|&row| row as usize);
            match rows().filter(|&row| study.steps_within(row).is_some()).count() {
                0 => format!("No logged point is {words}"),
                count => format!("In no setting do most runs come {words}; {count} of {} do", rows().count()),
            }
        }
    };
    Some(Finding { kind, sentence, line: None })
}
