//! Starting weights from a safetensors file.

use std::io::Read;
use std::path::Path;

use etascape_core::Network;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};

use super::csv_file::{LARGEST_FILE, open};
use super::error::{DataError, Place, quoted};

/// Reads all parameters of a network, in the network's order, from `layers.{i}.weight` (`[out, in]`) and, where it has
/// biases, `layers.{i}.bias` (`[out]`): the names and shapes of PyTorch's `Linear`. Numbers may be F64, F32, F16 or BF16;
/// all of these are F64 exactly.
///
/// # Errors
///
/// Where the file cannot be read or is no safetensors file, where a tensor is missing, has another shape or another kind
/// of numbers, or holds one that is not finite, and where there are other tensors in the file.
pub fn read_weights(path: &Path, network: &Network) -> Result<Vec<f64>, DataError> {
    let mut bytes = Vec::new();
    let read = open(path)?.take(LARGEST_FILE).read_to_end(&mut bytes);
    read.map_err(|source| DataError::File { file: path.to_path_buf(), source })?;
    let place = Place::in_file(path);
    let tensors = SafeTensors::deserialize(&bytes)
        .map_err(|error| place.clone().invalid(reason(&error), "a safetensors file"))?;
    let expected = expected(network);
    let unknown = tensors.names().into_iter().filter(|name| expected.iter().all(|(known, _)| known != name)).min();
    if let Some(name) = unknown {
        let allowed = format!("only those of the model: {}", listed(&expected));
        return Err(place.invalid(format!("the tensor {}", quoted(name)), allowed));
    }
    let mut parameters = Vec::with_capacity(network.parameters());
    for (name, shape) in &expected {
        let tensor = tensors
            .tensor(name)
            .map_err(|_| place.clone().invalid(format!("no tensor `{name}`"), format!("one of shape {shape:?}")))?;
        let place = place.clone().part(format!("tensor `{name}`"));
        parameters.extend(numbers(&tensor, shape, &place)?);
    }
    Ok(parameters)
}

/// Name and shape of every tensor of a network, in its order.
fn expected(network: &Network) -> Vec<(String, Vec<usize>)> {
    (0..network.layers())
        .flat_map(|layer| {
            let weight = (format!("layers.{layer}.weight"), vec![network.fan_out(layer), network.fan_in(layer)]);
            let bias = (format!("layers.{layer}.bias"), vec![network.fan_out(layer)]);
            std::iter::once(weight).chain(network.bias.then_some(bias))
        })
        .collect()
}

fn listed(expected: &[(String, Vec<usize>)]) -> String {
    const MOST_LISTED: usize = 8;
    let names: Vec<String> = expected.iter().take(MOST_LISTED).map(|(name, _)| format!("`{name}`")).collect();
    format!("{}{}", names.join(", "), if expected.len() > MOST_LISTED { " …" } else { "" })
}

fn reason(error: &SafeTensorError) -> String {
    let text: String = error.to_string().chars().take(200).collect();
    format!("what cannot be read ({})", text.escape_debug())
}

fn numbers(tensor: &TensorView<'_>, shape: &[usize], place: &Place) -> Result<Vec<f64>, DataError> {
    if tensor.shape() != shape {
        return Err(place.clone().invalid(format!("shape {:?}", tensor.shape()), format!("{shape:?}")));
    }
    let numbers: Vec<f64> = match tensor.dtype() {
        Dtype::F64 => each(tensor.data(), f64::from_le_bytes),
        Dtype::F32 => each(tensor.data(), |bytes| f32::from_le_bytes(bytes).into()),
        Dtype::F16 => each(tensor.data(), |bytes| half(u16::from_le_bytes(bytes))),
        Dtype::BF16 => each(tensor.data(), |[low, high]| f32::from_le_bytes([0, 0, low, high]).into()),
        other => return Err(place.clone().invalid(format!("numbers of kind {other:?}"), "F64, F32, F16 or BF16")),
    };
    match numbers.iter().position(|x| !x.is_finite()) {
        Some(at) => Err(place.clone().invalid(format!("{} as number {at}", numbers[at]), "finite numbers")),
        None => Ok(numbers),
    }
}

fn each<const N: usize>(data: &[u8], number: impl Fn([u8; N]) -> f64) -> Vec<f64> {
    data.as_chunks::<N>().0.iter().map(|bytes| number(*bytes)).collect()
}

/// The value of an IEEE 754 binary16 number.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match i32::from(bits >> 10 & 0x1f) {
        0 => libm::ldexp(fraction, -24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => libm::ldexp(1024.0 + fraction, exponent - 25),
    };
    if bits >> 15 == 1 { -magnitude } else { magnitude }
}
