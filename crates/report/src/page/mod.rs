//! `report.html`: the findings in words, then views of all runs with a common selection. One file that fetches nothing.
//!
//! Text from users (names, descriptions, values) is escaped in the markup, and is JSON in a `<script
//! type="application/json">`, which no browser runs; the page's script shows it as text only. A Content-Security-Policy
//! allows only the page's own script and style, by their SHA-256, and its own fonts: no other script, no handler in an
//! attribute, no picture, no request.

mod cells;
mod copy;
mod curves;
mod data;
#[cfg(test)]
mod fixtures;
mod levels;
mod metrics;
mod palette;
mod part;
mod prediction;
mod start;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use etascape_insight::findings::Finding;
use etascape_insight::importance::Importance;
use etascape_text::{escaped, spelt_out};
use hmac_sha256::Hash;

pub(crate) use data::{Data, SHOWN};
pub(crate) use part::Part;

/// The script, with uPlot: the modules of `page/script`, bundled. `page/README.md` says how.
const SCRIPT: &str = include_str!("../../page/dist/page.js");
/// The style, with its fonts.
const STYLE: &str = include_str!("../../page/dist/page.css");
/// The heading of what each parameter explains.
const IMPORTANCE: &str = "Parameter importance";
/// The markup of the views; the script fills them.
const VIEWS: &str = include_str!("../../page/views.html");

/// The text of a page.
pub(crate) struct Words {
    /// The title: the experiment, or the experiments.
    pub(crate) name: String,
    /// The main finding in a sentence.
    pub(crate) headline: String,
    /// How many runs ended how.
    pub(crate) tally: String,
    /// The question of the experiment; may be empty.
    pub(crate) description: String,
    /// Notes on what is shown: runs that are still going on, runs left out.
    pub(crate) notes: Vec<String>,
    /// What works.
    pub(crate) found: Vec<Finding>,
    /// What is worth trying next.
    pub(crate) next: Vec<Finding>,
    /// What each experiment of a comparison found.
    pub(crate) experiments: Vec<ExperimentWords>,
    /// Tables of heads and rows, with a title.
    pub(crate) tables: Vec<(String, Vec<String>, Vec<Vec<String>>)>,
    /// What each parameter explains of the spread of the objective; why it is left out, where it is.
    pub(crate) importance: Option<ImportanceWords>,
    /// The theory, for linear models.
    pub(crate) theory: Option<TheoryWords>,
    /// What went wrong in runs of a program; may be empty.
    pub(crate) failures: String,
    /// Pictures beside the page: file names within the results folder.
    pub(crate) pictures: Vec<String>,
}

/// What one experiment of a comparison found.
pub(crate) struct ExperimentWords {
    pub(crate) name: String,
    pub(crate) headline: String,
    pub(crate) found: Vec<Finding>,
    pub(crate) next: Vec<Finding>,
    /// As [`Words::importance`].
    pub(crate) importance: Option<ImportanceWords>,
}

/// A table: heads, then rows of cells.
pub(crate) type Table = (Vec<String>, Vec<Vec<String>>);

/// The importance of the parameters: what the shares are of, and the shares; or why there are none.
pub(crate) struct ImportanceWords {
    pub(crate) caption: String,
    pub(crate) table: Option<Table>,
}

impl ImportanceWords {
    /// What each parameter explains of the spread of an objective with this title; why that is left out, where it is.
    pub(crate) fn of(importance: &Result<Importance, String>, objective: &str) -> ImportanceWords {
        match importance {
            Ok(found) => ImportanceWords { caption: found.words(objective), table: Some(found.table()) },
            Err(reason) => ImportanceWords { caption: format!("Left out: {reason}."), table: None },
        }
    }
}

/// The theory in words, and how well the runs agree with it.
pub(crate) struct TheoryWords {
    /// The reason for the regions.
    pub(crate) why: String,
    /// The regions of η, where they hold.
    pub(crate) regions: Option<Table>,
    /// How well predictions agree with measurements, or why there are none.
    pub(crate) verdict: Option<String>,
    /// Some predictions beside the measurements.
    pub(crate) table: Option<Table>,
}

/// The page.
pub(crate) fn html(words: &Words, data: &Data) -> String {
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; font-src data:; base-uri 'none'; form-action 'none'",
        digest(SCRIPT),
        digest(STYLE)
    );
    let title = escaped(&words.name);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} · etascape</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{}{VIEWS}{}{}{}</main>\n\
         <script type=\"application/json\" id=\"data\">{}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        opening(words),
        words.importance.as_ref().map(|words| importance("h2", IMPORTANCE, words)).unwrap_or_default(),
        words.theory.as_ref().map(theory).unwrap_or_default(),
        pictures(&words.pictures),
        json(data),
    )
}

/// Everything that can be read without the script.
fn opening(words: &Words) -> String {
    let mut html = format!(
        "<header>\n{}<h1>{}</h1>\n{}{}",
        paragraph("name", &words.name),
        escaped(&words.headline),
        paragraph("tally", &words.tally),
        paragraph("asks", &words.description),
    );
    html.extend(words.notes.iter().map(|note| paragraph("note", note)));
    html += "</header>\n";
    html += &section(&findings("h2", "What works", &words.found));
    html += &section(&findings("h2", "Try next", &words.next));
    html.extend(words.tables.iter().filter(|table| !table.2.is_empty()).map(table));
    html.extend(words.experiments.iter().map(experiment));
    if !words.failures.is_empty() {
        html += &format!("<section>\n<h2>What went wrong</h2>\n<pre>{}</pre>\n</section>\n", escaped(&words.failures));
    }
    html
}

/// The findings of one experiment among several.
fn experiment(words: &ExperimentWords) -> String {
    let found = findings("h3", "What works", &words.found) + &findings("h3", "Try next", &words.next);
    let label = format!("{IMPORTANCE}, {}", words.name);
    let importance = words.importance.as_ref().map(|words| importance("h3", &label, words)).unwrap_or_default();
    section(&format!("<h2>{}</h2>\n<p>{}</p>\n{found}{importance}", escaped(&words.name), escaped(&words.headline)))
}

/// Some markup as a section; nothing where there is none.
fn section(html: &str) -> String {
    if html.is_empty() { String::new() } else { format!("<section>\n{html}</section>\n") }
}

/// Findings under a heading, each with its line to paste; nothing where there are none.
fn findings(level: &str, title: &str, findings: &[Finding]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let line = |line: &String| format!("<pre>{}</pre>", escaped(line));
    let item = |one: &Finding| {
        format!("<li>{}{}</li>\n", escaped(&one.sentence), one.line.as_ref().map(line).unwrap_or_default())
    };
    let items: String = findings.iter().map(item).collect();
    format!("<{level}>{title}</{level}>\n<ul class=\"findings\">\n{items}</ul>\n")
}

fn paragraph(class: &str, text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("<p class=\"{class}\">{}</p>\n", escaped(text)),
    }
}

/// The importance of the parameters under a heading; `label` names the table.
fn importance(level: &str, label: &str, words: &ImportanceWords) -> String {
    let table = words.table.as_ref().map(|table| grid(label, table)).unwrap_or_default();
    let caption = paragraph("caption", &words.caption);
    format!("<section class=\"importance\">\n<{level}>{IMPORTANCE}</{level}>\n{table}{caption}</section>\n")
}

fn theory(words: &TheoryWords) -> String {
    let mut html = format!("<section id=\"theory\">\n<h2>Why</h2>\n{}", paragraph("caption", &words.why));
    html.extend(words.regions.as_ref().map(|table| grid("Regions of η", table)));
    html += "</section>\n";
    if let Some(verdict) = &words.verdict {
        html += "<section id=\"agreement\">\n<h2>Predicted and measured</h2>\n";
        html += &paragraph("caption", verdict);
        html.extend(words.table.as_ref().map(|table| grid("Predicted and measured", table)));
        html += "</section>\n";
    }
    html
}

fn table((title, head, rows): &(String, Vec<String>, Vec<Vec<String>>)) -> String {
    format!("<section>\n<h2>{}</h2>\n{}</section>\n", escaped(title), grid(title, &(head.clone(), rows.clone())))
}

/// A table that keys can scroll where it is too wide.
fn grid(title: &str, (head, rows): &Table) -> String {
    let cells = |tag: &str, cells: &[String]| -> String {
        cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(&spelt_out(cell)))).collect()
    };
    let rows: String = rows.iter().map(|row| format!("<tr>{}</tr>\n", cells("td", row))).collect();
    format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table class=\"best\">\n<thead><tr>{}</tr></thead>\n<tbody>\n{rows}\
         </tbody>\n</table></div>\n",
        escaped(title),
        cells("th", head),
    )
}

fn pictures(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let link = |name: &String| format!("<a href=\"{0}\">{0}</a>", escaped(name));
    let links = names.iter().map(link).collect::<Vec<String>>().join(" · ");
    format!("<footer>Pictures to print, beside this page: {links}</footer>\n")
}

fn digest(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Hash::hash(text.as_bytes())))
}

/// JSON that no HTML parser reads as markup. The characters of markup occur in strings only, where they are escaped.
fn json(data: &Data) -> String {
    let text = serde_json::to_string(data).unwrap_or_default();
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe += &format!("\\u{:04x}", letter as u32),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{Data, SCRIPT, STYLE, Words, digest, html};

    #[test]
    fn digests_are_those_of_content_security_policies() {
        // The example of Content Security Policy Level 2, section 4.2.5.
        assert_eq!(digest("alert('Hello, world.');"), "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }

    #[test]
    fn a_page_without_data_is_small() {
        const MOST: usize = 181_000;
        let words = Words {
            name: String::new(),
            headline: String::new(),
            tally: String::new(),
            description: String::new(),
            notes: Vec::new(),
            found: Vec::new(),
            next: Vec::new(),
            experiments: Vec::new(),
            tables: Vec::new(),
            importance: None,
            theory: None,
            failures: String::new(),
            pictures: Vec::new(),
        };
        let size = html(&words, &Data::of(&[])).len();
        assert!(size < MOST, "{size} bytes");
    }

    #[test]
    fn no_bundle_ends_its_element() {
        assert!(!SCRIPT.contains("</script") && !SCRIPT.contains("<!--"));
        assert!(!STYLE.contains("</style"));
    }

    #[test]
    fn the_licence_of_the_chart_library_goes_with_it() {
        assert!(SCRIPT.contains("uPlot") && SCRIPT.contains("The MIT License") && SCRIPT.contains("Leon Sorokin"));
    }
}
