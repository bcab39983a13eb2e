//! The one table of keys. A row has a key's path, its type, where its value goes, its default and its meaning. Reading,
//! errors, sweeps and `docs/config.md` all use this table.

use super::draft::Draft;
use super::key_set::KeySet;
use super::report::EngineMetric;
use super::run::{RunSpec, patience};
use super::types::{Bounds, Type};
use super::word::{GeneratorKind, KeptRuns, MethodKind, MetricsKind, ModelKind, OptimizerKind, ScheduleShape, Word};
use crate::data::{Decimal, OnMissing, OnText, Separator};

/// Where the value of a key goes.
pub(crate) enum Destination {
    /// Into the spec of a run: a sweep can vary it.
    Run(Type<RunSpec>),
    /// Into the draft of the file: it is the same for all runs.
    Fixed(Type<Draft>),
}

/// The default of a key, as documentation shows it. The value itself is in the default of the spec; a test compares the
/// two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum DefaultValue {
    /// The key is required in its table.
    Required,
    /// No default, or one that the meaning describes.
    Absent,
    /// A value, as TOML.
    Is(&'static str),
}

/// A row of the table.
pub(crate) struct KeyRow {
    /// The dotted path.
    pub path: &'static str,
    pub destination: Destination,
    pub default: DefaultValue,
    /// Its meaning, for people.
    pub meaning: &'static str,
}

/// Makes the enum of keys, and the row of each.
macro_rules! keys {
    ($($key:ident $path:literal $destination:expr, $default:expr, $meaning:literal;)+) => {
        /// A key of a config.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum Key { $($key),+ }

        impl Key {
            /// Every key there is; a table comes before its keys.
            pub const ALL: &'static [Key] = &[$(Key::$key),+];
        }

        static ROWS: &[KeyRow] = &[$(KeyRow { path: $path, destination: $destination, default: $default, meaning: $meaning }),+];
    };
}

const STEPS: i64 = 1_000_000_000_000;
const MOST_ROWS: i64 = 100_000_000;

const fn run(of: Type<RunSpec>) -> Destination {
    Destination::Run(of)
}

const fn fixed(of: Type<Draft>) -> Destination {
    Destination::Fixed(of)
}

/// Puts the variant of a row of words.
fn choose<S, W: Word>(spec: &mut S, row: usize, set: fn(&mut S, W)) {
    set(spec, W::ALL[row]);
}

/// The type of a key that holds a word of an enum.
macro_rules! word {
    ($enum:ty, $set:expr) => {
        Type::Word(<$enum as Word>::ROWS, |spec, row| choose::<_, $enum>(spec, row, $set))
    };
}

use DefaultValue::{Absent, Is, Required};
use Type::{
    Axes, Column, Columns, Flag, Groups, Number, Numbers, Pair, Points, Section, Table, Text, TextOrTexts, Texts,
    Variables, Whole, Wholes, WordOr, WordOrTable,
};
use etascape_core::{Activation, Loss, Parametrization, Precision, Scheme};

#[rustfmt::skip]
keys! {
    Name "name" fixed(Text(|d, text| d.name = text)), Required, "results go to results/<name>; letters, digits, - _ . only";
    Description "description" fixed(Text(|d, text| d.description = Some(text))), Absent, "what the experiment asks";
    Seed "seed" run(Whole(0, i64::MAX, |r, n| r.seed = n)), Is("0"), "random streams of a run: initialisation, batches";

    Program "program" fixed(Section), Absent, "a training program, instead of data, model, init and train";
    ProgramCommand "program.command" fixed(Texts(|d, texts| d.program.command = texts)), Absent, "the program and its arguments; {name} stands for a parameter's value, {run_dir} for the run's folder: [programs.md](programs.md)";
    ProgramFolder "program.folder" fixed(Text(|d, text| d.program.folder = text)), Is("\"run\""), "where it is started: \"run\", a folder of the run's own, or a path from the config file's folder";
    ProgramEnv "program.env" fixed(Variables(|d, variables| d.program.env = variables)), Absent, "environment variables; a value may hold {name} and {run_dir}";
    ProgramTemplates "program.templates" fixed(Texts(|d, texts| d.program.templates = texts)), Absent, "text files, from the config file's folder, that are filled in as words of the command are and put into the run's folder";
    ProgramMetrics "program.metrics" fixed(WordOr(MetricsKind::ROWS, "{ csv = \"metrics.csv\" }, { regex = '…' } or { events = \"**/events.out.tfevents.*\" }", |d, row| d.program.metrics.word = row.map(|row| MetricsKind::ALL[row]))), Is("\"auto\""), "where its metrics come from";
    ProgramMetricsCsv "program.metrics.csv" fixed(Text(|d, text| d.program.metrics.csv = Some(text))), Absent, "a CSV file that it writes into its working directory";
    ProgramMetricsStep "program.metrics.step" fixed(Text(|d, text| d.program.metrics.step = Some(text))), Absent, "the column of the CSV file that has the step; left out: found by its name";
    ProgramMetricsRegex "program.metrics.regex" fixed(TextOrTexts(|d, texts| d.program.metrics.regex = Some(texts))), Absent, "patterns for lines of stdout and stderr: the first that matches reads a line; named groups are metrics";
    ProgramMetricsEvents "program.metrics.events" fixed(Text(|d, text| d.program.metrics.events = Some(text))), Absent, "TensorBoard event files in its working directory; `*` stands for any part of a name, `**` for any folders";
    ProgramObjective "program.objective" fixed(Text(|d, text| d.program.objective = Some(text))), Absent, "the metric that runs are judged by; it is minimised; left out: val_loss or eval_loss where there is one, else loss, else the only metric";
    ProgramMaximise "program.maximise" fixed(Flag(|d, flag| d.program.maximise = flag)), Is("false"), "whether the objective is maximised instead";
    ProgramParallel "program.parallel" fixed(Whole(1, 1024, |d, n| d.program.parallel = Some(n))), Absent, "processes at once; left out: one per processor";
    ProgramTimeout "program.timeout" fixed(Text(|d, text| d.program.timeout = Some(text))), Absent, "how long a run may take: \"10m\"";
    ProgramRetries "program.retries" fixed(Whole(0, 1000, |d, n| d.program.retries = n)), Is("0"), "how often a run that failed is started again";
    ProgramKeepRuns "program.keep_runs" fixed(word!(KeptRuns, |d, word| d.program.keep_runs = word)), Is("\"all\""), "which folders of runs are kept; the others are removed once their records are saved";
    ProgramFiles "program.files" fixed(Texts(|d, texts| d.program.files = texts)), Absent, "files and folders that belong to the program, from the config file's folder: their digests are kept, and words that name them become full paths";

    Data "data" fixed(Section), Absent, "what the runs learn from: exactly one source";
    DataPoints "data.points" fixed(Points(|d, points| d.data.points = points)), Absent, "rows of numbers; the last number of a row is the target";
    DataCsv "data.csv" fixed(Section), Absent, "a CSV file: [data.md](data.md)";
    DataCsvPath "data.csv.path" fixed(Text(|d, text| d.data.csv.path = text)), Required, "the file, from the config file's folder";
    DataCsvTarget "data.csv.target" fixed(Column(|d, column| d.data.csv.target = column)), Required, "the column to predict; without a header, its index from 0, or from the end: -1";
    DataCsvFeatures "data.csv.features" fixed(Columns(|d, columns| d.data.csv.features = Some(columns))), Absent, "columns to predict from; left out: every other column that has a name";
    DataCsvSeparator "data.csv.separator" fixed(word!(Separator, |d, word| d.data.csv.separator = Some(word))), Absent, "what stands between two cells; left out: found from the first lines";
    DataCsvDecimal "data.csv.decimal" fixed(word!(Decimal, |d, word| d.data.csv.decimal = word)), Is("\".\""), "what stands before the fraction of a number";
    DataCsvHeader "data.csv.header" fixed(Flag(|d, flag| d.data.csv.header = flag)), Is("true"), "whether the first line names the columns; if not, they are c0, c1, …";
    DataCsvMissing "data.csv.missing" fixed(Texts(|d, texts| d.data.csv.missing = Some(texts))), Absent, "cells that count as missing; left out: \"\", \"?\", \"NA\", \"N/A\", \"NaN\", \"null\"";
    DataCsvOnMissing "data.csv.on_missing" fixed(word!(OnMissing, |d, word| d.data.csv.on_missing = word)), Is("\"error\""), "what becomes of missing cells";
    DataCsvText "data.csv.text" fixed(word!(OnText, |d, word| d.data.csv.text = word)), Is("\"error\""), "what becomes of features that are words";
    DataGenerator "data.generator" fixed(Section), Absent, "rows made by a formula";
    GeneratorKind "data.generator.kind" fixed(word!(GeneratorKind, |d, kind| d.data.generator.kind = kind)), Required, "the formula";
    GeneratorRows "data.generator.rows" fixed(Whole(1, MOST_ROWS, |d, n| d.data.generator.rows = n)), Is("200"), "how many rows";
    GeneratorNoise "data.generator.noise" fixed(Number(Bounds::NOT_NEGATIVE, |d, x| d.data.generator.noise = x)), Is("0.0"), "standard deviation of the noise";
    GeneratorSlope "data.generator.slope" fixed(Number(Bounds::FINITE, |d, x| d.data.generator.slope = x)), Is("2.0"), "slope of the line";
    GeneratorIntercept "data.generator.intercept" fixed(Number(Bounds::FINITE, |d, x| d.data.generator.intercept = x)), Is("1.0"), "t at x = 0";
    GeneratorInputs "data.generator.inputs" fixed(Whole(1, 10_000, |d, n| d.data.generator.inputs = n)), Is("2"), "number of features";
    GeneratorFactor "data.generator.factor" fixed(Number(Bounds::BETWEEN_0_AND_1, |d, x| d.data.generator.factor = x)), Is("0.5"), "radius of the inner circle, below 1";
    GeneratorCenters "data.generator.centers" fixed(Whole(1, 10_000, |d, n| d.data.generator.centers = n)), Is("3"), "number of classes, each with a centre";
    GeneratorClusterStd "data.generator.cluster_std" fixed(Number(Bounds::NOT_NEGATIVE, |d, x| d.data.generator.cluster_std = x)), Is("1.0"), "standard deviation of a cloud in every direction";
    GeneratorTurns "data.generator.turns" fixed(Number(Bounds::POSITIVE, |d, x| d.data.generator.turns = x)), Is("1.0"), "turns of each arm";
    GeneratorDegree "data.generator.degree" fixed(Whole(0, 1000, |d, n| d.data.generator.degree = n)), Is("4"), "degree of the polynomial";
    DataSeed "data.seed" fixed(Whole(0, i64::MAX, |d, n| d.data.seed = n)), Is("0"), "the generator's stream, and the choice of held-out rows";
    DataStandardize "data.standardize" fixed(Flag(|d, flag| d.data.standardize = flag)), Is("false"), "features to mean 0 and variance 1 over the training rows; a feature that is constant there, up to rounding, becomes 0";
    DataStandardizeTarget "data.standardize_target" fixed(Flag(|d, flag| d.data.standardize_target = flag)), Is("false"), "targets to mean 0 and variance 1 over the training rows: losses are in units of the target's variance";
    DataValidationFraction "data.validation_fraction" fixed(Number(Bounds::SHARE, |d, x| d.data.validation_fraction = x)), Is("0.0"), "share of the rows held out";

    Model "model" fixed(Section), Absent, "the network";
    ModelKind "model.kind" run(word!(ModelKind, |r, kind| r.model.kind = kind)), Is("\"linear\""), "without or with hidden layers";
    ModelHidden "model.hidden" run(Wholes(1, 65_536, |r| &mut r.model.hidden)), Is("[16, 16]"), "width of each hidden layer";
    ModelActivation "model.activation" run(word!(Activation, |r, word| r.model.activation = word)), Is("\"tanh\""), "activation function of the hidden layers";
    ModelBias "model.bias" run(Flag(|r, flag| r.model.bias = flag)), Is("true"), "whether layers have biases";
    ModelParametrization "model.parametrization" run(word!(Parametrization, |r, word| r.model.parametrization = word)), Is("\"standard\""), "where layers have a factor 1/√fan_in";
    ModelGain "model.gain" run(Number(Bounds::FINITE, |r, x| r.model.gain = x)), Is("1.0"), "factor on hidden pre-activations";

    Init "init" fixed(Section), Absent, "where training starts";
    InitScheme "init.scheme" run(word!(Scheme, |r, word| r.init.scheme = word)), Is("\"glorot_uniform\""), "how weights are drawn; biases start at 0";
    InitScale "init.scale" run(Number(Bounds::FINITE, |r, x| r.init.scale = x)), Is("1.0"), "multiplies what the scheme draws";
    InitW "init.w" run(Numbers(Bounds::FINITE, |r, numbers| r.init.w = Some(numbers))), Absent, "starting weight, or one per input, instead of the scheme";
    InitB "init.b" run(Number(Bounds::FINITE, |r, x| r.init.b = Some(x))), Absent, "starting bias";
    InitOffset "init.offset" run(Number(Bounds::FINITE, |r, x| r.init.offset = x)), Is("0.0"), "added once to every weight of the first layer";
    InitFile "init.file" run(Text(|r, text| r.init.file = Some(text))), Absent, "safetensors file with the starting weights, from the config file's folder: `layers.{i}.weight` [out, in] and `layers.{i}.bias` [out]";

    Train "train" fixed(Section), Absent, "how it learns";
    TrainLoss "train.loss" run(word!(Loss, |r, word| r.train.loss = word)), Is("\"half_sse\""), "what is minimised";
    Optimizer "train.optimizer" run(WordOrTable(OptimizerKind::ROWS, |r| r.train.optimizer = Default::default())), Is("\"sgd\""), "the update rule: a word, or a table with kind";
    OptimizerKind "train.optimizer.kind" run(word!(OptimizerKind, |r, kind| r.train.optimizer.kind = kind)), Is("\"sgd\""), "the update rule";
    Momentum "train.optimizer.momentum" run(Number(Bounds::NOT_NEGATIVE, |r, x| r.train.optimizer.momentum = x)), Is("0.0"), "as in torch.optim";
    Dampening "train.optimizer.dampening" run(Number(Bounds::FINITE, |r, x| r.train.optimizer.dampening = x)), Is("0.0"), "as in torch.optim";
    Nesterov "train.optimizer.nesterov" run(Flag(|r, flag| r.train.optimizer.nesterov = flag)), Is("false"), "as in torch.optim: with momentum above 0 and no dampening";
    WeightDecay "train.optimizer.weight_decay" run(Number(Bounds::NOT_NEGATIVE, |r, x| r.train.optimizer.weight_decay = Some(x))), Absent, "as in torch.optim; left out: 0 (adamw: 0.01)";
    LrDecay "train.optimizer.lr_decay" run(Number(Bounds::NOT_NEGATIVE, |r, x| r.train.optimizer.lr_decay = x)), Is("0.0"), "as in torch.optim";
    InitialAccumulator "train.optimizer.initial_accumulator_value" run(Number(Bounds::NOT_NEGATIVE, |r, x| r.train.optimizer.initial_accumulator_value = x)), Is("0.0"), "as in torch.optim";
    Alpha "train.optimizer.alpha" run(Number(Bounds::NOT_NEGATIVE, |r, x| r.train.optimizer.alpha = x)), Is("0.99"), "as in torch.optim";
    Centered "train.optimizer.centered" run(Flag(|r, flag| r.train.optimizer.centered = flag)), Is("false"), "as in torch.optim";
    Betas "train.optimizer.betas" run(Pair(Bounds::SHARE, |r, pair| r.train.optimizer.betas = pair)), Is("[0.9, 0.999]"), "as in torch.optim";
    Amsgrad "train.optimizer.amsgrad" run(Flag(|r, flag| r.train.optimizer.amsgrad = flag)), Is("false"), "as in torch.optim";
    Eps "train.optimizer.eps" run(Number(Bounds::NOT_NEGATIVE, |r, x| r.train.optimizer.eps = Some(x))), Absent, "as in torch.optim; left out: 1e-8 (adagrad: 1e-10)";
    LearningRate "train.learning_rate" run(Numbers(Bounds::NOT_NEGATIVE, |r, numbers| r.train.learning_rate = numbers)), Is("0.02"), "η, or one per layer";
    TrainSteps "train.steps" run(Whole(1, STEPS, |r, n| r.train.steps = n)), Is("500"), "updates at most";
    BatchSize "train.batch_size" run(Whole(0, MOST_ROWS, |r, n| r.train.batch_size = n)), Is("0"), "rows per update; 0: all of them";
    EvaluateEvery "train.evaluate_every" run(Whole(0, STEPS, |r, n| r.train.evaluate_every = n)), Is("0"), "with mini-batches, the training loss is computed at logged steps and every this many steps; 0: once an epoch. With full batches it is known at every step";
    Precision "train.precision" run(word!(Precision, |r, word| r.train.precision = word)), Is("\"f64\""), "what is computed in: [definitions.md](definitions.md#precision)";
    WarmupSteps "train.warmup_steps" run(Whole(0, STEPS, |r, n| r.train.warmup_steps = n)), Is("0"), "updates over which η rises linearly to its value";
    Schedule "train.schedule" run(WordOrTable(ScheduleShape::ROWS, |r| r.train.schedule = Default::default())), Is("\"constant\""), "how η changes: a word, or a table with kind";
    ScheduleKind "train.schedule.kind" run(word!(ScheduleShape, |r, kind| r.train.schedule.kind = kind)), Is("\"constant\""), "how η changes";
    ScheduleWarmupSteps "train.schedule.warmup_steps" run(Whole(0, STEPS, |r, n| r.train.schedule.warmup_steps = n)), Is("0"), "the same as train.warmup_steps";
    StepSize "train.schedule.step_size" run(Whole(1, STEPS, |r, n| r.train.schedule.step_size = Some(n))), Absent, "updates between two drops; left out: a third of the steps";
    Gamma "train.schedule.gamma" run(Number(Bounds::NOT_NEGATIVE, |r, x| r.train.schedule.gamma = Some(x))), Absent, "factor of a drop (left out: 0.1), or of every update (left out: 0.01 over all the steps)";
    CosineAlpha "train.schedule.alpha" run(Number(Bounds::NOT_NEGATIVE, |r, x| r.train.schedule.alpha = x)), Is("0.0"), "share of η that remains";
    PctStart "train.schedule.pct_start" run(Number(Bounds::BETWEEN_0_AND_1, |r, x| r.train.schedule.pct_start = x)), Is("0.3"), "share of the updates in which η rises";
    DivFactor "train.schedule.div_factor" run(Number(Bounds::POSITIVE, |r, x| r.train.schedule.div_factor = x)), Is("25.0"), "η divided by the first rate";
    FinalDivFactor "train.schedule.final_div_factor" run(Number(Bounds::POSITIVE, |r, x| r.train.schedule.final_div_factor = x)), Is("1e4"), "the first rate divided by the last";

    Stop "stop" fixed(Section), Absent, "when a run ends early";
    ConvergedBelow "stop.converged_below" run(Number(Bounds::BELOW_INFINITY, |r, x| r.stop.converged_below = x)), Is("1e-9"), "training loss at or below this: converged; with mini-batches, at a step at which it is computed";
    DivergedFactor "stop.diverged_factor" run(Number(Bounds::FACTOR_OR_INFINITE, |r, x| r.stop.diverged_factor = x)), Is("1e6"), "a loss above this many times the loss at the start, or not finite: diverged; with mini-batches, the loss of each batch is looked at too";
    DivergedAbove "stop.diverged_above" run(Number(Bounds::POSITIVE_OR_INFINITE, |r, x| r.stop.diverged_above = x)), Absent, "a loss above this: diverged as well";
    Patience "stop.patience" run(Table(|r| { r.stop.patience = None; patience(&mut r.stop); })), Absent, "ends a run that no longer improves: plateau";
    PatienceSteps "stop.patience.steps" run(Whole(1, STEPS, |r, n| patience(&mut r.stop).steps = n)), Required, "steps without improvement";
    PatienceMinDelta "stop.patience.min_delta" run(Number(Bounds::NOT_NEGATIVE, |r, x| patience(&mut r.stop).min_delta = x)), Is("0.0"), "an improvement is a loss below the best by more than this";
    Halving "stop.halving" fixed(Section), Absent, "ends poor runs early (successive halving): pruned";
    HalvingMinSteps "stop.halving.min_steps" fixed(Whole(1, STEPS, |d, n| d.halving.min_steps = n)), Required, "steps before a run may be ended";
    HalvingFactor "stop.halving.factor" fixed(Whole(2, 1000, |d, n| d.halving.factor = n)), Is("3"), "at each rung one of this many runs goes on, to this many times the steps";

    Log "log" fixed(Section), Absent, "what is logged";
    CurvePoints "log.curve_points" fixed(Whole(0, STEPS, |d, n| d.log.curve_points = n)), Is("200"), "points per run, log-spaced, the first and the last step always: 2 or more; 0: no curves. Where neither this nor `curve_every` is given, mini-batches of many rows give fewer, since each point takes the loss over all rows: the whole curve ten times as long as the updates at most, but 5 points at least";
    CurveEvery "log.curve_every" fixed(Whole(1, STEPS, |d, n| d.log.curve_every = Some(n))), Absent, "instead of `curve_points`: a point every this many steps";
    LogParameters "log.parameters" fixed(Flag(|d, flag| d.log.parameters = flag)), Is("true"), "also log the parameters (models of at most 16)";
    LogTrainability "log.trainability" fixed(Flag(|d, flag| d.log.trainability = flag)), Is("false"), "also compute the trainability measure";
    LogBatchLoss "log.batch_loss" fixed(Flag(|d, flag| d.log.batch_loss = flag)), Is("false"), "with mini-batches, also log the loss of the batch that makes the next update";
    SharpnessEvery "log.sharpness_every" fixed(Whole(1, STEPS, |d, n| d.log.sharpness_every = n)), Absent, "also log the sharpness, λmax of the loss's Hessian, every this many steps: [sharpness.md](sharpness.md)";

    Sweep "sweep" fixed(Section), Absent, "which runs there are";
    SweepMethod "sweep.method" fixed(word!(MethodKind, |d, word| d.sweep.method = word)), Is("\"grid\""), "how values are combined";
    SweepSamples "sweep.samples" fixed(Whole(1, i64::MAX, |d, n| d.sweep.samples = Some(n))), Absent, "number of runs of random and sobol";
    SweepZip "sweep.zip" fixed(Groups(|d, groups| d.sweep.zip = groups)), Absent, "groups of parameters that advance together";
    SweepParameters "sweep.parameters" fixed(Axes), Absent, "what varies";

    Report "report" fixed(Section), Absent, "what runs are judged by, and what charts show";
    ReportObjective "report.objective" fixed(word!(EngineMetric, |d, word| d.report.objective = Some(word))), Absent, "what the engine's runs are judged by; left out: `val_loss` where rows are held out, else `loss`. For a program: `program.objective`";
    ReportRate "report.rate" fixed(Text(|d, text| d.report.rate = Some(text))), Absent, "the swept parameter that plays the part of η; left out: `train.learning_rate`; of a program `lr`, `learning_rate`, `eta`, or a name that ends so";
    ReportX "report.x" fixed(Text(|d, text| d.report.x = Some(text))), Absent, "a parameter along the bottom; left out: chosen from the sweep";
    ReportY "report.y" fixed(Text(|d, text| d.report.y = Some(text))), Absent, "a parameter up the side; left out: chosen from the sweep";
    ReportColor "report.color" fixed(Text(|d, text| d.report.color = Some(text))), Absent, "a parameter or a column of `runs.csv` as colour; left out: chosen from the sweep";
    ReportFacet "report.facet" fixed(Text(|d, text| d.report.facet = Some(text))), Absent, "a parameter with a panel for each of its values, nine at most; left out: chosen from the sweep. The page can show them one by one";
}

impl From<Key> for u8 {
    fn from(key: Key) -> u8 {
        key as u8
    }
}

impl Key {
    pub fn row(self) -> &'static KeyRow {
        &ROWS[self as usize]
    }

    pub fn path(self) -> &'static str {
        self.row().path
    }

    /// The allowed values, in words.
    pub fn allowed(self) -> String {
        match &self.row().destination {
            Destination::Run(of) => of.allowed(),
            Destination::Fixed(of) => of.allowed(),
        }
    }

    pub fn is_required(self) -> bool {
        self.row().default == DefaultValue::Required
    }

    /// The last part of its path.
    pub fn name(self) -> &'static str {
        self.path().rsplit('.').next().unwrap_or(self.path())
    }

    /// The table in which it stands; `None` at the top.
    pub fn table(self) -> Option<Key> {
        let (table, _) = self.path().rsplit_once('.')?;
        Key::of(table)
    }

    /// The key at a path.
    pub fn of(path: &str) -> Option<Key> {
        Key::ALL.iter().copied().find(|key| key.path() == path)
    }

    /// The key at a path. A path into a list (`train.learning_rate.0`) gives the list's key and the index.
    pub fn find(path: &str) -> Option<(Key, Option<usize>)> {
        if let Some(key) = Key::of(path) {
            return Some((key, None));
        }
        let (list, index) = path.rsplit_once('.')?;
        let index = index.parse().ok().filter(|i: &usize| i.to_string() == index)?;
        let key = Key::of(list).filter(|key| key.is_list())?;
        Some((key, Some(index)))
    }

    /// Whether it holds whole numbers, one or a list of them.
    pub fn is_whole(self) -> bool {
        match &self.row().destination {
            Destination::Run(of) => of.is_whole() || of.element().is_some_and(|one| one.is_whole()),
            Destination::Fixed(of) => of.is_whole() || of.element().is_some_and(|one| one.is_whole()),
        }
    }

    /// Whether its elements can be set one by one.
    fn is_list(self) -> bool {
        match &self.row().destination {
            Destination::Run(of) => of.element().is_some(),
            Destination::Fixed(of) => of.element().is_some(),
        }
    }

    /// Whether it is a table that is a part of the spec, not a value.
    pub fn is_section(self) -> bool {
        matches!(&self.row().destination, Destination::Fixed(Type::Section | Type::Axes))
    }

    /// Whether its only value is a table of keys.
    pub fn is_plain_table(self) -> bool {
        match &self.row().destination {
            Destination::Run(of) => matches!(of, Type::Table(_)),
            Destination::Fixed(of) => matches!(of, Type::Section),
        }
    }

    /// Whether a table at this key has keys of its own.
    pub fn has_keys(self) -> bool {
        match &self.row().destination {
            Destination::Run(of) => of.is_table(),
            Destination::Fixed(of) => of.is_table(),
        }
    }

    /// Whether a sweep can vary it, or a key below it.
    pub fn is_swept(self) -> bool {
        let is_run = |key: Key| matches!(key.row().destination, Destination::Run(_));
        is_run(self) || self.below().any(is_run)
    }

    /// The keys of its table, itself included.
    pub fn siblings(self) -> impl Iterator<Item = Key> {
        let table = self.table();
        Key::ALL.iter().copied().filter(move |key| key.table() == table)
    }

    /// The keys below it, if it is a table.
    pub fn below(self) -> impl Iterator<Item = Key> {
        let is_below = move |key: &Key| key.path().strip_prefix(self.path()).is_some_and(|rest| rest.starts_with('.'));
        Key::ALL.iter().copied().filter(is_below)
    }
}

impl KeySet {
    /// The keys of it, in the order of the table.
    pub fn keys(self) -> impl Iterator<Item = Key> {
        Key::ALL.iter().copied().filter(move |key| self.has(*key))
    }

    /// Adds a key and the tables around it.
    pub fn give(&mut self, key: Key) {
        self.insert(key);
        let mut inner = key;
        while let Some(table) = inner.table() {
            self.insert(table);
            inner = table;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_there_once_and_its_table_before_it() {
        assert!(Key::ALL.len() <= 128, "a set of keys has 128 bits");
        for (i, key) in Key::ALL.iter().enumerate() {
            assert!(Key::ALL[..i].iter().all(|other| other.path() != key.path()), "{}", key.path());
            if let Some((table, _)) = key.path().rsplit_once('.') {
                assert!(Key::ALL[..i].iter().any(|other| other.path() == table), "{}", key.path());
            }
        }
    }

    #[test]
    fn lists_have_indexed_paths() {
        assert_eq!(Key::find("train.learning_rate.2"), Some((Key::LearningRate, Some(2))));
        assert!(Key::find("train.steps.0").is_none());
        assert!(Key::find("train.learning_rate.+1").is_none());
    }
}
