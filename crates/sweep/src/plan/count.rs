//! The number of runs of a sweep.

use etascape_text::{counted, noun};

use crate::error::{ConfigError, Problem};
use crate::spec::ExperimentSpec;
use crate::spec::keys::Key;
use crate::spec::sweep::Method;

/// Runs of a sweep at most.
const MOST_RUNS: u128 = 1_000_000_000;
/// Points of the Sobol sequence at most, and its dimensions.
const MOST_SOBOL: (u64, u32) = (1 << 16, sobol_burley::NUM_DIMENSIONS);

/// Counts the runs in constant memory; an error where there are too many.
pub(crate) fn check_runs(spec: &ExperimentSpec) -> Result<u64, ConfigError> {
    let sweep = &spec.sweep;
    let dimensions = sweep.parameters.len();
    let runs = match sweep.method {
        Method::Grid => {
            let count = |group: &Vec<usize>| u128::from(sweep.parameters[group[0]].count().unwrap_or(1));
            sweep.groups.iter().map(count).fold(1, u128::saturating_mul)
        }
        Method::Sobol { samples, .. } if samples > MOST_SOBOL.0 || dimensions > MOST_SOBOL.1 as usize => {
            let message = format!("{} in {}", counted(samples, "point"), counted(dimensions, "dimension"));
            let allowed =
                format!("at most {} points in {} dimensions; random has no such limit", MOST_SOBOL.0, MOST_SOBOL.1);
            return Err(spec.source_map.error(Key::SweepSamples, message, allowed));
        }
        Method::Random { samples, .. } | Method::Sobol { samples, .. } => u128::from(samples),
    };
    if runs > MOST_RUNS {
        return Err(too_many(spec, runs));
    }
    Ok(runs as u64)
}

fn too_many(spec: &ExperimentSpec, runs: u128) -> ConfigError {
    /// Steps a second of a small model, and bytes of a row of runs.csv, both to the nearest power of ten.
    const SPEED: f64 = 1e8;
    const ROW: f64 = 100.0;
    let sweep = &spec.sweep;
    let steps = runs as f64 * spec.run.train.steps as f64;
    let counts: Vec<String> =
        sweep.groups.iter().filter_map(|g| Some(grouped(sweep.parameters[g[0]].count()?.into()))).collect();
    let product = if counts.len() > 1 { format!("{} = ", counts.join(" × ")) } else { String::new() };
    let found = format!(
        "{product}{} runs, {steps:.1e} steps in all: {} at 1e8 steps a second, {} of runs.csv",
        grouped(runs),
        duration(steps / SPEED),
        size(runs as f64 * ROW)
    );
    let key = if sweep.method == Method::Grid { Key::SweepParameters } else { Key::SweepSamples };
    let problem = spec.source_map.source.problem(spec.source_map.span(key), key.path(), "too many runs");
    let allowed = Some(format!("at most {} runs", grouped(MOST_RUNS)));
    Problem { found: Some(found), allowed, ..problem }.into()
}

/// 1000000 as 1,000,000.
pub(super) fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let comma = |i: usize| i > 0 && (digits.len() - i).is_multiple_of(3);
    digits.char_indices().flat_map(|(i, c)| comma(i).then_some(',').into_iter().chain([c])).collect()
}

/// An amount in the largest unit that is not above it, and the name of that unit. Units rise.
fn in_units<'n>(amount: f64, units: &[(f64, &'n str)]) -> (f64, &'n str) {
    let (unit, name) = units.iter().rev().find(|(unit, _)| amount >= *unit).unwrap_or(&units[0]);
    (amount / unit, name)
}

fn brief(amount: f64) -> String {
    if amount < 1e6 { format!("{amount:.0}") } else { format!("{amount:.1e}") }
}

fn duration(seconds: f64) -> String {
    const UNITS: [(f64, &str); 5] =
        [(1.0, "second"), (60.0, "minute"), (3600.0, "hour"), (86_400.0, "day"), (31_557_600.0, "year")];
    let (amount, unit) = in_units(seconds, &UNITS);
    format!("{} {}", brief(amount), noun(&amount.round(), unit))
}

fn size(bytes: f64) -> String {
    let (amount, unit) = in_units(bytes, &[(1e9, "GB"), (1e12, "TB"), (1e15, "PB")]);
    format!("{} {unit}", brief(amount))
}
