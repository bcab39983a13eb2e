use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread::sleep;

use super::*;

const MOMENT: Duration = Duration::from_millis(20);

fn pieces(count: u64) -> Pieces {
    Pieces { count, threads: 4, window: 6 }
}

/// Runs a test with a time limit: a test that hangs fails.
fn in_time<T: Send + 'static>(test: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(test()));
    receiver.recv_timeout(Duration::from_secs(20)).expect("it ends")
}

/// Waits until something is so, in a thread that works.
fn wait_until(is_so: impl Fn() -> bool) {
    let clock = Instant::now();
    while !is_so() && clock.elapsed() < Duration::from_secs(10) {
        sleep(Duration::from_millis(1));
    }
}

type Ended = Result<Outcome, ExecutionError<String>>;

#[test]
fn pieces_come_in_their_order_whatever_the_order_of_their_ends() {
    for threads in [1, 3, 8] {
        let mut taken = Vec::new();
        let work = |piece: u64, _: &mut Spent| {
            sleep(Duration::from_micros(piece * 7919 % 1000));
            Ok(piece)
        };
        let take = |piece, _| {
            taken.push(piece);
            Ok(())
        };
        let ended: Ended = in_order(&Pieces { threads, ..pieces(100) }, &CancellationToken::default(), work, take);
        assert_eq!(ended.unwrap(), Outcome::Complete);
        assert_eq!(taken, (0..100).collect::<Vec<u64>>());
    }
    let none: Ended = in_order(&pieces(0), &CancellationToken::default(), |_, _| Ok(()), |(), _| Ok(()));
    assert_eq!(none.unwrap(), Outcome::Complete);
}

#[test]
fn no_more_pieces_than_the_window_holds_are_in_flight() {
    let (begun, taken, most) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let work = |piece: u64, _: &mut Spent| {
        begun.fetch_add(1, SeqCst);
        most.fetch_max(begun.load(SeqCst) - taken.load(SeqCst), SeqCst);
        // All pieces wait for every tenth one, which waits until the threads can get no further.
        if piece.is_multiple_of(10) {
            wait_until(|| begun.load(SeqCst) == (piece + 6).min(50));
            sleep(MOMENT);
        }
        Ok(())
    };
    let take = |(), _| {
        taken.fetch_add(1, SeqCst);
        Ok(())
    };
    let ended: Ended = in_order(&pieces(50), &CancellationToken::default(), work, take);
    assert_eq!(ended.unwrap(), Outcome::Complete);
    assert_eq!((most.into_inner(), begun.into_inner()), (6, 50));
}

#[test]
fn a_panic_of_a_thread_is_an_error_and_nothing_hangs() {
    // The first piece panics while all other threads wait for it; a later one, while it is not its turn yet.
    for bad in [0, 5, 37] {
        let (ended, taken, begun) = in_time(move || {
            let (mut taken, begun) = (0, AtomicU64::new(0));
            let work = |piece: u64, _: &mut Spent| {
                begun.fetch_add(1, SeqCst);
                if piece == bad {
                    wait_until(|| begun.load(SeqCst) >= bad + 6);
                    sleep(MOMENT);
                    panic!("piece {piece} is bad");
                }
                Ok(())
            };
            let take = |(), _| {
                taken += 1;
                Ok(())
            };
            let ended: Ended = in_order(&pieces(1000), &CancellationToken::default(), work, take);
            (ended, taken, begun.into_inner())
        });
        let error = ended.unwrap_err();
        assert!(matches!(&error, ExecutionError::Panic(said) if *said == format!("piece {bad} is bad")), "{error}");
        assert_eq!(error.to_string(), format!("a thread that trains has panicked: piece {bad} is bad"));
        assert!(taken <= bad && begun <= bad + 6, "{taken} taken, {begun} begun");
    }
}

#[test]
fn a_panic_of_the_caller_comes_through_and_nothing_hangs() {
    let said = in_time(|| {
        let take = |(), _| -> Result<(), String> { panic!("no more") };
        let ended = catch_unwind(AssertUnwindSafe(|| {
            in_order(&pieces(1000), &CancellationToken::default(), |_, _| Ok(()), take)
        }));
        ended.unwrap_err().downcast_ref::<&str>().map(|said| said.to_string())
    });
    assert_eq!(said.as_deref(), Some("no more"));
}

/// Works on a thousand pieces, one of which fails or cannot be taken. Returns the result, how many were taken, and how many
/// begun.
fn failed(at: u64, in_take: bool) -> (Ended, u64, u64) {
    in_time(move || {
        let (mut taken, begun) = (0, AtomicU64::new(0));
        let work = |piece: u64, _: &mut Spent| {
            begun.fetch_add(1, SeqCst);
            let is_bad = piece == at && !in_take;
            if is_bad { Err(ExecutionError::Caller(format!("cannot do {piece}"))) } else { Ok(piece) }
        };
        let take = |piece, _| {
            if in_take && piece == at {
                return Err(format!("cannot take {piece}"));
            }
            taken += 1;
            Ok(())
        };
        let ended = in_order(&pieces(1000), &CancellationToken::default(), work, take);
        (ended, taken, begun.into_inner())
    })
}

#[test]
fn an_error_of_either_function_comes_out_and_ends_the_threads() {
    for at in [0, 1, 500] {
        let (ended, taken, begun) = failed(at, false);
        assert!(matches!(ended, Err(ExecutionError::Caller(said)) if said == format!("cannot do {at}")));
        assert!(taken <= at && begun <= at + 6, "{taken} taken, {begun} begun");
        let (ended, taken, begun) = failed(at, true);
        assert!(matches!(ended, Err(ExecutionError::Caller(said)) if said == format!("cannot take {at}")));
        assert_eq!(taken, at);
        assert!(begun <= at + 6, "{begun} begun, although nothing was taken from {at} on");
    }
}

#[test]
fn a_token_that_is_cancelled_beforehand_lets_nothing_begin() {
    let cancel = CancellationToken::default();
    cancel.cancel();
    let has_begun = AtomicBool::new(false);
    let work = |_, _: &mut Spent| {
        has_begun.store(true, SeqCst);
        Ok(())
    };
    let ended: Ended = in_order(&pieces(10), &cancel, work, |(), _| Err("nothing is delivered".into()));
    assert_eq!(ended.unwrap(), Outcome::Stopped);
    assert!(!has_begun.into_inner());
}

#[test]
fn a_token_that_is_cancelled_while_pieces_are_taken_ends_it_there() {
    let cancel = CancellationToken::default();
    let (mut taken, begun) = (0, AtomicU64::new(0));
    // All pieces of the window are done before the first, and could be taken with it.
    let work = |piece: u64, _: &mut Spent| {
        begun.fetch_add(1, SeqCst);
        if piece == 0 {
            wait_until(|| begun.load(SeqCst) == 6);
            sleep(MOMENT);
        }
        Ok(())
    };
    let take = |(), _| {
        taken += 1;
        cancel.cancel();
        Ok(())
    };
    let ended: Ended = in_order(&pieces(1000), &cancel, work, take);
    assert_eq!((ended.unwrap(), taken), (Outcome::Stopped, 1));
    assert!(begun.into_inner() <= 7);
    // The last piece is taken: there is nothing left to stop.
    let cancel = CancellationToken::default();
    let take = |piece, _| {
        if piece == 9 {
            cancel.cancel();
        }
        Ok(())
    };
    let ended: Ended = in_order(&pieces(10), &cancel, |piece, _| Ok(piece), take);
    assert_eq!(ended.unwrap(), Outcome::Complete);
}

#[test]
fn a_token_that_is_cancelled_while_nothing_is_ready_ends_it_after_the_pieces_that_are_begun() {
    let cancel = CancellationToken::default();
    let token = cancel.clone();
    let (ended, begun) = in_time(move || {
        let begun = AtomicU64::new(0);
        let work = |_, _: &mut Spent| {
            begun.fetch_add(1, SeqCst);
            wait_until(|| token.is_cancelled());
            Ok(())
        };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                wait_until(|| begun.load(SeqCst) == 4);
                cancel.cancel();
            });
            let ended: Ended = in_order(&pieces(1000), &token, work, |(), _| Err("nothing is delivered".into()));
            (ended, begun.load(SeqCst))
        })
    });
    assert_eq!((ended.unwrap(), begun), (Outcome::Stopped, 4));
}

#[test]
fn what_threads_spend_is_told_with_every_piece() {
    let mut seen = Vec::new();
    let work = |_, spent: &mut Spent| {
        timed(&mut spent.training, || sleep(Duration::from_millis(2)));
        timed(&mut spent.preparing, || sleep(Duration::from_millis(1)));
        Ok(())
    };
    let take = |(), spent: Spent| {
        seen.push(spent);
        Ok(())
    };
    let ended: Ended = in_order(&Pieces { threads: 2, ..pieces(10) }, &CancellationToken::default(), work, take);
    assert!(ended.is_ok() && seen.len() == 10);
    assert!(seen.is_sorted_by_key(|spent| spent.training));
    let last = seen[9];
    assert!(last.training >= Duration::from_millis(20) && last.preparing >= Duration::from_millis(10), "{last:?}");
}
