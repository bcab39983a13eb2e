//! The one table of keys: name, type, range, default and meaning of each.

use super::kind::{Bounds, Kind};

/// What a key that is left out stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Preset {
    /// It must be there.
    Required,
    /// Nothing, or what the meaning says.
    Absent,
    Flag(bool),
    Integer(i64),
    Number(f64),
    Word(&'static str),
    Integers(&'static [i64]),
}

/// A key exists, or matters, only where another key holds one of these words.
#[derive(Debug, PartialEq)]
pub(crate) struct Need {
    pub key: &'static str,
    pub words: &'static [&'static str],
    /// Where the need is not met: an error, or only a notice.
    pub strict: bool,
}

impl Need {
    /// `model.kind = "linear" or "mlp"`.
    pub fn in_words(&self) -> String {
        format!("{} = \"{}\"", self.key, self.words.join("\" or \""))
    }
}

#[derive(Debug, PartialEq)]
pub(crate) struct Key {
    pub path: &'static str,
    pub kind: Kind,
    pub default: Preset,
    pub need: Option<Need>,
    /// Its meaning, for people.
    pub meaning: &'static str,
}

/// Tables whose keys cannot be swept, and top-level keys likewise.
pub(crate) const FIXED: [&str; 7] = ["name", "description", "data", "program", "log", "sweep", "report"];

/// Tables and keys that mean something to our engine alone, not beside a program.
pub(crate) const OF_ENGINE: [&str; 7] =
    ["data", "model", "init", "train", "log.parameters", "log.trainability", "log.sharpness_every"];

const STEPS: i64 = 1_000_000_000_000;
const SEED: Kind = Kind::Integer(0, i64::MAX);
const ROWS: Kind = Kind::Integer(1, 100_000_000);
const ACTIVATIONS: &[&str] = &["tanh", "relu", "sigmoid", "gelu", "softplus", "identity"];
const SCHEMES: &[&str] = &[
    "zeros",
    "normal",
    "uniform",
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_normal",
    "orthogonal",
];
const LOSSES: &[&str] = &["half_sse", "mse", "mae", "huber", "bce", "cross_entropy"];
const OPTIMIZERS: &[&str] = &["sgd", "adagrad", "rmsprop", "adam", "adamw"];
const SCHEDULES: &[&str] = &["constant", "step", "exponential", "cosine", "one_cycle"];
const GENERATORS: &[&str] = &["line", "gaussian", "moons", "circles", "blobs", "spirals", "xor", "chebyshev"];

const fn key(path: &'static str, kind: Kind, default: Preset, meaning: &'static str) -> Key {
    Key { path, kind, default, need: None, meaning }
}

impl Key {
    const fn only(self, key: &'static str, words: &'static [&'static str]) -> Key {
        Key { need: Some(Need { key, words, strict: true }), ..self }
    }

    const fn unused_unless(self, key: &'static str, words: &'static [&'static str]) -> Key {
        Key { need: Some(Need { key, words, strict: false }), ..self }
    }
}

const fn generator(path: &'static str, kind: Kind, default: Preset, of: &'static [&'static str]) -> Key {
    key(path, kind, default, "of the generated rows").only("data.generator.kind", of)
}

const fn optimizer(path: &'static str, kind: Kind, default: Preset, of: &'static [&'static str]) -> Key {
    key(path, kind, default, "of the optimiser, as in torch.optim").only("train.optimizer.kind", of)
}

const fn schedule(
    path: &'static str,
    kind: Kind,
    default: Preset,
    of: &'static [&'static str],
    what: &'static str,
) -> Key {
    key(path, kind, default, what).only("train.schedule.kind", of)
}

use Preset::{Absent, Flag, Integer, Integers, Number, Required, Word};

/// Every key there is.
#[rustfmt::skip]
pub(crate) static KEYS: &[Key] = &[
    key("name", Kind::Text, Required, "results go to results/<name>; letters, digits, - _ . only"),
    key("description", Kind::Text, Absent, "what the experiment asks"),
    key("seed", SEED, Integer(0), "random streams of a run: initialisation, batches"),

    key("program", Kind::Table, Absent, "a training program, instead of data, model, init and train"),
    key("program.command", Kind::Texts, Absent, "the program and its arguments; {name} stands for a parameter's value"),
    key("program.metrics", Kind::WordOr(&["stdout"], "{ csv = \"metrics.csv\" } or { regex = '…' }"), Word("stdout"), "where its metrics come from"),
    key("program.metrics.csv", Kind::Text, Absent, "a CSV file that it writes into its working directory"),
    key("program.metrics.regex", Kind::Text, Absent, "a pattern for lines of stdout; named groups are metrics"),
    key("program.objective", Kind::Text, Word("loss"), "the metric that is minimised"),
    key("program.maximise", Kind::Flag, Flag(false), "whether it is maximised instead"),
    key("program.parallel", Kind::Integer(1, 1024), Absent, "processes at once; left out: one per processor"),
    key("program.timeout", Kind::Text, Absent, "how long a run may take: \"10m\""),
    key("program.retries", Kind::Integer(0, 1000), Integer(0), "how often a run that failed is started again"),
    key("program.files", Kind::Texts, Absent, "files that belong to the program; their digests are kept"),

    key("data", Kind::Table, Absent, "what the runs learn from: exactly one source"),
    key("data.points", Kind::Points, Absent, "rows; the last number is the target"),
    key("data.csv", Kind::Table, Absent, "a CSV file with a header"),
    key("data.csv.path", Kind::Text, Required, "the file, from the config file's folder"),
    key("data.csv.target", Kind::Text, Required, "the column to predict"),
    key("data.csv.features", Kind::Texts, Absent, "columns to predict from; left out: every other column"),
    key("data.generator", Kind::Table, Absent, "rows made by a formula"),
    key("data.generator.kind", Kind::Word(GENERATORS), Required, "the formula"),
    key("data.generator.rows", ROWS, Integer(200), "how many rows"),
    generator("data.generator.noise", Kind::Number(Bounds::NOT_NEGATIVE), Number(0.0), &["line", "moons", "circles", "spirals", "xor"]),
    generator("data.generator.slope", Kind::Number(Bounds::FINITE), Number(2.0), &["line"]),
    generator("data.generator.intercept", Kind::Number(Bounds::FINITE), Number(1.0), &["line"]),
    generator("data.generator.inputs", Kind::Integer(1, 10_000), Integer(2), &["gaussian", "blobs"]),
    generator("data.generator.factor", Kind::Number(Bounds::BETWEEN_0_AND_1), Number(0.5), &["circles"]),
    generator("data.generator.centers", Kind::Integer(1, 10_000), Integer(3), &["blobs"]),
    generator("data.generator.cluster_std", Kind::Number(Bounds::NOT_NEGATIVE), Number(1.0), &["blobs"]),
    generator("data.generator.turns", Kind::Number(Bounds::POSITIVE), Number(1.0), &["spirals"]),
    generator("data.generator.degree", Kind::Integer(0, 1000), Integer(4), &["chebyshev"]),
    key("data.seed", SEED, Integer(0), "the generator's stream, and the choice of held-out rows"),
    key("data.standardize", Kind::Flag, Flag(false), "features to mean 0, variance 1"),
    key("data.validation_fraction", Kind::Number(Bounds::SHARE), Number(0.0), "share of the rows held out"),

    key("model", Kind::Table, Absent, "the network"),
    key("model.kind", Kind::Word(&["linear", "mlp"]), Word("linear"), "without or with hidden layers"),
    key("model.hidden", Kind::Integers(1, 65_536), Integers(&[16, 16]), "width of each hidden layer").unused_unless("model.kind", &["mlp"]),
    key("model.activation", Kind::Word(ACTIVATIONS), Word("tanh"), "of the hidden layers").unused_unless("model.kind", &["mlp"]),
    key("model.bias", Kind::Flag, Flag(true), "whether layers have biases"),
    key("model.parametrization", Kind::Word(&["standard", "ntk", "mean_field"]), Word("standard"), "where factors 1/√fan_in stand"),
    key("model.gain", Kind::Number(Bounds::FINITE), Number(1.0), "factor on hidden pre-activations").unused_unless("model.kind", &["mlp"]),

    key("init", Kind::Table, Absent, "where training starts"),
    key("init.scheme", Kind::Word(SCHEMES), Word("glorot_uniform"), "how weights are drawn"),
    key("init.scale", Kind::Number(Bounds::FINITE), Number(1.0), "multiplies what the scheme draws"),
    key("init.w", Kind::Numbers(Bounds::FINITE), Absent, "starting weight, or one per input, instead of the scheme").only("model.kind", &["linear"]),
    key("init.b", Kind::Number(Bounds::FINITE), Absent, "starting bias").only("model.kind", &["linear"]),
    key("init.offset", Kind::Number(Bounds::FINITE), Number(0.0), "added once to every weight of the first layer"),
    key("init.file", Kind::Text, Absent, "safetensors file with the starting weights, from the config file's folder"),

    key("train", Kind::Table, Absent, "how it learns"),
    key("train.loss", Kind::Word(LOSSES), Word("half_sse"), "what is minimised"),
    key("train.optimizer", Kind::WordOrTable(OPTIMIZERS), Absent, "the update rule: a word, or a table with kind"),
    key("train.optimizer.kind", Kind::Word(OPTIMIZERS), Word("sgd"), "the update rule"),
    optimizer("train.optimizer.momentum", Kind::Number(Bounds::NOT_NEGATIVE), Number(0.0), &["sgd", "rmsprop"]),
    optimizer("train.optimizer.dampening", Kind::Number(Bounds::FINITE), Number(0.0), &["sgd"]),
    optimizer("train.optimizer.nesterov", Kind::Flag, Flag(false), &["sgd"]),
    optimizer("train.optimizer.weight_decay", Kind::Number(Bounds::NOT_NEGATIVE), Absent, OPTIMIZERS),
    optimizer("train.optimizer.lr_decay", Kind::Number(Bounds::NOT_NEGATIVE), Number(0.0), &["adagrad"]),
    optimizer("train.optimizer.initial_accumulator_value", Kind::Number(Bounds::NOT_NEGATIVE), Number(0.0), &["adagrad"]),
    optimizer("train.optimizer.alpha", Kind::Number(Bounds::NOT_NEGATIVE), Number(0.99), &["rmsprop"]),
    optimizer("train.optimizer.centered", Kind::Flag, Flag(false), &["rmsprop"]),
    optimizer("train.optimizer.betas", Kind::Pair(Bounds::SHARE), Absent, &["adam", "adamw"]),
    optimizer("train.optimizer.amsgrad", Kind::Flag, Flag(false), &["adam", "adamw"]),
    optimizer("train.optimizer.eps", Kind::Number(Bounds::NOT_NEGATIVE), Absent, &["adagrad", "rmsprop", "adam", "adamw"]),
    key("train.learning_rate", Kind::Numbers(Bounds::NOT_NEGATIVE), Number(0.02), "η, or one per layer"),
    key("train.steps", Kind::Integer(1, STEPS), Integer(500), "updates at most"),
    key("train.batch_size", Kind::Integer(0, 100_000_000), Integer(0), "rows per update; 0: all of them"),
    key("train.warmup_steps", Kind::Integer(0, STEPS), Integer(0), "updates over which η rises to its value"),
    key("train.schedule", Kind::WordOrTable(SCHEDULES), Absent, "how η changes: a word, or a table with kind"),
    key("train.schedule.kind", Kind::Word(SCHEDULES), Word("constant"), "how η changes"),
    key("train.schedule.warmup_steps", Kind::Integer(0, STEPS), Integer(0), "the same as train.warmup_steps"),
    schedule("train.schedule.step_size", Kind::Integer(1, STEPS), Absent, &["step"], "updates between two drops; left out: a third of the steps"),
    schedule("train.schedule.gamma", Kind::Number(Bounds::NOT_NEGATIVE), Absent, &["step", "exponential"],
        "factor of a drop (left out: 0.1), or of every update (left out: 0.01 over all the steps)"),
    schedule("train.schedule.alpha", Kind::Number(Bounds::NOT_NEGATIVE), Number(0.0), &["cosine"], "share of η that remains"),
    schedule("train.schedule.pct_start", Kind::Number(Bounds::BETWEEN_0_AND_1), Number(0.3), &["one_cycle"], "share of the updates that rise"),
    schedule("train.schedule.div_factor", Kind::Number(Bounds::POSITIVE), Number(25.0), &["one_cycle"], "η over the first rate"),
    schedule("train.schedule.final_div_factor", Kind::Number(Bounds::POSITIVE), Number(1e4), &["one_cycle"], "the first rate over the last"),

    key("stop", Kind::Table, Absent, "when a run ends early"),
    key("stop.converged_below", Kind::Number(Bounds::BELOW_INFINITY), Number(1e-9), "loss at or below this: converged"),
    key("stop.diverged_above", Kind::Number(Bounds::POSITIVE_OR_INFINITE), Number(1e12), "loss above this, or not finite: diverged"),
    key("stop.patience", Kind::Table, Absent, "ends a run that no longer improves"),
    key("stop.patience.steps", Kind::Integer(1, STEPS), Required, "steps without improvement"),
    key("stop.patience.min_delta", Kind::Number(Bounds::NOT_NEGATIVE), Number(0.0), "what counts as one"),
    key("stop.halving", Kind::Table, Absent, "ends poor runs early (successive halving)"),
    key("stop.halving.min_steps", Kind::Integer(1, STEPS), Required, "steps before a run may be ended"),
    key("stop.halving.factor", Kind::Integer(2, 1000), Integer(3), "of so many runs one goes on, to so many times the steps"),

    key("log", Kind::Table, Absent, "what is logged"),
    key("log.curve_points", Kind::Integer(0, STEPS), Integer(200), "points per run, log-spaced: 2 or more; 0: no curves"),
    key("log.curve_every", Kind::Integer(1, STEPS), Absent, "instead: every so many steps"),
    key("log.parameters", Kind::Flag, Flag(true), "also log the parameters (models of at most 16)"),
    key("log.trainability", Kind::Flag, Flag(false), "also compute the trainability measure"),
    key("log.sharpness_every", Kind::Integer(1, STEPS), Absent, "also log the sharpness, λmax of the loss, every so many steps"),

    key("sweep", Kind::Table, Absent, "which runs there are"),
    key("sweep.method", Kind::Word(&["grid", "random", "sobol"]), Word("grid"), "how values are combined"),
    key("sweep.samples", Kind::Integer(1, i64::MAX), Absent, "number of runs of random and sobol"),
    key("sweep.zip", Kind::Groups, Absent, "groups of parameters that advance together"),
    key("sweep.parameters", Kind::Axes, Absent, "what varies"),

    key("report", Kind::Table, Absent, "what charts show"),
    key("report.x", Kind::Text, Absent, "parameter or column along the bottom"),
    key("report.y", Kind::Text, Absent, "parameter or column up the side"),
    key("report.color", Kind::Text, Absent, "parameter or column shown as colour"),
    key("report.facet", Kind::Text, Absent, "parameter with a panel per value"),
];

/// The key of a program's parameters, which have names of their own.
pub(crate) static OF_PROGRAM: Key = key("", Kind::Scalar, Absent, "a parameter of the program");

/// The key at a path. A path into a list (`train.learning_rate.0`) gives the list's key and the index.
pub(crate) fn find(path: &str) -> Option<(&'static Key, Option<usize>)> {
    if let Some(key) = KEYS.iter().find(|key| key.path == path) {
        return Some((key, None));
    }
    let (list, index) = path.rsplit_once('.')?;
    let index = index.parse().ok().filter(|i: &usize| i.to_string() == index)?;
    let key = KEYS.iter().find(|key| key.path == list && key.kind.element().is_some())?;
    Some((key, Some(index)))
}

/// Names of the keys directly in a table; `""` is the top.
pub(crate) fn children(table: &str) -> Vec<&'static str> {
    KEYS.iter()
        .filter_map(|key| match table {
            "" => Some(key.path),
            _ => key.path.strip_prefix(table)?.strip_prefix('.'),
        })
        .filter(|name| !name.contains('.'))
        .collect()
}

/// Of `words` the one with the fewest typing errors against `word`: at most one, or one in three characters.
pub(crate) fn nearest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 100;
    let word: String = word.chars().take(LONGEST).collect();
    let length = word.chars().count();
    words
        .map(|other| (strsim::damerau_levenshtein(&word, other), other))
        .filter(|(errors, _)| *errors < length && *errors <= (length / 3).max(1))
        .min_by_key(|(errors, _)| *errors)
        .map(|(_, word)| word)
}

/// The known key nearest to an unknown one: in its own table first, then by its last name anywhere.
pub(crate) fn nearest_key(table: &str, name: &str) -> Option<String> {
    let of_table = children(table);
    if let Some(near) = nearest(name, of_table.iter().copied()) {
        return Some(near.to_string());
    }
    let last = |path: &'static str| path.rsplit('.').next().unwrap_or(path);
    let near = nearest(name, KEYS.iter().map(|key| last(key.path)))?;
    KEYS.iter().find(|key| last(key.path) == near).map(|key| key.path.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_there_once_and_its_table_before_it() {
        for (i, key) in KEYS.iter().enumerate() {
            assert!(KEYS[..i].iter().all(|other| other.path != key.path), "{}", key.path);
            if let Some((table, _)) = key.path.rsplit_once('.') {
                assert!(KEYS[..i].iter().any(|other| other.path == table), "{}", key.path);
            }
            if let Some(need) = &key.need {
                assert!(KEYS.iter().any(|other| other.path == need.key), "{}", key.path);
            }
        }
    }

    #[test]
    fn near_keys_are_found_in_their_table_and_elsewhere() {
        assert_eq!(nearest_key("train", "learning_rat").as_deref(), Some("learning_rate"));
        assert_eq!(nearest_key("", "learning_rate").as_deref(), Some("train.learning_rate"));
        assert_eq!(nearest_key("", "trian").as_deref(), Some("train"));
        assert_eq!(nearest_key("train", "xyzzy"), None);
    }

    #[test]
    fn lists_have_indexed_paths() {
        assert_eq!(find("train.learning_rate.2").map(|(key, i)| (key.path, i)), Some(("train.learning_rate", Some(2))));
        assert!(find("train.steps.0").is_none());
        assert!(find("train.learning_rate.+1").is_none());
    }
}
