//! Which chart files are drawn.

use etascape_plot::canvas::Canvas;

/// A format of charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Pixels.
    Png,
    /// Shapes, which stay sharp at any size.
    Svg,
}

impl Format {
    pub(crate) const ALL: [Format; 2] = [Format::Png, Format::Svg];

    pub(crate) fn ending(self) -> &'static str {
        match self {
            Format::Png => "png",
            Format::Svg => "svg",
        }
    }

    pub(crate) fn bytes(self, canvas: &Canvas) -> Vec<u8> {
        match self {
            Format::Png => canvas.to_png(),
            Format::Svg => canvas.to_svg().into_bytes(),
        }
    }
}

/// Options for drawing: the files to make of the charts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawOptions {
    /// The formats of each chart.
    pub formats: Vec<Format>,
    /// Whether the fit is also drawn as an animation.
    pub animation: bool,
}

impl DrawOptions {
    /// Whether charts are drawn in a format.
    pub(crate) fn has(&self, format: Format) -> bool {
        self.formats.contains(&format)
    }
}

impl Default for DrawOptions {
    fn default() -> DrawOptions {
        DrawOptions { formats: vec![Format::Png], animation: false }
    }
}
