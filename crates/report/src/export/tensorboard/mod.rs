//! TensorBoard's event files: a folder for each run, with its curves and its hyperparameters.

mod events;
mod message;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etascape_sweep::{Status, ValueKind};

use super::{TypedColumn, TypedTable};
use crate::Error;
use crate::logs::Cells;

/// Runs at most: each is a file in a folder of its own, and TensorBoard opens all of them.
pub const MOST_RUNS: u64 = 10_000;

/// The folder of the event files.
const FOLDER: &str = "tensorboard";
/// The name of each file.
const FILE: &str = "events.out.tfevents.0.etascape";
/// How the folders of runs begin.
const RUN: &str = "run-";

/// Writes event files into the folder `tensorboard` in a folder, and returns that. A run has its curves, or, where none are
/// logged, the numbers of its row, in 32 bits, as TensorBoard has them. Files of an earlier export are removed.
///
/// # Errors
/// Where a table cannot be read, or a file cannot be written.
pub fn export_tensorboard(folder: &Path, out: &Path) -> Result<PathBuf, Error> {
    let TypedTable { cells: mut runs, columns } = TypedTable::runs(folder)?;
    let mut curves = TypedTable::curves(folder)?.map(|table| Curves::begin(table.cells)).transpose()?;
    let out = out.join(FOLDER);
    let cleared = fs::create_dir_all(&out).and_then(|()| clear(&out));
    cleared.map_err(Error::io("write", &out))?;
    let swept: Vec<(usize, &TypedColumn)> = columns.iter().enumerate().filter(|(_, column)| column.is_swept).collect();
    let (id, status, steps) = (runs.column("run_id")?, runs.column("status")?, runs.column("steps")?);
    // What the run's own row measures stands in for curves that are not logged.
    let is_measure = |column: &TypedColumn| column.kind == ValueKind::Number && !column.is_swept;
    let measures: Vec<usize> = (0..columns.len()).filter(|&place| is_measure(&columns[place])).collect();
    let tags: Vec<&str> = match &curves {
        Some(curves) => curves.tags().map(|(_, name)| name).collect(),
        None => measures.iter().map(|&place| &columns[place].name[..]).collect(),
    };
    let parameters = swept.iter().map(|(_, column)| (&column.name[..], column.kind));
    write(&out, &[events::begin(), events::experiment(parameters, tags.into_iter())])?;
    while runs.advance_whole()? {
        let run_id = runs.whole(id)?;
        let mut values = Vec::new();
        for (place, column) in &swept {
            values.push((&column.name[..], column.kind, runs.text(*place)?));
        }
        let mut records = vec![events::begin(), events::start(values.into_iter())];
        match &mut curves {
            Some(curves) => curves.take(run_id, &mut records)?,
            None => {
                let step = runs.whole(steps)?;
                for &place in &measures {
                    let number = runs.number(place)?;
                    records.extend(number.map(|number| events::scalar(&columns[place].name, step, number)));
                }
            }
        }
        let status = Status::from_name(runs.text(status)?);
        records.push(events::end(matches!(status, Some(Status::Failed | Status::Timeout))));
        let run = out.join(format!("{RUN}{run_id:05}"));
        fs::create_dir_all(&run).map_err(Error::io("create", &run))?;
        write(&run, &records)?;
    }
    Ok(out)
}

fn write(folder: &Path, records: &[Vec<u8>]) -> Result<(), Error> {
    let path = folder.join(FILE);
    fs::write(&path, records.concat()).map_err(Error::io("write", &path))
}

/// Removes what an earlier export has left.
fn clear(out: &Path) -> io::Result<()> {
    for entry in fs::read_dir(out)? {
        let path = entry?.path();
        let is_run = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(RUN));
        if is_run && path.join(FILE).exists() {
            fs::remove_file(path.join(FILE))?;
            // What someone else has put beside it stays.
            let _ = fs::remove_dir(&path);
        }
    }
    Ok(())
}

/// `curves.csv`, taken run by run.
struct Curves {
    cells: Cells,
    id: usize,
    step: usize,
    /// Whether there is a present row.
    is_at_row: bool,
}

impl Curves {
    fn begin(mut cells: Cells) -> Result<Curves, Error> {
        let (id, step) = (cells.column("run_id")?, cells.column("step")?);
        let is_at_row = cells.advance_whole()?;
        Ok(Curves { cells, id, step, is_at_row })
    }

    /// The columns that are metrics.
    fn tags(&self) -> impl Iterator<Item = (usize, &str)> {
        let names = self.cells.names.iter().map(String::as_str).enumerate();
        names.filter(|(place, _)| ![self.id, self.step].contains(place))
    }

    /// Adds the points of a run. Runs stand in the order of the other table.
    fn take(&mut self, run_id: u64, records: &mut Vec<Vec<u8>>) -> Result<(), Error> {
        while self.is_at_row && self.cells.whole(self.id)? == run_id {
            let step = self.cells.whole(self.step)?;
            for (place, tag) in self.tags() {
                records.extend(self.cells.number(place)?.map(|number| events::scalar(tag, step, number)));
            }
            self.is_at_row = self.cells.advance_whole()?;
        }
        Ok(())
    }
}
