//! One record from the records of several sources.

use std::collections::BTreeMap;

use crate::program::curve::Point;
use crate::program::record::Record;
use crate::status::Status;

/// Joins what several sources say of a run, by step. Where two have a metric of the same name, that of the first counts. If a
/// rule ended the run, one of the records says so.
///
/// Lines that could not be read are those of sources with metrics; where none has metrics, of all. Where a rule ended the run
/// they are those of its source, since what others have written by then depends on the time.
pub(super) fn join(run: u64, records: Vec<Record>) -> Record {
    let is_ruling = |record: &Record| record.status != Status::MaxSteps;
    let has_metrics = records.iter().any(|record| !record.names.is_empty());
    let is_ruled = records.iter().any(is_ruling);
    let mut joined = Record::empty(run);
    let mut points: BTreeMap<u64, Vec<Option<f64>>> = BTreeMap::new();
    for record in records {
        if if is_ruled { is_ruling(&record) } else { !has_metrics || !record.names.is_empty() } {
            joined.unread += record.unread;
            joined.first_unread = joined.first_unread.or(record.first_unread);
        }
        if record.status != Status::MaxSteps {
            (joined.status, joined.reason) = (record.status, record.reason);
        }
        joined.steps = joined.steps.max(record.steps);
        joined.rungs = record.rungs;
        let before = joined.names.len();
        let is_new: Vec<bool> = record.names.iter().map(|name| !joined.names.contains(name)).collect();
        let new = record.names.into_iter().zip(record.spreads).zip(&is_new).filter(|(_, is_new)| **is_new);
        for ((name, spread), _) in new {
            joined.names.push(name);
            joined.spreads.push(spread);
        }
        for point in record.curve {
            let own = points.entry(point.step).or_default();
            own.resize(before, None);
            own.extend(point.values.into_iter().zip(&is_new).filter(|(_, is_new)| **is_new).map(|(value, _)| value));
        }
    }
    joined.curve = points.into_iter().map(|(step, values)| Point { step, values }).collect();
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::record::Spread;

    fn record(names: &[&str], points: &[(u64, &[Option<f64>])]) -> Record {
        let spread = |value: f64| Spread { last: Some(value), ..Spread::default() };
        let curve: Vec<Point> =
            points.iter().map(|(step, values)| Point { step: *step, values: values.to_vec() }).collect();
        Record {
            steps: curve.last().map_or(0, |point| point.step),
            names: names.iter().map(|name| name.to_string()).collect(),
            spreads: (0..names.len()).map(|which| spread(which as f64)).collect(),
            curve,
            ..Record::empty(7)
        }
    }

    #[test]
    fn points_are_joined_by_step_and_the_first_of_a_name_counts() {
        let first = record(&["loss", "lr"], &[(0, &[Some(4.0)]), (2, &[Some(3.0), Some(0.1)])]);
        let second =
            record(&["acc", "loss"], &[(0, &[Some(0.5), Some(9.0)]), (1, &[None, Some(8.0)]), (3, &[Some(0.6)])]);
        let third = record(&["time"], &[(3, &[Some(1.0)])]);
        let joined = join(7, vec![first, second, third]);
        assert_eq!((joined.run, joined.steps, joined.names.join(" ").as_str()), (7, 3, "loss lr acc time"));
        assert_eq!(joined.spreads.iter().map(|spread| spread.last.unwrap()).collect::<Vec<_>>(), [0.0, 1.0, 0.0, 0.0]);
        let points: Vec<_> = joined.curve.iter().map(|point| (point.step, &point.values[..])).collect();
        let expected: [(u64, &[Option<f64>]); 4] = [
            (0, &[Some(4.0), None, Some(0.5)]),
            (1, &[None, None, None]),
            (2, &[Some(3.0), Some(0.1)]),
            (3, &[None, None, Some(0.6), Some(1.0)]),
        ];
        assert_eq!(points, expected);
    }

    #[test]
    fn unread_lines_are_those_of_sources_with_metrics() {
        let unread = |names: &[&str], unread: u64, text: &str| Record {
            unread,
            first_unread: Some(text.into()),
            ..record(names, &[])
        };
        let said = |records: Vec<Record>| {
            let joined = join(0, records);
            (joined.unread, joined.first_unread.unwrap())
        };
        assert_eq!(said(vec![unread(&["a"], 1, "x"), unread(&["b"], 2, "y")]), (3, "x".into()));
        assert_eq!(said(vec![unread(&[], 1, "x"), unread(&["b"], 2, "y")]), (2, "y".into()));
        assert_eq!(said(vec![unread(&[], 1, "x"), unread(&[], 2, "y")]), (3, "x".into()));
        let ruled = Record { status: Status::Diverged, ..unread(&["b"], 2, "y") };
        assert_eq!(said(vec![unread(&["a"], 1, "x"), ruled]), (2, "y".into()));
    }
}
