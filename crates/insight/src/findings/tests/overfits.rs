use super::*;

const STEPS: [u64; 16] = [0, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 100];

/// Curves of runs 0, 1 …
fn curves(of: &[&dyn Fn(f64) -> f64]) -> Curves {
    let mut curves = Curves::new(0);
    for (run, loss) in of.iter().enumerate() {
        for step in STEPS {
            curves.push::<()>(run as u64, (step, loss(step as f64)), |_| Ok(None)).unwrap();
        }
    }
    curves
}

/// What is said of overfitting, of runs with these swept cells and curves of the held-out loss.
fn told(swept: &[(&str, Scale)], cells: &[&str], of: &[&dyn Fn(f64) -> f64]) -> Vec<(String, Option<String>)> {
    told_of(swept, cells, of, |_| {})
}

fn told_of(
    swept: &[(&str, Scale)],
    cells: &[&str],
    of: &[&dyn Fn(f64) -> f64],
    edit: impl FnOnce(&mut Subject),
) -> Vec<(String, Option<String>)> {
    let mut subject = Subject { parameters: parameters(swept), ..Subject::default() };
    (subject.objective.name, subject.objective.is_watched) = ("val_loss".to_owned(), false);
    subject.facts.steps_only_end_runs = true;
    edit(&mut subject);
    let paths: String = swept.iter().map(|(path, _)| format!("{path},")).collect();
    let row = |(id, (cells, of)): (usize, (&&str, &&dyn Fn(f64) -> f64))| {
        format!("{id},{cells},max_steps,100,9,0.1,0.1,{},{last},{last}\n", of(0.0), last = of(100.0))
    };
    let head = format!(
        "run_id,{paths}status,steps,initial_loss,final_loss,min_loss,initial_val_loss,val_loss,final_val_loss\n"
    );
    let table: String = std::iter::once(head).chain(cells.iter().zip(of).enumerate().map(row)).collect();
    let [_, next] = said(&found_in(&table, &subject, &[&curves(of)]));
    next.into_iter().filter(|one| one.0.contains("before the end")).collect()
}

/// It falls to 1 at step 20 and rises to 5 at step 100.
fn vee(step: f64) -> f64 {
    if step <= 20.0 { 9.0 - 0.4 * step } else { 1.0 + 0.05 * (step - 20.0) }
}

const ENDS: &str = "take fewer steps, or weight decay (stop.patience looks at the training loss)";

#[test]
fn a_held_out_loss_that_rises_again_asks_for_fewer_steps() {
    let falling = |step: f64| 9.0 / (1.0 + 0.02 * step);
    let told = |of: &[&dyn Fn(f64) -> f64]| told(&[RATE], &["0.1", "0.2"], of);
    let sentence = "The val_loss is least before the end: 1 at step 20 (η = 0.2), then it rises to 5 at step 100; the best \
                    at the end is 3: ";
    assert_eq!(told(&[&falling, &vee]), [proposal(&format!("{sentence}{ENDS}"), "train.steps = 20")]);
    let sentence = "The val_loss is least before the end: 1 at step 20 (η = 0.1), then it rises to 5 at step 100: ";
    assert_eq!(told(&[&vee, &|step| 9.0 - 0.02 * step])[0].0, format!("{sentence}{ENDS}"));
    assert_eq!(
        told(&[&vee, &|step| 9.0 / (1.0 + 0.06 * step)]),
        [],
        "another setting ends at 1.3, and five points around step 20 have the median 2"
    );
    assert_eq!(told(&[&falling, &falling]), []);
    assert_eq!(told(&[&|step| 4.0 + 0.04 * (step - 20.0).abs().min(1.0), &falling]), [], "it hardly rises");
}

#[test]
fn a_dip_or_a_few_bad_points_are_no_rise() {
    let told = |of: &dyn Fn(f64) -> f64| told(&[RATE], &["0.1"], &[of]);
    assert_eq!(told(&|step| if step == 20.0 { 0.1 } else { 3.0 }), [], "one point is low");
    assert_eq!(told(&|step| if step == 85.0 { 1.0 } else { vee(step) }), [], "it came down again");
    let swings = |step: f64| if libm::floor(step / 40.0) * 40.0 + 20.0 > step { 4.0 } else { 2.0 };
    assert_eq!(told(&swings), [], "it swings");
    assert_eq!(told(&vee).len(), 1);
}

#[test]
fn seeds_are_taken_together() {
    let cells = ["0.1,0", "0.1,1", "0.1,2", "0.1,3", "0.1,4"];
    let falls = |step: f64| 9.0 / (1.0 + 0.02 * step);
    let told = |of: &[&dyn Fn(f64) -> f64]| told(&[RATE, SEED], &cells, of);
    assert_eq!(told(&[&vee, &vee, &vee, &vee, &falls]).len(), 1);
    assert_eq!(told(&[&vee, &vee, &vee, &falls, &falls]), [], "it rises with three of five seeds");
}

#[test]
fn the_line_is_left_out_where_fewer_steps_are_other_steps() {
    let line = |edit: fn(&mut Subject)| told_of(&[RATE], &["0.1"], &[&vee], edit).pop().map(|one| one.1);
    assert_eq!(line(|_| {}), Some(Some("train.steps = 20".to_owned())));
    assert_eq!(line(|subject| subject.facts.steps_only_end_runs = false), Some(None));
    let is_loss = |subject: &mut Subject| subject.objective = Subject::default().objective;
    assert_eq!(line(is_loss), None, "it is the training loss");
    assert_eq!(line(|subject| subject.limits.is_program = true), None, "no training loss is logged beside it");
}
