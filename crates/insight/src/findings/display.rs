//! The findings as the terminal shows them.

use std::fmt;

use etascape_sweep::Status;
use etascape_text::{Side, columns, format_number, spelt_out};

use super::best::BestRun;
use super::{Finding, Findings};
use crate::study::{settings, steps_name};
use crate::theory::UNPREDICTED;

impl Findings {
    /// The table of the best runs, or, where a seed is swept, of the best settings: heads, then rows of cells.
    pub fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        if !self.settings.is_empty() {
            let telling: Vec<String> = self.telling().cloned().collect();
            return settings::table(&telling, &self.objective.last(), &self.settings, self.within.as_ref());
        }
        let mut head = vec!["run_id".to_owned()];
        head.extend(self.parameters.iter().cloned());
        head.extend(["status", "steps"].map(str::to_owned));
        head.extend(self.within.as_ref().map(|within| steps_name(Some(within))));
        head.push(self.objective.last());
        let row = |best: &BestRun| {
            let mut row = vec![best.run_id.to_string()];
            row.extend(best.values.iter().map(|value| value.parse().map_or_else(|_| value.clone(), short)));
            row.extend([best.status.to_string(), best.steps.to_string()]);
            let within = || best.steps_within.map_or_else(|| "–".to_owned(), |steps| steps.to_string());
            row.extend(self.within.as_ref().map(|_| within()));
            row.push(short(best.final_loss));
            row
        };
        (head, self.best.iter().map(row).collect())
    }
}

/// A number to six digits, in the logs' notation.
fn short(x: f64) -> String {
    format!("{x:.5e}").parse().map_or_else(|_| format_number(x), format_number)
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.headline())?;
        self.fmt_below(f)
    }
}

/// The sentences of findings, without tables.
pub struct Briefly<'f>(&'f Findings);

impl fmt::Display for Briefly<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.0.headline())?;
        self.0.fmt_found(f)?;
        self.0.fmt_next(f)
    }
}

/// The findings without their headline.
pub struct BelowHeadline<'f>(&'f Findings);

impl fmt::Display for BelowHeadline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_below(f)
    }
}

impl Findings {
    /// The findings without their headline, as the terminal shows them.
    pub fn below_headline(&self) -> BelowHeadline<'_> {
        BelowHeadline(self)
    }

    /// The headline, what works and what to try next, as the terminal shows them.
    pub fn briefly(&self) -> Briefly<'_> {
        Briefly(self)
    }

    fn fmt_found(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_findings(f, self.found.iter())
    }

    fn fmt_next(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.next.is_empty() {
            return Ok(());
        }
        writeln!(f, "Try next")?;
        write_findings(f, self.next.iter())
    }

    fn fmt_below(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(limit) = self.theory_limit {
            writeln!(f, "Theory: stable below 2/λmax = {}", short(limit))?;
        }
        writeln!(f, "{}", self.tally())?;
        for remark in self.remarks() {
            writeln!(f, "{remark}")?;
        }
        if let Some(fastest) = self
            .best
            .first()
            .filter(|best| best.status == Status::Converged)
            .filter(|_| self.rates.is_some() && self.objective.is_watched && self.settings.is_empty())
        {
            writeln!(f, "{} (run {})", self.praise(fastest), fastest.run_id)?;
        }
        self.fmt_found(f)?;
        if !self.best.is_empty() {
            writeln!(f)?;
            write_table(f, self.table())?;
        }
        for table in self.good_tables() {
            writeln!(f)?;
            write_table(f, table)?;
        }
        if !self.next.is_empty() {
            writeln!(f)?;
            self.fmt_next(f)?;
        }
        if self.is_unpredicted {
            writeln!(f, "\nTheory: {UNPREDICTED}")?;
        }
        if let Some(agreement) = &self.agreement {
            writeln!(f, "\nTheory: {}\n", agreement.verdict())?;
            write_table(f, agreement.table.clone())?;
        }
        if !self.failures.is_empty() {
            write!(f, "\n{}", self.failures)?;
        }
        Ok(())
    }
}

/// Findings, each with its lines below it.
fn write_findings<'f>(f: &mut fmt::Formatter<'_>, mut findings: impl Iterator<Item = &'f Finding>) -> fmt::Result {
    findings.try_for_each(|finding| {
        writeln!(f, "{}", finding.sentence)?;
        finding.line.iter().flat_map(|line| line.lines()).try_for_each(|line| writeln!(f, "  {line}"))
    })
}

/// Columns under their heads, each as wide as its widest cell.
pub fn write_table(f: &mut fmt::Formatter<'_>, (head, rows): (Vec<String>, Vec<Vec<String>>)) -> fmt::Result {
    let spelt = |cells: &Vec<String>| cells.iter().map(|cell| spelt_out(cell).into_owned()).collect();
    let lines: Vec<Vec<String>> = std::iter::once(&head).chain(&rows).map(spelt).collect();
    columns(&lines, Side::Right).into_iter().try_for_each(|line| writeln!(f, "  {line}"))
}
