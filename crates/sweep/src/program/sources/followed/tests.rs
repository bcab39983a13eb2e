use std::io::Write;

use super::*;

struct Watched {
    folder: tempfile::TempDir,
    followed: Followed,
    /// What was read since the file was begun.
    read: Vec<u8>,
}

impl Watched {
    fn new() -> Watched {
        let folder = tempfile::tempdir().unwrap();
        let followed = Followed::new(&folder.path().join("f"));
        Watched { folder, followed, read: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, text: &str) {
        fs::write(self.path("f"), text).unwrap();
    }

    fn append(&self, text: &str) {
        fs::OpenOptions::new().append(true).open(self.path("f")).unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Looks until nothing is new; how often the file was another.
    fn look(&mut self) -> usize {
        let mut begun = 0;
        loop {
            self.followed.rests_until = None;
            let read = &mut self.read;
            match self
                .followed
                .look(&mut |bytes| {
                    read.extend_from_slice(bytes);
                    true
                })
                .unwrap()
            {
                Look::AllRead => return begun,
                Look::More => {}
                Look::Another => {
                    begun += 1;
                    self.read.clear();
                }
            }
        }
    }

    fn settle(&mut self) -> usize {
        let is_another = self.followed.settle().unwrap() == Look::Another;
        if is_another {
            self.read.clear();
        }
        usize::from(is_another) + self.look()
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.read).unwrap()
    }
}

#[test]
fn what_is_appended_is_read_on() {
    let mut file = Watched::new();
    assert_eq!((file.look(), file.followed.has_come()), (0, false));
    file.write("abc");
    assert_eq!((file.look(), file.text()), (0, "abc"));
    file.append("de");
    assert_eq!((file.look(), file.look(), file.text()), (0, 0, "abcde"));
    assert_eq!((file.settle(), file.text()), (0, "abcde"));
}

#[test]
fn what_is_written_anew_begins_anew() {
    let mut file = Watched::new();
    for (before, after) in [("abc", "ab"), ("abc", "abd"), ("abc", "xbcd"), ("abc", "")] {
        file.write(before);
        file.look();
        file.write(after);
        assert_eq!((file.look(), file.text()), (1, after), "{before} {after}");
    }
}

#[test]
fn a_file_put_in_its_place_goes_on_where_it_begins_alike() {
    let mut file = Watched::new();
    file.write("abc");
    file.look();
    for (text, begun) in [("abcd", 0), ("abcde", 0), ("abcdf", 1), ("ab", 1), ("xb", 1)] {
        fs::write(file.path("g"), text).unwrap();
        fs::rename(file.path("g"), file.path("f")).unwrap();
        assert_eq!((file.look(), file.text()), (begun, text));
    }
}

#[test]
fn a_change_in_the_middle_is_seen_at_the_end() {
    let mut file = Watched::new();
    let text = |middle: &str| format!("{}{middle}{}", "a".repeat(3 * GUARD), "b".repeat(3 * GUARD));
    file.write(&text("1"));
    file.look();
    file.write(&text("2"));
    file.look();
    assert_eq!((file.settle(), file.text()), (1, text("2").as_str()));
}

#[test]
fn a_file_that_is_moved_away_is_read_to_its_end() {
    let mut file = Watched::new();
    file.write("abc");
    file.look();
    file.append("d");
    fs::rename(file.path("f"), file.path("g")).unwrap();
    assert!(file.followed.has_come() && file.followed.has_gone());
    assert_eq!((file.settle(), file.text()), (0, "abcd"));
    let mut file = Watched::new();
    file.write("abc");
    file.look();
    file.write("x");
    assert_eq!(file.followed.look(&mut |_| true).unwrap(), Look::Another);
    file.read.clear();
    fs::rename(file.path("f"), file.path("g")).unwrap();
    assert_eq!((file.settle(), file.text()), (0, "x"));
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let mut file = Watched::new();
    fs::create_dir(file.path("f")).unwrap();
    assert_eq!((file.look(), file.settle(), file.followed.has_come()), (0, 0, false));
}
