use std::fs;
use std::time::Duration;

use etascape_sweep::Status;
use etascape_sweep::program::{Point, ProcessExit, Spread};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::logs::FilePrefix;

fn record(run: u64, status: Status) -> Record {
    let nan =
        Spread { first: Some(f64::NAN), last: Some(-0.0), min: None, max: Some(f64::INFINITY), at: [None, Some(3)] };
    Record {
        run,
        status,
        steps: 12,
        reason: Some("exit code 3 {".into()),
        timeout: (status == Status::Timeout).then_some(Duration::from_secs(90)),
        exit: Some(ProcessExit::Code(3)),
        stderr: "line \"one\"\nline two {\"line\":3".into(),
        attempts: 2,
        unread: 5,
        first_unread: None,
        names: vec!["loss".into(), format!("m{run}")],
        spreads: vec![nan, Spread::default()],
        rungs: if run.is_multiple_of(2) { vec![0.1, f64::NAN] } else { Vec::new() },
        curve: vec![Point { step: 3, values: vec![Some(0.1), None] }, Point { step: 12, values: vec![None] }],
        problems: vec!["m.csv was not written".into()],
    }
}

fn status(journal: &Journal, run: u64) -> Option<Status> {
    let mut status = None;
    let look = |record: Record| {
        status = status.or((record.run == run).then_some(record.status));
        Ok(())
    };
    journal.records(look).unwrap();
    status
}

fn sweep() -> SweepKey {
    SweepKey { key: "0123456789abcdef".into(), runs: 0..10 }
}

/// Records as they were written: run 7 failed, and then did not.
fn records() -> Vec<Record> {
    let ends =
        [(7, Status::Failed), (2, Status::Converged), (4, Status::Timeout), (7, Status::MaxSteps), (0, Status::Pruned)];
    ends.map(|(run, status)| record(run, status)).to_vec()
}

/// The lines of [`records`].
fn lines() -> Vec<Vec<u8>> {
    (0..).zip(records()).map(|(number, record)| entry::text(number, &sweep().key, &record)).collect()
}

/// A folder with a journal.
fn folder(bytes: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(JOURNAL), bytes).unwrap();
    folder
}

fn read(folder: &TempDir) -> Journal {
    Journal::read(folder.path(), &sweep(), None).unwrap()
}

/// The records that count, as texts, which NaN cannot make unequal.
fn counting(journal: &Journal) -> Vec<String> {
    let mut all = Vec::new();
    journal
        .records(|record| {
            all.push(format!("{record:?}"));
            Ok(())
        })
        .unwrap();
    all
}

fn texts(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| format!("{record:?}")).collect()
}

/// What is said of some bytes, without the path, and how the runs ended that count: run and status.
fn said(bytes: &[u8]) -> (Vec<String>, Vec<(u64, Status)>) {
    let folder = folder(bytes);
    let journal = read(&folder);
    let path = folder.path().join(JOURNAL).display().to_string();
    let words = journal.damages().iter().map(|damage| damage.to_string().replace(&path, "j")).collect();
    let statuses = (0..10).filter_map(|run| Some((run, status(&journal, run)?))).collect();
    (words, statuses)
}

const ALL: [(u64, Status); 4] =
    [(0, Status::Pruned), (2, Status::Converged), (4, Status::Timeout), (7, Status::MaxSteps)];

#[test]
fn records_come_back_as_they_were_in_run_order() {
    let journal = read(&folder(&lines().concat()));
    let all = records();
    assert!(journal.damages().is_empty());
    assert_eq!((journal.finished(), status(&journal, 7), status(&journal, 3)), (4, Some(Status::MaxSteps), None));
    assert_eq!(journal.names(), ["loss", "m0", "m2", "m4", "m7"]);
    assert_eq!(counting(&journal), texts(&[4, 1, 2, 3].map(|line| all[line].clone())));
    assert_eq!(journal.rungs(|_| true).len(), 3, "of runs 0, 2 and 4");
    assert_eq!(journal.rungs(|run| run != 2).len(), 2);
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_the_other_lines_stand() {
    let [a, b, c, d, e] = lines().try_into().unwrap();
    let harmed = |lines: &[&[u8]]| said(&lines.concat());
    let changed = "it is not what was written: its checksum is another";
    let mut flipped = c.clone();
    flipped[60] ^= 1;
    let without = |gone: u64| ALL.into_iter().filter(move |(run, _)| *run != gone).collect::<Vec<_>>();
    let words = |words: &[&str]| words.iter().map(|word| word.to_string()).collect::<Vec<_>>();
    assert_eq!(harmed(&[&a, &b, &flipped, &d, &e]), (words(&[&format!("j:3: {changed}")]), without(4)));
    let moved = "j:5: it was written before the line above it: lines have been moved or copied";
    let (said, ends) = harmed(&[&a, &b, &d, &e, &c]);
    assert_eq!(said, words(&["j:3: 1 of the lines that were written before it are missing, or behind it", moved]));
    assert_eq!(ends, without(4), "run 4 failed before a line that was missing until then");
    assert_eq!(harmed(&[&a, &b, &c, &d, &c, &e]), (words(&[moved]), ALL.to_vec()), "copied");
    let windows = |line: &[u8]| [&line[..line.len() - 1], b"\r\n"].concat();
    let ends_otherwise = "j:2: it ends in the Windows way; an editor has changed the file";
    assert_eq!(harmed(&[&a, &windows(&b), &c, &d, &e]), (words(&[ends_otherwise]), ALL.to_vec()));
    let foreign = entry::text(3, "fedcba9876543210", &record(1, Status::Converged));
    assert_eq!(harmed(&[&a, &b, &c, &foreign, &d, &e]), (words(&["j:4: it is of another sweep"]), ALL.to_vec()));
    let beyond = entry::text(5, &sweep().key, &record(10, Status::Converged));
    let none = "j:6: there is no run 10: the sweep has 10, from 0";
    assert_eq!(harmed(&[&a, &b, &c, &d, &e, &beyond]), (words(&[none]), ALL.to_vec()));
    let (said, ends) = harmed(&[&a, &b, &c, b"{}\n", &d, &e, &[0; 40]]);
    assert_eq!(said, words(&[&format!("j:4: {changed}"), &format!("j:7: {changed}")]));
    assert_eq!(ends, without(4), "it failed, and what is lost at the end may have told of another attempt");
    let many = said_of_garbage();
    assert_eq!((many.len(), many[5].as_str()), (6, "j: 95 more of its lines are not as they were written"));
}

fn said_of_garbage() -> Vec<String> {
    said(&b"what\n".repeat(100)).0
}

#[test]
fn other_line_ends_are_put_right() {
    let bytes = String::from_utf8(lines().concat()).unwrap().replace('\n', "\r\n");
    let folder = folder(bytes.as_bytes());
    let mut journal = read(&folder);
    assert_eq!(journal.damages().len(), 5);
    let whole = counting(&read(&self::folder(&lines().concat())));
    assert_eq!(counting(&journal), whole);
    journal.mend(&sweep()).unwrap();
    assert!(read(&folder).damages().is_empty());
    assert_eq!(counting(&read(&folder)), whole);
}

#[test]
fn a_failure_that_another_attempt_may_have_mended_is_in_doubt() {
    let mut lines = lines();
    lines[3][30] ^= 4;
    let (_, ends) = said(&lines.concat());
    assert_eq!(ends, [(0, Status::Pruned), (2, Status::Converged)], "7 failed, 4 took too long before the lost line");
}

#[test]
fn an_end_that_was_saved_is_missed() {
    let folder = folder(&lines()[..3].concat());
    let part = FilePrefix { bytes: 0, digest: String::new() };
    let known = |lines: u64| {
        let known = SavedJournal { sweep: sweep().key, lines, part: part.clone() };
        let journal = Journal::read(folder.path(), &sweep(), Some(&known)).unwrap();
        journal.damages().iter().map(|damage| damage.problem.clone()).collect::<Vec<_>>()
    };
    assert_eq!(known(3), [""; 0]);
    assert_eq!(known(5), ["its end is missing: the last 2 of 5 lines that had been saved"]);
}

#[test]
fn a_journal_of_version_0_3_is_read() {
    let old = |line: &Vec<u8>| {
        let json = String::from_utf8(line[17..line.len() - 1].to_vec()).unwrap();
        let start = json.find("\"run\"").unwrap();
        let json = format!("{{{}", &json[start..]);
        format!("{} {json}\n", &blake3::hash(json.as_bytes()).to_hex()[..16]).into_bytes()
    };
    let bytes = lines().iter().flat_map(old).collect::<Vec<u8>>();
    assert_eq!(said(&bytes), (Vec::new(), ALL.to_vec()));
}

#[test]
fn what_is_mended_is_whole_and_the_damaged_file_is_kept() {
    let mut bytes = lines().concat();
    bytes[40] ^= 1;
    let folder = folder(&bytes);
    let mut journal = read(&folder);
    let before = counting(&journal);
    let kept = journal.mend(&sweep()).unwrap();
    assert_eq!(kept, folder.path().join("journal.jsonl.damaged-1"));
    assert_eq!(fs::read(kept).unwrap(), bytes);
    let again = read(&folder);
    assert!(again.damages().is_empty());
    for journal in [&journal, &again] {
        assert_eq!((counting(journal), journal.end().1), (before.clone(), 4));
    }
    let line = journal.lines(&sweep(), &[&record(9, Status::Diverged)]).concat();
    fs::write(folder.path().join(JOURNAL), [fs::read(folder.path().join(JOURNAL)).unwrap(), line].concat()).unwrap();
    assert!(read(&folder).damages().is_empty() && status(&read(&folder), 9) == Some(Status::Diverged));
}

/// One way to harm a journal.
#[derive(Debug, Clone)]
enum Harm {
    Flip(usize, u8),
    Cut(usize),
    Swap(usize, usize),
    Drop(usize),
    Copy(usize, usize),
}

fn harm() -> impl Strategy<Value = Harm> {
    let bytes = 0..lines().concat().len();
    let line = 0..lines().len();
    prop_oneof![
        4 => (bytes.clone(), 0..8_u8).prop_map(|(at, bit)| Harm::Flip(at, bit)),
        2 => bytes.prop_map(Harm::Cut),
        1 => (line.clone(), line.clone()).prop_map(|(a, b)| Harm::Swap(a, b)),
        1 => line.clone().prop_map(Harm::Drop),
        1 => (line.clone(), line).prop_map(|(a, b)| Harm::Copy(a, b)),
    ]
}

fn harmed(harm: &Harm) -> Vec<u8> {
    let mut lines = lines();
    match *harm {
        Harm::Swap(a, b) => lines.swap(a, b),
        Harm::Drop(line) => drop(lines.remove(line)),
        Harm::Copy(from, to) => lines.insert(to, lines[from].clone()),
        Harm::Flip(..) | Harm::Cut(_) => {}
    }
    let mut bytes = lines.concat();
    match *harm {
        Harm::Flip(at, bit) => bytes[at] ^= 1 << bit,
        Harm::Cut(at) => bytes.truncate(at),
        _ => {}
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever is done to it: no record counts that was not written for its run, none that is whole is lost, and there
    /// is a word, but where the end was cut off, which looks like a process that was killed.
    #[test]
    fn no_harm_makes_a_wrong_number_loses_a_line_or_goes_unseen(harm in harm()) {
        let bytes = harmed(&harm);
        let folder = folder(&bytes);
        let mut journal = read(&folder);
        let cut = if let Harm::Cut(at) = harm { Some(at) } else { None };
        let (mut at, all) = (0, records());
        let mut expected = std::collections::BTreeMap::new();
        for (record, line) in all.iter().zip(lines()) {
            at += line.len();
            let is_there = cut.is_none_or(|cut| at <= cut);
            // Both as they should be, and as they are: a flip or a drop loses one line.
            if is_there && bytes.windows(line.len()).any(|part| part == line) {
                expected.insert(record.run, format!("{record:?}"));
            }
        }
        let is_harmed = bytes != lines().concat() && cut.is_none();
        let is_last_dropped = matches!(harm, Harm::Drop(line) if line == all.len() - 1);
        prop_assert_eq!(!journal.damages().is_empty(), is_harmed && !is_last_dropped, "{:?}", journal.damages());
        for text in counting(&journal) {
            prop_assert!(expected.values().any(|known| *known == text), "{text}");
        }
        let is_doubtful = |run: u64| is_harmed && (run == 7 || run == 4);
        for run in expected.keys().filter(|run| !is_doubtful(**run)) {
            prop_assert!(status(&journal, *run).is_some(), "run {run} is lost");
        }
        let before = counting(&journal);
        if !journal.damages().is_empty() {
            journal.mend(&sweep()).unwrap();
            prop_assert_eq!(counting(&read(&folder)), before);
        }
    }
}
