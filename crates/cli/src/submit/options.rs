//! The options behind `--`, which go to sbatch.

use crate::refusal::Refusal;

/// Refuses options of sbatch that are etascape's to give, in all ways in which sbatch reads them, and a script in their place.
pub fn refuse_options(options: &[String]) -> Result<(), Refusal> {
    // sbatch takes the start of a long option for it where no other one starts so, and a short one with its value in one word.
    let is_long = |word: &str, start: &str, option: &str| {
        let name = word.split('=').next().unwrap_or(word);
        name.starts_with(start) && option.starts_with(name)
    };
    let is_array = |word: &String| word.starts_with("-a") || is_long(word, "--ar", "--array");
    let is_wrap = |word: &String| is_long(word, "--wr", "--wrap");
    if options.iter().any(is_array) {
        return Err(Refusal("etascape makes the job array: --shards and --at-most take the place of --array".into()));
    }
    if options.iter().any(is_wrap) {
        return Err(Refusal("etascape writes the batch script: it takes no --wrap".into()));
    }
    match options.first().filter(|word| !word.starts_with('-')) {
        Some(word) => Err(Refusal(format!("`{word}` is no option of sbatch, and etascape writes the batch script"))),
        None => Ok(()),
    }
}
