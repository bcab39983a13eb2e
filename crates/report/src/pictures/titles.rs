//! The titles of charts: each says what its own chart shows.

use etascape_insight::findings::Findings;
use etascape_insight::study::{Parameter, Study};
use etascape_plot::axis::extent;
use etascape_text::rounded;

use super::absent::none_ends;
use crate::scales::key;

/// A value of a parameter in words: `η = 0.1`, `adam`.
pub(super) fn worded(parameter: &Parameter<'_>, value: f64) -> String {
    key(parameter).label(value).unwrap_or_default()
}

/// Values of parameters in words: ` at η = 0.1, adam`; empty where there are none.
pub(super) fn place<'p, 'a: 'p>(values: impl Iterator<Item = (&'p Parameter<'a>, f64)>) -> String {
    let words: Vec<String> = values.map(|(parameter, value)| worded(parameter, value)).collect();
    if words.is_empty() { String::new() } else { format!(" at {}", words.join(", ")) }
}

/// `Least` or `Greatest`, by what is better.
pub(super) fn best_word(study: &Study<'_>) -> &'static str {
    if study.subject.objective.maximise { "Greatest" } else { "Least" }
}

/// The title of the loss curves: from which value on runs diverge, or which run ends best.
pub(super) fn of_loss_curves(study: &Study<'_>, findings: &Findings) -> String {
    let rows = study.runs.len();
    let diverged = (0..rows).filter(|&row| study.diverged(row)).count();
    if diverged == rows || rows < 2 {
        return findings.headline();
    }
    let best = best_end(study);
    match (diverged, limit(study)) {
        (0, _) => best,
        (_, Some((parameter, last, first))) => {
            let (last, first) = (worded(parameter, last), worded(parameter, first));
            format!("Runs diverge from {first} on, and none up to {last}")
        }
        (_, None) => format!("{diverged} of {rows} runs diverge; {}", lower(&best)),
    }
}

/// That all runs end at as good as one number, so that none is better than another; `None` where they do not.
pub(super) fn tied(study: &Study<'_>) -> Option<String> {
    const EQUAL: f64 = 1e-3;
    let (low, high) = extent((0..study.runs.len()).filter_map(|row| study.settled_loss(row)))?;
    let size = low.abs().max(high.abs());
    let name = study.subject.objective.name.replace('_', " ");
    let count = (0..study.runs.len()).filter(|&row| study.settled_loss(row).is_some()).count();
    let is_tie = count > 1 && high - low <= EQUAL * size;
    is_tie.then(|| format!("{count} runs end within 0.1 % of each other, at a {name} of {}", rounded(high, 3)))
}

/// Where a chart's runs end best.
fn best_end(study: &Study<'_>) -> String {
    if let Some(tie) = tied(study) {
        return tie;
    }
    let objective = &study.subject.objective;
    let loss = |row: usize| Some((row, study.settled_loss(row)?));
    let ends = (0..study.runs.len()).filter_map(loss);
    let Some((row, loss)) = ends.min_by(|a, b| objective.badness(a.1).total_cmp(&objective.badness(b.1))) else {
        return none_ends(study);
    };
    let telling = study.parameters.iter().filter(|one| one.varies() && !one.is_seed());
    let place = place(telling.map(|one| (one, one.value(row))));
    format!("{} final {} {}{place}", best_word(study), objective.name.replace('_', " "), rounded(loss, 3))
}

/// The parameter across, the last of its values at which no run diverged, and the first at which all did; `None` unless
/// these part all values: the one below, the other above.
fn limit<'s, 'a>(study: &'s Study<'a>) -> Option<(&'s Parameter<'a>, f64, f64)> {
    let across = study.across().filter(|across| across.names.is_none() && across.varies() && !across.has_all())?;
    let (mut calm, mut gone) = (f64::NEG_INFINITY, f64::INFINITY);
    for row in 0..study.runs.len() {
        let value = across.value(row);
        if study.diverged(row) { gone = gone.min(value) } else { calm = calm.max(value) }
    }
    (calm < gone).then_some((across, calm, gone))
}

/// The same words within a sentence.
pub(super) fn lower(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::with_table;
    use etascape_insight::subject::{Choice, Scale};

    fn title(rows: &[(&str, &str, &str)]) -> String {
        let row = |(id, (rate, status, loss)): (usize, &(&str, &str, &str))| {
            format!("{id},{rate},{status},5,9,{loss},{loss}\n")
        };
        let rows: String = rows.iter().enumerate().map(row).collect();
        let table = format!("run_id,train.learning_rate,status,steps,initial_loss,final_loss,min_loss\n{rows}");
        let mut said = String::new();
        with_table(&table, &[("train.learning_rate", Scale::Log)], Choice::default(), |study| {
            said = of_loss_curves(study, &Findings::of(study));
        });
        said
    }

    #[test]
    fn loss_curves_say_where_runs_diverge_and_else_which_ends_best() {
        let calm = [("0.1", "max_steps", "4"), ("0.2", "max_steps", "2"), ("0.4", "max_steps", "3")];
        assert_eq!(title(&calm), "Least final loss 2 at η = 0.2");
        let gone = [calm[0], calm[1], ("0.4", "diverged", "inf"), ("0.8", "diverged", "inf")];
        assert_eq!(title(&gone), "Runs diverge from η = 0.4 on, and none up to η = 0.2");
        let mixed = [("0.1", "diverged", "inf"), calm[1], ("0.4", "diverged", "inf")];
        assert_eq!(title(&mixed), "2 of 3 runs diverge; least final loss 2 at η = 0.2");
        assert_eq!(title(&[gone[2], gone[3]]), "All 2 runs diverged");
        let tied = [("0.1", "max_steps", "0.69315"), ("0.2", "max_steps", "0.6931")];
        assert_eq!(title(&tied), "2 runs end within 0.1 % of each other, at a loss of 0.693");
    }
}
