//! Starting weights from a safetensors file.

use std::io::Read;
use std::path::Path;

use etascape_core::Network;
use etascape_text::spelt_out;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};

use super::error::{DataError, Location, quoted};
use super::file::{LARGEST_FILE, open};

/// Reads all parameters of a network, in the network's order, from `layers.{i}.weight` (`[out, in]`) and, where it has
/// biases, `layers.{i}.bias` (`[out]`): the names and shapes of PyTorch's `Linear`. Numbers may be F64, F32, F16 or BF16;
/// all of these convert to F64 exactly.
///
/// # Errors
///
/// Where the file cannot be read or is no safetensors file, where a tensor is missing, has another shape or another kind
/// of numbers, or holds one that is not finite, and where there are other tensors in the file.
pub fn read_weights(path: &Path, network: &Network) -> Result<Vec<f64>, DataError> {
    let mut bytes = Vec::new();
    let read = open(path)?.take(LARGEST_FILE).read_to_end(&mut bytes);
    read.map_err(|source| DataError::File { file: path.to_path_buf(), source })?;
    weights_of(&bytes, path, network)
}

/// The same from the bytes of a file with this path.
pub(crate) fn weights_of(bytes: &[u8], path: &Path, network: &Network) -> Result<Vec<f64>, DataError> {
    let place = Location::in_file(path);
    let tensors =
        SafeTensors::deserialize(bytes).map_err(|error| place.clone().invalid(reason(&error), "a safetensors file"))?;
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

/// Name and shape of every tensor of a network, in the network's order.
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
    format!("what cannot be read ({})", spelt_out(&text))
}

fn numbers(tensor: &TensorView<'_>, shape: &[usize], place: &Location) -> Result<Vec<f64>, DataError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A tensor as it stands in a file: name, kind, shape, bytes.
    type Tensor = (&'static str, Dtype, Vec<usize>, Vec<u8>);

    fn network(widths: &[usize], bias: bool) -> Network {
        Network::new(widths).unwrap().bias(bias)
    }

    fn f64s(name: &'static str, shape: &[usize], numbers: &[f64]) -> Tensor {
        (name, Dtype::F64, shape.to_vec(), numbers.iter().flat_map(|x| x.to_le_bytes()).collect())
    }

    fn file(tensors: &[Tensor]) -> Vec<u8> {
        let view = |(name, kind, shape, bytes): &'_ Tensor| (*name, *kind, shape.clone(), bytes.clone());
        let owned: Vec<Tensor> = tensors.iter().map(view).collect();
        let views = owned.iter().map(|(name, kind, shape, bytes)| {
            (*name, TensorView::new(*kind, shape.clone(), bytes).expect("is a tensor"))
        });
        safetensors::serialize(views, None).expect("writes")
    }

    fn read_bytes(bytes: &[u8], network: &Network) -> Result<Vec<f64>, DataError> {
        let folder = tempfile::tempdir().expect("makes a folder");
        let path = folder.path().join("theta.safetensors");
        std::fs::write(&path, bytes).expect("writes");
        read_weights(&path, network)
    }

    #[test]
    fn parameters_come_in_the_networks_order() {
        let bytes = file(&[
            f64s("layers.1.bias", &[1], &[9.0]),
            f64s("layers.1.weight", &[1, 2], &[7.0, 8.0]),
            f64s("layers.0.weight", &[2, 2], &[1.0, 2.0, 3.0, 4.0]),
            f64s("layers.0.bias", &[2], &[5.0, 6.0]),
        ]);
        let read = read_bytes(&bytes, &network(&[2, 2, 1], true)).expect("is valid");
        assert_eq!(read, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
    }

    /// The bytes of a file that Python's `struct` and `json` would write: eight bytes of length, the header, the numbers.
    #[test]
    fn the_format_is_the_published_one() {
        let header = br#"{"layers.0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}  "#;
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header);
        bytes.extend([0x00, 0x00, 0xc0, 0x3f, 0x00, 0x00, 0x00, 0xc1]);
        assert_eq!(read_bytes(&bytes, &network(&[2, 1], false)).expect("is valid"), [1.5, -8.0]);
    }

    /// Values from IEEE 754's table of binary16: 1, −2, the largest, the least normal and subnormal ones, ⅓ and −0.
    #[test]
    fn halves_are_exact() {
        let bits = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x3555, 0x8000];
        let expected = [1.0, -2.0, 65504.0, 6.103515625e-05, 5.960464477539063e-08, 0.333251953125, -0.0];
        for (bits, expected) in bits.into_iter().zip(expected) {
            assert_eq!(half(bits).to_bits(), f64::to_bits(expected), "{bits:x}");
        }
        assert!(half(0x7c00) == f64::INFINITY && half(0xfc00) == f64::NEG_INFINITY && half(0x7e00).is_nan());
    }

    #[test]
    fn the_short_kinds_are_read() {
        for (kind, bytes) in [(Dtype::F16, [0x00, 0xc0]), (Dtype::BF16, [0x00, 0xc0])] {
            let bytes = file(&[("layers.0.weight", kind, vec![1, 1], bytes.to_vec())]);
            assert_eq!(read_bytes(&bytes, &network(&[1, 1], false)).expect("is valid"), [-2.0], "{kind:?}");
        }
    }

    #[test]
    fn files_that_do_not_fit_are_errors() {
        let weight = || f64s("layers.0.weight", &[1, 2], &[1.0, 2.0]);
        let bias = || f64s("layers.0.bias", &[1], &[3.0]);
        let whole = ("layers.0.weight", Dtype::I32, vec![1, 2], vec![0; 8]);
        let cases = [
            (file(&[weight()]), "found no tensor `layers.0.bias`; allowed: one of shape [1]"),
            (file(&[weight(), bias(), f64s("head", &[1], &[0.0])]), "found the tensor `head`; allowed: only those"),
            (
                file(&[f64s("layers.0.weight", &[2, 1], &[1.0, 2.0]), bias()]),
                "tensor `layers.0.weight`: found shape [2, 1]; allowed: [1, 2]",
            ),
            (file(&[f64s("layers.0.weight", &[1, 2], &[1.0, f64::NAN]), bias()]), "found NaN as number 1"),
            (file(&[whole, bias()]), "found numbers of kind I32"),
            (vec![], "allowed: a safetensors file"),
            (b"a,t\n1,2\n".to_vec(), "allowed: a safetensors file"),
            (vec![0xff; 64], "allowed: a safetensors file"),
        ];
        for (bytes, expected) in cases {
            let error = read_bytes(&bytes, &network(&[2, 1], true)).expect_err("does not fit").to_string();
            assert!(error.contains("theta.safetensors") && error.contains(expected), "{error}");
        }
        assert!(matches!(read_weights(Path::new("/nowhere/x"), &network(&[2, 1], true)), Err(DataError::File { .. })));
    }

    /// A valid file with any one byte changed, or cut anywhere, is read or refused.
    #[test]
    fn no_bytes_panic() {
        let network = network(&[1, 1], false);
        let valid = file(&[f64s("layers.0.weight", &[1, 1], &[1.0])]);
        for at in 0..valid.len() {
            let _ = read_bytes(&valid[..at], &network);
            for byte in [0, b'9', b'"', b'{', 0xff] {
                let mut bytes = valid.clone();
                bytes[at] = byte;
                let _ = read_bytes(&bytes, &network);
            }
        }
    }
}
