//! The last drawing of a line that a program draws again and again, as progress bars do.
//!
//! A carriage return, or a sequence that moves the cursor to the line's start or to a line above, begins a new drawing; a
//! backspace takes back a character. Colours and other sequences are left out. The last drawing that has any text counts.

use memchr::{memchr3, memrchr};

const ESCAPE: u8 = 0x1b;
const BACKSPACE: u8 = 0x08;
const BELL: u8 = 0x07;
/// The mark of UTF-8 that some systems put before a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Calls `take` with the drawings of a line that count: the last one with text, and before it the last one of each epoch, for
/// bars that go on over epochs without a line end. `drawn` is a buffer.
pub(in crate::program) fn each(line: &[u8], drawn: &mut Vec<u8>, take: &mut dyn FnMut(&[u8])) {
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line).trim_ascii();
    if memchr3(b'\r', ESCAPE, BACKSPACE, line).is_none() {
        return take(line);
    }
    let mut pending: Option<&[u8]> = None;
    counting(line, &mut |drawing, is_last| {
        if let Some(before) = pending.replace(drawing).filter(|_| is_last) {
            draw(before, drawn);
            take(drawn.trim_ascii());
        }
    });
    drawn.clear();
    pending.into_iter().for_each(|drawing| draw(drawing, drawn));
    take(drawn.trim_ascii());
}

/// Removes the drawings that do not count from the beginning of a line. What [`each`] gives for the line stays the same.
pub(in crate::program) fn compact(line: &mut Vec<u8>) {
    let Some(end) = memrchr(b'\r', line) else { return };
    let mut kept = Vec::new();
    let mut pending: Option<&[u8]> = None;
    let mut keep = |drawing: &[u8]| {
        kept.extend_from_slice(drawing);
        kept.push(b'\r');
    };
    counting(&line[..end], &mut |drawing, is_last| {
        pending.replace(drawing).filter(|_| is_last).into_iter().for_each(&mut keep);
    });
    pending.into_iter().for_each(keep);
    kept.extend_from_slice(&line[end + 1..]);
    *line = kept;
}

/// Calls `take` with each drawing that has text, and whether the one before was the last of its epoch.
fn counting<'a>(line: &'a [u8], take: &mut dyn FnMut(&'a [u8], bool)) {
    let mut epoch = None;
    for drawing in line.split(|&byte| byte == b'\r').filter(|drawing| has_text(drawing)) {
        let own = epoch_of(drawing);
        take(drawing, own != epoch);
        epoch = own;
    }
}

/// The number behind the word `Epoch`.
fn epoch_of(drawing: &[u8]) -> Option<&[u8]> {
    let at = memchr::memmem::find(drawing, b"poch")? + 4;
    let start = at + drawing[at..].iter().take(4).position(u8::is_ascii_digit)?;
    let length = drawing[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    Some(&drawing[start..start + length])
}

fn has_text(drawing: &[u8]) -> bool {
    let mut rest = drawing;
    while let [byte, after @ ..] = rest {
        rest = match *byte {
            ESCAPE => &after[sequence(after).1..],
            BACKSPACE => after,
            _ if byte.is_ascii_whitespace() => after,
            _ => return true,
        };
    }
    false
}

fn draw(line: &[u8], drawn: &mut Vec<u8>) {
    drawn.clear();
    let mut is_over = false;
    let mut rest = line;
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'\r' => is_over = true,
            &BACKSPACE => take_back(drawn),
            &ESCAPE => {
                let (effect, length) = sequence(after);
                rest = &after[length..];
                match effect {
                    Effect::Nothing => {}
                    Effect::Begin => is_over = true,
                    Effect::Blank => drawn.push(b' '),
                    Effect::Back(count) => (0..count.min(drawn.len())).for_each(|_| take_back(drawn)),
                }
            }
            _ => {
                if is_over && !byte.is_ascii_whitespace() {
                    drawn.clear();
                    is_over = false;
                }
                drawn.push(*byte);
            }
        }
    }
}

/// Removes the last character of UTF-8.
fn take_back(drawn: &mut Vec<u8>) {
    while drawn.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
}

/// What a sequence of control characters does to a drawing.
enum Effect {
    Nothing,
    /// What follows is drawn over what was there.
    Begin,
    Blank,
    Back(usize),
}

/// The effect of a sequence, and its length after the escape character.
fn sequence(after: &[u8]) -> (Effect, usize) {
    match after.first() {
        Some(b'[') => control(&after[1..]),
        // Titles and links: up to a bell, or to an escape character with a backslash.
        Some(b']') => {
            let end = memchr::memchr2(BELL, ESCAPE, after).unwrap_or(after.len());
            let length = match after.get(end) {
                Some(&BELL) => end + 1,
                Some(_) => (end + 2).min(after.len()),
                None => end,
            };
            (Effect::Nothing, length)
        }
        // Character sets have one more character.
        Some(b'(' | b')') => (Effect::Nothing, after.len().min(2)),
        Some(_) => (Effect::Nothing, 1),
        None => (Effect::Nothing, 0),
    }
}

fn control(after: &[u8]) -> (Effect, usize) {
    let Some(end) = after.iter().position(|byte| (0x40..=0x7e).contains(byte)) else {
        return (Effect::Nothing, 1 + after.len());
    };
    let count = || std::str::from_utf8(&after[..end]).ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let effect = match after[end] {
        // To another line or column, or the whole line erased.
        b'A' | b'E' | b'F' | b'G' | b'H' | b'f' | b'u' => Effect::Begin,
        b'K' | b'J' if after[..end] == *b"2" => Effect::Begin,
        b'C' => Effect::Blank,
        b'D' => Effect::Back(count()),
        _ => Effect::Nothing,
    };
    (effect, end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(line: &str) -> Vec<String> {
        let mut drawings = Vec::new();
        each(line.as_bytes(), &mut Vec::new(), &mut |drawing| {
            drawings.push(String::from_utf8_lossy(drawing).into_owned());
        });
        drawings
    }

    /// The only drawing that counts.
    #[track_caller]
    fn drawn(line: &str) -> String {
        let mut drawings = all(line);
        assert_eq!(drawings.len(), 1, "{drawings:?}");
        drawings.remove(0)
    }

    #[test]
    fn a_line_that_is_drawn_once_is_itself() {
        assert_eq!(drawn("  step 1 loss 2\t"), "step 1 loss 2");
        assert_eq!(drawn("loss 2\r"), "loss 2", "a line end of Windows");
        assert_eq!(drawn("\u{feff}epoch,loss"), "epoch,loss");
    }

    #[test]
    fn the_last_drawing_counts() {
        assert_eq!(drawn("1/6 - loss: 9.0\r2/6 - loss: 8.0\r"), "2/6 - loss: 8.0");
        assert_eq!(drawn("\r\u{1b}[1m1/6\u{1b}[0m - loss: 9\r\u{1b}[1m6/6\u{1b}[0m - loss: 8"), "6/6 - loss: 8");
        assert_eq!(drawn("1/2 loss: 9\u{8}\u{8}\u{8}\u{8}\r2/2 loss: 8"), "2/2 loss: 8");
        assert_eq!(drawn("loss: 8\r         \r"), "loss: 8", "what is erased at the end was there");
        assert_eq!(drawn("loss: 8\r\u{1b}[K"), "loss: 8");
        assert_eq!(drawn("loss: 9\u{8}8"), "loss: 8");
        assert_eq!(drawn("50%|█\u{8}▌| 5/10"), "50%|▌| 5/10", "a character of several bytes is taken back whole");
    }

    #[test]
    fn a_moved_cursor_begins_a_new_drawing() {
        assert_eq!(drawn("Epoch 0 1/2 loss 9\u{1b}[1A\u{1b}[2K\rEpoch 0 2/2 loss 8"), "Epoch 0 2/2 loss 8");
        assert_eq!(drawn("\u{1b}[1A\u{1b}[2KEpoch 0 loss 8\u{1b}[K"), "Epoch 0 loss 8");
        assert_eq!(drawn("loss 9\u{1b}[1Gloss 8"), "loss 8");
    }

    #[test]
    fn colours_links_and_modes_are_no_text() {
        assert_eq!(drawn("\u{1b}[31mstep: \u{1b}[1;32m 1\u{1b}[39m  loss: 8.1\u{1b}[0m"), "step:  1  loss: 8.1");
        assert_eq!(drawn("\u{1b}]8;;http://a\u{1b}\\run\u{1b}]8;;\u{7} loss 8\u{1b}[?25h\u{1b}(B"), "run loss 8");
        assert_eq!(drawn("a\u{1b}[3Cb\u{1b}[1Dc"), "a c");
    }

    #[test]
    fn a_bar_that_goes_on_over_epochs_has_a_drawing_of_each() {
        let line = "Epoch 0: 50% a=1\rEpoch 0: 100% a=2\r\rValidation: 9%\u{1b}[A\rEpoch 0: 100% a=3\rEpoch 1: 0% a=3\rEpoch 1: 5% a=4\r ";
        let last = ["Epoch 0: 100% a=2", "Validation: 9%", "Epoch 0: 100% a=3", "Epoch 1: 5% a=4"];
        assert_eq!(all(line), last);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..100)) {
            each(&bytes, &mut Vec::new(), &mut |_| {});
        }

        #[test]
        fn no_sequences_panic(text in "[\u{1b}\\[\\]();0-9A-Ka\r\u{8}\u{7} █]{0,40}") {
            all(&text);
        }

        #[test]
        fn what_does_not_count_may_be_removed_at_any_time(
            parts in proptest::collection::vec("(Epoch [0-2]|Val|  |\u{1b}\\[A)[a ]{0,2}", 1..8),
            cut in 0..60usize,
        ) {
            let line = parts.join("\r");
            let cut = cut.min(line.len());
            let mut compacted = line.as_bytes()[..cut].to_vec();
            compact(&mut compacted);
            compacted.extend_from_slice(&line.as_bytes()[cut..]);
            proptest::prop_assert_eq!(all(&line), all(&String::from_utf8(compacted).unwrap()));
        }
    }
}
