//! Chooses the parameters on axes, colours and panels of charts: those that `[report]` names, else a default by the sweep.

use std::collections::BTreeSet;

use crate::names::program_rate;
use crate::study::{Parameter, Study};

/// The most panels in a chart.
pub const PANELS: usize = 9;
/// The most different numbers that get a panel each without being asked for.
const FEW: usize = 6;

impl<'a> Study<'a> {
    /// The parameter that plays the part of η, where it has numbers: the one asked for, else the learning rate; of a
    /// program the one with such a name.
    pub fn rate(&self) -> Option<&Parameter<'a>> {
        let paths = || self.parameters.iter().map(|parameter| parameter.path.as_str());
        let path = match (&self.subject.choice.rate, self.subject.limits.is_program) {
            (Some(path), _) => Some(path.as_str()),
            (None, false) => Some("train.learning_rate"),
            (None, true) => program_rate(paths()),
        };
        self.parameter(path?).filter(|rate| rate.names.is_none())
    }

    /// The parameter on the x axis: the one asked for, else the rate, else the first numeric parameter, else the first. A
    /// parameter that has panels is not chosen, nor one with a single value where another varies.
    pub fn across(&self) -> Option<&Parameter<'a>> {
        let any_varies = self.parameters.iter().any(Parameter::varies);
        let tells = move |parameter: &&Parameter<'a>| !any_varies || parameter.varies();
        let facet = self.needed_facet().map(|facet| facet.path.as_str());
        let tells = move |parameter: &&Parameter<'a>| tells(parameter) && facet != Some(parameter.path.as_str());
        let asked = self.subject.choice.x.as_deref().and_then(|path| self.parameter(path)).filter(tells);
        let others = || self.parameters.iter().filter(tells);
        let numbers = || others().filter(|parameter| parameter.names.is_none());
        asked
            .or_else(|| numbers().find(|parameter| self.rate().is_some_and(|rate| rate.path == parameter.path)))
            .or_else(|| numbers().find(|parameter| parameter.is_learning_rate()))
            .or_else(|| numbers().find(|parameter| !parameter.is_seed()))
            .or_else(|| others().next())
    }

    /// The parameter with a line for each value: the one asked for, else the first other that varies, is not a seed, has no
    /// panels and does not advance together with the one across.
    pub fn beside(&self, across: &Parameter<'_>) -> Option<&Parameter<'a>> {
        let facet = self.facet().map(|facet| facet.path.as_str());
        self.asked_beside(across).or_else(|| {
            let mut varying = self.others(across).filter(|other| other.varies() && !other.is_seed());
            varying.find(|other| facet != Some(other.path.as_str()) && !self.advance_together(other, across))
        })
    }

    /// The parameter with a panel for each value: the one that varies the loss, for losses of different kinds have no axis
    /// in common; else the one asked for; else, where three or more vary, the first with few values that is on no axis and
    /// no line.
    pub fn facet(&self) -> Option<&Parameter<'a>> {
        self.needed_facet().or_else(|| {
            let across = self.across()?;
            let free = || self.others(across).filter(|other| !other.is_seed() && !self.is_asked(other));
            let needed = if self.asked_beside(across).is_some() { 1 } else { 2 };
            let tells = |other: &&Parameter<'a>| other.varies() && !self.advance_together(other, across);
            let others: Vec<&Parameter<'a>> = free().filter(tells).collect();
            let named = others.iter().find(|other| other.names.is_some() && self.has_panels(other, &others, PANELS));
            let numbers = || others.iter().rev().find(|other| self.has_panels(other, &others, FEW));
            named.or_else(numbers).copied().filter(|_| others.len() >= needed)
        })
    }

    /// The facet of loss curves: as [`facet`](Self::facet); where two parameters vary and colour shows one, the other if it
    /// has a few names.
    pub fn facet_of_curves(&self) -> Option<&Parameter<'a>> {
        self.facet().or_else(|| {
            let shown = self.colour()?;
            let tells = |other: &&Parameter<'a>| other.varies() && !self.advance_together(other, shown);
            let mut others = self.others(shown).filter(|other| !other.is_seed() && tells(other));
            others.next().filter(|other| other.names.is_some() && self.has_panels(other, &[shown], PANELS))
        })
    }

    /// The parameter that colours loss curves.
    pub fn colour(&self) -> Option<&Parameter<'a>> {
        let asked = self.subject.choice.color.as_deref().and_then(|path| self.parameter(path));
        asked.filter(|parameter| parameter.varies()).or(self.across()).filter(|parameter| parameter.varies())
    }

    fn others(&self, across: &Parameter<'_>) -> impl Iterator<Item = &Parameter<'a>> {
        self.parameters.iter().filter(move |parameter| parameter.path != across.path)
    }

    fn asked_beside(&self, across: &Parameter<'_>) -> Option<&Parameter<'a>> {
        let choice = &self.subject.choice;
        let asked = choice.color.as_deref().or(choice.y.as_deref()).and_then(|path| self.parameter(path));
        let has_panels = |path: &str| self.losses().is_some_and(|losses| losses.path == path);
        asked.filter(|one| one.path != across.path && one.varies() && !has_panels(&one.path))
    }

    /// The parameter that has panels whatever else varies.
    fn needed_facet(&self) -> Option<&Parameter<'a>> {
        self.losses().or_else(|| self.asked_facet())
    }

    /// The parameter that `report.facet` names, unless an axis or colour shows it already.
    fn asked_facet(&self) -> Option<&Parameter<'a>> {
        let asked = self.subject.choice.facet.as_deref().and_then(|path| self.parameter(path));
        asked.filter(|parameter| !self.is_asked(parameter) && parameter.varies())
    }

    /// Whether `[report]` puts a parameter on an axis or in colour.
    fn is_asked(&self, parameter: &Parameter<'_>) -> bool {
        let choice = &self.subject.choice;
        [&choice.x, &choice.y, &choice.color].into_iter().any(|one| one.as_deref() == Some(parameter.path.as_str()))
    }

    /// Whether a parameter has few enough values for panels, and advances together with none of the others.
    fn has_panels(&self, parameter: &Parameter<'_>, others: &[&Parameter<'_>], at_most: usize) -> bool {
        let is_few = parameter.distinct().is_some_and(|values| values.len() <= at_most);
        let across = self.across().into_iter();
        let others = others.iter().copied().chain(across).filter(|other| other.path != parameter.path);
        is_few && { others }.all(|other| self.are_crossed(parameter, other))
    }

    /// Whether each value of one parameter is always met with the same value of another, and the other way round: names in
    /// any order, numbers that rise or fall together, so that two that are drawn do not count.
    pub fn advance_together(&self, one: &Parameter<'_>, other: &Parameter<'_>) -> bool {
        let (Some(first), Some(second)) = (one.levels(), other.levels()) else { return false };
        let Some(met) = self.few_pairs(one, other) else { return false };
        let mut pairs: Vec<(f64, f64)> = met.into_iter().map(|(at, with)| (first[at], second[with])).collect();
        pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let seconds: BTreeSet<u64> = pairs.iter().map(|pair| pair.1.to_bits()).collect();
        let is_paired = seconds.len() == pairs.len() && pairs.windows(2).all(|pair| pair[0].0 != pair[1].0);
        let has_names = one.names.is_some() || other.names.is_some();
        let goes = |way: fn(f64, f64) -> bool| pairs.windows(2).all(|pair| way(pair[0].1, pair[1].1));
        is_paired && (has_names || goes(|a, b| a < b) || goes(|a, b| a > b))
    }

    /// Whether two parameters meet in more pairs of values than either has values: they do not advance together.
    fn are_crossed(&self, one: &Parameter<'_>, other: &Parameter<'_>) -> bool {
        self.few_pairs(one, other).is_none()
    }

    /// The pairs of levels in which two parameters meet, unless these are more than either has levels; `None` too where one
    /// has no levels.
    fn few_pairs(&self, one: &Parameter<'_>, other: &Parameter<'_>) -> Option<BTreeSet<(usize, usize)>> {
        let most = one.levels()?.len().max(other.levels()?.len());
        let mut met = BTreeSet::new();
        let is_crossed =
            (0..self.runs.len()).any(|row| met.insert((one.level(row), other.level(row))) && met.len() > most);
        (!is_crossed).then_some(met)
    }
}

#[cfg(test)]
mod tests {
    use crate::study::testing::with_table;
    use crate::subject::{Choice, Scale};

    /// The facet, and the facet of loss curves, of a grid over some parameters. The first is a rate.
    fn facets(swept: &[(&str, Scale, &[&str])], choice: Choice) -> [Option<String>; 2] {
        let mut rows = vec![String::new()];
        for (_, _, values) in swept {
            let longer = |row: &String| values.iter().map(|value| format!("{row}{value},")).collect::<Vec<String>>();
            rows = rows.iter().flat_map(longer).collect();
        }
        let row = |(id, row): (usize, &String)| format!("{id},{row}max_steps,5,9,1,1\n");
        let paths: String = swept.iter().map(|(path, _, _)| format!("{path},")).collect();
        let head = format!("run_id,{paths}status,steps,initial_loss,final_loss,min_loss\n");
        let table: String = std::iter::once(head).chain(rows.iter().enumerate().map(row)).collect();
        let parameters: Vec<(&str, Scale)> = swept.iter().map(|&(path, scale, _)| (path, scale)).collect();
        let mut found = [None, None];
        with_table(&table, &parameters, choice, |study| {
            found = [study.facet(), study.facet_of_curves()].map(|facet| facet.map(|one| one.path.clone()));
        });
        found
    }

    const RATE: (&str, Scale, &[&str]) = ("train.learning_rate", Scale::Log, &["0.1", "0.2", "0.4"]);
    const KIND: (&str, Scale, &[&str]) = ("train.optimizer", Scale::Categories, &["sgd", "adam"]);
    const SCALE: (&str, Scale, &[&str]) = ("init.scale", Scale::Linear, &["1", "2", "3"]);
    const MANY: (&str, Scale, &[&str]) = ("init.w", Scale::Linear, &["1", "2", "3", "4", "5", "6", "7"]);
    const SEED: (&str, Scale, &[&str]) = ("seed", Scale::Linear, &["1", "2"]);

    #[test]
    fn the_third_parameter_gets_panels_if_it_has_few_values() {
        let path = |one: (&str, Scale, &[&str])| Some(one.0.to_owned());
        let free = |swept: &[_]| facets(swept, Choice::default());
        assert_eq!(free(&[RATE, KIND, SEED]), [None, path(KIND)], "two and a seed: lines tell all but loss curves");
        assert_eq!(free(&[RATE, SCALE, KIND]), [path(KIND), path(KIND)], "names before numbers");
        assert_eq!(free(&[RATE, SCALE, MANY]), [path(SCALE), path(SCALE)]);
        assert_eq!(free(&[RATE, MANY, SEED]), [None, None], "numbers of two parameters stay lines");
        assert_eq!(free(&[KIND, SEED]), [None, None], "what is swept alone is across");
    }

    #[test]
    fn what_is_asked_for_is_done_unless_it_is_shown_already() {
        let asked = |facet: &str, color: Option<&str>| Choice {
            facet: Some(facet.to_owned()),
            color: color.map(str::to_owned),
            ..Choice::default()
        };
        assert_eq!(facets(&[RATE, MANY], asked("init.w", None))[0].as_deref(), Some("init.w"));
        assert_eq!(facets(&[RATE, MANY], asked("init.w", Some("init.w")))[0], None);
        assert_eq!(facets(&[RATE, KIND, SEED], asked("seed", None))[0].as_deref(), Some("seed"));
        assert_eq!(facets(&[RATE, SCALE], asked("train.learning_rate", None))[0].as_deref(), Some(RATE.0));
    }

    #[test]
    fn losses_of_different_kinds_have_panels_whatever_is_asked() {
        let kinds: (&str, Scale, &[&str]) = ("train.loss", Scale::Categories, &["mse", "bce"]);
        let panels = [Some("train.loss".to_owned()), Some("train.loss".to_owned())];
        assert_eq!(facets(&[RATE, kinds], Choice::default()), panels);
        assert_eq!(facets(&[kinds], Choice::default()), panels);
        let asked = |name: &str| Some(name.to_owned());
        let choice =
            Choice { x: asked("train.loss"), color: asked("train.loss"), facet: asked(SCALE.0), ..Choice::default() };
        assert_eq!(facets(&[RATE, SCALE, kinds], choice), panels);
    }

    #[test]
    fn a_parameter_with_one_value_is_no_axis_and_no_colour() {
        let chosen = |choice: Choice| {
            let head =
                "run_id,train.learning_rate,train.batch_size,init.scale,status,steps,initial_loss,final_loss,min_loss";
            let rows: String = (1..4).map(|id| format!("{id},0.5,{id},{},max_steps,5,9,1,1\n", id % 2)).collect();
            let swept = [RATE.0, "train.batch_size", "init.scale"].map(|path| (path, Scale::Linear));
            let mut found = [None, None, None];
            with_table(&format!("{head}\n{rows}"), &swept, choice, |study| {
                let across = study.across();
                let beside = across.and_then(|across| study.beside(across));
                found = [across, beside, study.colour()].map(|one| one.map(|one| one.path.clone()));
            });
            found.map(Option::unwrap_or_default)
        };
        let expected = ["train.batch_size", "init.scale", "train.batch_size"];
        assert_eq!(chosen(Choice::default()), expected);
        let asked = |path: &str| Some(path.to_owned());
        assert_eq!(chosen(Choice { x: asked(RATE.0), color: asked(RATE.0), ..Choice::default() }), expected);
    }

    #[test]
    fn parameters_that_advance_together_are_told_from_drawn_ones() {
        let head = "run_id,train.learning_rate,init.w,model.activation,status,steps,initial_loss,final_loss,min_loss\n";
        let kinds =
            [("train.learning_rate", Scale::Log), ("init.w", Scale::Linear), ("model.activation", Scale::Categories)];
        let together = |rows: &[&str]| {
            let row = |(id, values): (usize, &&str)| format!("{id},{values},max_steps,5,9,1,1\n");
            let rows: String = rows.iter().enumerate().map(row).collect();
            let mut found = (false, false, None);
            with_table(&format!("{head}{rows}"), &kinds, Choice::default(), |study| {
                let [rate, w, kind] = [0, 1, 2].map(|place| &study.parameters[place]);
                let beside = study.beside(rate).map(|one| one.path.clone());
                found = (study.advance_together(rate, w), study.advance_together(rate, kind), beside);
            });
            found
        };
        assert_eq!(together(&["0.1,8,relu", "0.2,4,tanh", "0.2,4,tanh", "0.4,2,gelu"]), (true, true, None));
        let drawn = together(&["0.1,8,relu", "0.2,2,relu", "0.4,4,gelu"]);
        assert_eq!(drawn, (false, false, Some("init.w".to_owned())), "each value once, and in no order");
        let crossed = together(&["0.1,1,relu", "0.1,2,relu", "0.2,1,tanh", "0.2,2,tanh"]);
        assert_eq!(crossed, (false, true, Some("init.w".to_owned())));
    }

    #[test]
    fn parameters_that_advance_together_get_no_panels() {
        let head = "run_id,train.learning_rate,init.w,init.b,status,steps,initial_loss,final_loss,min_loss\n";
        let rows = [(0.1, 1), (0.1, 2), (0.2, 1), (0.2, 2)].into_iter().enumerate();
        let rows: String = rows.map(|(id, (rate, w))| format!("{id},{rate},{w},{w},max_steps,5,9,1,1\n")).collect();
        let swept = [("train.learning_rate", Scale::Log), ("init.w", Scale::Linear), ("init.b", Scale::Linear)];
        with_table(&format!("{head}{rows}"), &swept, Choice::default(), |study| assert!(study.facet().is_none()));
    }
}
