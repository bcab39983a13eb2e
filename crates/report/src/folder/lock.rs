//! The lock of a results folder: only one etascape writes at a time.
//!
//! The operating system locks the file `.lock`. The lock ends with the process that holds it, so a file left by a dead
//! process blocks no one. The content of the file is only for people. On a network folder, the lock holds between
//! machines if the file system supports that (NFS 4 and SMB usually do). On a file system without locks there is no
//! protection.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::error::{Error, Holder};
use crate::logs::remove_leftovers;

/// How long a lock that is held is tried again: a look at it holds it for a moment too.
const PATIENCE: Duration = Duration::from_millis(100);
/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// The lock of a folder, as another process sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockView {
    /// The process that made the file, where that can be read.
    pub holder: Option<Holder>,
    /// Whether a process holds it; `None` where the file system does not tell.
    pub is_held: Option<bool>,
}

/// A held lock: the right to write into a results folder, until it is dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// The lock's file in a results folder.
    pub const FILE: &'static str = ".lock";

    /// Takes the lock of a folder, making the folder if needed. Removes half-written files that a dead process left.
    ///
    /// # Errors
    /// [`Error::Held`] where another process has it, [`Error::Io`] where the lock file cannot be made. A file system without
    /// locks is no error.
    pub fn take(folder: &Path, holder: &Holder) -> Result<Lock, Error> {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        let path = folder.join(Lock::FILE);
        let text = serde_json::to_string(holder).unwrap_or_default() + "\n";
        let until = Instant::now() + PATIENCE;
        loop {
            let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
            let mut file = file.map_err(Error::io("write", &path))?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) if Instant::now() < until => {
                    sleep(PAUSE);
                    continue;
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::Held { folder: folder.to_owned(), holder: holder_in(file) });
                }
                Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => continue,
                // Any other error means that the file system has no locks: network folders give several.
                _ => say(&mut file, &text).map_err(Error::io("write", &path))?,
            }
            if is_in_place(&path, &text) {
                remove_leftovers(folder);
                return Ok(Lock { path, _file: file });
            }
        }
    }

    /// Looks at the lock of a folder; `None` where there is no lock file.
    ///
    /// # Errors
    /// [`Error::Io`] where the lock file cannot be read.
    pub fn look(folder: &Path) -> Result<Option<LockView>, Error> {
        let path = folder.join(Lock::FILE);
        let file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            file => file.map_err(Error::io("read", &path))?,
        };
        let is_held = match file.try_lock_shared() {
            Ok(()) => Some(false),
            Err(TryLockError::WouldBlock) => Some(true),
            Err(TryLockError::Error(_)) => None,
        };
        Ok(Some(LockView { holder: holder_in(file), is_held }))
    }
}

impl Drop for Lock {
    /// Removes the file, to be tidy. A file that stays does no harm.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn say(file: &mut File, text: &str) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())
}

/// Whether the locked file is still the one in the folder: the process that held it before may have removed it in the
/// meantime. Except on Unix, a locked file cannot be read by name.
fn is_in_place(path: &Path, text: &str) -> bool {
    !cfg!(unix) || fs::read_to_string(path).is_ok_and(|there| there == text)
}

/// The process that the lock file names. The lock that was taken on the file, if any, ends.
fn holder_in(file: File) -> Option<Holder> {
    let mut text = String::new();
    let read = file.take(1 << 12).read_to_string(&mut text);
    read.ok().and_then(|_| serde_json::from_str(&text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(pid: u32) -> Holder {
        Holder { pid, host: "here".into(), since: "2025-01-01T00:00:00Z".into() }
    }

    #[test]
    fn a_second_one_is_told_of_the_first_and_comes_in_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path(), &holder(7)).unwrap();
        let message = Lock::take(folder.path(), &holder(8)).unwrap_err().to_string();
        assert!(message.ends_with("in use by process 7 on here since 2025-01-01T00:00:00Z"), "{message}");
        drop(first);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        Lock::take(folder.path(), &holder(8)).unwrap();
    }

    #[test]
    fn what_a_dead_process_left_blocks_nobody() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(Lock::FILE), serde_json::to_string(&holder(1)).unwrap()).unwrap();
        fs::write(folder.path().join(".etascape-x.tmp"), "half").unwrap();
        let lock = Lock::take(folder.path(), &holder(2)).unwrap();
        assert!(!folder.path().join(".etascape-x.tmp").exists());
        drop(lock);
    }

    #[test]
    fn a_look_tells_whether_the_holder_lives_and_takes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Lock::look(folder.path()).unwrap(), None);
        let view = |is_held| Some(LockView { holder: Some(holder(7)), is_held: Some(is_held) });
        let lock = Lock::take(folder.path(), &holder(7)).unwrap();
        assert_eq!(Lock::look(folder.path()).unwrap(), view(true));
        drop(lock);
        fs::write(folder.path().join(Lock::FILE), serde_json::to_string(&holder(7)).unwrap()).unwrap();
        assert_eq!(Lock::look(folder.path()).unwrap(), view(false));
        let is_over = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(std::sync::atomic::Ordering::SeqCst) {
                    Lock::look(folder.path()).unwrap();
                }
            });
            let taken = (0..200).all(|_| Lock::take(folder.path(), &holder(8)).is_ok());
            is_over.store(true, std::sync::atomic::Ordering::SeqCst);
            assert!(taken, "who looks does not keep others out");
        });
    }

    #[test]
    fn of_many_at_once_one_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let inside = std::sync::atomic::AtomicU32::new(0);
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let (folder, inside) = (folder.path(), &inside);
                scope.spawn(move || {
                    for round in 0..200 {
                        if let Ok(_lock) = Lock::take(folder, &holder(thread * 1000 + round)) {
                            assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                            inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        }
                    }
                });
            }
        });
    }
}
