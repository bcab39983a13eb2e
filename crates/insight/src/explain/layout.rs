//! The layout of the text: headings, tables, wrapped lines.

use std::fmt::Write;

use etascape_text::{Side, columns, counted, short};

/// A number for use after an operator: in brackets if it is negative.
pub(super) fn operand(number: f64) -> String {
    if number < 0.0 { format!("({})", short(number)) } else { short(number) }
}

/// A table of numbers: columns to the right; the first row is the head.
pub(super) fn table(text: &mut String, rows: &[Vec<String>]) {
    lines(text, rows, Side::Right);
}

/// A table of words: columns to the left.
pub(super) fn left_table(text: &mut String, rows: &[Vec<String>]) {
    lines(text, rows, Side::Left);
}

fn lines(text: &mut String, rows: &[Vec<String>], side: Side) {
    for line in columns(rows, side) {
        let _ = writeln!(text, "  {}", line.trim_end());
    }
}

pub(super) fn heading(text: &mut String, title: &str) {
    let _ = writeln!(text, "\n{title}\n{}", "─".repeat(title.chars().count()));
}

/// The heading of a step: `Step 0`.
pub(super) fn step_heading(text: &mut String, k: usize) {
    heading(text, &if k == 0 { "Step 0, the start".to_string() } else { format!("Step {k}") });
}

/// The note that only the first rows are shown.
pub(super) fn more_rows(text: &mut String, shown: usize, all: usize) {
    if all > shown {
        let _ = writeln!(text, "  … and {} more", counted(all - shown, "row"));
    }
}

/// A paragraph in lines of at most 112 letters after two spaces.
pub(super) fn wrapped(words: &str) -> String {
    const WIDTH: usize = 112;
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let last = lines.len() - 1;
        if lines[last].chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(word.to_owned());
        } else if lines[last].is_empty() {
            lines[last] += word;
        } else {
            lines[last] += &format!(" {word}");
        }
    }
    format!("  {}", lines.join("\n  "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_numbers_are_in_brackets() {
        assert_eq!(operand(-6.0), "(-6)");
        assert_eq!(operand(6.0), "6");
    }
}
