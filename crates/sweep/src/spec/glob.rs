//! Patterns for paths.

/// A pattern for paths within a folder. `*` stands for any part of a name, `?` for one character, `**` for any number of
/// folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    parts: Vec<String>,
}

impl Glob {
    pub(crate) fn new(pattern: &str) -> Glob {
        Glob { parts: pattern.split('/').filter(|part| !matches!(*part, "" | ".")).map(str::to_string).collect() }
    }

    /// Whether it matches a path, given as its names from the folder on.
    pub fn matches(&self, path: &[&str]) -> bool {
        let parts: Vec<&str> = self.parts.iter().map(String::as_str).collect();
        wild(&parts, path, &|part| *part == "**", &|part, name| {
            let (part, name): (Vec<char>, Vec<char>) = (part.chars().collect(), name.chars().collect());
            wild(&part, &name, &|c| *c == '*', &|c, other| *c == '?' || c == other)
        })
    }
}

impl std::fmt::Display for Glob {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.parts.join("/"))
    }
}

/// Whether a sequence fits a pattern whose wild items stand for any number of items. Time: at most the product of the lengths.
fn wild<P, T>(pattern: &[P], items: &[T], is_wild: &dyn Fn(&P) -> bool, fits: &dyn Fn(&P, &T) -> bool) -> bool {
    let (mut at, mut next) = (0, 0);
    // The last wild item, and the first item after those that it stands for.
    let mut back: Option<(usize, usize)> = None;
    while next < items.len() {
        match pattern.get(at) {
            Some(part) if is_wild(part) => {
                back = Some((at, next));
                at += 1;
            }
            Some(part) if fits(part, &items[next]) => (at, next) = (at + 1, next + 1),
            _ => {
                let Some((wild, end)) = back else { return false };
                back = Some((wild, end + 1));
                (at, next) = (wild + 1, end + 1);
            }
        }
    }
    pattern[at..].iter().all(is_wild)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stay_in_a_name_and_double_stars_are_folders() {
        let matches = |pattern: &str, path: &str| Glob::new(pattern).matches(&path.split('/').collect::<Vec<&str>>());
        assert!(matches("**/events.out.tfevents.*", "events.out.tfevents.1"));
        assert!(matches("**/events.out.tfevents.*", "a/b/events.out.tfevents.1"));
        assert!(!matches("**/events.out.tfevents.*", "a/x.events.out.tfevents.1"));
        assert!(!matches("*/e.*", "a/b/e.1") && matches("*/e.*", "a/e.1") && !matches("*/e.*", "e.1"));
        assert!(matches("a/**/b/*.x", "a/1/b/2/b/c.x") && matches("a/**/b/*.x", "a/b/.x"));
        assert!(matches("a?c*", "abc") && !matches("a?c*", "ac") && matches("**", "a/b"));
    }
}
