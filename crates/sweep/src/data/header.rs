//! Chooses the columns of a CSV file.

use std::collections::HashMap;

use csv::StringRecord;

use super::error::{DataError, Location, quoted};

/// Column names that an error lists at most.
const MOST_LISTED: usize = 20;

/// The chosen columns of a file: name and index of each.
#[derive(Debug, PartialEq)]
pub(super) struct Columns {
    pub target: (String, usize),
    pub features: Vec<(String, usize)>,
}

impl Columns {
    /// Finds the target and the listed features in a header. Without a list, all other columns are features.
    pub(super) fn choose(
        header: &StringRecord,
        target: &str,
        features: Option<&[String]>,
        place: &Location,
    ) -> Result<Columns, DataError> {
        let names: Vec<&str> = header.iter().map(str::trim).collect();
        let index = index(&names);
        let find = |name: &str| match index.get(name).map(Vec::as_slice) {
            Some(&[at]) => Ok((name.to_string(), at)),
            Some(several) => Err(ambiguous(name, several, place)),
            None => Err(missing(name, &names, place)),
        };
        let target = find(target)?;
        let features: Vec<(String, usize)> = match features {
            Some(listed) => listed.iter().map(|name| find(name)).collect::<Result<_, _>>()?,
            None => (names.iter().zip(0..).filter(|&(_, at)| at != target.1))
                .map(|(name, at)| if name.is_empty() { Err(unnamed(at, place)) } else { find(name) })
                .collect::<Result<_, _>>()?,
        };
        check_features(&features, &target, place)?;
        Ok(Columns { target, features })
    }

    pub(super) fn feature_names(&self) -> Vec<String> {
        self.features.iter().map(|(name, _)| name.clone()).collect()
    }
}

/// The columns of each name. Columns without a name are left out.
fn index<'a>(names: &[&'a str]) -> HashMap<&'a str, Vec<usize>> {
    let mut index: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        index.entry(name).or_default().push(at);
    }
    index
}

/// The error that several columns have a name that is used.
fn ambiguous(name: &str, columns: &[usize], place: &Location) -> DataError {
    let found = format!("the name {} for columns {} and {}", quoted(name), columns[0] + 1, columns[1] + 1);
    place.clone().invalid(found, "a name of its own for each column that is used")
}

fn unnamed(at: usize, place: &Location) -> DataError {
    place.clone().invalid(format!("no name for column {}", at + 1), "a name for each column that is used")
}

fn missing(name: &str, names: &[&str], place: &Location) -> DataError {
    let likeness = |column: &&&str| (strsim::jaro_winkler(name, column) * 1e6) as u32;
    let nearest = names.iter().max_by_key(likeness).map(|column| quoted(column)).unwrap_or_default();
    let listed: Vec<String> = names.iter().take(MOST_LISTED).map(|column| quoted(column)).collect();
    let rest =
        if names.len() > MOST_LISTED { format!(" and {} more", names.len() - MOST_LISTED) } else { String::new() };
    let allowed = format!("one of the columns {}{rest}; the nearest is {nearest}", listed.join(", "));
    place.clone().invalid(format!("no column {}", quoted(name)), allowed)
}

fn check_features(features: &[(String, usize)], target: &(String, usize), place: &Location) -> Result<(), DataError> {
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

    fn choose(header: &[&str], target: &str, features: Option<&[&str]>) -> Result<Columns, DataError> {
        let features = features.map(|list| list.iter().map(|name| name.to_string()).collect::<Vec<_>>());
        Columns::choose(&StringRecord::from(header.to_vec()), target, features.as_deref(), &Location::default())
    }

    #[test]
    fn features_are_the_others_or_those_listed_in_their_order() {
        let columns = choose(&["a", " t ", "b"], "t", None).expect("is valid");
        assert_eq!(columns.target, ("t".into(), 1));
        assert_eq!(columns.features, [("a".into(), 0), ("b".into(), 2)]);
        let columns = choose(&["a", "t", "b", ""], "t", Some(&["b", "a"])).expect("is valid");
        assert_eq!(columns.feature_names(), ["b", "a"]);
    }

    #[test]
    fn columns_that_are_not_used_may_share_a_name() {
        let columns = choose(&["note", "x", "note", "y", " note"], "y", Some(&["x"])).expect("is valid");
        assert_eq!((columns.target, columns.features), (("y".into(), 3), vec![("x".into(), 1)]));
    }

    /// Header, target, listed features, what the error says.
    type Case<'a> = (&'a [&'a str], &'a str, Option<&'a [&'a str]>, &'a str);

    #[test]
    fn columns_that_cannot_be_meant_are_errors() {
        let cases: [Case; 11] = [
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
            (&["", "a", "t"], "t", None, "no name for column 1"),
        ];
        for (header, target, features, expected) in cases {
            let error = choose(header, target, features).expect_err("is invalid").to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
