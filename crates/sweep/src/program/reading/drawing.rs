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

/// Where the last drawing of a line begins, as far as carriage returns tell: after the last one that has text behind it.
/// What comes before need not be kept.
pub(in crate::program) fn start(line: &[u8]) -> usize {
    let text = line.trim_ascii_end();
    memrchr(b'\r', text).map_or(0, |at| at + 1)
}

/// The last drawing of a line. `drawn` keeps it where it is not a part of the line.
pub(in crate::program) fn last<'a>(line: &'a [u8], drawn: &'a mut Vec<u8>) -> &'a [u8] {
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line).trim_ascii();
    if memchr3(b'\r', ESCAPE, BACKSPACE, line).is_none() {
        return line;
    }
    // A drawing without text, of colours alone, is none: then the ones before count too.
    for start in [start(line), 0] {
        draw(&line[start..], drawn);
        if !drawn.trim_ascii().is_empty() {
            break;
        }
    }
    drawn.trim_ascii()
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

    fn drawn(line: &str) -> String {
        String::from_utf8(last(line.as_bytes(), &mut Vec::new()).to_vec()).unwrap()
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
    fn what_comes_before_the_last_drawing_need_not_be_kept() {
        let line = "x".repeat(100) + "\rloss: 1\rloss: 2\r";
        assert_eq!(&line[start(line.as_bytes())..], "loss: 2\r");
        assert_eq!(start(b"loss: 1"), 0);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..100)) {
            last(&bytes, &mut Vec::new());
        }

        #[test]
        fn no_sequences_panic(text in "[\u{1b}\\[\\]();0-9A-Ka\r\u{8}\u{7} █]{0,40}") {
            last(text.as_bytes(), &mut Vec::new());
        }

        #[test]
        fn the_start_may_be_cut_off_at_any_time(parts in proptest::collection::vec("[a-c ]{0,5}", 1..6)) {
            let line = parts.join("\r");
            let cut = &line[start(line.as_bytes())..];
            proptest::prop_assert_eq!(drawn(&line), drawn(cut));
        }
    }
}
