//! Whether the keys of a file fit together.

use crate::error::{ConfigError, Problem, shorten};
use crate::spec::draft::Draft;
use crate::spec::key_set::KeySet;
use crate::spec::keys::Key;
use crate::spec::source::SourceSpan;
use crate::spec::source_map::SourceMap;
use crate::spec::usage::{Need, NoUse, is_strict, missing, no_use_in_data};
use crate::spec::word::MethodKind;

/// Tables and keys for the engine only. They are errors beside `[program]`.
const OF_ENGINE: [Key; 8] = [
    Key::Data,
    Key::Model,
    Key::Init,
    Key::Train,
    Key::LogParameters,
    Key::LogTrainability,
    Key::SharpnessEvery,
    Key::ReportObjective,
];

/// Checks that no required key is missing, and that every key has an effect where it stands.
pub(super) fn check(draft: &Draft, source_map: &SourceMap) -> Result<(), ConfigError> {
    check_kind(draft, source_map)?;
    if let Some(key) = missing(draft.given.or(draft.run.given)) {
        return Err(source_map.missing(key));
    }
    check_needs(draft, source_map)
}

/// Checks that an experiment has either data for the engine or a program, and with a program no key of the engine.
fn check_kind(draft: &Draft, source_map: &SourceMap) -> Result<(), ConfigError> {
    if !draft.given.has(Key::Program) {
        return if draft.given.has(Key::Data) { Ok(()) } else { Err(source_map.missing(Key::Data)) };
    }
    if let Some(key) = OF_ENGINE.into_iter().find(|key| draft.given.has(*key)) {
        return Err(not_beside_program(source_map, key));
    }
    if draft.run.given.has(Key::Seed) && draft.sweep.method == MethodKind::Grid {
        let allowed = "seed with sweep.method = \"random\" or \"sobol\"; sweep.parameters.seed for the program's own";
        return Err(source_map.error(
            Key::Seed,
            "has no effect with [program] and a grid: no values are drawn",
            allowed,
        ));
    }
    Ok(())
}

fn not_beside_program(source_map: &SourceMap, key: Key) -> ConfigError {
    if key == Key::ReportObjective {
        return source_map.error(key, "cannot be used with [program]", "program.objective: a metric of the program");
    }
    if !key.is_section() {
        let message = "cannot be used with [program]: its network is not known";
        return source_map.error(key, message, "curve_points, curve_every");
    }
    let problem = source_map.source.problem(source_map.key_span(key), key.path(), "cannot be used with [program]");
    let allowed = Some("either [program], or [data] with model, init and train".to_string());
    Problem { found: Some(format!("[{}]", key.path())), allowed, ..problem }.into()
}

/// Refuses the first key that has no effect where it stands.
fn check_needs(draft: &Draft, source_map: &SourceMap) -> Result<(), ConfigError> {
    let mut unmet: Vec<(SourceSpan, Key, Need)> = Vec::new();
    for key in draft.given.or(draft.run.given).keys().filter(|key| is_strict(*key)) {
        if let Some(NoUse::Without(need)) = no_use(draft, key) {
            unmet.push((source_map.key_span(key), key, need));
        }
    }
    unmet.sort_by_key(|(span, ..)| *span);
    let Some((span, key, need)) = unmet.into_iter().next() else { return Ok(()) };
    let problem = source_map.source.problem(span, key.path(), need.message());
    let text = source_map.written.get(&key).map_or("", |written| &written.text);
    let usable: Vec<&str> = key.siblings().filter(|other| no_use(draft, *other).is_none()).map(Key::name).collect();
    let found = Some(shorten(&format!("{} = {text}", key.name())));
    Err(Problem { found, allowed: Some(usable.join(", ")), ..problem }.into())
}

fn no_use(draft: &Draft, key: Key) -> Option<NoUse> {
    draft.run.no_use(key, KeySet::default()).or_else(|| no_use_in_data(draft.data.generator.kind, key))
}
