use etascape_insight::findings::BestValue;
use etascape_insight::subject::Objective;

use super::headline::headline;
use super::kinds::Kind;

fn best(objective: Option<f64>, steps: Option<f64>) -> BestValue<'static> {
    BestValue { loss: None, objective, steps, setting: None }
}

fn kind<'k>(losses: &[&'static str], bests: &[(&'k str, BestValue<'k>)]) -> Kind<'k> {
    Kind { objective: Objective { losses: losses.to_vec(), ..Objective::default() }, bests: bests.to_vec() }
}

#[test]
fn one_kind_has_one_best_and_several_have_one_each() {
    let mse = || kind(&["mse"], &[("a", best(Some(3.0), None)), ("b", best(Some(2.0), None)), ("c", best(None, None))]);
    assert_eq!(headline(&[mse()]), "b comes to the least loss: 2");
    let mae = kind(&["mae"], &[("a", best(Some(0.5), None))]);
    let bce = kind(&["bce"], &[("a", best(None, None))]);
    let said = "b comes to the least loss (mse): 2; a: least loss (mae) 0.5; a: no finite loss (bce)";
    assert_eq!(headline(&[mse(), mae, bce]), said);
    let none = || kind(&["mse"], &[("a", best(None, None)), ("b", best(None, None))]);
    assert_eq!(headline(&[none()]), "No run has a finite loss yet");
    assert_eq!(headline(&[none(), kind(&["mae"], &[("c", best(None, None))])]), "No run has a finite result yet");
}

#[test]
fn steps_count_where_any_converges() {
    let fast =
        || [("a", best(Some(1e-9), Some(14.0))), ("b", best(Some(1e-12), Some(20.0))), ("c", best(Some(1e-10), None))];
    assert_eq!(headline(&[kind(&["mse"], &fast())]), "a converges in the fewest steps: 14");
    let mae = kind(&["mae"], &[("d", best(Some(0.5), None))]);
    let said = "by loss (mse), a converges in the fewest steps: 14; d: least loss (mae) 0.5";
    assert_eq!(headline(&[kind(&["mse"], &fast()), mae]), said);
}
