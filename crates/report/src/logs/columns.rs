//! The columns of a sweep's tables.

/// The optional columns of a sweep's tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The swept parameters by dotted path, in plan order.
    pub swept: Vec<String>,
    /// Whether the trainability measure is computed.
    pub trainability: bool,
    /// Whether rows are held out.
    pub val_loss: bool,
    /// Whether targets are classes.
    pub accuracy: bool,
    /// Whether targets are classes and rows held out.
    pub val_accuracy: bool,
    /// Whether curves have the losses of mini-batches.
    pub batch_loss: bool,
    /// Whether curves have the sharpness.
    pub sharpness: bool,
    /// The names of the logged parameters (`w`, `b` …), empty where they are not logged.
    pub parameters: Vec<String>,
    /// Whether curves are logged.
    pub curves: bool,
    /// Whether there is a column with the reason for pruning.
    pub reason: bool,
}

impl Columns {
    /// The head of `runs.csv`.
    pub fn of_runs(&self) -> Vec<&str> {
        let mut names = vec!["run_id"];
        names.extend(self.swept.iter().map(String::as_str));
        names.extend(["status", "steps", "initial_loss", "final_loss", "min_loss"]);
        names.extend(self.trainability.then_some("trainability"));
        names.extend(self.metrics());
        names.extend(self.parameters.iter().map(String::as_str));
        names.extend(self.reason.then_some("reason"));
        names
    }

    /// The head of `curves.csv`.
    pub fn of_curves(&self) -> Vec<&str> {
        let mut names = vec!["run_id", "step", "loss"];
        names.extend(self.metrics());
        names.extend(self.batch_loss.then_some("batch_loss"));
        names.extend(self.sharpness.then_some("sharpness"));
        names.extend(self.parameters.iter().map(String::as_str));
        names
    }

    fn metrics(&self) -> impl Iterator<Item = &str> {
        [(self.val_loss, "val_loss"), (self.accuracy, "accuracy"), (self.val_accuracy, "val_accuracy")]
            .into_iter()
            .filter_map(|(exists, name)| exists.then_some(name))
    }
}
