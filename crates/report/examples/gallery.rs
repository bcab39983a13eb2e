//! Draws sweeps of every sort into a folder, to be looked at: `cargo run --release --example gallery -- FOLDER`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::time::Instant;

use etascape_insight::subject::{Choice, Scale, Subject};
use etascape_report::draw;
use etascape_text::format_number;
use support::{geomspace, made_up, seed, swept, write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "gallery".to_owned()));
    let weights: Vec<f64> = (0..20).map(|i| -4.0 + 8.0 * f64::from(i) / 19.0).collect();
    let seed_rates = geomspace(1e-4, 0.03, 60);
    show(&folder.join("seed"), |folder| seed(folder, &seed_rates, &weights, 3000))?;
    show(&folder.join("narrow"), |folder| seed(folder, &geomspace(0.018, 0.0218, 30), &weights[..3], 5000))?;
    show(&folder.join("all-diverged"), |folder| seed(folder, &geomspace(0.03, 1.0, 30), &weights, 500))?;
    show(&folder.join("single"), |folder| seed(folder, &[0.02], &[3.0], 500))?;
    show(&folder.join("optimizers"), optimizers)?;
    show(&folder.join("seeds"), seeds)?;
    show(&folder.join("facets"), facets)?;
    show(&folder.join("few-seeds"), few_seeds)?;
    show(&folder.join("map"), map)?;
    show(&folder.join("boundary"), boundary)?;
    Ok(())
}

fn show(folder: &Path, make: impl Fn(&Path) -> Subject) -> Result<(), Box<dyn std::error::Error>> {
    let begin = Instant::now();
    let subject = make(folder);
    let made = begin.elapsed();
    let begin = Instant::now();
    let drawn = draw(folder, &subject)?;
    println!("== {} (tables {made:.0?}, drawn {:.0?})\n{}", folder.display(), begin.elapsed(), drawn.findings);
    Ok(())
}

fn optimizers(folder: &Path) -> Subject {
    let kinds = [("sgd", 1.0), ("adagrad", 2.0), ("rmsprop", 6.0), ("adam", 5.0), ("adamw", 4.5)];
    let rates = geomspace(1e-4, 1.0, 24);
    let run = |kind: &(&str, f64), rate: f64| {
        let speed = rate * kind.1 * 20.0;
        (vec![kind.0.to_owned(), format_number(rate)], made_up(speed, 1e-3 * kind.1 * (1.0 + rate), 1, speed > 25.0))
    };
    let runs: Vec<_> = kinds.iter().flat_map(|kind| rates.iter().map(move |&rate| run(kind, rate))).collect();
    write(folder, &["train.optimizer", "train.learning_rate"], &[], &runs);
    let parameters = vec![swept("train.optimizer", Scale::Categories), swept("train.learning_rate", Scale::Log)];
    Subject { name: "optimizers".to_owned(), parameters, ..Subject::default() }
}

fn seeds(folder: &Path) -> Subject {
    let schemes = ["glorot_uniform", "he_normal", "a_scheme_with_a_very_long_name"];
    let mut runs = Vec::new();
    for (number, scheme) in schemes.into_iter().enumerate() {
        for rate in geomspace(1e-3, 1.0, 16) {
            for seed in 0..10_u64 {
                let speed = rate * (1.0 + 0.2 * seed as f64) * (1.0 + number as f64);
                let values = vec![scheme.to_owned(), format_number(rate), seed.to_string()];
                runs.push((values, made_up(speed, 0.01 * (1.0 + number as f64), seed, speed > 1.5)));
            }
        }
    }
    write(folder, &["init.scheme", "train.learning_rate", "seed"], &[], &runs);
    let names = [("init.scheme", Scale::Categories), ("train.learning_rate", Scale::Log), ("seed", Scale::Linear)];
    Subject {
        name: "seeds <b>".to_owned(),
        parameters: names.map(|(path, scale)| swept(path, scale)).into(),
        ..Subject::default()
    }
}

/// Three parameters beside the seeds, one of them of a few names; high rates diverge for some seeds first.
fn facets(folder: &Path) -> Subject {
    let kinds = ["sgd", "adagrad", "rmsprop", "adam", "adamw"];
    let mut runs = Vec::new();
    for (number, kind) in kinds.into_iter().enumerate() {
        for batch in [1_u64, 8, 64] {
            for rate in geomspace(1e-3, 10.0, 13) {
                for seed in 0..3_u64 {
                    let speed = rate * (1.0 + number as f64) * (1.0 + 0.3 * seed as f64);
                    let values = vec![kind.to_owned(), batch.to_string(), format_number(rate), seed.to_string()];
                    runs.push((values, made_up(speed, 0.1 / libm::sqrt(batch as f64), seed, speed > 8.0)));
                }
            }
        }
    }
    let names = [
        ("train.optimizer", Scale::Categories),
        ("train.batch_size", Scale::Linear),
        ("train.learning_rate", Scale::Log),
        ("seed", Scale::Linear),
    ];
    write(folder, &names.map(|(path, _)| path), &[], &runs);
    let parameters = names.map(|(path, scale)| swept(path, scale)).into();
    Subject { name: "facets".to_owned(), parameters, ..Subject::default() }
}

/// Few settings of ten seeds each: lines with quartiles; of the fastest some diverge.
fn few_seeds(folder: &Path) -> Subject {
    let mut runs = Vec::new();
    for rate in [0.01, 0.1, 1.0] {
        for seed in 0..10_u64 {
            let speed = rate * (1.0 + 0.2 * seed as f64);
            runs.push((vec![format_number(rate), seed.to_string()], made_up(speed, 0.01, seed, speed > 2.3)));
        }
    }
    write(folder, &["train.learning_rate", "seed"], &[], &runs);
    let parameters = vec![swept("train.learning_rate", Scale::Linear), swept("seed", Scale::Linear)];
    Subject { name: "few seeds".to_owned(), parameters, ..Subject::default() }
}

/// A map of trainability with as many cells as the large experiment has.
fn boundary(folder: &Path) -> Subject {
    let rates = geomspace(1e-3, 1e6, 512);
    std::fs::create_dir_all(folder).expect("a folder for the tables");
    let mut table = String::from(
        "run_id,train.learning_rate.0,train.learning_rate.1,status,steps,initial_loss,final_loss,min_loss,trainability\n",
    );
    for (row, first) in rates.iter().enumerate() {
        for (column, second) in rates.iter().enumerate() {
            let (a, b) = (libm::log10(*first), libm::log10(*second));
            let depth = a + 0.7 * b + 0.3 * libm::sin(9.0 * a) + 0.1 * libm::cos(31.0 * b) - 3.0;
            let measure = if depth < 0.0 { -100.0 / -depth } else { 1e-4 / depth };
            let status = if depth < 0.0 { "max_steps" } else { "diverged" };
            let ends = format!("{status},100,1,{0},{0},{measure}", if depth < 0.0 { "0.5" } else { "inf" });
            table += &format!("{},{},{},{ends}\n", row * 512 + column, format_number(*first), format_number(*second));
        }
    }
    std::fs::write(folder.join("runs.csv"), table).expect("a table");
    let parameters = [0, 1].map(|layer| swept(&format!("train.learning_rate.{layer}"), Scale::Log)).into();
    let choice = Choice { color: Some("trainability".to_owned()), ..Choice::default() };
    Subject { name: "boundary".to_owned(), parameters, choice, ..Subject::default() }
}

fn map(folder: &Path) -> Subject {
    let rates = geomspace(1e-3, 1e6, 64);
    let mut runs = Vec::new();
    for &first in &rates {
        for &second in &rates {
            let diverges =
                libm::log10(first) + 0.7 * libm::log10(second) + 0.3 * libm::sin(4.0 * libm::log10(first)) > 3.0;
            let mut record =
                made_up((first * second).sqrt().min(1e3), 1e-4 * (1.0 + second / first).min(1e4), 1, diverges);
            record.curve.truncate(if (runs.len() as u64).is_multiple_of(5) { 400 } else { 0 });
            runs.push((vec![format_number(first), format_number(second)], record));
        }
    }
    write(folder, &["train.learning_rate.0", "train.learning_rate.1"], &[], &runs);
    let parameters = [0, 1].map(|layer| swept(&format!("train.learning_rate.{layer}"), Scale::Log)).into();
    Subject { name: "map".to_owned(), parameters, ..Subject::default() }
}
