//! Which keys have an effect beside the others.

use super::key_set::KeySet;
use super::keys::Key;
use super::run::RunSpec;
use super::word::{GeneratorKind, ModelKind, OptimizerKind, ScheduleShape, Word};

/// A key that has an effect only where another key, the decider, has one of some words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Need {
    /// The other key.
    pub decider: Key,
    /// The word that it holds.
    pub now: &'static str,
    /// The words that it may hold.
    pub words: Vec<&'static str>,
}

/// Why a key has no effect.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NoUse {
    /// Another key does not hold one of the words that it needs.
    Without(Need),
    /// Another key takes its place.
    Beside(Key),
    /// The network has no hidden layer.
    NoHiddenLayers,
    /// Every update takes all rows.
    FullBatches,
}

impl Need {
    /// `model.kind = "linear" or "mlp"`.
    fn in_words(&self) -> String {
        format!("{} = \"{}\"", self.decider.path(), self.words.join("\" or \""))
    }

    /// The problem where the need is not met.
    pub fn message(&self) -> String {
        format!("not a key for {} = \"{}\"", self.decider.path(), self.now)
    }
}

impl NoUse {
    /// The condition under which the key has an effect: `with model.kind = "mlp"`.
    pub fn remedy(&self) -> String {
        match self {
            NoUse::Without(need) => format!("with {}", need.in_words()),
            NoUse::Beside(other) => format!("without {}", other.path()),
            NoUse::NoHiddenLayers => "with a hidden layer".to_string(),
            NoUse::FullBatches => format!("with {} above 0", Key::BatchSize.path()),
        }
    }

    /// The second half of the notice `init.scheme has no effect …`.
    pub fn reason(&self) -> String {
        match self {
            NoUse::Without(need) => format!(": it needs {}", need.in_words()),
            NoUse::Beside(other) => format!(" beside {}", other.path()),
            NoUse::NoHiddenLayers => " without a hidden layer".to_string(),
            NoUse::FullBatches => format!(" without mini-batches: it needs {} above 0", Key::BatchSize.path()),
        }
    }
}

/// The numbers of an optimiser.
pub(crate) fn keys_of_optimizer(kind: OptimizerKind) -> &'static [Key] {
    match kind {
        OptimizerKind::Sgd => &[Key::Momentum, Key::Dampening, Key::Nesterov, Key::WeightDecay],
        OptimizerKind::Adagrad => &[Key::LrDecay, Key::InitialAccumulator, Key::Eps, Key::WeightDecay],
        OptimizerKind::RmsProp => &[Key::Alpha, Key::Eps, Key::Momentum, Key::Centered, Key::WeightDecay],
        OptimizerKind::Adam | OptimizerKind::AdamW => &[Key::Betas, Key::Eps, Key::Amsgrad, Key::WeightDecay],
    }
}

/// The numbers of a schedule, except the warm-up, which all have.
pub(crate) fn keys_of_schedule(kind: ScheduleShape) -> &'static [Key] {
    match kind {
        ScheduleShape::Constant => &[],
        ScheduleShape::Step => &[Key::StepSize, Key::Gamma],
        ScheduleShape::Exponential => &[Key::Gamma],
        ScheduleShape::Cosine => &[Key::CosineAlpha],
        ScheduleShape::OneCycle => &[Key::PctStart, Key::DivFactor, Key::FinalDivFactor],
    }
}

/// The numbers of a formula, except the rows, which all have.
pub(crate) fn keys_of_generator(kind: GeneratorKind) -> &'static [Key] {
    match kind {
        GeneratorKind::Line => &[Key::GeneratorSlope, Key::GeneratorIntercept, Key::GeneratorNoise],
        GeneratorKind::Gaussian => &[Key::GeneratorInputs],
        GeneratorKind::Moons | GeneratorKind::Xor => &[Key::GeneratorNoise],
        GeneratorKind::Circles => &[Key::GeneratorNoise, Key::GeneratorFactor],
        GeneratorKind::Blobs => &[Key::GeneratorInputs, Key::GeneratorCenters, Key::GeneratorClusterStd],
        GeneratorKind::Spirals => &[Key::GeneratorNoise, Key::GeneratorTurns],
        GeneratorKind::Chebyshev => &[Key::GeneratorDegree],
    }
}

/// The keys that are for one kind of model.
pub(crate) fn keys_of_model(kind: ModelKind) -> &'static [Key] {
    match kind {
        ModelKind::Linear => &[Key::InitW, Key::InitB],
        ModelKind::Mlp => &[Key::ModelHidden, Key::ModelActivation, Key::ModelGain],
    }
}

/// Why a key has no effect, if each word of its decider has keys of its own and `now` is not one of the key's words.
fn unmet<W: Word>(now: W, keys: fn(W) -> &'static [Key], decider: Key, key: Key) -> Option<NoUse> {
    if keys(now).contains(&key) {
        return None;
    }
    let takers = W::ALL.iter().filter(|word| keys(**word).contains(&key));
    let words: Vec<&'static str> = takers.map(|word| word.word()).collect();
    (!words.is_empty()).then(|| NoUse::Without(Need { decider, now: now.word(), words }))
}

/// The first missing key. Keys are required only in tables that are given.
pub(crate) fn missing(given: KeySet) -> Option<Key> {
    let is_wanted = |key: &Key| key.is_required() && key.table().is_none_or(|table| given.has(table));
    Key::ALL.iter().copied().find(|key| is_wanted(key) && !given.has(*key))
}

/// Like [`missing`], for the keys that a sweep can vary.
pub(crate) fn missing_in_run(given: KeySet) -> Option<Key> {
    const TABLES: [(Key, Key); 1] = [(Key::Patience, Key::PatienceSteps)];
    TABLES.into_iter().find(|(table, key)| given.has(*table) && !given.has(*key)).map(|(_, key)| key)
}

/// Whether a key is an error where it has no effect. Keys of hidden layers are not: they have an effect once there is one.
pub(crate) fn is_strict(key: Key) -> bool {
    !keys_of_model(ModelKind::Mlp).contains(&key)
}

/// Why a key of generated rows has no effect with a formula; `None` where it has one.
pub(crate) fn no_use_in_data(kind: GeneratorKind, key: Key) -> Option<NoUse> {
    unmet(kind, keys_of_generator, Key::GeneratorKind, key)
}

impl RunSpec {
    /// Why a key has no effect beside the others; `None` where it has one. `swept` are keys that a sweep gives and that are
    /// not in the spec.
    pub fn no_use(&self, key: Key, swept: KeySet) -> Option<NoUse> {
        let given = self.given.or(swept);
        match key {
            Key::InitScheme | Key::InitScale => {
                let replacing: &[Key] = match self.model.kind {
                    ModelKind::Linear => &[Key::InitFile, Key::InitW],
                    ModelKind::Mlp => &[Key::InitFile],
                };
                replacing.iter().find(|other| given.has(**other)).map(|other| NoUse::Beside(*other))
            }
            Key::EvaluateEvery => (self.train.batch_size == 0).then_some(NoUse::FullBatches),
            _ => unmet(self.model.kind, keys_of_model, Key::ModelKind, key)
                .or_else(|| unmet(self.train.optimizer.kind, keys_of_optimizer, Key::OptimizerKind, key))
                .or_else(|| unmet(self.train.schedule.kind, keys_of_schedule, Key::ScheduleKind, key))
                .or_else(|| self.without_hidden_layers(key)),
        }
    }

    fn without_hidden_layers(&self, key: Key) -> Option<NoUse> {
        let is_idle = matches!(key, Key::ModelActivation | Key::ModelGain) && self.model.hidden.is_empty();
        is_idle.then_some(NoUse::NoHiddenLayers)
    }

    /// The first key that is given where it is not allowed.
    pub fn first_misplaced(&self) -> Option<(Key, Need)> {
        self.given.keys().filter(|key| is_strict(*key)).find_map(|key| match self.no_use(key, KeySet::default()) {
            Some(NoUse::Without(need)) => Some((key, need)),
            _ => None,
        })
    }

    /// The names of the keys in the same table that have an effect.
    pub fn usable_beside(&self, key: Key) -> Vec<&'static str> {
        key.siblings().filter(|other| self.no_use(*other, KeySet::default()).is_none()).map(Key::name).collect()
    }

    /// The keys that are given and have no effect.
    pub fn unused(&self, swept: KeySet) -> KeySet {
        let mut unused = KeySet::default();
        self.given.keys().filter(|key| self.no_use(*key, swept).is_some()).for_each(|key| unused.insert(key));
        unused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_that_a_table_of_a_run_needs_is_known() {
        let needed = Key::ALL.iter().filter(|key| key.is_required() && key.is_swept());
        for key in needed {
            let mut given = KeySet::default();
            given.insert(key.table().unwrap());
            assert_eq!(missing_in_run(given), Some(*key));
        }
    }

    /// The keys of a table that are for some of its kinds are in the list of at least one.
    #[test]
    fn every_number_of_a_kind_belongs_to_one() {
        fn taken<W: Word>(keys: fn(W) -> &'static [Key], key: Key) -> bool {
            W::ALL.iter().any(|word| keys(*word).contains(&key))
        }
        for key in Key::Optimizer.below().filter(|key| *key != Key::OptimizerKind) {
            assert!(taken(keys_of_optimizer, key), "{}", key.path());
        }
        for key in Key::Schedule.below() {
            let of_all = [Key::ScheduleKind, Key::ScheduleWarmupSteps].contains(&key);
            assert!(of_all || taken(keys_of_schedule, key), "{}", key.path());
        }
        for key in Key::DataGenerator.below() {
            let of_all = [Key::GeneratorKind, Key::GeneratorRows].contains(&key);
            assert!(of_all || taken(keys_of_generator, key), "{}", key.path());
        }
    }
}
