//! `report.html`: the finding in words, the best runs, the charts.

use std::fmt::Write;

use crate::findings::Findings;
use crate::subject::Subject;

const STYLE: &str = include_str!("page.css");

/// The page. Charts are named by their file in `charts/`.
pub(crate) fn html(subject: &Subject, findings: &Findings, charts: &[&str]) -> String {
    let name = escaped(&subject.name);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{name}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <p class=\"name\">{name}</p>\n<h1>{}</h1>\n<p class=\"tally\">{}</p>\n",
        escaped(&findings.headline()),
        escaped(&findings.tally()),
    );
    if !subject.description.is_empty() {
        page += &format!("<p>{}</p>\n", escaped(&subject.description));
    }
    page += &best_table(findings);
    page += &failed_runs(findings);
    for chart in charts {
        let what = escaped(&chart.trim_end_matches(".png").replace('-', " "));
        let _ = writeln!(
            page,
            "<figure><img src=\"charts/{chart}\" alt=\"{what}\" width=\"2000\" height=\"1280\"></figure>"
        );
    }
    page + "</main>\n</body>\n</html>\n"
}

fn best_table(findings: &Findings) -> String {
    if findings.best.is_empty() {
        return String::new();
    }
    let (head, rows) = findings.table();
    let cells = |tag: &str, cells: &[String]| -> String {
        cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect()
    };
    let rows: String = rows.iter().map(|row| format!("<tr>{}</tr>\n", cells("td", row))).collect();
    format!(
        "<h2>Best runs</h2>\n<div class=\"wide\"><table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n",
        cells("th", &head)
    )
}

/// The runs of a program that failed, with what they said last.
fn failed_runs(findings: &Findings) -> String {
    match findings.failures.is_empty() {
        true => String::new(),
        false => format!("<h2>What went wrong</h2>\n<pre>{}</pre>\n", escaped(&findings.failures.to_string())),
    }
}

/// Text that HTML shows as it is, in elements and quoted attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            letter if letter.is_control() && letter != '\n' && letter != '\t' => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}
