//! What experiments are judged by: values of one kind can be ranked, those of different kinds cannot.

use etascape_insight::findings::BestValue;
use etascape_insight::subject::Objective;

use super::side::Side;

/// The best values of one kind: of the same metric, and, where it is a loss, of the same loss.
pub(super) struct Kind<'s> {
    /// What they are values of.
    pub(super) objective: Objective,
    /// The experiments that have one, each with its best.
    pub(super) bests: Vec<(&'s str, BestValue<'s>)>,
}

/// The kinds of value that experiments are judged by, in their order. An experiment that varies its loss has one for each.
pub(super) fn kinds<'s>(sides: &'s [Side<'_>]) -> Vec<Kind<'s>> {
    let mut kinds: Vec<Kind<'s>> = Vec::new();
    for (side, best) in sides.iter().flat_map(|side| side.findings.bests().into_iter().map(move |best| (side, best))) {
        let objective = side.objective().of_loss(best.loss);
        let entry = (side.name.as_str(), best);
        match kinds.iter_mut().find(|kind| kind.objective == objective) {
            Some(kind) => kind.bests.push(entry),
            None => kinds.push(Kind { objective, bests: vec![entry] }),
        }
    }
    kinds
}
