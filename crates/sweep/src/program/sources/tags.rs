//! The values of tags, from the events of one reading of event files.

use super::discards::Discards;
use crate::program::events::event;
use crate::program::meter::{Meter, MeterSetup, Rival};
use crate::program::objective::Rank;
use crate::program::record::Record;
use crate::program::understood::{StepsFrom, Understood};
use crate::spec::program::MetricsSource;

/// The most tags of a run.
const MOST_TAGS: usize = 256;

/// The tags of a run's event files, each read by a meter of its own, since each has its own order of steps.
///
/// A value whose step is before that of the value before it takes back the values of that step and later ones, of its tag; the
/// start of a session does so for all tags of its folder. What is taken back is known only later: then this reading is not the
/// last.
pub(super) struct Tags<'a> {
    setup: MeterSetup<'a>,
    tags: Vec<Tag<'a>>,
    /// What is known to be taken back.
    known: Discards,
    /// That, and more that was found.
    found: Option<Discards>,
    /// The place of the objective among the tags, and how well it fits.
    objective: Option<usize>,
    rank: Option<Rank>,
    /// The best objective in other sources.
    rival: Option<Rival>,
    /// Values of this step and later ones do not count.
    before: Option<u64>,
    has_too_many: bool,
}

struct Tag<'a> {
    /// The folder of its files, from the one that all files share.
    heading: String,
    tag: Vec<u8>,
    /// Both.
    name: String,
    /// How many values it has had, and the step of the last one.
    count: u64,
    last: Option<i64>,
    meter: Meter<'a>,
}

/// The meters of tags read no lines.
static NO_LINES: MetricsSource = MetricsSource::Stdout;

impl<'a> Tags<'a> {
    pub fn new(setup: MeterSetup<'a>, known: Discards, before: Option<u64>) -> Tags<'a> {
        let (objective, rank, rival) = (None, None, None);
        Tags { setup, tags: Vec::new(), known, found: None, objective, rank, rival, before, has_too_many: false }
    }

    /// Says what else the stop rules look at.
    pub fn judge(&mut self, rival: Option<Rival>) {
        self.rival = rival;
        self.choose();
    }

    /// Looks for the objective anew, since there are other tags.
    fn look_for_objective(&mut self) {
        let (names, rules) = (self.names(), self.setup.rules);
        (self.objective, self.rank) = (rules.objective_among(&names), rules.rank_among(&names));
    }

    /// Lets the stop rules look at the objective among the tags, if it fits better than the rival.
    fn choose(&mut self) {
        let is_best = self.rival.is_none_or(|rival| rival.is_beaten_by(self.rank));
        let chosen = self.objective.filter(|_| is_best && self.before.is_none());
        for (place, tag) in self.tags.iter_mut().enumerate() {
            tag.meter.is_judged = Some(place) == chosen;
        }
    }

    pub fn names(&self) -> Vec<String> {
        self.tags.iter().map(|tag| tag.name.clone()).collect()
    }

    /// How well the objective among the tags fits; `None` where there is none.
    pub fn rank(&self) -> Option<Rank> {
        self.rank
    }

    /// How the objective among the tags was understood, or the first of them.
    pub fn understood(&mut self) -> Understood {
        let Some(tag) = self.tags.get_mut(self.objective.unwrap_or(0)) else { return Understood::default() };
        let mut understood = tag.meter.understood();
        understood.steps = StepsFrom::Named("step".into());
        understood.example.iter_mut().for_each(|example| example.text = format!("a value of {}", tag.name));
        understood
    }

    /// What is to be known in the next reading; `None` where this one is right.
    pub fn found(&self) -> Option<&Discards> {
        self.found.as_ref()
    }

    pub fn has_too_many(&self) -> bool {
        self.has_too_many
    }

    pub fn ended_at(&self) -> Option<u64> {
        self.tags.iter().find_map(|tag| tag.meter.ended_at())
    }

    /// Puts the tags of other folders in place of those that a rule has not ended.
    pub fn with_others(mut self, others: Tags<'a>) -> Tags<'a> {
        let ended = self.tags.iter().find(|tag| tag.meter.ended_at().is_some()).map(|tag| tag.heading.clone());
        self.tags.retain(|tag| Some(&tag.heading) == ended.as_ref());
        self.tags.extend(others.tags.into_iter().filter(|tag| Some(&tag.heading) != ended.as_ref()));
        self.look_for_objective();
        self
    }

    pub fn records(self, run: u64) -> Vec<Record> {
        self.tags.into_iter().map(|tag| tag.meter.finish(run)).collect()
    }

    /// Takes the data of a record of a file; false once a rule has ended the run.
    pub fn take(&mut self, heading: &str, data: &[u8]) -> bool {
        let event = event(data);
        if event.is_start {
            for tag in self.tags.iter_mut().filter(|tag| tag.heading == heading) {
                if tag.last.is_some_and(|last| last >= event.step) {
                    tag.last = Some(event.step.saturating_sub(1));
                    self.found.get_or_insert_with(|| self.known.clone()).add(&tag.name, tag.count, event.step);
                }
            }
        }
        event.scalars.iter().all(|scalar| self.value(heading, scalar.tag, event.step, scalar.value))
    }

    fn value(&mut self, heading: &str, tag: &[u8], step: i64, value: f64) -> bool {
        let Some(place) = self.place(heading, tag) else { return true };
        let tag = &mut self.tags[place];
        let number = tag.count;
        tag.count += 1;
        if self.known.takes_back(&tag.name, number, step) {
            return true;
        }
        if tag.last.replace(step).is_some_and(|last| step < last) {
            self.found.get_or_insert_with(|| self.known.clone()).add(&tag.name, number, step);
        }
        if self.found.is_some() {
            return true;
        }
        match u64::try_from(step) {
            Ok(step) => tag.meter.numbers(step, &[(&tag.name, value)]),
            Err(_) => tag.meter.unread("the step is negative"),
        };
        tag.meter.ended_at().is_none()
    }

    /// The place of a tag; `None` where there are too many.
    fn place(&mut self, heading: &str, tag: &[u8]) -> Option<usize> {
        let known = self.tags.iter().position(|own| own.tag == tag && own.heading == heading);
        if known.is_some() {
            return known;
        }
        if self.tags.len() >= MOST_TAGS {
            self.has_too_many = true;
            return None;
        }
        let text = String::from_utf8_lossy(tag);
        let name = if heading.is_empty() { text.into_owned() } else { format!("{heading}/{text}") };
        let mut meter = Meter::new(self.setup, &NO_LINES).of(&name);
        meter.before = self.before;
        self.tags.push(Tag { heading: heading.to_string(), tag: tag.to_vec(), name, count: 0, last: None, meter });
        self.look_for_objective();
        self.choose();
        Some(self.tags.len() - 1)
    }
}
