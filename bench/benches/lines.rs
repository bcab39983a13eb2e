//! How fast lines of programs are read, with `metrics = "auto"`.
//!
//! `cargo bench --manifest-path bench/Cargo.toml --bench lines [-- NAME]`. Elements are lines.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use etascape_sweep::program::{MetricsSource, read_output};

/// A line of each kind. `#` stands for the step.
const KINDS: [(&str, &str); 8] = [
    ("json", r#"{"step": #, "loss": 2.302585, "acc": 0.109375, "lr": 0.001}"#),
    ("dict", "{'loss': 2.3026, 'grad_norm': 1.25, 'learning_rate': 4.5e-05, 'step': #}"),
    ("pairs", "step # loss 2.302585 acc 0.109375 lr 1.0e-03"),
    (
        "logger",
        "2024-05-01 12:00:01,250 - train - INFO - Epoch 1, step #/100000, loss: 2.302585, acc: 10.94%, lr: 1.0e-03",
    ),
    ("boosting", "[#]\ttrain-logloss:0.43657\ttrain-auc:0.99501\teval-logloss:0.45745"),
    (
        "bar",
        "\r1/9 - loss: 2.5\r\u{1b}[1m9/9\u{1b}[0m ━━━━━━━━━━ 0s 5ms/step - epoch: # - loss: 2.302585 - acc: 0.109375",
    ),
    ("text", "loading shard # of the training set from /data/shards/train, 128 files, 12.3 GB"),
    ("prose", "This line has no number, and says nothing that could be a metric of the run"),
];
const LINES: u64 = 10_000;

fn lines(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lines");
    group.throughput(Throughput::Elements(LINES)).sample_size(20);
    for (name, line) in KINDS {
        let text: String = (0..LINES).map(|step| line.replace('#', &step.to_string()) + "\n").collect();
        group.bench_function(name, |bencher| {
            bencher.iter(|| read_output(&MetricsSource::Auto, black_box(text.as_bytes())));
        });
    }
    group.finish();
}

criterion_group!(benches, lines);
criterion_main!(benches);
