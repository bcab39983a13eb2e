//! Made-up tables for tests.

use etascape_sweep::Status;
use etascape_text::Formatter;

use crate::study::Study;
use crate::subject::{Choice, Scale, Subject, SweptParameter};
use crate::tables::{Column, Runs};

/// The runs of a table as it stands in `runs.csv`, without quoted cells.
pub(crate) fn runs(table: &str) -> Runs {
    let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<&str>>());
    let head = lines.next().unwrap();
    let [id, status] = ["run_id", "status"].map(|name| head.iter().position(|&one| one == name).unwrap());
    let others: Vec<usize> = (0..head.len()).filter(|place| ![id, status].contains(place)).collect();
    let columns = others.iter().map(|&place| Column::new(head[place].to_owned(), None)).collect();
    let mut runs = Runs::new(head.iter().map(|&name| name.to_owned()).collect(), columns);
    let mut formatter = Formatter::default();
    for line in lines {
        let status = Status::from_name(line[status]).unwrap();
        runs.push(line[id].parse().unwrap(), status, &mut formatter, |which| Ok::<_, ()>(line[others[which]])).unwrap();
    }
    runs
}

/// Looks at a table as the study of a sweep.
pub(crate) fn with_table(table: &str, swept: &[(&str, Scale)], choice: Choice, see: impl FnOnce(&Study<'_>)) {
    with_subject(table, &Subject { parameters: parameters(swept), choice, ..Subject::default() }, see);
}

/// Looks at a table as the study of a subject.
pub(crate) fn with_subject(table: &str, subject: &Subject, see: impl FnOnce(&Study<'_>)) {
    see(&Study::new(subject, &runs(table)).unwrap());
}

/// Parameters as a subject has them.
pub(crate) fn parameters(swept: &[(&str, Scale)]) -> Vec<SweptParameter> {
    swept.iter().map(|&(path, scale)| SweptParameter { path: path.to_owned(), scale }).collect()
}
