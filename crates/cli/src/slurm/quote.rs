//! Words as bash reads them.

/// A word in bash's spelling: as it is, or in quotes. Control characters are spelt out, so that a word is one line.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    if !word.contains(|c: char| c.is_control()) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let spelt = |c: char| match c {
        '\'' | '\\' => format!("\\{c}"),
        c if c.is_control() => c.to_string().bytes().map(|byte| format!("\\x{byte:02x}")).collect(),
        c => c.to_string(),
    };
    format!("$'{}'", word.chars().map(spelt).collect::<String>())
}

/// A command line in bash's spelling.
pub fn command_line(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bash_reads_the_same_word() {
        assert_eq!(["plain/a-b_c.d=1%4", ""].map(quoted), ["plain/a-b_c.d=1%4", "''"]);
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted("two\nlines\\ 'é'"), r"$'two\x0alines\\ \'é\''");
    }

    #[cfg(unix)]
    #[test]
    fn bash_says_it_again() {
        for word in ["a b", "$(x) `y` \"z\"", "it's", "\\", "tab\there\nand \x01f", "~", "*", "#no", "!x", "\u{85}é"] {
            let script = format!("printf %s {}", quoted(word));
            let Ok(output) = std::process::Command::new("bash").args(["-c", &script]).output() else { return };
            assert_eq!(String::from_utf8_lossy(&output.stdout), word);
        }
    }
}
