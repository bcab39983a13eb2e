//! The words of a config, one table for each enum: its variants, the word for each, what each means.
//!
//! A variant without a row does not compile. Reading, errors and `docs/config.md` use these tables.

use etascape_core::{Activation, Loss, Parametrization, Precision, Scheme};

use super::report::EngineMetric;
use crate::data::{Decimal, OnMissing, OnText, Separator};

/// A word that a key can hold.
#[derive(Debug, PartialEq)]
pub(crate) struct WordRow {
    pub word: &'static str,
    /// Its meaning, for documentation.
    pub meaning: &'static str,
}

impl WordRow {
    /// The word as messages and documentation show it: in quotes where it is a mark.
    pub fn shown(&self) -> String {
        let is_mark = !self.word.starts_with(|c: char| c.is_ascii_alphanumeric());
        if is_mark { format!("{:?}", self.word) } else { self.word.to_string() }
    }
}

/// An enum whose variants have words in a config.
pub(crate) trait Word: Copy + PartialEq + 'static {
    /// Its variants.
    const ALL: &'static [Self];
    /// The words for them, in the same order.
    const ROWS: &'static [WordRow];

    fn word(self) -> &'static str;
}

/// Gives an enum its table of words.
macro_rules! words {
    ($enum:ident: $($variant:ident $word:literal $meaning:literal)+) => {
        impl Word for $enum {
            const ALL: &'static [$enum] = &[$($enum::$variant),+];
            const ROWS: &'static [WordRow] = &[$(WordRow { word: $word, meaning: $meaning }),+];

            fn word(self) -> &'static str {
                match self {
                    $($enum::$variant => $word),+
                }
            }
        }
    };
}

/// The word for a loss.
pub fn loss_name(loss: Loss) -> &'static str {
    loss.word()
}

/// How the values of parameters are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum MethodKind {
    #[default]
    Grid,
    Random,
    Sobol,
}

/// Where a program's metrics come from, where one word says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum MetricsKind {
    #[default]
    Auto,
    Stdout,
}

/// Which folders of a program's runs are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeptRuns {
    /// All.
    #[default]
    All,
    /// Those of runs that failed, timed out, or have no value of the objective.
    Failed,
}

/// Whether a network has hidden layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ModelKind {
    #[default]
    Linear,
    Mlp,
}

/// The update rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum OptimizerKind {
    #[default]
    Sgd,
    Adagrad,
    RmsProp,
    Adam,
    AdamW,
}

/// How the learning rate changes over a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ScheduleShape {
    #[default]
    Constant,
    Step,
    Exponential,
    Cosine,
    OneCycle,
}

/// The formula of generated rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum GeneratorKind {
    #[default]
    Line,
    Gaussian,
    Moons,
    Circles,
    Blobs,
    Spirals,
    Xor,
    Chebyshev,
}

words! { MethodKind:
    Grid "grid" "every combination of the values; the last-named parameter varies fastest"
    Random "random" "values drawn independently"
    Sobol "sobol" "points of an Owen-scrambled Sobol sequence (Burley 2020)"
}

words! { MetricsKind:
    Auto "auto" "whatever the program prints on stdout and stderr; where that has not the objective, a file that it wrote"
    Stdout "stdout" "lines of JSON on stdout"
}

words! { KeptRuns:
    All "all" "those of all runs"
    Failed "failed" "those of runs that failed, timed out or gave no objective: of the others the journal and the tables are enough"
}

words! { Separator:
    Comma "," "a comma"
    Semicolon ";" "a semicolon"
    Tab "\t" "a tab"
    Bar "|" "a bar"
    Blanks " " "one or more blanks or tabs"
}

words! { Decimal:
    Point "." "1.5; a comma groups thousands, 1,234.5, and if this key is given also in 1,234"
    Comma "," "1,5; a point groups thousands: 1.234,5, 1.234"
}

words! { OnMissing:
    Error "error" "a missing cell is an error"
    Drop "drop" "rows with a missing cell in a used column are dropped"
    Mean "mean" "a missing feature gets its mean over the training rows; rows without a target are dropped"
}

words! { OnText:
    Error "error" "a word is an error"
    OneHot "one_hot" "a column of words becomes a column of 0 and 1 for each word: `sex=male`"
}

words! { ModelKind:
    Linear "linear" "no hidden layer: `y = W x + b`"
    Mlp "mlp" "hidden layers, as wide as `model.hidden` says"
}

words! { Activation:
    Tanh "tanh" "tanh z"
    Relu "relu" "max(0, z)"
    Sigmoid "sigmoid" "1 / (1 + e⁻ᶻ)"
    Gelu "gelu" "z Φ(z), with the exact normal distribution function Φ"
    Softplus "softplus" "ln(1 + eᶻ)"
    Identity "identity" "z: a deep linear network"
}

words! { Parametrization:
    Standard "standard" "no factors"
    Ntk "ntk" "each layer × 1/√fan_in"
    MeanField "mean_field" "as `ntk`, and the output × 1/√fan_in again"
}

words! { Scheme:
    Zeros "zeros" "0"
    Normal "normal" "normal, mean 0, variance 1"
    Uniform "uniform" "uniform on [−1, 1]"
    GlorotUniform "glorot_uniform" "uniform on [−a, a], a = √(6/(fan_in + fan_out)) (Glorot & Bengio 2010)"
    GlorotNormal "glorot_normal" "normal, variance 2/(fan_in + fan_out) (Glorot & Bengio 2010)"
    HeUniform "he_uniform" "uniform on [−a, a], a = √(6/fan_in) (He et al. 2015)"
    HeNormal "he_normal" "normal, variance 2/fan_in (He et al. 2015)"
    LecunNormal "lecun_normal" "normal, variance 1/fan_in (LeCun et al. 1998)"
    Orthogonal "orthogonal" "orthonormal rows or columns, whichever are fewer (Saxe et al. 2014)"
}

words! { Loss:
    HalfSse "half_sse" "½ Σ (t − y)²: a sum, not a mean"
    Mse "mse" "1/n Σ (t − y)²"
    Mae "mae" "1/n Σ |t − y|"
    Huber "huber" "1/n Σ h(y − t), h(r) = ½r² for |r| ≤ 1, else |r| − ½"
    Bce "bce" "binary cross-entropy of a logit; two classes"
    CrossEntropy "cross_entropy" "cross-entropy of the softmax of a logit for each class"
}

words! { Precision:
    F64 "f64" "64 bits: 15 to 17 digits"
    F32 "f32" "32 bits: 6 to 9 digits, and about twice as many runs at once"
}

words! { OptimizerKind:
    Sgd "sgd" "gradient descent, with `momentum` if given"
    Adagrad "adagrad" "steps shrink with the sum of the squared gradients"
    RmsProp "rmsprop" "as `adagrad`, with a moving average of the squares"
    Adam "adam" "moving averages of the gradient and of its square"
    AdamW "adamw" "as `adam`, with decoupled weight decay"
}

words! { ScheduleShape:
    Constant "constant" "η stays the same"
    Step "step" "η drops by a factor every so many updates"
    Exponential "exponential" "η drops by a factor at every update"
    Cosine "cosine" "η falls along half a cosine"
    OneCycle "one_cycle" "η rises along half a cosine, then falls (Smith & Topin 2018)"
}

words! { GeneratorKind:
    Line "line" "x evenly on [−1, 1], t = slope · x + intercept + noise"
    Gaussian "gaussian" "features and target are normal: nothing to learn but the rows themselves"
    Moons "moons" "two half circles, one for each class"
    Circles "circles" "two circles, one within the other"
    Blobs "blobs" "a normal cloud for each class"
    Spirals "spirals" "two spirals, one for each class"
    Xor "xor" "class 1 where exactly one of two features is above 0"
    Chebyshev "chebyshev" "x evenly on [−1, 1], t = the Chebyshev polynomial of x"
}

words! { EngineMetric:
    Loss "loss" "the training loss"
    ValLoss "val_loss" "the loss over the held-out rows"
    Accuracy "accuracy" "the share of training rows whose class is found; maximised"
    ValAccuracy "val_accuracy" "the share of held-out rows whose class is found; maximised"
}

impl EngineMetric {
    /// All of them.
    pub fn all() -> impl Iterator<Item = EngineMetric> {
        EngineMetric::ALL.iter().copied()
    }

    /// Its column in `curves.csv`.
    pub fn name(self) -> &'static str {
        self.word()
    }

    /// The metric with a column in `curves.csv`, if it is one of the engine's.
    pub fn of_column(name: &str) -> Option<EngineMetric> {
        EngineMetric::all().find(|metric| metric.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree<W: Word + std::fmt::Debug>() {
        assert_eq!(W::ALL.len(), W::ROWS.len());
        for (variant, row) in W::ALL.iter().zip(W::ROWS) {
            assert_eq!(variant.word(), row.word);
            assert_eq!(W::ROWS.iter().filter(|other| other.word == row.word).count(), 1, "{}", row.word);
        }
    }

    #[test]
    fn every_variant_has_one_word() {
        agree::<MethodKind>();
        agree::<KeptRuns>();
        agree::<MetricsKind>();
        agree::<Separator>();
        agree::<Decimal>();
        agree::<OnMissing>();
        agree::<OnText>();
        agree::<ModelKind>();
        agree::<Activation>();
        agree::<Parametrization>();
        agree::<Scheme>();
        agree::<Loss>();
        agree::<Precision>();
        agree::<OptimizerKind>();
        agree::<ScheduleShape>();
        agree::<GeneratorKind>();
        agree::<EngineMetric>();
    }
}
