//! Chooses the columns of a CSV file.

use std::collections::HashMap;

use csv::StringRecord;
use etascape_text::listed;

use crate::data::cell::{Cell, CellReader, is_number};
use crate::data::csv_source::{ColumnName, CsvSource};
use crate::data::error::{DataError, Location, quoted};

/// Column names that an error lists at most.
const MOST_LISTED: usize = 20;

/// A column of a file: its name and its index.
pub(super) type Column = (String, usize);

/// The chosen columns of a file.
#[derive(Debug, PartialEq)]
pub(super) struct Columns {
    pub target: Column,
    pub features: Vec<Column>,
    /// Columns that are left out because they have no name, by their numbers from 1.
    pub nameless: Vec<usize>,
}

/// The names of a file's columns.
pub(super) struct Names {
    names: Vec<String>,
    /// Whether a config may name a column by its index: the file has no header.
    by_index: bool,
}

impl Names {
    /// From a header.
    pub(super) fn read(header: &StringRecord) -> Names {
        Names { names: header.iter().map(|name| name.trim().to_string()).collect(), by_index: false }
    }

    /// Of a file without a header: `c0`, `c1` …
    pub(super) fn numbered(width: usize) -> Names {
        Names { names: (0..width).map(|at| format!("c{at}")).collect(), by_index: true }
    }

    /// Makes names as many as the cells of the first row where they differ by one, and it is certain which one. A header may
    /// end with a separator that rows do not end with. It lacks the last name where that cell of the row is empty, and the
    /// first where that cell is a word or a row's number, as R writes tables.
    pub(super) fn fit(&mut self, row: &StringRecord, source: &CsvSource) {
        let is_header = !self.by_index && matches!(&source.target, ColumnName::Name(target) if self.has(target));
        if is_header && row.len() + 1 == self.len() && self.names.last().is_some_and(String::is_empty) {
            self.names.pop();
        }
        if !is_header || row.len() != self.len() + 1 {
            return;
        }
        let cells = CellReader::new(source.decimal, &source.missing);
        let [first, last] = [row.get(0), row.get(self.len())].map(|cell| cell.unwrap_or_default().trim());
        let names_row = || match cells.read(first) {
            Cell::Word(_) => true,
            Cell::Number(number) => number == 0.0 || number == 1.0,
            Cell::Percent(_) | Cell::Missing | Cell::NotFinite => false,
        };
        if last.is_empty() {
            self.names.push(String::new());
        } else if names_row() {
            self.names.insert(0, String::new());
        }
    }

    /// Whether there is a column of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Finds the target and the listed features. Without a list, all other columns that have a name are features.
    pub(super) fn choose(
        &self,
        target: &ColumnName,
        features: Option<&[ColumnName]>,
        place: &Location,
    ) -> Result<Columns, DataError> {
        let index = self.index();
        let find = |name: &ColumnName| self.find(name, &index, place);
        let target = find(target)?;
        let mut nameless = Vec::new();
        let features: Vec<Column> = match features {
            Some(listed) => listed.iter().map(find).collect::<Result<_, _>>()?,
            None => {
                let (named, without): (Vec<usize>, _) =
                    (0..self.len()).filter(|at| *at != target.1).partition(|at| !is_nameless(&self.names[*at]));
                nameless = without.iter().map(|at| at + 1).collect();
                let by_name = |at: usize| find(&ColumnName::Name(self.names[at].clone()));
                named.into_iter().map(by_name).collect::<Result<_, _>>()?
            }
        };
        check_features(&features, &target, place)?;
        Ok(Columns { target, features, nameless })
    }

    /// The columns of each name. Columns without a name are left out.
    fn index(&self) -> HashMap<&str, Vec<usize>> {
        let mut index: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, name) in self.names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            index.entry(name).or_default().push(at);
        }
        index
    }

    fn find(
        &self,
        name: &ColumnName,
        index: &HashMap<&str, Vec<usize>>,
        place: &Location,
    ) -> Result<Column, DataError> {
        match name {
            ColumnName::Name(name) => match index.get(name.as_str()).map(Vec::as_slice) {
                Some(&[at]) => Ok((name.clone(), at)),
                Some(several) => Err(ambiguous(name, several, place)),
                None => Err(self.missing(name, place)),
            },
            ColumnName::Index(at) => self.at(*at).map_err(|(found, allowed)| place.clone().invalid(found, allowed)),
        }
    }

    /// The column at an index. The error says what was found and what is allowed.
    fn at(&self, index: i64) -> Result<Column, (String, String)> {
        if !self.by_index {
            let allowed = "a name of the header in quotes; an index only with data.csv.header = false";
            return Err((format!("the index {index}"), allowed.into()));
        }
        let width = self.len() as i64;
        let at = if index < 0 { index + width } else { index };
        let name = usize::try_from(at).ok().and_then(|at| Some((self.names.get(at)?.clone(), at)));
        let allowed = || format!("an index from 0 to {}, or from -1, the last, to -{width}", width - 1);
        name.ok_or_else(|| (format!("the index {index}"), allowed()))
    }

    fn missing(&self, name: &str, place: &Location) -> DataError {
        let likeness = |column: &&String| (strsim::jaro_winkler(name, column) * 1e6) as u32;
        let nearest = self.names.iter().max_by_key(likeness).map(|column| quoted(column)).unwrap_or_default();
        let listed = listed(self.names.iter().map(|column| quoted(column)), MOST_LISTED);
        let is_index = self.by_index && name.parse::<i64>().is_ok();
        let numbers = self.names.iter().filter(|name| is_number(name)).count();
        let is_row = !self.by_index && 2 * numbers > self.len();
        let advice = match (is_index, is_row) {
            (true, _) => "; an index stands without quotes",
            (_, true) => "; where this line is a row, data.csv.header = false, and an index names the target",
            _ => "",
        };
        let allowed = format!("one of the columns {listed}; the nearest is {nearest}{advice}");
        place.clone().invalid(format!("no column {}", quoted(name)), allowed)
    }
}

impl Columns {
    pub(super) fn feature_names(&self) -> Vec<&str> {
        self.features.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// Whether a column has no name, or the one that pandas reads for none: `Unnamed: 0`.
fn is_nameless(name: &str) -> bool {
    let number = name.strip_prefix("Unnamed: ");
    name.is_empty() || number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The error that several columns have a name that is used.
fn ambiguous(name: &str, columns: &[usize], place: &Location) -> DataError {
    let found = format!("the name {} for columns {} and {}", quoted(name), columns[0] + 1, columns[1] + 1);
    place.clone().invalid(found, "a name of its own for each column that is used")
}

fn check_features(features: &[Column], target: &Column, place: &Location) -> Result<(), DataError> {
    let invalid = |found: String, allowed: &str| Err(place.clone().invalid(found, allowed));
    if features.is_empty() {
        return invalid("no column for features".into(), "at least one beside the target");
    }
    let mut seen = std::collections::HashSet::new();
    for feature in features {
        let name = quoted(&feature.0);
        match feature {
            _ if feature == target => return invalid(format!("the target {name} among the features"), "other columns"),
            _ if !seen.insert(feature.1) => return invalid(format!("the feature {name} twice"), "each column once"),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &&str) -> ColumnName {
        name.parse().map_or_else(|_| ColumnName::Name(name.to_string()), ColumnName::Index)
    }

    fn choose(names: &Names, target: &str, features: Option<&[&str]>) -> Result<Columns, DataError> {
        let features = features.map(|list| list.iter().map(name).collect::<Vec<_>>());
        names.choose(&name(&target), features.as_deref(), &Location::default())
    }

    fn read(header: &[&str]) -> Names {
        Names::read(&StringRecord::from(header.to_vec()))
    }

    fn names(columns: &Columns) -> Vec<&str> {
        columns.features.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn features_are_the_others_or_those_listed_in_their_order() {
        let columns = choose(&read(&["a", " t ", "b"]), "t", None).expect("is valid");
        assert_eq!(columns.target, ("t".into(), 1));
        assert_eq!(columns.features, [("a".into(), 0), ("b".into(), 2)]);
        let columns = choose(&read(&["a", "t", "b", ""]), "t", Some(&["b", "a"])).expect("is valid");
        assert_eq!(names(&columns), ["b", "a"]);
    }

    #[test]
    fn columns_that_are_not_used_may_share_a_name() {
        let columns = choose(&read(&["note", "x", "note", "y", " note"]), "y", Some(&["x"])).expect("is valid");
        assert_eq!((columns.target, columns.features), (("y".into(), 3), vec![("x".into(), 1)]));
    }

    #[test]
    fn columns_without_a_name_are_left_out() {
        let columns = choose(&read(&["", "a", "Unnamed: 0", "t", " "]), "t", None).expect("is valid");
        assert_eq!((names(&columns), &columns.nameless[..]), (vec!["a"], &[1, 3, 5][..]));
        let listed = choose(&read(&["Unnamed: 0", "t"]), "t", Some(&["Unnamed: 0"])).expect("is named");
        assert_eq!((names(&listed), listed.nameless.len()), (vec!["Unnamed: 0"], 0));
    }

    #[test]
    fn columns_without_a_header_have_indices() {
        let names_of = Names::numbered(4);
        let columns = choose(&names_of, "-1", None).expect("is valid");
        assert_eq!((columns.target, columns.features.len()), (("c3".into(), 3), 3));
        let columns = choose(&names_of, "c0", Some(&["2", "-1"])).expect("is valid");
        assert_eq!((columns.target.1, names(&columns)), (0, vec!["c2", "c3"]));
        for (target, expected) in [
            ("4", "found the index 4; allowed: an index from 0 to 3, or from -1, the last, to -4"),
            ("-5", "found the index -5"),
        ] {
            let error = choose(&names_of, target, None).expect_err("is none").to_string();
            assert!(error.contains(expected), "{error}");
        }
        let error = names_of.choose(&ColumnName::Name("-1".into()), None, &Location::default());
        assert!(error.expect_err("is a text").to_string().ends_with("an index stands without quotes"));
        let error = choose(&read(&["0", "t"]), "0", None).expect_err("has a header").to_string();
        assert!(error.contains("an index only with data.csv.header = false"), "{error}");
    }

    /// Header, target, listed features, what the error says.
    type Case<'a> = (&'a [&'a str], &'a str, Option<&'a [&'a str]>, &'a str);

    #[test]
    fn columns_that_cannot_be_meant_are_errors() {
        let cases: [Case; 10] = [
            (
                &["petal", "species"],
                "specis",
                None,
                "no column `specis`; allowed: one of the columns `petal`, `species`; the nearest is `species`",
            ),
            (&["a", "t"], "t", Some(&["b"]), "no column `b`"),
            (
                &["a", "t", "a"],
                "t",
                None,
                "the name `a` for columns 1 and 3; allowed: a name of its own for each column that is used",
            ),
            (&["a", "t", "b", "a", "a"], "t", Some(&["b", "a"]), "the name `a` for columns 1 and 4"),
            (&["t", "a", "t"], "t", Some(&["a"]), "the name `t` for columns 1 and 3"),
            (&["a", "t", "t"], "t", None, "the name `t` for columns 2 and 3"),
            (&["t"], "t", None, "no column for features"),
            (&["a", "t"], "t", Some(&[]), "no column for features"),
            (&["a", "t"], "t", Some(&["t"]), "the target `t` among the features"),
            (&["a", "t"], "t", Some(&["a", "a"]), "the feature `a` twice"),
        ];
        for (header, target, features, expected) in cases {
            let error = choose(&read(header), target, features).expect_err("is invalid").to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
