//! One experiment of a comparison.

use etascape_insight::findings::Findings;
use etascape_insight::study::Study;
use etascape_insight::study::sample::Sample;
use etascape_insight::subject::Objective;

use crate::RunState;
use crate::folder::ShownCurves;
use crate::logs::Manifest;
use crate::page::Part;

/// One experiment, read.
pub(super) struct Side<'a> {
    pub(super) name: String,
    pub(super) study: Study<'a>,
    pub(super) findings: Findings,
    pub(super) manifest: Manifest,
    pub(super) sample: Sample,
    pub(super) curves: ShownCurves,
}

impl Side<'_> {
    pub(super) fn part(&self) -> Part<'_> {
        Part { name: self.name.clone(), study: &self.study, sample: &self.sample, curves: &self.curves, within: None }
    }

    pub(super) fn objective(&self) -> &Objective {
        &self.study.subject.objective
    }

    /// Whether all its runs are logged.
    pub(super) fn is_whole(&self) -> bool {
        self.manifest.state == RunState::Complete
    }
}
