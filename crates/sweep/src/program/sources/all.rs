//! The sources of one run together.

use std::io;
use std::path::Path;

use super::event_files::EventSource;
use super::join::join;
use super::lines::{Input, LineSource};
use super::search::Search;
use super::source::Source;
use crate::program::meter::{MeterSetup, Rival};
use crate::program::objective::Rank;
use crate::program::record::Record;
use crate::program::understood::Understood;
use crate::spec::program::MetricsSource;

/// Sources that are joined to one record, those that count first before others.
type Group<'a> = Vec<Box<dyn Source + 'a>>;

/// The sources of one attempt at a run: what `program.metrics` names, and where that is everything, files that the run writes.
/// One group of sources will be the record: the streams where they have the objective, else the file whose objective fits best,
/// else the streams where they have any metric, else the first file that has any.
///
/// The stop rules look at the source whose objective fits best, of several the first. If a rule ended a run, its record follows
/// from the lines alone: of the source with the row that ended it, everything up to that row; of others in its group, the rows of
/// earlier steps, which the program has written before. Two things can depend on the time still. A program can write numbers into a
/// file and other numbers over them: a rule may have seen the first. And a program can give an objective that fits better for the
/// first time at the moment in which a rule ends the run by another.
pub(in crate::program) struct Sources<'a> {
    setup: MeterSetup<'a>,
    named: Group<'a>,
    /// Each a group of its own, in the order in which they are preferred.
    files: Vec<Box<dyn Source + 'a>>,
    search: Option<Search>,
}

impl<'a> Sources<'a> {
    /// The sources of a run whose folder is `folder`; the streams of its process are files there.
    pub fn new(setup: MeterSetup<'a>, metrics: &'a MetricsSource, folder: &Path) -> Sources<'a> {
        let stream = |name: &str| -> Box<dyn Source + 'a> {
            let input = Input::stream(&folder.join(format!("{name}.txt")));
            Box::new(LineSource::new(setup, metrics, name, input))
        };
        let named: Group<'a> = match metrics {
            MetricsSource::Stdout => vec![stream("stdout")],
            MetricsSource::Auto | MetricsSource::Regex(_) => vec![stream("stdout"), stream("stderr")],
            MetricsSource::Csv { path, .. } => {
                vec![Box::new(LineSource::new(setup, metrics, path, Input::file(&folder.join(path))))]
            }
            MetricsSource::Events(glob) => vec![Box::new(EventSource::new(setup, folder, glob.clone()))],
        };
        let search = matches!(metrics, MetricsSource::Auto).then(|| Search::new(folder));
        Sources { setup, named, files: Vec::new(), search }
    }

    /// Reads what is new. True where more may be ready to read.
    ///
    /// # Errors
    /// Where a stream cannot be read.
    pub fn read(&mut self) -> io::Result<bool> {
        if let Some(search) = self.search.as_mut().filter(|_| !has_objective(self.setup, &self.named)) {
            search.look(self.setup, &mut self.files, false);
        }
        let mut is_behind = false;
        self.each(|source, rival| {
            is_behind |= source.read(rival)?;
            Ok(())
        })?;
        Ok(is_behind)
    }

    /// Whether a rule has ended the run.
    pub fn is_ended(&self) -> bool {
        self.named.iter().chain(&self.files).any(|source| source.ended_at().is_some())
    }

    /// Reads the rest once the process has ended, and makes the record. `is_whole`: whether a last line without an end counts;
    /// a program that died may have written half of it.
    ///
    /// # Errors
    /// Where a stream cannot be read.
    pub fn finish(mut self, run: u64, is_whole: bool) -> io::Result<(Record, Understood)> {
        if !self.is_ended() {
            if let Some(search) = &mut self.search {
                search.look(self.setup, &mut self.files, true);
            }
            self.each(|source, rival| source.finish(rival, is_whole))?;
        }
        let mut group = match self.chosen_file() {
            Some(file) => vec![self.files.swap_remove(file)],
            None => self.named,
        };
        let ended = group.iter().enumerate().find_map(|(place, source)| Some((place, source.ended_at()?)));
        if let Some((place, step)) = ended {
            let others = group.iter_mut().enumerate().filter(|(other, _)| *other != place);
            others.map(|(_, source)| source).try_for_each(|source| source.read_before(step))?;
        }
        let understood = understood(self.setup, &mut group);
        let problems = group.iter().filter_map(|source| source.problem()).collect();
        let records = group.into_iter().flat_map(|source| source.records(run)).collect();
        Ok((Record { problems, ..join(run, records) }, understood))
    }

    /// Calls `each` with the sources in their order, and the best objective of the others, until a rule has ended the run. Files are
    /// left out where the streams have the objective.
    fn each(&mut self, mut each: impl FnMut(&mut dyn Source, Option<Rival>) -> io::Result<()>) -> io::Result<()> {
        let mut ranks: Vec<Option<Rank>> = self.named.iter().chain(&self.files).map(|source| source.rank()).collect();
        let named = self.named.len();
        for (place, source) in self.named.iter_mut().chain(&mut self.files).enumerate() {
            let has_objective = ranks[..named].iter().flatten().any(is_by_name);
            if place >= named && has_objective {
                break;
            }
            let counted = if has_objective { named } else { ranks.len() };
            let others = (0..counted).filter(|other| *other != place);
            // Of equal ranks, that of a source before counts.
            let best = others.map(|other| (ranks[other], other < place)).max();
            each(source.as_mut(), best.map(|(rank, is_before)| Rival { rank, is_before }))?;
            if source.ended_at().is_some() {
                break;
            }
            ranks[place] = source.rank();
        }
        Ok(())
    }

    /// The file that is the record; `None` where the named sources are.
    fn chosen_file(&self) -> Option<usize> {
        if let Some(ended) = self.files.iter().position(|source| source.ended_at().is_some()) {
            return Some(ended);
        }
        let has_ended = self.named.iter().any(|source| source.ended_at().is_some());
        if has_ended || has_objective(self.setup, &self.named) {
            return None;
        }
        let rank = |file: &usize| self.files[*file].rank().filter(is_by_name);
        let best = (0..self.files.len()).rev().max_by_key(rank).filter(|file| rank(file).is_some());
        let is_silent = self.named.iter().all(|source| source.names().is_empty());
        let with_metrics = || self.files.iter().position(|source| !source.names().is_empty());
        best.or_else(|| with_metrics().filter(|_| is_silent))
    }
}

/// Whether an objective was chosen by its name, and not because it is the only metric.
fn is_by_name(rank: &Rank) -> bool {
    *rank > Rank::Only
}

/// The names of the metrics of a group, each once.
fn names(group: &Group<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in group.iter().flat_map(|source| source.names()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether a group has an objective by its name.
fn has_objective(setup: MeterSetup<'_>, group: &Group<'_>) -> bool {
    setup.rules.rank_among(&names(group)).as_ref().is_some_and(is_by_name)
}

/// How a group was understood: which sources have metrics, and how the one with the objective was read, or the first.
fn understood(setup: MeterSetup<'_>, group: &mut Group<'_>) -> Understood {
    let names = names(group);
    let objective = setup.rules.objective_among(&names).map(|which| &names[which]);
    let has_metrics = |source: &dyn Source| !source.names().is_empty();
    let sources = group.iter().filter(|source| has_metrics(source.as_ref())).map(|source| source.name()).collect();
    let with_objective = group.iter().position(|source| objective.is_some_and(|name| source.names().contains(name)));
    let first = || group.iter().position(|source| has_metrics(source.as_ref()));
    let read = with_objective.or_else(first).and_then(|place| group.get_mut(place)).map(|source| source.understood());
    Understood { sources, ..read.unwrap_or_default() }
}
