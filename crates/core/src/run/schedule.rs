//! The learning rate over the run.

use std::f64::consts::PI;

/// How the learning rate changes over the run: the rate of update k is `factor(k) · η`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// The form after the warm-up.
    pub kind: ScheduleKind,
    /// Over so many updates at the start the rate rises linearly: `η (k + 1)/warmup_steps`.
    pub warmup_steps: u64,
}

impl Default for Schedule {
    /// The same learning rate always.
    fn default() -> Schedule {
        Schedule { kind: ScheduleKind::Constant, warmup_steps: 0 }
    }
}

/// The form of a schedule over the T updates that follow the warm-up, k counting from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ScheduleKind {
    /// 1
    Constant,
    /// `gamma^⌊k / step_size⌋`
    Step {
        /// Updates between two drops.
        step_size: u64,
        /// Factor of a drop.
        gamma: f64,
    },
    /// `gamma^k`
    Exponential {
        /// Factor of every update.
        gamma: f64,
    },
    /// `alpha + (1 − alpha)(1 + cos(πk/T))/2`
    Cosine {
        /// What remains in the end, as a share of η.
        alpha: f64,
    },
    /// Cosine up from `1/div_factor` to 1 over the share `pct_start`, then down to
    /// `1/(div_factor · final_div_factor)` (Smith & Topin 2018, as in PyTorch's `OneCycleLR`).
    OneCycle {
        /// Share of the updates that rise.
        pct_start: f64,
        /// η over the first rate.
        div_factor: f64,
        /// The first rate over the last.
        final_div_factor: f64,
    },
}

impl Schedule {
    /// Whether every update has the whole learning rate.
    pub fn is_constant(&self) -> bool {
        self.kind == ScheduleKind::Constant && self.warmup_steps == 0
    }

    /// The factor on η of update number `step`, counted from 0, of `steps` in all.
    pub fn factor(&self, step: u64, steps: u64) -> f64 {
        if step < self.warmup_steps {
            return (step + 1) as f64 / self.warmup_steps as f64;
        }
        let (k, total) = (step - self.warmup_steps, steps.saturating_sub(self.warmup_steps) as f64);
        match self.kind {
            ScheduleKind::Constant => 1.0,
            ScheduleKind::Step { step_size, gamma } => libm::pow(gamma, (k / step_size.max(1)) as f64),
            ScheduleKind::Exponential { gamma } => libm::pow(gamma, k as f64),
            ScheduleKind::Cosine { alpha } => cosine(1.0, alpha, k as f64 / total),
            ScheduleKind::OneCycle { pct_start, div_factor, final_div_factor } => {
                one_cycle(k as f64, total, pct_start, 1.0 / div_factor, 1.0 / (div_factor * final_div_factor))
            }
        }
    }
}

/// From `start` to `end` along half a cosine, as `share` goes from 0 to 1.
fn cosine(start: f64, end: f64, share: f64) -> f64 {
    end + (start - end) * (1.0 + libm::cos(PI * share)) / 2.0
}

/// Up from `first` to 1 until k = `pct_start · total − 1`, which need not be whole; then down to `last` until
/// k = total − 1.
fn one_cycle(k: f64, total: f64, pct_start: f64, first: f64, last: f64) -> f64 {
    let top = pct_start * total - 1.0;
    if k < top {
        cosine(first, 1.0, k / top)
    } else if k == top {
        1.0
    } else {
        cosine(1.0, last, (k - top) / (total - 1.0 - top))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The factors of a schedule of as many steps as there are values agree with them to 1e-14.
    fn check(kind: ScheduleKind, warmup_steps: u64, expected: &[f64]) {
        let schedule = Schedule { kind, warmup_steps };
        for (step, &expected) in expected.iter().enumerate() {
            let factor = schedule.factor(step as u64, STEPS);
            assert!(
                (factor - expected).abs() <= 1e-14 * expected,
                "{kind:?} step {step}: {factor:e}, not {expected:e}"
            );
        }
    }

    const STEPS: u64 = 10;

    // The values of `torch.optim.lr_scheduler` in PyTorch 2.15: `param_groups[0]["lr"]` before each of ten updates of an
    // `SGD(lr=1.0)`, in float64.

    #[test]
    fn step_is_that_of_pytorch() {
        let tail = [0.48999999999999994, 0.48999999999999994, 0.48999999999999994, 0.3429999999999999];
        let expected = [&[1.0, 1.0, 1.0, 0.7, 0.7, 0.7], &tail[..]].concat();
        check(ScheduleKind::Step { step_size: 3, gamma: 0.7 }, 0, &expected);
    }

    #[test]
    fn exponential_is_that_of_pytorch() {
        let expected = [
            1.0,
            0.93,
            0.8649000000000001,
            0.8043570000000001,
            0.7480520100000001,
            0.6956883693000001,
            0.6469901834490002,
            0.6017008706075702,
            0.5595818096650402,
            0.5204110829884875,
        ];
        check(ScheduleKind::Exponential { gamma: 0.93 }, 0, &expected);
    }

    /// `CosineAnnealingLR(T_max=10, eta_min=0.05)`.
    #[test]
    fn cosine_is_that_of_pytorch() {
        let expected = [
            1.0,
            0.976751845240198,
            0.9092830723281,
            0.8041979948389247,
            0.6717830723281,
            0.5249999999999999,
            0.37821692767189996,
            0.2458020051610753,
            0.14071692767190003,
            0.07324815475980208,
        ];
        check(ScheduleKind::Cosine { alpha: 0.05 }, 0, &expected);
    }

    /// `OneCycleLR(max_lr=1, total_steps=10, pct_start=0.3, div_factor=25, final_div_factor=1e4)`.
    #[test]
    fn one_cycle_is_that_of_pytorch() {
        let expected = [
            0.040000000000000036,
            0.52,
            1.0,
            0.9504846320134737,
            0.8117456539497631,
            0.6112620219362893,
            0.38874197806371075,
            0.18825834605023697,
            0.049519367986526286,
            4e-06,
        ];
        check(ScheduleKind::OneCycle { pct_start: 0.3, div_factor: 25.0, final_div_factor: 1e4 }, 0, &expected);
    }

    /// `OneCycleLR(max_lr=1, total_steps=7, pct_start=0.45, div_factor=4, final_div_factor=50)` after 3 of warm-up: the
    /// top, at 2.15, falls between two steps.
    #[test]
    fn one_cycle_after_a_warm_up_is_that_of_pytorch_over_the_rest() {
        let rest = [
            0.25,
            0.583985796858297,
            0.9910284540834726,
            0.8850528863563326,
            0.5329279262588668,
            0.16164199680349753,
            0.005,
        ];
        let expected = [&[1.0 / 3.0, 2.0 / 3.0, 1.0], &rest[..]].concat();
        check(ScheduleKind::OneCycle { pct_start: 0.45, div_factor: 4.0, final_div_factor: 50.0 }, 3, &expected);
    }

    #[test]
    fn a_warm_up_rises_to_the_full_rate() {
        check(ScheduleKind::Constant, 4, &[0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
        check(ScheduleKind::Exponential { gamma: 0.5 }, 2, &[0.5, 1.0, 1.0, 0.5, 0.25]);
    }

    #[test]
    fn the_shortest_schedules_are_finite() {
        for pct_start in [0.0, 0.3, 0.5, 1.0] {
            let kind = ScheduleKind::OneCycle { pct_start, div_factor: 25.0, final_div_factor: 1e4 };
            for steps in 1..4 {
                let factors = (0..steps).map(|k| Schedule { kind, warmup_steps: 0 }.factor(k, steps));
                assert!(factors.into_iter().all(|factor| factor > 0.0 && factor <= 1.0), "{pct_start} {steps}");
            }
        }
    }
}
