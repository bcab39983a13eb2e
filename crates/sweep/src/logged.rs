//! Records with their numbers as the logs have them.
//!
//! Logs show the shortest digits that read back to a number. A reader of the digits of an f32 gets the f64 nearest to them,
//! not the f32. So that whatever is worked out in memory is what is worked out from the logs, records of runs in f32 have
//! these numbers from the start.

use etascape_core::{
    CurvePoint, Data, Error, Extras, InstructionSet, Metrics, Precision, RunRecord, Runs, Shape, train_with,
};
use etascape_text::nearest_to_digits_of_f32;

/// [`train_with`], the records as the logs have them.
///
/// # Errors
/// As [`train_with`].
pub fn train_as_logged(
    set: InstructionSet,
    shape: &Shape,
    data: &Data,
    runs: &mut dyn Runs,
) -> Result<Vec<RunRecord>, Error> {
    let mut records = train_with(set, shape, data, runs)?;
    if shape.precision == Precision::F32 {
        records.iter_mut().flat_map(numbers_of).for_each(|number| *number = nearest_to_digits_of_f32(*number));
    }
    Ok(records)
}

/// The numbers of a record that are f32 where the run was computed in f32: all but the sharpness.
fn numbers_of(record: &mut RunRecord) -> impl Iterator<Item = &mut f64> {
    let RunRecord { initial_loss, final_loss, min_loss, parameters, curve, extras, stop_reason: _, steps: _ } = record;
    let at_end = extras
        .as_deref_mut()
        .into_iter()
        .flat_map(|Extras { trainability, metrics }| trainability.iter_mut().chain(numbers_of_metrics(metrics)));
    [initial_loss, final_loss, min_loss]
        .into_iter()
        .chain(parameters)
        .chain(at_end)
        .chain(curve.iter_mut().flat_map(numbers_of_point))
}

fn numbers_of_point(point: &mut CurvePoint) -> impl Iterator<Item = &mut f64> {
    let CurvePoint { loss, metrics, batch_loss, parameters, step: _, sharpness: _ } = point;
    [loss].into_iter().chain(numbers_of_metrics(metrics)).chain(batch_loss).chain(parameters)
}

fn numbers_of_metrics(metrics: &mut Metrics) -> impl Iterator<Item = &mut f64> {
    let Metrics { val_loss, accuracy, val_accuracy } = metrics;
    [val_loss, accuracy, val_accuracy].into_iter().flatten()
}
