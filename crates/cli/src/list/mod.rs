//! `etascape list`: the results folders below a folder.

mod document;
mod order;
mod table;

use std::path::{Path, PathBuf};

use etascape_report::{Listed, Listing, list as find};
use etascape_sweep::{Condition, ConfigValues};
use etascape_text::spelt_out;

use crate::arguments::List;
use crate::json;
use crate::output::{print, tell};
use crate::refusal::Refusal;

/// Prints the results folders below a folder as a table, or the document of `--json`.
pub fn list(arguments: &List) -> anyhow::Result<()> {
    let conditions = arguments.conditions.iter().map(|text| condition(text)).collect::<Result<Vec<_>, Refusal>>()?;
    let below = arguments.dir.clone().unwrap_or_else(|| PathBuf::from("results"));
    // That nothing was trained yet is no mistake.
    let listing = match arguments.dir.is_none() && !below.exists() {
        true => Listing::default(),
        false => find(&below)?,
    };
    let mut errors: Vec<String> =
        listing.errors.into_iter().map(|error| format!("{:#}", anyhow::Error::from(error))).collect();
    let mut folders = chosen(listing.folders, &conditions, &mut errors)?;
    errors.sort();
    errors.iter().for_each(|error| tell(&format!("warning: {}", spelt_out(error))));
    order::sort(&mut folders, arguments.sort);
    if arguments.json.json {
        return json::put("list", document::of_folders(&folders, &errors));
    }
    match &folders[..] {
        [] => print(&format!("{}\n", none(&below, &conditions))),
        _ => print(&table::table(&below, &folders)),
    }
}

fn condition(text: &str) -> Result<Condition, Refusal> {
    let refused = |why: String| {
        Refusal(format!(
            "--where {text}: {why}\n  allowed  KEY=VALUE: a key of the config or a parameter, and its value"
        ))
    };
    Condition::parse(text).map_err(refused)
}

/// The folders that fulfil all conditions. Where one cannot be judged, that is an error in words.
fn chosen(folders: Vec<Listed>, conditions: &[Condition], errors: &mut Vec<String>) -> Result<Vec<Listed>, Refusal> {
    if conditions.is_empty() {
        return Ok(folders);
    }
    let mut are_known: Vec<bool> = conditions.iter().map(Condition::is_of_key).collect();
    let mut fulfil = |folder: &Listed| match ConfigValues::load(&folder.config) {
        Ok(values) => {
            let swept = conditions.iter().map(|condition| values.sweeps(condition));
            are_known.iter_mut().zip(swept).for_each(|(is_known, is_swept)| *is_known |= is_swept);
            conditions.iter().all(|condition| values.fulfil(condition))
        }
        Err(error) => {
            errors.push(format!("left out, since its experiment cannot be read: {error}"));
            false
        }
    };
    let chosen = folders.into_iter().filter(|folder| fulfil(folder)).collect();
    match conditions.iter().zip(are_known).find(|(_, is_known)| !is_known) {
        Some((unknown, _)) => Err(Refusal(format!("--where: {}", no_such_key(unknown)))),
        None => Ok(chosen),
    }
}

fn no_such_key(unknown: &Condition) -> String {
    let nearest = unknown.nearest_key().map_or_else(String::new, |key| format!("\n  nearest  {key}"));
    format!("{} is no key, and no sweep here has a parameter of this name{nearest}", spelt_out(&unknown.path))
}

/// That there is nothing to list, in a sentence.
fn none(below: &Path, conditions: &[Condition]) -> String {
    let below = below.display();
    match conditions {
        [] => format!("There are no results in {below}; `etascape run` makes them"),
        _ => format!("No results in {below} have these values"),
    }
}
