//! What a results folder is about: the little of an experiment that its tables do not say.

/// How the values of a swept parameter are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    Linear,
    /// Evenly in the logarithm.
    Log,
    /// They are names, or a few chosen values.
    Categories,
}

/// A parameter that the sweep varied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweptParameter {
    /// Dotted path, which is its column in `runs.csv`.
    pub path: String,
    /// How its values are spread.
    pub scale: Scale,
}

/// What `[report]` asks for; `None` leaves the choice to the sweep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The parameter across.
    pub x: Option<String>,
    /// The parameter up, in the heat map.
    pub y: Option<String>,
    /// What colour shows: a parameter on lines, another column of numbers in the heat map.
    pub color: Option<String>,
}

/// The output of a model of one input at x, from its parameters in the network's order.
pub type Predict = Box<dyn Fn(&[f64], f64) -> f64 + Send + Sync>;

/// What it takes to draw the fit of a model of one input.
pub struct FitInput {
    /// The rows: input and target.
    pub points: Vec<(f64, f64)>,
    /// The input's name.
    pub x_name: String,
    /// The target's name.
    pub target_name: String,
    /// The columns of the logged parameters, in the network's order.
    pub parameters: Vec<String>,
    /// The model.
    pub predict: Predict,
}

/// What a results folder is about.
#[derive(Default)]
pub struct Subject {
    /// The experiment's name.
    pub name: String,
    /// What it asks, in the words of its author; may be empty.
    pub description: String,
    /// The swept parameters, in plan order.
    pub parameters: Vec<SweptParameter>,
    /// The learning rate above which gradient descent cannot converge, 2/λmax, where theory knows it.
    pub theory_limit: Option<f64>,
    /// The fit, for models of one input whose parameters are logged.
    pub fit: Option<FitInput>,
    /// What `[report]` asks for.
    pub choice: Choice,
}
