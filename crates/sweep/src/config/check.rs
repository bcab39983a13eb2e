//! From a tree to a checked config: every key known, every value of its key's type and in its range.

use std::sync::Arc;

use etascape_text::counted;

use super::keys::{self, FIXED, KEYS, Key, Need, OF_ENGINE, Preset};
use super::kind::Kind;
use super::tree::{Entry, Node, Place, Source, Table, Tree};
use crate::error::{ConfigError, Problem, shorten};

/// A tree of known keys whose values have their keys' types. Only [`Config::check`] makes one.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub source: Arc<Source>,
    root: Table,
    /// Paths of keys that a sweep gives although they do not stand in the tree.
    swept: Arc<[&'static str]>,
}

/// Why a key means nothing.
#[derive(Debug)]
pub(crate) enum NoUse {
    /// Another key does not hold one of the words that it needs.
    Without(&'static Need),
    /// Another key takes its place.
    Beside(&'static str),
    /// The network has no hidden layer.
    NoHiddenLayers,
}

impl NoUse {
    /// What must be so for the key to mean something: `with model.kind = "mlp"`.
    pub fn remedy(&self) -> String {
        match self {
            NoUse::Without(need) => format!("with {}", need.in_words()),
            NoUse::Beside(other) => format!("without {other}"),
            NoUse::NoHiddenLayers => "with a hidden layer".to_string(),
        }
    }

    /// What goes on `init.scheme has no effect`.
    pub fn reason(&self) -> String {
        match self {
            NoUse::Without(need) => format!(": it needs {}", need.in_words()),
            NoUse::Beside(other) => format!(" beside {other}"),
            NoUse::NoHiddenLayers => " without a hidden layer".to_string(),
        }
    }
}

impl Config {
    /// Checks every key and value by itself, and that keys only stand where they mean something.
    pub fn check(source: Arc<Source>, mut root: Table) -> Result<Config, ConfigError> {
        spell_out(&mut root);
        check_table(&source, "", &root)?;
        let config = Config { source, root, swept: Arc::default() };
        check_kind(&config)?;
        check_required(&config, "", &config.root)?;
        check_needs(&config, "", &config.root)?;
        Ok(config)
    }

    /// The same beside a sweep over keys, whose values are set later.
    pub fn beside_sweep(self, swept: Arc<[&'static str]>) -> Config {
        Config { swept, ..self }
    }

    /// The same with other values, as a sweep sets them, deciding keys first.
    ///
    /// # Errors
    /// Of `judge`, which sees the values together before they are checked; then whatever is wrong with them.
    pub fn with(
        &self,
        values: Vec<(&str, Node)>,
        judge: impl Fn(&Config) -> Result<(), ConfigError>,
    ) -> Result<Config, ConfigError> {
        let mut draft = self.clone();
        for (path, node) in values {
            set(&mut draft.root, path, node, &self.source)?;
            spell_out(&mut draft.root);
        }
        judge(&draft)?;
        Ok(Config::check(draft.source, draft.root)?.beside_sweep(draft.swept))
    }

    /// The same with a top-level table emptied.
    pub fn emptied(mut self, table: &str) -> Config {
        if let Some(node) = self.root.get_mut(table) {
            node.tree = Tree::Table(Table::default());
        }
        self
    }

    /// Whether it has a program of its own rather than data for our engine.
    pub fn is_program(&self) -> bool {
        self.root.get("program").is_some()
    }

    /// Keys in the file that the others give no use.
    pub fn unused(&self) -> Vec<&'static Key> {
        KEYS.iter().filter(|key| self.node(key.path).is_some() && !self.uses(key)).collect()
    }

    pub fn node(&self, path: &str) -> Option<&Node> {
        self.root.at(path)
    }

    pub fn table(&self, path: &str) -> Option<&Table> {
        self.node(path).and_then(Node::as_table)
    }

    /// Whether a key means anything beside the others.
    pub fn uses(&self, key: &'static Key) -> bool {
        self.no_use(key).is_none()
    }

    /// Why a key means nothing beside the others, if it does not.
    pub fn no_use(&self, key: &'static Key) -> Option<NoUse> {
        let is_given = |path: &&&str| self.node(path).is_some() || self.swept.contains(path);
        match (key.path, &key.need) {
            ("init.scheme" | "init.scale", _) => {
                let replacing: &[&str] =
                    if self.word("model.kind") == "linear" { &["init.file", "init.w"] } else { &["init.file"] };
                replacing.iter().find(is_given).map(|other| NoUse::Beside(other))
            }
            (_, Some(need)) if !need.words.contains(&self.word(need.key)) => Some(NoUse::Without(need)),
            ("model.activation" | "model.gain", _) if self.integers("model.hidden").is_empty() => {
                Some(NoUse::NoHiddenLayers)
            }
            _ => None,
        }
    }

    fn default(path: &str) -> Preset {
        keys::find(path).map_or(Preset::Absent, |(key, _)| key.default)
    }

    pub fn flag(&self, path: &str) -> bool {
        match (self.node(path).map(|node| &node.tree), Config::default(path)) {
            (Some(Tree::Bool(flag)), _) => *flag,
            (None, Preset::Flag(flag)) => flag,
            _ => false,
        }
    }

    pub fn word(&self, path: &str) -> &str {
        match (self.text(path), Config::default(path)) {
            (Some(word), _) | (None, Preset::Word(word)) => word,
            _ => "",
        }
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        self.node(path).and_then(Node::as_text)
    }

    pub fn texts(&self, path: &str) -> Option<Vec<String>> {
        Some(self.node(path)?.as_list()?.iter().filter_map(|item| Some(item.as_text()?.to_string())).collect())
    }

    pub fn optional_integer(&self, path: &str) -> Option<u64> {
        let integer = match (self.node(path), Config::default(path)) {
            (Some(node), _) => node.as_integer(),
            (None, Preset::Integer(integer)) => Some(integer),
            _ => None,
        };
        integer.and_then(|integer| u64::try_from(integer).ok())
    }

    pub fn integer(&self, path: &str) -> u64 {
        self.optional_integer(path).unwrap_or(0)
    }

    pub fn integers(&self, path: &str) -> Vec<usize> {
        let integers: Vec<i64> = match (self.node(path), Config::default(path)) {
            (Some(node), _) => node.as_list().unwrap_or(&[]).iter().filter_map(Node::as_integer).collect(),
            (None, Preset::Integers(integers)) => integers.to_vec(),
            _ => Vec::new(),
        };
        integers.into_iter().filter_map(|integer| usize::try_from(integer).ok()).collect()
    }

    pub fn optional_number(&self, path: &str) -> Option<f64> {
        match (self.node(path), Config::default(path)) {
            (Some(node), _) => node.as_number(),
            (None, Preset::Number(number)) => Some(number),
            _ => None,
        }
    }

    pub fn number(&self, path: &str) -> f64 {
        self.optional_number(path).unwrap_or(0.0)
    }

    /// A list of numbers, where the value is a list.
    pub fn numbers(&self, path: &str) -> Option<Vec<f64>> {
        Some(self.node(path)?.as_list()?.iter().filter_map(Node::as_number).collect())
    }

    /// A problem with the value at a path, or with its absence.
    pub fn problem(&self, path: &str, message: impl Into<String>) -> Problem {
        match self.node(path) {
            Some(node) => self.source.problem_with(path, node, message),
            None => self.source.problem(Place::Nowhere, path, message),
        }
    }
}

/// Turns `optimizer = "adam"` into `optimizer = { kind = "adam" }`, likewise the schedule.
fn spell_out(root: &mut Table) {
    let Some(Tree::Table(train)) = root.get_mut("train").map(|node| &mut node.tree) else { return };
    for name in ["optimizer", "schedule"] {
        if let Some(node) = train.get_mut(name)
            && node.as_text().is_some()
        {
            *node = kind_table(node.clone());
        }
    }
}

fn kind_table(word: Node) -> Node {
    let place = word.place;
    let entry = Entry { name: "kind".to_string(), place, node: word };
    Node { tree: Tree::Table(Table { entries: vec![entry] }), place }
}

fn join(table: &str, name: &str) -> String {
    if table.is_empty() { name.to_string() } else { format!("{table}.{name}") }
}

fn check_table(source: &Source, path: &str, table: &Table) -> Result<(), ConfigError> {
    for entry in &table.entries {
        let path_of_entry = join(path, &entry.name);
        // A quoted key with a dot in it is not the path that it looks like.
        let known = KEYS.iter().find(|key| key.path == path_of_entry && !entry.name.contains('.'));
        let Some(key) = known else {
            return Err(unknown_key(source, path, entry));
        };
        check_value(source, key.path, &key.kind, &entry.node)?;
        if let (Kind::Table | Kind::WordOrTable(_) | Kind::WordOr(..), Tree::Table(inner)) =
            (key.kind, &entry.node.tree)
        {
            check_table(source, key.path, inner)?;
        }
    }
    Ok(())
}

/// Checks a value against a type.
pub(crate) fn check_value(source: &Source, path: &str, kind: &Kind, node: &Node) -> Result<(), ConfigError> {
    kind.check(node).map_err(|misfit| {
        let problem = source.problem_with(path, misfit.node, misfit.message);
        Problem { allowed: Some(misfit.allowed), nearest: misfit.nearest, ..problem }.into()
    })
}

fn unknown_key(source: &Source, table: &str, entry: &Entry) -> ConfigError {
    let problem = source.problem(entry.place, &join(table, &entry.name), "unknown key");
    let found = match entry.node.tree {
        Tree::Table(_) if table.is_empty() => format!("[{}]", entry.name),
        _ => format!("{} = {}", entry.name, entry.node.inline()),
    };
    let allowed = keys::children(table).join(", ");
    let nearest = keys::nearest_key(table, &entry.name);
    Problem { found: Some(shorten(&found)), allowed: Some(allowed), nearest, ..problem }.into()
}

/// An experiment either has data for our engine to learn from, or a program of its own, beside which nothing stands that
/// only our engine heeds.
fn check_kind(config: &Config) -> Result<(), ConfigError> {
    if !config.is_program() {
        let data = keys::find("data").map(|(key, _)| key).filter(|key| config.node(key.path).is_none());
        return data.map_or(Ok(()), |key| Err(missing(config, "", key)));
    }
    if let Some(name) = OF_ENGINE.into_iter().find(|name| config.node(name).is_some()) {
        return Err(not_beside_program(config, name));
    }
    if config.node("seed").is_some() && config.word("sweep.method") == "grid" {
        let allowed = "seed with sweep.method = \"random\" or \"sobol\"; sweep.parameters.seed for the program's own";
        let problem = config.problem("seed", "not beside [program] and a grid, for which nothing is drawn");
        return Err(Problem { allowed: Some(allowed.into()), ..problem }.into());
    }
    Ok(())
}

fn not_beside_program(config: &Config, name: &str) -> ConfigError {
    let Some(entry) = config.root.entries.iter().find(|entry| entry.name == name) else {
        let problem = config.problem(name, "not beside [program], whose network we do not know");
        return Problem { allowed: Some("curve_points, curve_every".into()), ..problem }.into();
    };
    let problem = config.source.problem(entry.place, name, "not beside [program]");
    let allowed = Some("either [program], or [data] with model, init and train".to_string());
    Problem { found: Some(format!("[{name}]")), allowed, ..problem }.into()
}

fn check_required(config: &Config, path: &str, table: &Table) -> Result<(), ConfigError> {
    for name in keys::children(path) {
        let full = join(path, name);
        let Some((key, _)) = keys::find(&full) else { continue };
        match table.get(name) {
            // A table that is given must be whole; one that is left out is nothing to complain about.
            Some(node) => node.as_table().map_or(Ok(()), |inner| check_required(config, &full, inner))?,
            None if key.default == Preset::Required => return Err(missing(config, path, key)),
            None => {}
        }
    }
    Ok(())
}

fn missing(config: &Config, table: &str, key: &Key) -> ConfigError {
    let place = config.node(table).map_or(Place::Nowhere, |node| node.place);
    let allowed = format!("{}: {}", key.kind.allowed(), key.meaning);
    Problem { allowed: Some(allowed), ..config.source.problem(place, key.path, "missing key") }.into()
}

fn check_needs(config: &Config, path: &str, table: &Table) -> Result<(), ConfigError> {
    for entry in &table.entries {
        let full = join(path, &entry.name);
        let Some((key, _)) = keys::find(&full) else { continue };
        if let Some(need) = &key.need
            && need.strict
            && !config.uses(key)
        {
            return Err(no_use(config, path, need.key, entry));
        }
        if let Some(inner) = entry.node.as_table() {
            check_needs(config, &full, inner)?;
        }
    }
    Ok(())
}

fn no_use(config: &Config, table: &str, decider: &str, entry: &Entry) -> ConfigError {
    let message = format!("not a key for {decider} = \"{}\"", config.word(decider));
    let problem = config.source.problem(entry.place, &join(table, &entry.name), message);
    let usable = |name: &&str| keys::find(&join(table, name)).is_some_and(|(key, _)| config.uses(key));
    let allowed: Vec<&str> = keys::children(table).into_iter().filter(usable).collect();
    let found = shorten(&format!("{} = {}", entry.name, entry.node.inline()));
    Problem { found: Some(found), allowed: Some(allowed.join(", ")), ..problem }.into()
}

/// Sets the value at a path, making tables on the way; the last part may be the index into a list.
pub(crate) fn set(root: &mut Table, path: &str, node: Node, source: &Source) -> Result<(), ConfigError> {
    let wrong = |message: &str| ConfigError::from(source.problem_with(path, &node, message));
    let (list, index) = match keys::find(path) {
        Some((key, Some(index))) => (key.path, Some(index)),
        _ => (path, None),
    };
    let mut table = root;
    let (tables, name) = list.rsplit_once('.').unwrap_or(("", list));
    for part in tables.split('.').filter(|part| !part.is_empty()) {
        if table.get(part).is_none() {
            table.insert(part, Node { tree: Tree::Table(Table::default()), place: node.place });
        }
        let inner = table.get_mut(part).ok_or_else(|| wrong("no such table"))?;
        if inner.as_text().is_some() {
            *inner = kind_table(inner.clone());
        }
        let Tree::Table(inner) = &mut inner.tree else { return Err(wrong("not in a table")) };
        table = inner;
    }
    let Some(index) = index else {
        table.insert(name, node);
        return Ok(());
    };
    if table.get(name).is_none()
        && let Preset::Integers(integers) = Config::default(list)
    {
        let item = |integer: &i64| Node { tree: Tree::Integer(*integer), place: node.place };
        table.insert(name, Node { tree: Tree::List(integers.iter().map(item).collect()), place: node.place });
    }
    match table.get_mut(name).map(|node| &mut node.tree) {
        Some(Tree::List(items)) if index < items.len() => items[index] = node,
        Some(Tree::List(items)) => return Err(wrong(&format!("{list} has {}", counted(items.len(), "entry")))),
        _ => return Err(wrong(&format!("{list} is no list"))),
    }
    Ok(())
}

/// Whether a key stands where nothing can be swept.
pub(crate) fn is_fixed(path: &str) -> bool {
    path.starts_with("stop.halving") || path.split('.').next().is_some_and(|first| FIXED.contains(&first))
}
