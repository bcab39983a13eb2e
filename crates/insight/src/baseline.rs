//! What the best constant output comes to: a run that does no better has learned nothing of its inputs.

use etascape_core::{Data, Loss, Rows};
use serde::{Deserialize, Serialize};

use crate::statistics::median;

/// The metrics of a model whose output does not depend on its input, the best such model for the training rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// The loss over the training rows.
    pub loss: f64,
    /// The loss over the held-out rows; `None` where there are none, or it is not finite.
    pub val_loss: Option<f64>,
    /// The share of training rows in the most frequent class, where targets are classes.
    pub accuracy: Option<f64>,
    /// The share of held-out rows in that class.
    pub val_accuracy: Option<f64>,
}

impl Baseline {
    /// The baseline of a loss on some data, which hold at least one training row.
    pub fn of(loss: Loss, data: &Data) -> Baseline {
        let constant = Constant::of(loss, &data.train);
        let held_out = Some(&data.validation).filter(|rows| !rows.is_empty());
        let share = |rows: &Rows| constant.share(rows).filter(|_| loss.is_classification());
        Baseline {
            loss: constant.loss(loss, &data.train),
            val_loss: held_out.map(|rows| constant.loss(loss, rows)).filter(|loss| loss.is_finite()),
            accuracy: share(&data.train),
            val_accuracy: held_out.and_then(share),
        }
    }

    /// The metric with a name, of the engine's.
    pub fn metric(&self, metric: &str) -> Option<f64> {
        match metric {
            "loss" => Some(self.loss),
            "val_loss" => self.val_loss,
            "accuracy" => self.accuracy,
            "val_accuracy" => self.val_accuracy,
            _ => None,
        }
    }
}

/// A constant output.
enum Constant {
    /// A number.
    Number(f64),
    /// The probability of each class.
    Classes(Vec<f64>),
}

impl Constant {
    /// The output with the least loss over some rows: their mean, their median, where the slopes of `huber` are in balance,
    /// or how frequent their classes are.
    fn of(loss: Loss, rows: &Rows) -> Constant {
        let mean = || rows.targets.iter().sum::<f64>() / rows.len() as f64;
        match loss {
            Loss::HalfSse | Loss::Mse => Constant::Number(mean()),
            Loss::Mae => Constant::Number(median(rows.targets.clone()).unwrap_or(f64::NAN)),
            Loss::Huber => Constant::Number(balance(&rows.targets)),
            Loss::Bce => Constant::Classes(vec![1.0 - mean(), mean()]),
            Loss::CrossEntropy => {
                let classes = rows.targets.iter().fold(0.0, |most: f64, &class| most.max(class)) as usize + 1;
                let mut counts = vec![0.0; classes];
                rows.targets.iter().for_each(|&class| counts[class as usize] += 1.0);
                Constant::Classes(counts.into_iter().map(|count| count / rows.len() as f64).collect())
            }
        }
    }

    /// Its loss over some rows.
    fn loss(&self, loss: Loss, rows: &Rows) -> f64 {
        let sum: f64 = rows.targets.iter().map(|&target| self.term(loss, target)).sum();
        if loss == Loss::HalfSse { sum } else { sum / rows.len() as f64 }
    }

    fn term(&self, loss: Loss, target: f64) -> f64 {
        // 0 · ln 0 is 0.
        let part = |weight: f64, share: f64| if weight == 0.0 { 0.0 } else { -weight * libm::log(share) };
        match self {
            Constant::Classes(shares) if loss == Loss::Bce => part(target, shares[1]) + part(1.0 - target, shares[0]),
            Constant::Classes(shares) => part(1.0, shares.get(target as usize).copied().unwrap_or(0.0)),
            Constant::Number(output) => {
                let residual = (output - target).abs();
                match loss {
                    Loss::HalfSse => 0.5 * residual * residual,
                    Loss::Mse => residual * residual,
                    Loss::Huber if residual <= 1.0 => 0.5 * residual * residual,
                    Loss::Huber => residual - 0.5,
                    _ => residual,
                }
            }
        }
    }

    /// The share of rows whose class is the most frequent one of the training rows.
    fn share(&self, rows: &Rows) -> Option<f64> {
        let Constant::Classes(shares) = self else { return None };
        let most = (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b]))? as f64;
        Some(rows.targets.iter().filter(|&&class| class == most).count() as f64 / rows.len() as f64)
    }
}

/// The number at which the slopes `clamp(number − target, −1, 1)` add up to 0, by halving.
fn balance(targets: &[f64]) -> f64 {
    const HALVINGS: usize = 100;
    let least = targets.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = targets.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let slope = |number: f64| targets.iter().map(|target| (number - target).clamp(-1.0, 1.0)).sum::<f64>();
    let halve = |(low, high): (f64, f64), _| {
        let middle = low / 2.0 + high / 2.0;
        if slope(middle) < 0.0 { (middle, high) } else { (low, middle) }
    };
    (0..HALVINGS).fold((least, greatest), halve).1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(train: &[f64], validation: &[f64]) -> Data {
        let rows = |targets: &[f64]| Rows { inputs: 1, features: vec![0.0; targets.len()], targets: targets.to_vec() };
        Data::new(rows(train), rows(validation))
    }

    #[test]
    fn losses_of_constants_worked_by_hand() {
        let numbers = data(&[1.0, 2.0, 6.0], &[5.0]);
        let found = |loss| {
            let Baseline { loss, val_loss, accuracy, .. } = Baseline::of(loss, &numbers);
            assert_eq!(accuracy, None);
            (loss, val_loss.unwrap())
        };
        // The mean is 3: 4 + 1 + 9 = 14.
        assert_eq!(found(Loss::HalfSse), (7.0, 2.0));
        assert_eq!(found(Loss::Mse), (14.0 / 3.0, 4.0));
        // The median is 2.
        assert_eq!(found(Loss::Mae), (5.0 / 3.0, 3.0));
        // At 2: slopes 1, 0 and −1.
        let (loss, val_loss) = found(Loss::Huber);
        assert!((loss - (0.5 + 3.5) / 3.0).abs() < 1e-12 && (val_loss - 2.5).abs() < 1e-12, "{loss}, {val_loss}");
    }

    #[test]
    fn classes_by_their_frequencies() {
        let two = Baseline::of(Loss::Bce, &data(&[0.0, 1.0, 1.0, 1.0], &[0.0, 1.0]));
        let entropy = -(0.25 * libm::log(0.25) + 0.75 * libm::log(0.75));
        assert!((two.loss - entropy).abs() < 1e-15);
        assert!((two.val_loss.unwrap() + 0.5 * (libm::log(0.25) + libm::log(0.75))).abs() < 1e-15);
        assert_eq!((two.accuracy, two.val_accuracy), (Some(0.75), Some(0.5)));
        let three = Baseline::of(Loss::CrossEntropy, &data(&[0.0, 1.0, 2.0], &[]));
        assert!((three.loss - libm::log(3.0)).abs() < 1e-15);
        assert_eq!((three.val_loss, three.val_accuracy), (None, None));
        let unseen = Baseline::of(Loss::CrossEntropy, &data(&[0.0, 0.0], &[1.0]));
        assert_eq!((unseen.loss, unseen.val_loss), (0.0, None), "an infinite loss is none to compare with");
    }
}
