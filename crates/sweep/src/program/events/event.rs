//! The scalars of an event.
//!
//! The fields of `Event`: step (2), summary (5), session_log (7). Of a summary: value (1), and of that tag (1), simple_value (2),
//! tensor (8), metadata (9), whose plugin_data (1) has plugin_name (1). Of a tensor: dtype (1), tensor_content (4), float_val (5),
//! double_val (6), int_val (7), int64_val (10).

use super::message::{Fields, Value, varint};

/// An event, as far as scalars go.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::program) struct Event<'a> {
    pub step: i64,
    /// Whether a writer begins here, so that what others wrote of this step and later ones does not count.
    pub is_start: bool,
    pub scalars: Vec<Scalar<'a>>,
}

/// A value of a summary that is a number, or could be one.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::program) struct Scalar<'a> {
    pub tag: &'a [u8],
    pub value: f64,
}

/// Reads an event. What is no event is one without scalars.
pub(in crate::program) fn event(bytes: &[u8]) -> Event<'_> {
    const START: u64 = 1;
    let mut event = Event::default();
    for field in Fields::of(bytes) {
        match field {
            (2, Value::Varint(step)) => event.step = step as i64,
            (5, Value::Bytes(summary)) => event.scalars.extend(Fields::of(summary).filter_map(scalar)),
            (7, Value::Bytes(log)) => event.is_start = Fields::of(log).any(|field| field == (1, Value::Varint(START))),
            _ => {}
        }
    }
    event
}

fn scalar<'a>(field: (u64, Value<'a>)) -> Option<Scalar<'a>> {
    let (1, Value::Bytes(value)) = field else { return None };
    let (mut tag, mut number, mut plugin): (&[u8], _, &[u8]) = (b"", None, b"scalars");
    for field in Fields::of(value) {
        match field {
            (1, Value::Bytes(text)) => tag = text,
            (2, Value::Fixed32(bytes)) => number = Some(f64::from(f32::from_le_bytes(bytes))),
            (8, Value::Bytes(bytes)) => number = tensor(bytes),
            (9, Value::Bytes(metadata)) => plugin = plugin_name(metadata).unwrap_or(plugin),
            _ => {}
        }
    }
    (plugin == b"scalars").then_some(Scalar { tag, value: number? })
}

fn plugin_name(metadata: &[u8]) -> Option<&[u8]> {
    let first = |bytes| {
        Fields::of(bytes).find_map(|field| if let (1, Value::Bytes(inner)) = field { Some(inner) } else { None })
    };
    first(first(metadata)?)
}

/// The number of a tensor that has one.
fn tensor(bytes: &[u8]) -> Option<f64> {
    let (mut kind, mut content, mut numbers): (_, &[u8], Vec<f64>) = (0, b"", Vec::new());
    for field in Fields::of(bytes) {
        match field {
            (1, Value::Varint(number)) => kind = number,
            (4, Value::Bytes(bytes)) => content = bytes,
            (5, Value::Fixed32(bytes)) => numbers.push(f32::from_le_bytes(bytes).into()),
            (6, Value::Fixed64(bytes)) => numbers.push(f64::from_le_bytes(bytes)),
            (7 | 10, Value::Varint(number)) => numbers.push(number as i64 as f64),
            (5, Value::Bytes(packed)) => numbers.extend(floats(packed)),
            (6, Value::Bytes(packed)) => numbers.extend(doubles(packed)),
            (7 | 10, Value::Bytes(packed)) => numbers.extend(varint(packed).map(|(number, _)| number as i64 as f64)),
            _ => {}
        }
    }
    if !content.is_empty() {
        numbers = of_kind(kind, content)?;
    }
    if let [number] = numbers[..] { Some(number) } else { None }
}

/// The numbers of a tensor's content: `DataType` 1 is float, 2 double, 3 int32, 9 int64.
fn of_kind(kind: u64, content: &[u8]) -> Option<Vec<f64>> {
    match kind {
        1 => Some(floats(content).collect()),
        2 => Some(doubles(content).collect()),
        3 => Some(content.as_chunks().0.iter().map(|bytes| i32::from_le_bytes(*bytes).into()).collect()),
        9 => Some(content.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes) as f64).collect()),
        _ => None,
    }
}

fn floats(bytes: &[u8]) -> impl Iterator<Item = f64> {
    bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes).into())
}

fn doubles(bytes: &[u8]) -> impl Iterator<Item = f64> {
    bytes.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field with bytes.
    fn within(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, bytes.len() as u8][..], bytes].concat()
    }

    fn summary(value: &[u8]) -> Vec<u8> {
        [&[0x10, 7], &within(5, &within(1, &[within(1, b"loss"), value.to_vec()].concat()))[..]].concat()
    }

    fn value_of(value: &[u8]) -> Option<f64> {
        let bytes = summary(value);
        let event = event(&bytes);
        assert_eq!((event.step, event.is_start), (7, false));
        event.scalars.first().map(|scalar| {
            assert_eq!(scalar.tag, b"loss");
            scalar.value
        })
    }

    fn plugin(name: &[u8]) -> Vec<u8> {
        within(9, &within(1, &within(1, name)))
    }

    #[test]
    fn scalars_are_written_in_several_ways() {
        let half = 0.5_f32.to_le_bytes();
        assert_eq!(value_of(&[&[0x15], &half[..]].concat()), Some(0.5));
        let tensors = [
            [&[8, 1], &within(5, &half)[..]].concat(),
            [&[8, 1, 0x2d], &half[..]].concat(),
            [&[8, 1], &within(4, &half)[..]].concat(),
            [&[8, 2], &within(6, &0.5_f64.to_le_bytes())[..]].concat(),
            [&[8, 2], &within(4, &0.5_f64.to_le_bytes())[..]].concat(),
        ];
        for tensor in tensors {
            let value = [plugin(b"scalars"), within(8, &tensor)].concat();
            assert_eq!(value_of(&value), Some(0.5));
            assert_eq!(value_of(&[plugin(b"images"), within(8, &tensor)].concat()), None);
        }
        assert_eq!(value_of(&within(8, &[&[8, 9], &within(4, &(-3_i64).to_le_bytes())[..]].concat())), Some(-3.0));
        assert_eq!(value_of(&within(8, &[&[8, 3], &within(7, &[5])[..]].concat())), Some(5.0));
        assert_eq!(value_of(&within(8, &[&[8, 1], &within(4, &[half, half].concat())[..]].concat())), None, "a list");
        assert_eq!(value_of(&within(8, &[&[8, 7], &within(8, b"text")[..]].concat())), None);
    }

    #[test]
    fn a_writer_says_where_it_begins() {
        assert_eq!(event(&[0x10, 5, 0x3a, 2, 8, 1]), Event { step: 5, is_start: true, scalars: Vec::new() });
        assert!(!event(&[0x3a, 2, 8, 2]).is_start);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            event(&bytes);
            event(&summary(&bytes[..bytes.len().min(60)]));
        }
    }
}
