//! The sources of one run together.

use std::io;
use std::path::Path;

use super::join::join;
use super::lines::{Input, LineSource};
use super::source::Source;
use crate::program::meter::MeterSetup;
use crate::program::record::Record;
use crate::spec::program::MetricsSource;

/// Sources that are joined to one record, those that count first before others.
type Group<'a> = Vec<Box<dyn Source + 'a>>;

/// The sources of one attempt at a run: groups of which one will be its record, those that are preferred before others. The
/// first that has the objective counts, else the first that has any metric.
///
/// The stop rules look at the first source that has given the objective. If a rule ended a run, its record follows from the
/// lines alone: of the source with the row that ended it, everything up to that row; of others in its group, the rows of earlier
/// steps, which the program has written before. Two things can depend on the time still. A program can write numbers into a
/// file and other numbers over them: a rule may have seen the first. And a program can give its objective in one source, and
/// first do so in a preferred one at the moment in which a rule ends the run.
pub(in crate::program) struct Sources<'a> {
    groups: Vec<Group<'a>>,
}

impl<'a> Sources<'a> {
    /// The sources of a run whose folder is `folder`; the streams of its process are files there.
    pub fn new(setup: MeterSetup<'a>, metrics: &'a MetricsSource, folder: &Path) -> Sources<'a> {
        let stream = |name: &str| -> Box<dyn Source + 'a> {
            let input = Input::stream(&folder.join(format!("{name}.txt")));
            Box::new(LineSource::new(setup, metrics, name, input))
        };
        let group: Group<'a> = match metrics {
            MetricsSource::Stdout => vec![stream("stdout")],
            MetricsSource::Auto | MetricsSource::Regex(_) => vec![stream("stdout"), stream("stderr")],
            MetricsSource::Csv { path, .. } => {
                vec![Box::new(LineSource::new(setup, metrics, path, Input::file(&folder.join(path))))]
            }
            MetricsSource::Events(_) => Vec::new(),
        };
        Sources { groups: vec![group] }
    }

    /// Reads what is new. True where more may be ready to read.
    ///
    /// # Errors
    /// Where a stream cannot be read.
    pub fn read(&mut self) -> io::Result<bool> {
        let mut is_behind = false;
        self.each(|source, is_judged| {
            is_behind |= source.read(is_judged)?;
            Ok(())
        })?;
        Ok(is_behind)
    }

    /// Whether a rule has ended the run.
    pub fn is_ended(&self) -> bool {
        self.groups.iter().flatten().any(|source| source.ended_at().is_some())
    }

    /// Reads the rest once the process has ended, and makes the record. `is_whole`: whether a last line without an end counts;
    /// a program that died may have written half of it.
    ///
    /// # Errors
    /// Where a stream cannot be read.
    pub fn finish(mut self, run: u64, is_whole: bool) -> io::Result<Record> {
        if !self.is_ended() {
            self.each(|source, is_judged| source.finish(is_judged, is_whole))?;
        }
        let problems = self.groups.iter().flatten().filter_map(|source| source.problem()).collect();
        let mut group = self.groups.swap_remove(self.chosen());
        let ended = group.iter().enumerate().find_map(|(place, source)| Some((place, source.ended_at()?)));
        if let Some((place, step)) = ended {
            let others = group.iter_mut().enumerate().filter(|(other, _)| *other != place);
            others.map(|(_, source)| source).try_for_each(|source| source.read_before(step))?;
        }
        let with_metrics = group.iter().filter(|source| source.has_metrics());
        let sources = with_metrics.map(|source| source.name()).collect();
        let records = group.into_iter().flat_map(|source| source.records(run)).collect();
        Ok(Record { sources, problems, ..join(run, records) })
    }

    /// Calls `each` with the sources in their order, and whether rules look at them, until a rule has ended the run.
    fn each(&mut self, mut each: impl FnMut(&mut dyn Source, bool) -> io::Result<()>) -> io::Result<()> {
        let mut is_judged = true;
        for source in self.groups.iter_mut().flatten() {
            each(source.as_mut(), is_judged)?;
            if source.ended_at().is_some() {
                break;
            }
            is_judged &= !source.has_objective();
        }
        Ok(())
    }

    /// The group that is the record.
    fn chosen(&self) -> usize {
        let first = |has: &dyn Fn(&dyn Source) -> bool| {
            self.groups.iter().position(|group| group.iter().any(|source| has(source.as_ref())))
        };
        let ended = first(&|source| source.ended_at().is_some());
        let with_objective = || first(&|source| source.has_objective());
        ended.or_else(with_objective).or_else(|| first(&|source| source.has_metrics())).unwrap_or(0)
    }
}
