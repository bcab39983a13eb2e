//! The environment variables of a run's process.

use crate::error::ConfigError;
use crate::spec::parameter::Parameter;
use crate::spec::source::Source;

/// Variables that etascape sets in every process.
pub(crate) const PARAMETERS: &str = "ETASCAPE_PARAMETERS";
pub(crate) const RUN_ID: &str = "ETASCAPE_RUN_ID";
/// Marks the processes of a sweep.
pub(crate) const MARK: &str = "ETASCAPE_SWEEP";

/// Without it, Python holds its output back, and no rule can see it.
const UNBUFFERED: &str = "PYTHONUNBUFFERED";
/// Most numerical libraries use it where their own variable is not set.
const OPEN_MP: &str = "OMP_NUM_THREADS";
/// How many threads a library starts, by their own variables.
const OTHER_THREADS: [&str; 7] = [
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
];

/// The environment variable of a parameter.
pub(crate) fn variable(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("ETASCAPE_{}", name.chars().map(plain).collect::<String>())
}

/// Checks that every parameter has an environment variable of its own, and none of etascape's.
pub(super) fn check_variables(source: &Source, parameters: &[Parameter]) -> Result<(), ConfigError> {
    for (place, parameter) in parameters.iter().enumerate() {
        let name = variable(&parameter.path);
        let other = parameters[..place].iter().find(|other| variable(&other.path) == name);
        let taken = other.map(|other| format!("{} gives {name} too", other.path));
        let is_ours = [PARAMETERS, RUN_ID, MARK].contains(&name.as_str());
        if let Some(message) = taken.or_else(|| is_ours.then(|| format!("{name} is taken"))) {
            return Err(source.problem(parameter.span, &parameter.path, message).into());
        }
    }
    Ok(())
}

/// The variables that a process gets where its user has not set them: Python's output is not held back, and libraries
/// start so many threads that all processes together have one per processor. Where `OMP_NUM_THREADS` is set, the user
/// has chosen, and no number of threads is set.
pub(super) fn defaults(
    processors: usize,
    parallel: usize,
    is_set: impl Fn(&str) -> bool,
) -> Vec<(&'static str, String)> {
    let threads = (processors / parallel.max(1)).max(1);
    let of_threads = [OPEN_MP].into_iter().chain(OTHER_THREADS).filter(|_| !is_set(OPEN_MP));
    let all = [(UNBUFFERED, "1".to_string())].into_iter().chain(of_threads.map(|name| (name, threads.to_string())));
    all.filter(|(name, _)| !is_set(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_upper_case() {
        assert_eq!(variable("lr.first-layer"), "ETASCAPE_LR_FIRST_LAYER");
    }

    #[test]
    fn what_the_user_has_set_is_left() {
        let names = |set: &'static [&str]| {
            let defaults = defaults(8, 3, |name| set.contains(&name));
            assert!(defaults.iter().all(|(name, value)| value == if *name == UNBUFFERED { "1" } else { "2" }));
            defaults.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(&[])[..2], [UNBUFFERED, OPEN_MP]);
        assert_eq!(names(&[]).len(), 9);
        assert_eq!(names(&[OPEN_MP]), [UNBUFFERED]);
        assert!(!names(&["MKL_NUM_THREADS"]).contains(&"MKL_NUM_THREADS"));
        assert_eq!(names(&[UNBUFFERED]).len(), 8);
    }
}
