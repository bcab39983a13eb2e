//! Circles among arrows: of files, and of folders at every level.

use std::collections::{BTreeMap, BTreeSet};

/// Arrows from one thing to another that it uses.
pub type Arrows = BTreeSet<(String, String)>;

/// Every circle of files, and of what lies side by side in a folder: the folder, then the members in alphabetical order, as
/// `sweep/src: axis config plan`.
pub fn circles(arrows: &Arrows) -> BTreeSet<String> {
    let mut folders: BTreeMap<String, Arrows> = BTreeMap::new();
    for (from, to) in arrows {
        if let Some((folder, arrow)) = side_by_side(from, to) {
            folders.entry(folder).or_default().insert(arrow);
        }
    }
    let mut found = BTreeSet::new();
    for (folder, arrows) in &folders {
        found.extend(knots(arrows).iter().map(|knot| format!("{folder}: {}", knot.join(" "))));
    }
    // A module's own file and those in its folder are one thing beside others: these circles are of files.
    let inner = |knot: &&Vec<String>| knot.windows(2).all(|two| side_by_side(&two[0], &two[1]).is_none());
    found.extend(knots(arrows).iter().filter(inner).map(|knot| format!("files: {}", knot.join(" "))));
    found
}

/// The innermost folder of both, and what lies in it that the arrow goes from and to; `None` where that is one thing.
fn side_by_side(from: &str, to: &str) -> Option<(String, (String, String))> {
    let (mut folder, mut from, mut to) = (String::new(), from, to);
    loop {
        let (a, from_rest) = from.split_once('/').unwrap_or((from, ""));
        let (b, to_rest) = to.split_once('/').unwrap_or((to, ""));
        if a == b {
            folder += if folder.is_empty() { "" } else { "/" };
            folder += a;
            (from, to) = (from_rest, to_rest);
            continue;
        }
        let [a, b] = [a, b].map(|name| name.trim_end_matches(".rs").to_owned());
        return (a != b).then_some((folder, (a, b)));
    }
}

/// The groups of nodes in which each leads to every other, members in alphabetical order.
fn knots(arrows: &Arrows) -> Vec<Vec<String>> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    arrows.iter().for_each(|(from, to)| next.entry(from).or_default().push(to));
    let reached = |from: &str| {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut left: Vec<&str> = next.get(from).cloned().unwrap_or_default();
        while let Some(at) = left.pop() {
            if reached.insert(at) {
                left.extend(next.get(at).into_iter().flatten());
            }
        }
        reached
    };
    let all: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|&from| (from, reached(from))).collect();
    let with = |from: &str| {
        let both = all[from].iter().filter(|&&to| all.get(to).is_some_and(|back| back.contains(from)));
        both.map(|&member| member.to_owned()).collect::<Vec<String>>()
    };
    let knots: BTreeSet<Vec<String>> = all.keys().map(|&from| with(from)).filter(|knot| knot.len() > 1).collect();
    knots.into_iter().collect()
}
