//! Whether the keys of a file fit together.

use crate::error::{ConfigError, Problem, shorten};
use crate::spec::draft::Draft;
use crate::spec::key_set::KeySet;
use crate::spec::keys::Key;
use crate::spec::places::Places;
use crate::spec::source::SourceSpan;
use crate::spec::usage::{Need, NoUse, is_strict, missing, no_use_in_data};
use crate::spec::word::MethodKind;

/// Tables and keys that mean something to our engine alone, not beside a program.
const OF_ENGINE: [Key; 7] =
    [Key::Data, Key::Model, Key::Init, Key::Train, Key::LogParameters, Key::LogTrainability, Key::SharpnessEvery];

/// Checks that what must be there is there, and that keys stand only where they mean something.
pub(super) fn check(draft: &Draft, places: &Places) -> Result<(), ConfigError> {
    check_kind(draft, places)?;
    if let Some(key) = missing(draft.given.or(draft.run.given)) {
        return Err(places.missing(key));
    }
    check_needs(draft, places)
}

/// An experiment either has data for our engine to learn from, or a program of its own, beside which nothing stands that
/// only our engine heeds.
fn check_kind(draft: &Draft, places: &Places) -> Result<(), ConfigError> {
    if !draft.given.has(Key::Program) {
        return if draft.given.has(Key::Data) { Ok(()) } else { Err(places.missing(Key::Data)) };
    }
    if let Some(key) = OF_ENGINE.into_iter().find(|key| draft.given.has(*key)) {
        return Err(not_beside_program(places, key));
    }
    if draft.run.given.has(Key::Seed) && draft.sweep.method == MethodKind::Grid {
        let allowed = "seed with sweep.method = \"random\" or \"sobol\"; sweep.parameters.seed for the program's own";
        return Err(places.error(Key::Seed, "not beside [program] and a grid, for which nothing is drawn", allowed));
    }
    Ok(())
}

fn not_beside_program(places: &Places, key: Key) -> ConfigError {
    if !key.is_section() {
        let message = "not beside [program], whose network we do not know";
        return places.error(key, message, "curve_points, curve_every");
    }
    let problem = places.source.problem(places.key_span(key), key.path(), "not beside [program]");
    let allowed = Some("either [program], or [data] with model, init and train".to_string());
    Problem { found: Some(format!("[{}]", key.path())), allowed, ..problem }.into()
}

/// The first key that stands where it means nothing.
fn check_needs(draft: &Draft, places: &Places) -> Result<(), ConfigError> {
    let mut unmet: Vec<(SourceSpan, Key, Need)> = Vec::new();
    for key in draft.given.or(draft.run.given).keys().filter(|key| is_strict(*key)) {
        if let Some(NoUse::Without(need)) = no_use(draft, key) {
            unmet.push((places.key_span(key), key, need));
        }
    }
    unmet.sort_by_key(|(span, ..)| *span);
    let Some((span, key, need)) = unmet.into_iter().next() else { return Ok(()) };
    let problem = places.source.problem(span, key.path(), need.message());
    let text = places.written.get(&key).map_or("", |written| &written.text);
    let usable: Vec<&str> = key.siblings().filter(|other| no_use(draft, *other).is_none()).map(Key::name).collect();
    let found = Some(shorten(&format!("{} = {text}", key.name())));
    Err(Problem { found, allowed: Some(usable.join(", ")), ..problem }.into())
}

fn no_use(draft: &Draft, key: Key) -> Option<NoUse> {
    draft.run.no_use(key, KeySet::default()).or_else(|| no_use_in_data(draft.data.generator.kind, key))
}
