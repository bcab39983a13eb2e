//! Data and weights that are wrong: exit code 2, the place and the remedy named, nothing made and nothing harmed.

use crate::bad_input::refused;
use crate::bench::Bench;

#[test]
fn points_that_are_wrong() {
    let points = ["[]", "[[]]", "[[1]]", "[[3, 7], [9]]", "[[3, nan]]", "[[3, 7],\n [9, -inf]]", "[[3, \"x\"]]", "3"];
    let said = points.map(|points| refused(&Bench::with(&format!("name = \"t\"\n[data]\npoints = {points}\n"))));
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn not_exactly_one_source() {
    let generator = "generator = { kind = \"moons\" }";
    let sources =
        ["seed = 3".to_string(), format!("points = [[3, 7]]\n{generator}"), "generator = { kind = \"mooons\" }".into()];
    insta::assert_snapshot!(
        sources.map(|data| refused(&Bench::with(&format!("name = \"t\"\n[data]\n{data}\n")))).join("\n")
    );
}

/// A config whose data are these bytes, wanting columns a and b, and the target t.
fn of_csv(bytes: &[u8]) -> String {
    let csv = "csv = { path = \"d.csv\", target = \"t\", features = [\"a\", \"b\"] }";
    let bench = Bench::with(&format!("name = \"t\"\n[data]\n{csv}\n"));
    bench.write("d.csv", bytes);
    refused(&bench)
}

#[test]
fn tables_that_are_wrong() {
    let tables: [&[u8]; 13] = [
        b"",
        b"a,b,t\n",
        b"a,c,t\n1,2,3\n",
        b"a,b,u\n1,2,3\n",
        b"a,b,t\n1,2,3\n1,,3\n",
        b"a,b,t\n1,2,3\n1,x,3\n",
        b"a,b,t\n1,2,3\n1,2\n",
        b"a,b,t\n1,2,3\n1,NaN,3\n",
        b"a,b,t\n1,2,inf\n",
        b"a,b,t\n1,2,1e999\n",
        b"a,a,b,t\n1,1,2,3\n",
        b"a,b,t\n1,2,3\n1,caf\xe9,3\n",
        b"\xff\xfea\x00,\x00b\x00,\x00t\x00\n\x00",
    ];
    insta::assert_snapshot!(tables.map(of_csv).join("\n"));
}

#[test]
fn a_table_that_is_not_there() {
    let bench = Bench::with("name = \"t\"\n[data]\ncsv = { path = \"none.csv\", target = \"t\" }\n");
    insta::assert_snapshot!(refused(&bench));
}

/// A safetensors file by its definition: the header's length in 8 bytes, the header, the numbers.
fn safetensors(header: &str, numbers: &[f64]) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    bytes
}

fn linear(weights: &str, bytes: usize) -> String {
    format!(
        "{{\"layers.0.weight\":{{\"dtype\":\"F64\",\"shape\":{weights},\"data_offsets\":[0,{bytes}]}},\
         \"layers.0.bias\":{{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[{bytes},{}]}}}}",
        bytes + 8
    )
}

const WEIGHTS: &str =
    "name = \"t\"\ndata.points = [[3, 7], [9, 13]]\ntrain.steps = 1\n[init]\nfile = \"w.safetensors\"\n";

#[test]
fn weights_that_fit_are_the_start() {
    let bench = Bench::with(WEIGHTS);
    bench.write("w.safetensors", safetensors(&linear("[1,1]", 8), &[3.0, -8.0]));
    bench.done(&["run", "e.toml"]);
    let curves = bench.read("results/t/curves.csv");
    assert!(curves.contains("\n0,0,36,3,-8\n"), "{curves}");
}

#[test]
fn weights_that_are_wrong() {
    let two = safetensors(&linear("[1,2]", 16), &[3.0, 4.0, -8.0]);
    let flat = safetensors(&linear("[1]", 8), &[3.0, -8.0]);
    let not_finite = safetensors(&linear("[1,1]", 8), &[f64::NAN, -8.0]);
    let other_name = safetensors(&linear("[1,1]", 8).replace("layers.0.bias", "bias"), &[3.0, -8.0]);
    let cut = safetensors(&linear("[1,1]", 8), &[3.0]);
    let long_header = u64::MAX.to_le_bytes().to_vec();
    let said = [two, flat, not_finite, other_name, cut, long_header, b"x".to_vec()].map(|bytes| {
        let bench = Bench::with(WEIGHTS);
        bench.write("w.safetensors", bytes);
        refused(&bench)
    });
    insta::assert_snapshot!(said.join("\n"));
    insta::assert_snapshot!(refused(&Bench::with(WEIGHTS)));
}
