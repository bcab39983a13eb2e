//! What charts show.

/// What charts show: parameters or columns of `runs.csv`; `None` leaves the choice to the report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportConfig {
    /// Along the bottom.
    pub x: Option<String>,
    /// Up the side.
    pub y: Option<String>,
    /// Shown as colour.
    pub color: Option<String>,
    /// The parameter with a panel for each of its values.
    pub facet: Option<String>,
}
