//! Lines of a stream or of a file, as metrics of a run.

use std::io;
use std::path::Path;

use super::followed::{Followed, Look};
use super::source::Source;
use super::stream::Stream;
use crate::program::lines::LineCutter;
use crate::program::meter::{Meter, MeterSetup, Rival};
use crate::program::objective::Rank;
use crate::program::record::Record;
use crate::program::understood::Understood;
use crate::spec::program::MetricsSource;

/// How often a file is begun anew, at most, that is still written when the process has ended.
const TRIES: usize = 5;

/// Where lines come from.
pub(super) enum Input {
    Stream(Stream),
    File(Box<Followed>),
}

impl Input {
    pub fn stream(path: &Path) -> Input {
        Input::Stream(Stream::new(path))
    }

    pub fn file(path: &Path) -> Input {
        Input::File(Box::new(Followed::new(path)))
    }
}

/// A stream or file of lines. Where a file turns out to be another, a fresh meter reads it from its beginning.
pub(super) struct LineSource<'a> {
    setup: MeterSetup<'a>,
    metrics: &'a MetricsSource,
    name: String,
    input: Input,
    cutter: LineCutter,
    meter: Meter<'a>,
    /// Why its file cannot be read.
    error: Option<io::Error>,
}

impl<'a> LineSource<'a> {
    pub fn new(setup: MeterSetup<'a>, metrics: &'a MetricsSource, name: &str, input: Input) -> LineSource<'a> {
        let meter = Meter::new(setup, metrics).of(name);
        LineSource { setup, metrics, name: name.to_string(), input, cutter: LineCutter::default(), meter, error: None }
    }

    fn begin_anew(&mut self) {
        self.cutter = LineCutter::default();
        let Meter { rival, is_judged, before, .. } = self.meter;
        self.meter = Meter::new(self.setup, self.metrics).of(&self.name);
        (self.meter.rival, self.meter.is_judged, self.meter.before) = (rival, is_judged, before);
    }

    /// Reads what is new. A file that cannot be read is no error of the sweep.
    fn look(&mut self) -> io::Result<Look> {
        let LineSource { input, cutter, meter, error, .. } = self;
        let mut take = |bytes: &[u8]| cutter.push(bytes, &mut |line| meter.line(line));
        match input {
            Input::Stream(stream) => Ok(if stream.read(&mut take)? { Look::More } else { Look::AllRead }),
            Input::File(file) => {
                let look = file.look(&mut take);
                *error = look.as_ref().err().map(|error| io::Error::new(error.kind(), error.to_string()));
                Ok(look.unwrap_or(Look::AllRead))
            }
        }
    }

    /// Reads on until nothing is left.
    fn read_rest(&mut self) -> io::Result<()> {
        let mut tries = 0;
        while self.meter.ended_at().is_none() && tries < TRIES {
            match self.look()? {
                Look::AllRead => break,
                Look::More => {}
                Look::Another => {
                    tries += 1;
                    self.begin_anew();
                }
            }
        }
        Ok(())
    }
}

impl Source for LineSource<'_> {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn read(&mut self, rival: Option<Rival>) -> io::Result<bool> {
        self.meter.rival = rival;
        let look = self.look()?;
        if look == Look::Another {
            self.begin_anew();
        }
        Ok(look != Look::AllRead)
    }

    fn finish(&mut self, rival: Option<Rival>, is_whole: bool) -> io::Result<()> {
        self.meter.rival = rival;
        if let Input::File(file) = &mut self.input
            && file.settle().is_ok_and(|look| look == Look::Another)
        {
            self.begin_anew();
        }
        self.read_rest()?;
        if is_whole {
            self.cutter.finish(&mut |line| self.meter.line(line));
        }
        Ok(())
    }

    fn read_before(&mut self, step: u64) -> io::Result<()> {
        match &mut self.input {
            Input::Stream(stream) => stream.rewind(),
            Input::File(file) => file.rewind(),
        }
        (self.meter.is_judged, self.meter.before) = (false, Some(step));
        self.begin_anew();
        self.read_rest()
    }

    fn ended_at(&self) -> Option<u64> {
        self.meter.ended_at()
    }

    fn names(&self) -> Vec<String> {
        self.meter.names().to_vec()
    }

    fn rank(&self) -> Option<Rank> {
        self.meter.rank()
    }

    fn problem(&self) -> Option<String> {
        let Input::File(file) = &self.input else { return None };
        let name = &self.name;
        match &self.error {
            Some(error) => Some(format!("{name} cannot be read: {error}")),
            None if !file.has_come() => Some(format!("{name} was not written")),
            None => {
                file.has_gone().then(|| format!("{name} is no longer there: its last version may not have been read"))
            }
        }
    }

    fn understood(&mut self) -> Understood {
        self.meter.understood()
    }

    fn records(self: Box<Self>, run: u64) -> Vec<Record> {
        vec![self.meter.finish(run)]
    }
}
