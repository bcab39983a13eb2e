//! What a copy of the page's rows needs beside its numbers, so that it is what `runs.csv` has: the order of the
//! columns, and the cells that are not written as a number is.

use etascape_insight::findings::NEW_LINE;
use etascape_text::format_number;
use serde::Serialize;

use super::part::{EXPERIMENT, Part, gather};

/// The most bytes of cells that the page holds as text, parameters not included.
const TEXT: usize = 400_000;

/// The columns of a copy.
#[derive(Serialize)]
pub(super) struct Copy {
    /// Their names in the order of the table.
    head: Vec<String>,
    /// The text of cells that the page's numbers and levels do not give.
    spelt: Vec<Spelt>,
    /// Columns of the tables that the page does not hold.
    left_out: Vec<String>,
    /// What stands for the end of a line in a cell.
    new_line: &'static str,
}

/// Some cells of a column.
#[derive(Serialize)]
struct Spelt {
    name: String,
    /// Row of the page, and what is written there.
    cells: Vec<(usize, String)>,
}

/// The copy of a page that holds some rows of each part, and these columns as numbers.
pub(super) fn of(parts: &[Part<'_>], rows: &[Vec<usize>], numbers: &[&str]) -> Copy {
    let mut copy = Copy { head: Vec::new(), spelt: Vec::new(), left_out: Vec::new(), new_line: NEW_LINE };
    let mut room = TEXT;
    for name in heads(parts) {
        let is_parameter = parts.iter().any(|part| part.study.parameter(&name).is_some());
        let is_held = ["run_id", "status", EXPERIMENT].contains(&name.as_str());
        let is_read = is_held || is_parameter || parts.iter().any(|part| part.study.runs.has(&name));
        let cells = if is_held { Vec::new() } else { cells(parts, rows, &name, numbers.contains(&name.as_str())) };
        let bytes: usize = cells.iter().map(|(_, text)| text.len() + 8).sum();
        if !is_read || !is_parameter && bytes > room {
            copy.left_out.push(name);
            continue;
        }
        room = room.saturating_sub(bytes);
        copy.spelt.extend((!cells.is_empty()).then(|| Spelt { name: name.clone(), cells }));
        copy.head.push(name);
    }
    copy
}

/// The columns of a table; of several the parameters of all, then their other columns, each once.
fn heads(parts: &[Part<'_>]) -> Vec<String> {
    if let [part] = parts {
        return part.study.runs.head().to_vec();
    }
    let swept = parts.iter().flat_map(|part| part.study.parameters.iter().map(|one| one.path.as_str()));
    let others = parts.iter().flat_map(|part| part.study.runs.head().iter().map(String::as_str));
    let mut heads: Vec<&str> = Vec::new();
    for name in ["run_id", EXPERIMENT].into_iter().chain(swept).chain(["status"]).chain(others) {
        if !heads.contains(&name) {
            heads.push(name);
        }
    }
    heads.into_iter().map(str::to_owned).collect()
}

/// The cells of a column that are written in another way than the page's script writes what it has.
fn cells(parts: &[Part<'_>], rows: &[Vec<usize>], name: &str, is_number: bool) -> Vec<(usize, String)> {
    let parameter = |part: &Part<'_>| part.study.parameter(name).is_some_and(|one| one.names.is_none());
    let is_named = parts.iter().any(|part| part.study.parameter(name).is_some_and(|one| one.names.is_some()));
    let shown = |part: &Part<'_>, row: usize| match part.study.runs.numbers(name) {
        Some(numbers) if is_number || parameter(part) => numbers.get(row).map_or_else(String::new, format_number),
        _ => String::new(),
    };
    let written = |part: &Part<'_>, row: usize| {
        let text = part.study.runs.text(name, row).unwrap_or_default();
        let is_said = is_named && part.study.parameter(name).is_some() || text == shown(part, row);
        (!is_said).then(|| text.into_owned())
    };
    let all = gather(parts, rows, written).into_iter().enumerate();
    all.filter_map(|(row, text)| Some((row, text?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::ShownCurves;
    use crate::testing::with_table;
    use etascape_insight::study::sample::Sample;
    use etascape_insight::subject::{Choice, Scale};

    #[test]
    fn what_a_number_does_not_say_is_spelt_and_what_is_too_much_is_left_out() {
        let head = "run_id,lr,status,steps,final_loss,min_loss,reason,stderr";
        let long = "x".repeat(TEXT);
        let table = format!("{head}\n0,1.0,failed,5,0.5,-0,exit 1,{long}\n1,0.1,max_steps,5,0.50,0,,\n");
        with_table(&table, &[("lr", Scale::Linear)], Choice::default(), |study| {
            let part = Part {
                name: "p".into(),
                study,
                sample: &Sample::of_rows(study.runs.len()),
                curves: &ShownCurves::default(),
                within: None,
            };
            let copy = of(&[part], &[vec![0, 1]], &["steps", "final_loss", "min_loss"]);
            assert_eq!(copy.head.join(","), "run_id,lr,status,steps,final_loss,min_loss,reason");
            assert_eq!(copy.left_out, ["stderr"]);
            let spelt: Vec<String> = copy.spelt.iter().map(|one| format!("{} {:?}", one.name, one.cells)).collect();
            assert_eq!(spelt, [r#"lr [(0, "1.0")]"#, r#"final_loss [(1, "0.50")]"#, r#"reason [(0, "exit 1")]"#]);
        });
    }
}
