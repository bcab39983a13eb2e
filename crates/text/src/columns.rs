//! Cells in columns.

use unicode_width::UnicodeWidthStr;

/// On which side of their column cells stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// As words do.
    Left,
    /// As numbers do.
    Right,
}

/// Rows of cells as lines: columns two spaces apart, each as wide as its widest cell on a terminal, where a Chinese letter has
/// the width of two others. A row may be short.
pub fn columns(rows: &[Vec<String>], side: Side) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |c: usize| rows.iter().filter_map(|row| row.get(c)).map(|cell| cell.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(width).collect();
    let cell = |(cell, width): (&String, &usize)| {
        let gap = " ".repeat(width - cell.width());
        match side {
            Side::Left => format!("{cell}{gap}"),
            Side::Right => format!("{gap}{cell}"),
        }
    };
    rows.iter().map(|row| row.iter().zip(&widths).map(cell).collect::<Vec<String>>().join("  ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_widest_cell() {
        let rows = [vec!["η", "loss"], vec!["0.25", "1"], vec!["出"]];
        let rows = rows.map(|row| row.into_iter().map(str::to_owned).collect::<Vec<String>>());
        assert_eq!(columns(&rows, Side::Right), ["   η  loss", "0.25     1", "  出"]);
        assert_eq!(columns(&rows, Side::Left), ["η     loss", "0.25  1   ", "出  "]);
        assert_eq!(columns(&[], Side::Left), [""; 0]);
    }
}
