//! Forecasts of an experiment's runs by the theory of linear models, in numbers and words. The page, the terminal and
//! `explain` use them.

mod forecasts;
#[cfg(test)]
mod tests;
mod words;

pub use forecasts::{End, RunForecast, Start, Theory};
pub use words::{Example, HEAD, UNPREDICTED, WHY, at, ending, extremes, regions};
