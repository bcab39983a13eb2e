//! The times of a sweep that is trained in several sessions.

use std::time::Instant;

use super::manifest::{ThreadTimes, Times};

/// The times of a session, added to those of earlier sessions.
pub(crate) struct SessionTimes {
    began: Instant,
    before: Times,
    threads: Option<ThreadTimes>,
}

impl SessionTimes {
    /// Begins a session now. `before` has the times of earlier sessions, if there were any.
    pub(crate) fn begin(started: String, before: Option<Times>) -> SessionTimes {
        let first = || Times { started, ..Times::default() };
        SessionTimes { began: Instant::now(), before: before.unwrap_or_else(first), threads: None }
    }

    /// Notes the time of the training threads in this session.
    pub(crate) fn spend(&mut self, threads: ThreadTimes) {
        self.threads = Some(threads);
    }

    /// The times of all sessions up to now; `finished` is the end of this session, if it has ended.
    pub(crate) fn times(&self, finished: Option<String>) -> Times {
        Times {
            started: self.before.started.clone(),
            finished,
            seconds: Some(self.before.seconds.unwrap_or(0.0) + self.began.elapsed().as_secs_f64()),
            threads: self.before.threads.into_iter().chain(self.threads).reduce(ThreadTimes::plus),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_session_says_the_start_and_all_add_up() {
        let times = |started: &str, before| {
            let mut session = SessionTimes::begin(started.into(), before);
            session.spend(ThreadTimes { training: 1.0, formatting: 0.25, waiting: 0.5 });
            session.times(Some(format!("after {started}")))
        };
        let first = times("one", None);
        assert_eq!((first.started.as_str(), first.finished.as_deref()), ("one", Some("after one")));
        let second = times("two", Some(Times { seconds: Some(100.0), ..first }));
        assert_eq!((second.started.as_str(), second.finished.as_deref()), ("one", Some("after two")));
        assert_eq!(second.threads, Some(ThreadTimes { training: 2.0, formatting: 0.5, waiting: 1.0 }));
        assert!((100.0..200.0).contains(&second.seconds.unwrap()));
    }
}
