//! Which step a row belongs to, from what the rows say of it and from nothing else.

use super::names::Counter;

/// The largest step: whole numbers up to here are exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

const GOES_BACK: &str = "the step goes back";

/// What a row says of its step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::program) struct StepSaid {
    /// Its finest counter but the epoch, and its value.
    pub counter: Option<(Counter, f64)>,
    /// Where the counter ends, as in `[640/60000]`.
    pub length: Option<f64>,
    pub epoch: Option<Epoch>,
}

/// The epoch that a row names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::program) struct Epoch {
    pub value: f64,
    /// The last epoch, as in `Epoch 3/10`.
    pub last: Option<f64>,
    /// Whether it is written as a fraction (`0.5`, and `0.0` before it): such epochs are no steps, but tell rows apart.
    pub is_fraction: bool,
}

impl StepSaid {
    /// A step that counts over the whole run.
    pub fn at(step: f64) -> StepSaid {
        StepSaid { counter: Some((Counter::Global, step)), ..StepSaid::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.counter.is_none() && self.epoch.is_none()
    }

    /// What it counts by: its counter, else the epoch, if that is whole.
    pub fn counted_by(&self) -> Option<Counter> {
        let epoch = self.epoch.filter(|epoch| !epoch.is_fraction).map(|_| Counter::Epoch);
        self.counter.map(|(counter, _)| counter).or(epoch)
    }

    /// Notes the value of a counter. Of several, the first in the order of [`Counter`] counts.
    pub fn set(&mut self, counter: Counter, value: f64, is_whole: bool, length: Option<f64>) {
        if counter == Counter::Epoch {
            let is_fraction = value.fract() != 0.0 || (value == 0.0 && !is_whole);
            self.epoch.get_or_insert(Epoch { value, last: length, is_fraction });
        } else if self.counter.is_none_or(|(own, _)| counter < own) {
            (self.counter, self.length) = (Some((counter, value)), length);
        }
    }
}

/// What the steps of a run are, from the coarsest to the finest. The finest that its rows have named counts: a coarser
/// one then tells nothing new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Axis {
    /// No row has named a step: a row begins a new one where it gives a metric that the present one has.
    Rows,
    Epochs,
    Batches,
    Steps,
}

/// Gives rows their steps.
///
/// A row without a step belongs to the step of the row before. Counters that begin again with an epoch go on: by the
/// epoch's length where that is known, else by the interval between the last two. A step that goes back otherwise is an
/// error.
#[derive(Debug)]
pub(in crate::program) struct Steps {
    axis: Axis,
    present: Option<u64>,
    pass: Pass,
    epoch: Option<Epoch>,
}

impl Steps {
    pub fn new() -> Steps {
        Steps { axis: Axis::Rows, present: None, pass: Pass::default(), epoch: None }
    }

    /// The step of the next row. `repeats`: it gives a metric that the present step has already.
    ///
    /// # Errors
    /// Where the step is no whole number, or goes back.
    pub fn place(&mut self, said: &StepSaid, repeats: bool) -> Result<u64, &'static str> {
        let step = match (said.counter, said.epoch) {
            (Some((counter, value)), _) => self.counted(counter, value, said, repeats)?,
            (None, Some(epoch)) => self.epoch(epoch, repeats)?,
            (None, None) => self.unnamed(repeats),
        };
        self.present = Some(step);
        let counts_rows = self.epoch.is_some_and(|epoch| epoch.is_fraction);
        let new = said.epoch.map(|epoch| Epoch { is_fraction: epoch.is_fraction || counts_rows, ..epoch });
        self.epoch = new.or(self.epoch);
        Ok(step)
    }

    fn unnamed(&self, repeats: bool) -> u64 {
        let present = self.present.unwrap_or(0);
        if self.axis == Axis::Rows && repeats { present + 1 } else { present }
    }

    fn counted(&mut self, counter: Counter, value: f64, said: &StepSaid, repeats: bool) -> Result<u64, &'static str> {
        let value = whole(value)?;
        let axis = if counter == Counter::Batch { Axis::Batches } else { Axis::Steps };
        if axis < self.axis {
            return Ok(self.present.unwrap_or(0));
        }
        let mut pass = if axis > self.axis { Pass::default() } else { self.pass };
        let length = said.length.and_then(|length| whole(length).ok()).filter(|&length| length > 0);
        let epochs = match (said.epoch, self.epoch) {
            (Some(new), Some(old)) if new.value > old.value => Some((new.value - old.value).ceil()),
            _ => None,
        };
        let is_back = pass.last.is_some_and(|last| value < last);
        let begins = match epochs {
            // The epoch is another one.
            Some(_) => pass.last.is_some_and(|last| value <= last) || (axis == Axis::Batches && length.is_some()),
            // Batches begin again, also a single one that is drawn to its end; so does a counter that came to its end.
            None if axis == Axis::Batches && self.epoch.is_none() && repeats && pass.last == length => true,
            None => is_back && (axis == Axis::Batches || pass.is_done()),
        };
        let step = match (begins, epochs) {
            (true, _) => pass.begin(value, length, epochs.unwrap_or(1.0) as u64),
            (false, _) if is_back => return Err(GOES_BACK),
            (false, _) => pass.go_on(value, length),
        };
        if self.present.is_some_and(|present| step < present) {
            return Err(GOES_BACK);
        }
        (self.axis, self.pass) = (axis, pass);
        Ok(step)
    }

    fn epoch(&mut self, epoch: Epoch, repeats: bool) -> Result<u64, &'static str> {
        if self.axis > Axis::Epochs {
            return Ok(self.present.unwrap_or(0));
        }
        if epoch.is_fraction || self.epoch.is_some_and(|epoch| epoch.is_fraction) {
            // Once one epoch was a fraction, all count as such.
            let is_new = self.epoch.is_some_and(|own| own.value != epoch.value);
            self.axis = Axis::Rows;
            return Ok(self.present.map_or(0, |present| present + u64::from(is_new || repeats)));
        }
        let value = whole(epoch.value)?;
        let mut pass = if self.axis == Axis::Rows { Pass::default() } else { self.pass };
        let length = epoch.last.and_then(|last| whole(last).ok()).filter(|&last| last > 0);
        let step = match pass.last {
            Some(last) if value < last && pass.is_done() => pass.begin(value, length, 1),
            Some(last) if value < last => return Err(GOES_BACK),
            _ => pass.go_on(value, length),
        };
        if self.present.is_some_and(|present| step < present) {
            return Err(GOES_BACK);
        }
        (self.axis, self.pass) = (Axis::Epochs, pass);
        Ok(step)
    }
}

/// A counter that may begin again.
#[derive(Debug, Clone, Copy, Default)]
struct Pass {
    /// What is added to its value.
    base: u64,
    last: Option<u64>,
    interval: u64,
    length: Option<u64>,
}

impl Pass {
    /// Whether the counter has come to the end that it names.
    fn is_done(&self) -> bool {
        let next = self.last.map(|last| last + self.interval.max(1));
        self.length.zip(next).is_some_and(|(length, next)| next >= length)
    }

    fn go_on(&mut self, value: u64, length: Option<u64>) -> u64 {
        if let Some(last) = self.last.filter(|&last| value > last) {
            self.interval = value - last;
        }
        (self.last, self.length) = (Some(value), length.or(self.length));
        self.base.saturating_add(value)
    }

    /// Begins again, so many passes later.
    fn begin(&mut self, value: u64, length: Option<u64>, passes: u64) -> u64 {
        let last = self.last.unwrap_or(0);
        self.base = match self.length.or(length) {
            Some(length) if length >= last.max(value) => self.base.saturating_add(length.saturating_mul(passes)),
            _ => (self.base.saturating_add(last).saturating_add(self.interval.max(1))).saturating_sub(value),
        };
        (self.last, self.length) = (Some(value), length.or(self.length));
        self.base.saturating_add(value)
    }
}

fn whole(value: f64) -> Result<u64, &'static str> {
    match (0.0..=EXACT).contains(&value) && value.fract() == 0.0 {
        true => Ok(value as u64),
        false => Err("the step is no whole number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps of rows: each names counters (`e` epoch, `b` batch, `s` step; `/` before a length), or a metric alone,
    /// `=` for one that the present step has.
    fn placed(rows: &str) -> String {
        let mut steps = Steps::new();
        let mut words = Vec::new();
        for row in rows.split(", ") {
            let (mut said, mut repeats) = (StepSaid::default(), false);
            for word in row.split(' ') {
                let counter = match word.as_bytes()[0] {
                    b's' => Counter::Step,
                    b'b' => Counter::Batch,
                    b'e' => Counter::Epoch,
                    other => {
                        repeats = other == b'=';
                        continue;
                    }
                };
                let (value, length) = word[1..].split_once('/').map_or((&word[1..], None), |(a, b)| (a, Some(b)));
                said.set(
                    counter,
                    value.parse().unwrap(),
                    !value.contains('.'),
                    length.map(|text| text.parse().unwrap()),
                );
            }
            words.push(steps.place(&said, repeats).map_or_else(|why| why.to_string(), |step| step.to_string()));
        }
        words.join(" ")
    }

    #[test]
    fn a_row_without_a_step_belongs_to_the_row_before() {
        assert_eq!(placed("s10, -, =, s20, -"), "10 10 10 20 20");
        assert_eq!(placed("-, s0, s5"), "0 0 5");
        assert_eq!(placed("e1, -, e2, ="), "1 1 2 2");
    }

    #[test]
    fn rows_are_counted_where_none_names_a_step() {
        assert_eq!(placed("-, -, =, -, =, ="), "0 0 1 1 2 3");
    }

    #[test]
    fn counters_that_begin_again_with_each_epoch_go_on() {
        assert_eq!(placed("e1 b0/100, e1 b50/100, e2 b0/100, e2 b50/100, e4 b0/100"), "0 50 100 150 300");
        assert_eq!(placed("e1 b50/100, e1 b100/100, e2 b50/100, e2 b100/100"), "50 100 150 200");
        assert_eq!(placed("e0 s0, e0 s10, e0 s20, e1 s0, e1 s10"), "0 10 20 30 40");
        assert_eq!(placed("e1 s10, e1 s20, e2 s10, e2 s20"), "10 20 30 40");
        assert_eq!(placed("e0 s10, e1 s20, e2 s30"), "10 20 30", "a step that counts over the run");
        assert_eq!(placed("e1 b90/100, e2 b95/100"), "90 195", "batches never count over the run");
        assert_eq!(placed("b0, b10, b20, b0, b10"), "0 10 20 30 40", "batches begin again");
        assert_eq!(placed("s1/3, s2/3, s3/3, s1/3"), "1 2 3 4", "a counter that came to its end");
    }

    #[test]
    fn bars_without_an_epoch_follow_each_other() {
        assert_eq!(placed("b10/10 -, b10/10 =, b10/10 ="), "10 20 30");
        assert_eq!(placed("b10/10 -, b10/10 -, b3/10 -, b3/10 ="), "10 10 13 13");
    }

    #[test]
    fn a_step_that_goes_back_is_said() {
        assert_eq!(placed("s0, s10, s5, s10, s20"), "0 10 the step goes back 10 20");
        assert_eq!(placed("e3, e2, e3"), "3 the step goes back 3");
        assert_eq!(placed("e1 s10, e1 s20, e1 s10"), "10 20 the step goes back");
        assert_eq!(placed("s10, s10"), "10 10");
    }

    #[test]
    fn epochs_of_a_second_phase_go_on_after_the_last() {
        assert_eq!(placed("e1/2, e2/2, e1/3, e2/3, e3/3"), "1 2 3 4 5");
        assert_eq!(placed("e0/2, e1/2, e0/2"), "0 1 2");
    }

    #[test]
    fn an_epoch_alone_belongs_to_the_present_step() {
        assert_eq!(placed("e0 b0/10, e0 b5/10, e0, e1 b0/10, e1"), "0 5 5 10 10");
        assert_eq!(placed("e0, e0 s5, e0, e1"), "0 5 5 5");
    }

    #[test]
    fn fractions_of_epochs_tell_rows_apart() {
        assert_eq!(placed("e0.5, e1, e1, e1.5, e2, e2 ="), "0 1 1 2 3 4");
        assert_eq!(placed("e0.0, e0.0 =, e0.01 =, e0.01 ="), "0 1 2 3");
        assert_eq!(placed("e0, e0.5, e1.0"), "0 1 2");
        assert_eq!(placed("e0.5 s10, e1 s20"), "10 20");
    }

    #[test]
    fn a_step_is_a_whole_number() {
        for row in ["s-1", "s0.5", "s1e300", "snan", "b-1", "e-1"] {
            assert_eq!(placed(row), "the step is no whole number", "{row}");
        }
    }

    proptest::proptest! {
        #[test]
        fn steps_never_decrease(rows in proptest::collection::vec((0..4_u8, 0..6_u64, 0..4_u64, proptest::bool::ANY), 1..60)) {
            let mut steps = Steps::new();
            let mut last = 0;
            for (kind, value, epoch, repeats) in rows {
                let mut said = StepSaid::default();
                match kind {
                    0 => {}
                    1 => said.set(Counter::Step, value as f64, true, None),
                    2 => said.set(Counter::Batch, value as f64, true, Some(6.0)),
                    _ => said.set(Counter::Epoch, epoch as f64 / 2.0, true, Some(3.0)),
                }
                if kind > 0 && repeats {
                    said.set(Counter::Epoch, epoch as f64, true, None);
                }
                if let Ok(step) = steps.place(&said, repeats) {
                    proptest::prop_assert!(step >= last);
                    last = step;
                }
            }
        }
    }
}
