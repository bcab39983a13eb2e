//! Which files are drawn.

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

/// Which files are drawn of the charts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The formats of each chart.
    pub formats: Vec<Format>,
    /// Whether the fit is drawn as it moves, too.
    pub animation: bool,
}

impl Wanted {
    /// Whether charts are drawn in a format.
    pub(crate) fn has(&self, format: Format) -> bool {
        self.formats.contains(&format)
    }
}

impl Default for Wanted {
    fn default() -> Wanted {
        Wanted { formats: vec![Format::Png], animation: false }
    }
}
