//! The titles of charts: each says what its own chart shows.

use etascape_insight::findings::Findings;
use etascape_insight::study::{Parameter, Study, settings};
use etascape_plot::axis::extent;
use etascape_text::{and_more, counted, noun, rounded};

use super::absent::none_ends;
use crate::scales::key;

/// A value of a parameter in words: `η = 0.1`, `adam`; with the parameter's name where the value says nothing without it:
/// `nesterov = true`, `hidden = [16]`.
pub(super) fn worded(parameter: &Parameter<'_>, value: f64) -> String {
    let words = key(parameter).label(value).unwrap_or_default();
    let is_bare = |words: &str| {
        matches!(words, "true" | "false")
            || words.starts_with(['[', '{'])
            || words.starts_with(|c: char| c.is_ascii_digit())
    };
    match parameter.names.is_some() && is_bare(&words) {
        true => format!("{} = {words}", parameter.short()),
        false => words,
    }
}

/// Two different numbers of a parameter in words, with as many digits as tell them apart.
fn told_apart(parameter: &Parameter<'_>, values: [f64; 2]) -> [String; 2] {
    let words = values.map(|value| worded(parameter, value));
    let with = |digits: usize| values.map(|value| format!("{} = {}", parameter.short(), rounded(value, digits)));
    let longer = || (4..=17).map(with).find(|[one, other]| one != other);
    if words[0] == words[1] { longer().unwrap_or(words) } else { words }
}

/// Values of parameters in words: ` at η = 0.1, adam`; empty where there are none. A place that neighbouring values share is
/// only near them.
pub(super) fn place<'p, 'a: 'p>(values: impl Iterator<Item = (&'p Parameter<'a>, f64)>, is_shared: bool) -> String {
    let words: Vec<String> = values.map(|(parameter, value)| worded(parameter, value)).collect();
    let at = if is_shared { "near" } else { "at" };
    if words.is_empty() { String::new() } else { format!(" {at} {}", words.join(", ")) }
}

/// `Least` or `Greatest`, by what is better.
pub(super) fn best_word(study: &Study<'_>) -> &'static str {
    if study.subject.objective.maximise { "Greatest" } else { "Least" }
}

/// The range of η that converges, where runs do. Where names are swept there is none to say: it would be one of different
/// things.
pub(super) fn range(study: &Study<'_>, findings: &Findings) -> Option<String> {
    let mixes = |one: &Parameter<'_>| one.varies() && !one.is_seed() && one.names.is_some();
    let is_said = findings.rates.is_some() && !study.parameters.iter().any(mixes);
    is_said.then(|| findings.headline())
}

/// The title of the loss curves: from which value on runs diverge, else how many converge, else which end best.
pub(super) fn of_loss_curves(study: &Study<'_>, findings: &Findings) -> String {
    let rows = || 0..study.runs.len();
    let (all, diverged) = (rows().len(), rows().filter(|&row| study.diverged(row)).count());
    if diverged == all {
        return findings.headline();
    }
    if all == 1 {
        return best_end(study);
    }
    let fastest = rows().filter_map(|row| Some((row, study.steps_to_converge(row)?)));
    let best = match fastest.clone().min_by(|a, b| a.1.total_cmp(&b.1)) {
        Some((row, steps)) => {
            let (count, steps) = (fastest.count(), format!("{} {}", rounded(steps, 4), noun(&steps, "step")));
            let who = if count == all { format!("All {all} runs converge") } else { of_all(count, all, "converge") };
            match study.varied_loss() {
                Some(kinds) => format!("{who}, the fastest of each kind in: {}", fewest_of_kinds(study, kinds)),
                None => format!("{who}, the fastest in {steps}{}", place_of(study, row)),
            }
        }
        None => best_end(study),
    };
    match (diverged, limit(study)) {
        (0, _) => best,
        (_, Some((parameter, last, first))) => {
            let [last, first] = told_apart(parameter, [last, first]);
            format!("Runs diverge from {first} on, and none up to {last}")
        }
        (_, None) if study.losses().is_some() => best,
        (_, None) => format!("{}; {}", of_all(diverged, all, "diverge"), lower(&best)),
    }
}

/// The first of the losses that a sweep varies, for a chart that shows only one.
pub(super) fn first_kind<'p, 'a>(kinds: &'p Parameter<'a>) -> Option<(&'p Parameter<'a>, f64)> {
    Some((kinds, *kinds.distinct()?.first()?))
}

/// That a chart shows only the runs of one loss.
pub(super) fn only_one_kind(kinds: &Parameter<'_>, kind: f64) -> String {
    format!("only runs with {}: losses of different kinds have no scale in common", worded(kinds, kind))
}

/// `1 of 4 runs diverges`, `3 of 4 runs diverge`.
fn of_all(count: usize, all: usize, verb: &str) -> String {
    let ending = if count == 1 { "s" } else { "" };
    format!("{count} of {all} runs {verb}{ending}")
}

/// The least loss of each kind, where there are several; else that all runs end at as good as one number, so that none is
/// better than another; `None` where runs can be ranked.
pub(super) fn unranked(study: &Study<'_>) -> Option<String> {
    const EQUAL: f64 = 1e-3;
    let name = study.subject.objective.name.replace('_', " ");
    if let Some(kinds) = study.losses() {
        let ends = ends(study);
        let median = if ends.iter().any(|end| end.runs > 1) { "median final" } else { "final" };
        let words = || format!("Least {median} {name} of each kind: {}", least_of_kinds(kinds, &ends, 3));
        return (!ends.is_empty()).then(words);
    }
    let ends = || (0..study.runs.len()).filter_map(|row| study.settled_loss(row));
    let (low, high) = extent(ends())?;
    let count = ends().count();
    let is_tie = count > 1 && high - low <= EQUAL * low.abs().max(high.abs());
    is_tie.then(|| format!("{count} runs end within 0.1 % of each other, at a {name} of {}", rounded(high, 3)))
}

/// A value of the runs that differ in their seed alone.
struct OfSetting {
    /// The row of the first of them.
    row: usize,
    /// How many they are.
    runs: usize,
    value: f64,
}

/// A value of each setting that has one.
fn of_settings(study: &Study<'_>, value: impl Fn(&[u32]) -> Option<f64>) -> Vec<OfSetting> {
    let telling: Vec<&Parameter<'_>> = study.parameters.iter().filter(|one| !one.is_seed()).collect();
    let order = settings::order(&telling);
    let rows = settings::sorted(study, &order);
    let settings = rows.chunk_by(|&a, &b| order(a as usize, b as usize).is_eq());
    let of = |rows: &[u32]| Some(OfSetting { row: rows[0] as usize, runs: rows.len(), value: value(rows)? });
    settings.filter_map(of).collect()
}

/// Where settings end: the medians over their seeds.
fn ends(study: &Study<'_>) -> Vec<OfSetting> {
    let median = |rows: &[u32]| study.loss_quartiles(rows.iter().map(|&row| row as usize)).map(|[_, median, _]| median);
    of_settings(study, median)
}

/// The fewest steps of each kind of loss, which lead to different things: `mse 14, mae 20`.
pub(super) fn fewest_of_kinds(study: &Study<'_>, kinds: &Parameter<'_>) -> String {
    let shown = |rows: &[u32]| study.steps_shown(rows.iter().map(|&row| row as usize)).map(|[_, median, _]| median);
    least_of_kinds(kinds, &of_settings(study, shown), 4)
}

/// The least value of each kind of loss, to so many digits: `mse 0.2, bce 0.6`.
fn least_of_kinds(kinds: &Parameter<'_>, of: &[OfSetting], digits: usize) -> String {
    let least = |kind: &f64| {
        let of_kind = of.iter().filter(|one| kinds.value(one.row) == *kind);
        let least = of_kind.map(|one| one.value).min_by(f64::total_cmp);
        format!("{} {}", worded(kinds, *kind), least.map_or_else(|| "none".to_owned(), |least| rounded(least, digits)))
    };
    kinds.distinct().unwrap_or_default().iter().map(least).collect::<Vec<String>>().join(", ")
}

/// Where a chart's lines end best: those of runs, or the medians over seeds.
fn best_end(study: &Study<'_>) -> String {
    if let Some(words) = unranked(study) {
        return words;
    }
    let objective = &study.subject.objective;
    let ends = ends(study);
    let badness = |end: &&OfSetting| objective.badness(end.value);
    let Some(best) = ends.iter().min_by(|a, b| badness(a).total_cmp(&badness(b))) else {
        return none_ends(study);
    };
    let others = ends.iter().filter(|end| end.value == best.value).count() - 1;
    let median = if best.runs > 1 { "median final" } else { "final" };
    let name = objective.name.replace('_', " ");
    match (ends.len(), best.runs) {
        (1, 1) if study.runs.len() == 1 => return format!("Final {name} {}", rounded(best.value, 3)),
        (1, runs) if runs > 1 => {
            return format!("Median final {name} {} of {}", rounded(best.value, 3), counted(runs, "run"));
        }
        _ => {}
    }
    format!("{} {median} {name} {}{}", best_word(study), rounded(best.value, 3), place_of(study, best.row))
        + &and_more(others)
}

/// What sets a row apart, in words.
fn place_of(study: &Study<'_>, row: usize) -> String {
    let telling = study.parameters.iter().filter(|one| one.varies() && !one.is_seed());
    place(telling.map(|one| (one, one.value(row))), false)
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
    fn losses_of_different_kinds_are_not_ranked_and_seeds_are_medians() {
        let say = |head: &str, swept: &[(&str, Scale)], rows: &str| {
            let table = format!("run_id,{head},status,steps,initial_loss,final_loss,min_loss\n{rows}");
            let mut said = String::new();
            with_table(&table, swept, Choice::default(), |study| {
                said = of_loss_curves(study, &Findings::of(study));
            });
            said
        };
        let kinds = "0,mse,max_steps,5,9,0.2,0.2\n1,bce,max_steps,5,9,0.6,0.6\n";
        let said = say("train.loss", &[("train.loss", Scale::Categories)], kinds);
        assert_eq!(said, "Least final loss of each kind: mse 0.2, bce 0.6");
        let seeds =
            "0,1,0,max_steps,5,9,1,1\n1,1,1,max_steps,5,9,9,1\n2,2,0,max_steps,5,9,3,3\n3,2,1,max_steps,5,9,4,3\n";
        let said = say("lr,seed", &[("lr", Scale::Linear), ("seed", Scale::Linear)], seeds);
        assert_eq!(said, "Least median final loss 3.5 at lr = 2");
        let only = "0,5,max_steps,5,9,1,1\n1,6,max_steps,5,9,3,3\n";
        let said = say("seed", &[("seed", Scale::Linear)], only);
        assert_eq!(said, "Median final loss 2 of 2 runs", "none is chosen");
        assert_eq!(say("lr", &[("lr", Scale::Linear)], "0,1,max_steps,5,9,2,1\n"), "Final loss 2");
        let flags = "0,1,true,max_steps,5,9,1,1\n1,1,false,max_steps,5,9,2,2\n";
        let said = say("lr,nesterov", &[("lr", Scale::Linear), ("nesterov", Scale::Categories)], flags);
        assert_eq!(said, "Least final loss 1 at nesterov = true");
        let widths = flags.replace("true", "\"[16, 4]\"").replace("false", "[8]");
        let said = say("lr,model.hidden", &[("lr", Scale::Linear), ("model.hidden", Scale::Categories)], &widths);
        assert_eq!(said, "Least final loss 1 at model.hidden = [16, 4]");
    }

    #[test]
    fn each_kind_of_loss_has_its_own_least_median_and_its_own_fewest_steps() {
        let say = |rows: &str| {
            let head = "run_id,train.loss,seed,status,steps,initial_loss,final_loss,min_loss";
            let swept = [("train.loss", Scale::Categories), ("seed", Scale::Linear)];
            let mut said = String::new();
            with_table(&format!("{head}\n{rows}"), &swept, Choice::default(), |study| {
                said = of_loss_curves(study, &Findings::of(study));
            });
            said
        };
        let ends = "0,mse,0,max_steps,9,9,1,1\n1,mse,1,max_steps,9,9,3,3\n2,mae,0,max_steps,9,9,0.5,0.5\n\
                    3,mae,1,max_steps,9,9,0.7,0.7\n";
        assert_eq!(say(ends), "Least median final loss of each kind: mse 2, mae 0.6");
        let steps = "0,mse,0,converged,9,9,1,1\n1,mse,1,converged,5,9,1,1\n2,mae,0,converged,40,9,1,1\n\
                     3,bce,0,max_steps,90,9,2,2\n";
        assert_eq!(say(steps), "3 of 4 runs converge, the fastest of each kind in: mse 7, mae 40, bce none");
    }

    #[test]
    fn loss_curves_say_where_runs_diverge_and_else_which_ends_best() {
        let calm = [("0.1", "max_steps", "4"), ("0.2", "max_steps", "2"), ("0.4", "max_steps", "3")];
        assert_eq!(title(&calm), "Least final loss 2 at η = 0.2");
        let equal = [calm[1], calm[0], ("0.8", "max_steps", "2")];
        assert_eq!(title(&equal), "Least final loss 2 at η = 0.2 and 1 more");
        let gone = [calm[0], calm[1], ("0.4", "diverged", "inf"), ("0.8", "diverged", "inf")];
        assert_eq!(title(&gone), "Runs diverge from η = 0.4 on, and none up to η = 0.2");
        let near = [calm[0], ("0.22001", "max_steps", "2"), ("0.22004", "diverged", "inf")];
        assert_eq!(title(&near), "Runs diverge from η = 0.22004 on, and none up to η = 0.22001");
        let mixed = [("0.1", "diverged", "inf"), calm[1], ("0.4", "diverged", "inf")];
        assert_eq!(title(&mixed), "2 of 3 runs diverge; least final loss 2 at η = 0.2");
        assert_eq!(title(&[gone[2], gone[3]]), "All 2 runs diverged");
        let converged = [("0.1", "converged", "1"), ("0.2", "max_steps", "2")];
        assert_eq!(title(&converged), "1 of 2 runs converges, the fastest in 5 steps at η = 0.1");
        let tied = [("0.1", "max_steps", "0.69315"), ("0.2", "max_steps", "0.6931")];
        assert_eq!(title(&tied), "2 runs end within 0.1 % of each other, at a loss of 0.693");
    }
}
