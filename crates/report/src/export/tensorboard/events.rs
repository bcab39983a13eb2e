//! The events that TensorBoard reads. Their times are all 0: the same tables give the same bytes.
//!
//! The fields of `Event`: step (2), file_version (3), summary (5). Of a summary: value (1), and of that tag (1), simple_value (2),
//! tensor (8), metadata (9). The plugin for hyperparameters has its data in the metadata: of `HParamsPluginData` version (1),
//! experiment (2), session_start_info (3), session_end_info (4).

use etascape_sweep::ValueKind;
use etascape_text::parse_number;

use super::message::Message;

/// The record that every file begins with.
pub(super) fn begin() -> Vec<u8> {
    Message::default().text(3, "brain.Event:2").record()
}

/// A number of a curve.
pub(super) fn scalar(tag: &str, step: u64, number: f64) -> Vec<u8> {
    event(step, Message::default().text(1, tag).float(2, number as f32))
}

/// The hyperparameters, by name and type, and the tags of the metrics.
pub(super) fn experiment<'a>(
    parameters: impl Iterator<Item = (&'a str, ValueKind)>,
    tags: impl Iterator<Item = &'a str>,
) -> Vec<u8> {
    const DIFFERS: u64 = 1;
    let mut experiment = Message::default();
    for (name, kind) in parameters {
        let kind = match kind {
            ValueKind::Text => 1,
            ValueKind::Bool => 2,
            ValueKind::Integer | ValueKind::Number => 3,
        };
        experiment = experiment.message(4, Message::default().text(1, name).varint(4, kind).varint(7, DIFFERS));
    }
    for tag in tags {
        experiment = experiment.message(5, Message::default().message(1, Message::default().text(2, tag)));
    }
    plugin("_hparams_/experiment", 2, experiment)
}

/// The start of a run with its cells of hyperparameters; missing ones are left out.
pub(super) fn start<'a>(values: impl Iterator<Item = (&'a str, ValueKind, &'a str)>) -> Vec<u8> {
    let mut start = Message::default();
    for (name, kind, cell) in values.filter(|(.., cell)| !cell.is_empty()) {
        start = start.message(1, Message::default().text(1, name).message(2, value(kind, cell)));
    }
    plugin("_hparams_/session_start_info", 3, start)
}

/// The end of a run.
pub(super) fn end(is_failure: bool) -> Vec<u8> {
    let status = if is_failure { 2 } else { 1 };
    plugin("_hparams_/session_end_info", 4, Message::default().varint(1, status))
}

/// A cell as a `google.protobuf.Value`. Numbers that are not finite are texts: JSON, which TensorBoard makes of them, has none.
fn value(kind: ValueKind, cell: &str) -> Message {
    let number = parse_number(cell.as_bytes()).filter(|number| number.is_finite());
    match (kind, number) {
        (ValueKind::Bool, _) => Message::default().varint(4, (cell == "true").into()),
        (ValueKind::Integer | ValueKind::Number, Some(number)) => Message::default().double(2, number),
        _ => Message::default().text(3, cell),
    }
}

/// Data of the plugin for hyperparameters, beside a tensor without meaning, which a summary must have.
fn plugin(tag: &str, field: u8, message: Message) -> Vec<u8> {
    const FLOAT: u64 = 1;
    let data = Message::default().varint(1, 0).message(field, message);
    let metadata = Message::default().message(1, Message::default().text(1, "hparams").message(2, data));
    let shape = Message::default().message(2, Message::default().varint(1, 1));
    let tensor = Message::default().varint(1, FLOAT).message(2, shape).float(5, 0.0);
    event(0, Message::default().text(1, tag).message(8, tensor).message(9, metadata))
}

fn event(step: u64, value: Message) -> Vec<u8> {
    Message::default().varint(2, step).message(5, Message::default().message(1, value)).record()
}
