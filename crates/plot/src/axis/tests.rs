use super::ticks::LABELS;
use super::*;

fn labels(axis: &Axis) -> Vec<&str> {
    axis.ticks.iter().map(|tick| tick.label.as_str()).collect()
}

#[test]
fn decades_are_written_as_powers() {
    assert_eq!(labels(&Axis::log(1e-3, 10.0, false)), ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹"]);
    assert_eq!(labels(&Axis::log(1.0, 1e4, true)), ["0", "10⁰", "10¹", "10²", "10³", "10⁴"]);
    assert!(labels(&Axis::log(1e-300, 1e300, false)).len() <= LABELS);
}

#[test]
fn narrow_logarithms_have_plain_labels() {
    assert_eq!(labels(&Axis::log(0.004, 0.03, false)), ["0.005", "0.01", "0.02"]);
    assert_eq!(labels(&Axis::log(0.018, 0.024, false)), ["0.018", "0.019", "0.02", "0.021", "0.022", "0.023", "0.024"]);
}

#[test]
fn linear_labels_are_round() {
    assert_eq!(labels(&Axis::linear(-4.0, 4.0)), ["−4", "−2", "0", "2", "4"]);
    assert_eq!(labels(&Axis::linear(0.0, 0.3)), ["0", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3"]);
}

#[test]
fn what_is_as_good_as_one_value_has_labels_that_differ() {
    for (low, high) in [(0.71024, 0.71025), (0.5, 0.5), (-3.0, -3.0), (2.6e13, 2.6e13), (1e-300, 1e-300)] {
        let axis = Axis::fitting([low, high].into_iter(), true);
        let labels = labels(&axis);
        assert!(labels.len() > 2 && labels.windows(2).all(|pair| pair[0] != pair[1]), "{labels:?}");
        assert!(labels.iter().all(|label| label.chars().count() < 12), "{labels:?}");
    }
    assert_eq!(labels(&Axis::fitting([0.0, 0.0].into_iter(), true)), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
    assert_eq!(labels(&Axis::fitting([0.995, 1.005].into_iter(), true)).len(), 5, "1 % is seen");
}

#[test]
fn whole_numbers_have_whole_labels() {
    let labels = |values: &[f64], log| labels(&Axis::of_whole(values.iter().copied(), log)).join(" ");
    assert_eq!(labels(&[0.0, 1.0, 2.0], true), "0 1 2");
    assert_eq!([labels(&[0.0, 1.0], true), labels(&[0.0, 4.0], true)], ["0 1", "0 1 2 3 4"]);
    assert_eq!([labels(&[0.0], true), labels(&[0.0], false)], ["0", "0"], "and no step of −0.4");
    let axis = Axis::of_whole([1e300].into_iter(), true);
    assert!(axis.high > axis.low, "{axis:?}");
    assert_eq!(labels(&[3.0, 4.0, 5.0], false), "3 4 5");
    assert_eq!(labels(&[420.0, 423.0], true), "420 421 422 423");
    assert_eq!(labels(&[0.0, 1.0, 500.0], true), "0 10⁰ 10¹ 10²");
    assert_eq!(labels(&[-4.0, 4.0], true), "−4 −2 0 2 4");
    let part = Axis::of_whole([0.0, 10.0].into_iter(), false).part(2.2, 4.1);
    assert_eq!(self::labels(&part), ["3", "4"]);
}

#[test]
fn few_values_have_a_label_each() {
    let values = [1.0, 8.0, 32.0, 0.0];
    let axis = Axis::of_whole_or_all(values.into_iter(), true);
    assert!(!axis.labels_all(&values));
    let axis = axis.labelled_at(&values);
    assert_eq!(labels(&axis), ["1", "8", "32", "all"]);
    assert!(axis.labels_all(&values) && axis.ticks.iter().map(|tick| tick.at).is_sorted());
    let rates = [1e-4, 3e-4, 1e-3, 3e-3];
    assert_eq!(labels(&Axis::log(1e-4, 3e-3, false).labelled_at(&rates)), ["0.0001", "0.0003", "0.001", "0.003"]);
    assert_eq!(labels(&Axis::log(1e-4, 3e-3, true).labelled_at(&[0.0, 1e-3])), ["0", "0.001"]);
    assert!(Axis::log(1e-3, 1.0, false).labels_all(&[1e-3, 1e-2, 1.0]), "decades");
}

#[test]
fn none_that_means_all_lies_above_the_others() {
    let axis = |log| Axis::of_whole_or_all([1.0, 8.0, 32.0, 0.0].into_iter(), log);
    for axis in [axis(false), axis(true)] {
        let places = [1.0, 8.0, 32.0, 0.0].map(|value| axis.place(value).unwrap());
        assert!(places.is_sorted() && places[3] == axis.high, "{places:?}");
        assert_eq!(axis.ticks.last().map(|tick| tick.label.as_str()), Some("all"));
    }
    assert_eq!(Axis::of_whole_or_all([1.0, 8.0].into_iter(), false).place(0.0), Some(0.0));
}

#[test]
fn every_axis_has_length_and_labels() {
    for (low, high) in
        [(0.0, 0.0), (36.0, 36.0), (-1e300, 1e300), (-1.7e308, 1.7e308), (1e-300, 2e-300), (f64::NAN, 1.0)]
    {
        let axis = Axis::linear(low, high);
        assert!(axis.high > axis.low, "{low} {high}");
    }
    for (low, high) in [(1.0, 1.0), (5e-324, 5e-324), (1e308, 1e308), (1e308, 1.7e308)] {
        let axis = Axis::log(low, high, false);
        assert!(axis.high > axis.low && !axis.ticks.is_empty(), "{low} {high} {axis:?}");
    }
    let axis = Axis::log(2.6e13, 2.6e13, false);
    assert!((axis.high - axis.low - 1.0).abs() < 1e-9, "a decade around one value: {axis:?}");
}

#[test]
fn what_has_no_place_is_not_placed() {
    let axis = Axis::holding([0.0, 1.0, 100.0, f64::NAN, f64::INFINITY].into_iter(), true);
    assert_eq!(axis.place(100.0), Some(2.0));
    assert_eq!(axis.place(-1.0), None);
    assert_eq!(axis.place(f64::NAN), None);
    assert!(axis.place(0.0).unwrap() < 0.0);
    assert!(!Axis::holding([-1.0, 1.0].into_iter(), true).is_log());
}

#[test]
fn a_logarithm_is_for_values_that_span_a_decade() {
    let fitting = |values: &[f64]| Axis::fitting(values.iter().copied(), true);
    let valley = fitting(&[2.2, 2.21, 2.5]);
    assert!(!valley.is_log() && valley.low == 2.2 && valley.high == 2.5, "{valley:?}");
    let (best, near) = (valley.place(2.2).unwrap(), valley.place(2.21).unwrap());
    assert!(valley.share(near) - valley.share(best) > 0.03, "1 % is seen");
    assert!(fitting(&[0.1, 1.0]).is_log() && fitting(&[0.0, 1e-9, 1.0]).is_log() && fitting(&[5e-324, 1e300]).is_log());
    assert!(!fitting(&[-1.0, 1e-9, 1.0]).is_log() && !fitting(&[0.0, 3.0]).is_log());
    let steps = |values: &[f64]| Axis::of_steps(values.iter().copied());
    assert!(!steps(&[0.0, 1.0, 9.0]).is_log() && steps(&[0.0, 1.0, 10.0]).is_log());
}

#[test]
fn zero_stands_behind_a_break_as_far_off_as_the_others_from_each_other() {
    let axis = Axis::holding([0.0, 1e-5, 1e-2].into_iter(), true).with_zero_among(4);
    let places = [0.0, 1e-5, 1e-4, 1e-3, 1e-2].map(|value| axis.place(value).unwrap().round());
    assert_eq!(places, [-6.0, -5.0, -4.0, -3.0, -2.0]);
    assert!((axis.break_at().unwrap() + 5.5).abs() < 1e-9 && axis.low == axis.place(0.0).unwrap());
    assert!(axis.ticks.iter().any(|tick| tick.label == "0" && tick.at == axis.low), "{:?}", axis.ticks);
    let all = Axis::of_whole_or_all([1.0, 4.0, 16.0, 0.0].into_iter(), true).with_zero_among(3);
    let apart = all.place(16.0).unwrap() - all.place(4.0).unwrap();
    assert!((all.place(0.0).unwrap() - all.place(16.0).unwrap() - apart).abs() < 1e-9);
    assert_eq!(Axis::linear(0.0, 1.0).break_at(), None);
    assert_eq!(Axis::holding([1.0, 10.0].into_iter(), true).break_at(), None);
}

#[test]
fn logarithmic_axes_have_marks_between_their_labels() {
    let minor = |axis: Axis| axis.minor.iter().map(|&at| libm::exp10(at)).collect::<Vec<f64>>();
    let decades = minor(Axis::log(1.0, 100.0, false));
    assert_eq!(decades.len(), 16, "2 to 9 in each of two decades: {decades:?}");
    let narrow = Axis::log(0.02, 1.0, false);
    let is_labelled = |at: &f64| narrow.ticks.iter().any(|tick| (tick.at - at).abs() < 1e-9);
    assert!(narrow.minor.len() == 12 && !narrow.minor.iter().any(is_labelled), "{:?}", minor(narrow.clone()));
    let wide = Axis::log(1e-12, 1e6, false);
    assert_eq!(wide.ticks.len() + wide.minor.len(), 19, "every decade");
    let steps = minor(Axis::of_steps([0.0, 1.0, 500.0].into_iter()));
    assert!(steps.iter().all(|step| step.round() >= 2.0 && (step - step.round()).abs() < 1e-9), "{steps:?}");
    assert!(minor(Axis::log(1e-300, 1e300, false)).is_empty() && Axis::linear(0.0, 1.0).minor.is_empty());
}

#[test]
fn the_widest_and_the_least_numbers_have_places_within_the_axis() {
    for values in
        [vec![5e-324], vec![5e-324, 1e300], vec![-1.7e308, 1.7e308], vec![1e-300, 1e300], vec![-1e300, 5e-324]]
    {
        let axis = Axis::fitting(values.iter().copied(), true).padded(0.02, 0.02);
        for &value in &values {
            let share = axis.share(axis.place(value).unwrap());
            assert!((0.0..=1.0).contains(&share), "{values:?}: {share} {axis:?}");
        }
        assert!(!axis.ticks.is_empty(), "{values:?}");
    }
}
