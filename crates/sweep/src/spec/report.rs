//! What charts show.

/// What charts show: parameters or columns of `runs.csv`; `None` leaves the choice to the report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportConfig {
    /// On the x axis.
    pub x: Option<String>,
    /// On the y axis.
    pub y: Option<String>,
    /// Shown as colour.
    pub color: Option<String>,
    /// The parameter with a panel for each of its values.
    pub facet: Option<String>,
}
