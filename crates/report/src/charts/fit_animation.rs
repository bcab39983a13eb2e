//! The animation of the fit, from the start to the end of training.

use etascape_plot::canvas::{AnimationFrame, animated};
use etascape_plot::sheet::{self, LEFT, RIGHT};

use super::fit::{Fit, FitPanel};

/// Pixels of the animation per pixel of a chart.
const SCALE: f32 = 0.5;
/// How far above and below the data lines are shown, as a multiple of the data's height.
const REACH: f64 = 3.0;
/// Width and alpha of lines.
const STROKE: (f32, f32) = (3.4, 0.9);
/// How long frames are shown: most frames, the first, the last.
const MILLISECONDS: [u16; 3] = [70, 700, 3000];

/// The outputs of the models at one step, in the order of [`Fit::lines`].
pub(crate) struct Moment {
    pub(crate) step: u64,
    pub(crate) lines: Vec<Vec<(f64, f64)>>,
}

/// The fit, and its state at some steps.
pub(crate) struct FitAnimation {
    pub(crate) fit: Fit,
    /// By step.
    pub(crate) moments: Vec<Moment>,
}

impl FitAnimation {
    /// An APNG; `None` where there is no moment.
    pub(crate) fn draw(&self) -> Option<Vec<u8>> {
        let lines = || self.moments.iter().flat_map(|moment| &moment.lines);
        let window = self.fit.window(lines(), REACH);
        let last = self.moments.len().saturating_sub(1);
        let frame = |(index, moment): (usize, &Moment)| {
            let milliseconds = match index {
                index if index == last => MILLISECONDS[2],
                0 => MILLISECONDS[1],
                _ => MILLISECONDS[0],
            };
            let mut canvas = sheet::titled(&self.fit.title, &self.fit.subtitle);
            let name = format!("step {}", moment.step);
            let lines = moment.lines.iter().collect();
            self.fit.draw_side(
                &mut canvas,
                &FitPanel { left: LEFT, right: RIGHT, name: &name, lines, window, stroke: STROKE },
            );
            sheet::draw_key(&mut canvas, &self.fit.key);
            AnimationFrame { canvas, milliseconds }
        };
        let frames: Vec<AnimationFrame> = self.moments.iter().enumerate().map(frame).collect();
        animated(&frames, SCALE)
    }
}
