//! The modules of all crates as their sources have them, and what each path in them leads to.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItemFn, Item, ItemMod, ItemUse, Macro, Meta, TraitItemFn, UseTree, Visibility};

/// The files of some crates by their paths below `crates`, as `core/src/lib.rs`, with their texts.
pub type Files = BTreeMap<String, String>;

/// A path as it is written: `crate`, `logs`, `Manifest`.
type Words = Vec<String>;

/// What a `use` brings into a module.
struct Import {
    path: Words,
    /// What it is called there; `*` for everything.
    name: String,
    is_public: bool,
}

/// A module, tests left out.
#[derive(Default)]
struct Module {
    file: String,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    items: Items,
    imports: Vec<Import>,
    /// Other paths.
    paths: Vec<Words>,
}

/// What a module defines, each with whether it is a type: only these stand within paths.
type Items = BTreeMap<String, bool>;

/// What a path leads to.
#[derive(Clone)]
enum Found {
    /// A module as such.
    Module(usize),
    /// What is defined in a module.
    In(usize),
    /// Something of a crate that is not ours.
    Foreign(Words),
}

/// All modules.
#[derive(Default)]
pub struct Tree {
    modules: Vec<Module>,
    /// The root of each crate by its name in paths.
    crates: BTreeMap<String, usize>,
}

impl Tree {
    /// Parses every crate from its root on.
    pub fn of(files: &Files) -> Tree {
        let mut tree = Tree::default();
        for file in files.keys() {
            let (folder, rest) = file.split_once('/').unwrap();
            if ["src/lib.rs", "src/main.rs"].contains(&rest) {
                let root = tree.add(files, file, None);
                let name = if folder == "cli" { "etascape".to_owned() } else { format!("etascape_{folder}") };
                tree.crates.insert(name, root);
            }
        }
        tree
    }

    /// The number of modules.
    pub fn len(&self) -> usize {
        self.modules.len()
    }

    fn add(&mut self, files: &Files, file: &str, parent: Option<usize>) -> usize {
        let number = self.modules.len();
        self.modules.push(Module { file: file.to_owned(), parent, ..Module::default() });
        let parsed = syn::parse_file(&files[file]).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut reader = Reader::default();
        reader.visit_file(&parsed);
        for name in reader.modules {
            let child = self.add(files, &file_of(files, file, &name), Some(number));
            self.modules[number].children.insert(name, child);
        }
        let module = &mut self.modules[number];
        (module.items, module.imports, module.paths) = (reader.items, reader.imports, reader.paths);
        number
    }

    /// Every arrow from a file to another that it uses. What a module offers of the modules below it is its front door, and
    /// no use of them unless it has the name in its own code.
    pub fn arrows(&self) -> BTreeSet<(String, String)> {
        let mut arrows = BTreeSet::new();
        for (from, module) in self.modules.iter().enumerate() {
            for (found, is_offered) in self.found(from) {
                let Found::In(to) = found else { continue };
                if self.modules[to].file != module.file && !(is_offered && self.is_below(to, from)) {
                    arrows.insert((module.file.clone(), self.modules[to].file.clone()));
                }
            }
        }
        arrows
    }

    /// Every path into a crate that is not ours, with the file that has it.
    pub fn foreign(&self) -> BTreeSet<(String, String)> {
        let mut foreign = BTreeSet::new();
        for (from, module) in self.modules.iter().enumerate() {
            for (found, _) in self.found(from) {
                if let Found::Foreign(path) = found {
                    foreign.insert((module.file.clone(), path.join("::")));
                }
            }
        }
        foreign
    }

    /// The files that take everything from a module of ours: then nobody sees what they use.
    pub fn globs(&self) -> Vec<&str> {
        let is_glob = |from: usize, import: &Import| {
            import.name == "*" && !matches!(self.resolved(from, &import.path, 0), Found::Foreign(_))
        };
        let has_glob = |(from, module): &(usize, &Module)| module.imports.iter().any(|import| is_glob(*from, import));
        self.modules.iter().enumerate().filter(has_glob).map(|(_, module)| module.file.as_str()).collect()
    }

    /// What the paths of a module lead to, and whether it only offers that to others.
    fn found(&self, from: usize) -> Vec<(Found, bool)> {
        let module = &self.modules[from];
        let is_offered = |import: &Import| import.is_public && !module.paths.iter().any(|path| path[0] == import.name);
        let imports = module.imports.iter().map(|import| (self.resolved(from, &import.path, 0), is_offered(import)));
        let paths = module.paths.iter().filter(|path| path.len() > 1);
        imports.chain(paths.map(|path| (self.resolved(from, path, 0), false))).collect()
    }

    fn is_below(&self, module: usize, above: usize) -> bool {
        std::iter::successors(self.modules[module].parent, |&at| self.modules[at].parent).any(|at| at == above)
    }

    fn root(&self, module: usize) -> usize {
        self.modules[module].parent.map_or(module, |parent| self.root(parent))
    }

    /// What a path leads to, as seen from a module; so many names on the way to it were looked up.
    fn resolved(&self, from: usize, path: &[String], depth: usize) -> Found {
        let (first, rest) = path.split_first().unwrap();
        match first.as_str() {
            "crate" => self.below(self.root(from), rest, depth),
            "self" => self.below(from, rest, depth),
            "super" => self.below(self.modules[from].parent.unwrap(), rest, depth),
            name => match (self.named(from, name, rest.is_empty(), depth), self.crates.get(name)) {
                (Some(found), _) => self.further(found, rest, depth),
                (None, Some(&root)) => self.below(root, rest, depth),
                (None, None) => Found::Foreign(path.to_vec()),
            },
        }
    }

    /// What a path within a module leads to; a name that is not found there was made by a macro of its own.
    fn below(&self, module: usize, path: &[String], depth: usize) -> Found {
        let Some((first, rest)) = path.split_first() else { return Found::Module(module) };
        if first == "super" {
            return self.below(self.modules[module].parent.unwrap(), rest, depth);
        }
        let found = self.named(module, first, rest.is_empty(), depth).unwrap_or(Found::In(module));
        self.further(found, rest, depth)
    }

    fn further(&self, found: Found, rest: &[String], depth: usize) -> Found {
        match found {
            Found::Module(module) => self.below(module, rest, depth),
            Found::In(module) => Found::In(module),
            Found::Foreign(path) => Found::Foreign([&path, rest].concat()),
        }
    }

    /// What a name stands for in a module. A module and a function may have the same one: at the end of a path the function
    /// is meant, within it the module.
    fn named(&self, module: usize, name: &str, is_last: bool, depth: usize) -> Option<Found> {
        let here = &self.modules[module];
        let child = here.children.get(name).map(|&child| Found::Module(child));
        if depth > 20 || child.is_some() && !is_last {
            return child;
        }
        let item = here.items.get(name).filter(|&&is_type| is_type || is_last).map(|_| Found::In(module));
        let is_it = |import: &&Import| import.name == name && import.path != [name];
        let import = here.imports.iter().find(is_it).map(|import| self.resolved(module, &import.path, depth + 1));
        item.or(import).or(child).or_else(|| {
            let globs = here.imports.iter().filter(|import| import.name == "*");
            globs.into_iter().find_map(|glob| match self.resolved(module, &glob.path, depth + 1) {
                Found::Module(other) => self.named(other, name, is_last, depth + 1),
                _ => None,
            })
        })
    }
}

/// The file of a module that another file declares.
fn file_of(files: &Files, parent: &str, name: &str) -> String {
    let (folder, stem) = parent.rsplit_once('/').unwrap();
    let folder = match stem {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        stem => format!("{folder}/{}", stem.trim_end_matches(".rs")),
    };
    let places = [format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")];
    places.into_iter().find(|place| files.contains_key(place)).unwrap_or_else(|| panic!("{parent}: mod {name}"))
}

/// Gathers what a file has, tests left out.
#[derive(Default)]
struct Reader {
    modules: Vec<String>,
    items: Items,
    imports: Vec<Import>,
    paths: Vec<Words>,
    /// How deep in blocks and modules of the file we are.
    depth: usize,
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, name) = described(item);
        if is_of_tests(attributes) {
            return;
        }
        self.items.extend(name.filter(|_| self.depth == 0));
        self.depth += 1;
        visit::visit_item(self, item);
        self.depth -= 1;
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        match module.content {
            None => self.modules.push(module.ident.to_string()),
            Some(_) => panic!("mod {}: only tests are modules within a file", module.ident),
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let is_public = !matches!(item.vis, Visibility::Inherited);
        imports(&item.tree, &mut Vec::new(), is_public, &mut self.imports);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !is_of_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if !is_of_tests(&function.attrs) {
            visit::visit_trait_item_fn(self, function);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Words = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.paths.push(words);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        paths_of_tokens(invocation.tokens.clone(), &mut self.paths);
        visit::visit_macro(self, invocation);
    }

    /// Who may see a thing is no use of it.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            paths_of_tokens(list.tokens.clone(), &mut self.paths);
        }
    }
}

fn imports(tree: &UseTree, before: &mut Words, is_public: bool, found: &mut Vec<Import>) {
    let mut add = |last: Option<String>, name: String| {
        let path = before.iter().cloned().chain(last.filter(|last| last != "self")).collect();
        found.push(Import { path, name, is_public });
    };
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            imports(&path.tree, before, is_public, found);
            before.pop();
        }
        UseTree::Name(name) if name.ident == "self" => add(None, before.last().cloned().unwrap_or_default()),
        UseTree::Name(name) => add(Some(name.ident.to_string()), name.ident.to_string()),
        UseTree::Rename(name) => add(Some(name.ident.to_string()), name.rename.to_string()),
        UseTree::Glob(_) => add(None, "*".to_owned()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| imports(tree, before, is_public, found)),
    }
}

/// Paths in what a macro is given, which may be any tokens.
fn paths_of_tokens(tokens: TokenStream, paths: &mut Vec<Words>) {
    let mut words: Words = Vec::new();
    let mut colons = 0;
    let end = |words: &mut Words, paths: &mut Vec<Words>| {
        let words = std::mem::take(words);
        paths.extend((!words.is_empty()).then_some(words));
    };
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Ident(word) => {
                if colons != 2 {
                    end(&mut words, paths);
                }
                words.push(word.to_string());
                colons = 0;
            }
            other => {
                end(&mut words, paths);
                colons = 0;
                if let TokenTree::Group(group) = other {
                    paths_of_tokens(group.stream(), paths);
                }
            }
        }
    }
    end(&mut words, paths);
}

fn is_of_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_test = |word: TokenTree| matches!(&word, TokenTree::Ident(word) if word == "test");
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && attribute.meta.require_list().is_ok_and(|list| list.tokens.clone().into_iter().any(is_test))
    })
}

/// The attributes of an item, and its name, where it has one, with whether it is a type.
fn described(item: &Item) -> (&[Attribute], Option<(String, bool)>) {
    let value = |name: &Ident| Some((name.to_string(), false));
    let of_type = |name: &Ident| Some((name.to_string(), true));
    match item {
        Item::Const(item) => (&item.attrs, value(&item.ident)),
        Item::Fn(item) => (&item.attrs, value(&item.sig.ident)),
        Item::Macro(item) => (&item.attrs, item.ident.as_ref().and_then(value)),
        Item::Static(item) => (&item.attrs, value(&item.ident)),
        Item::Enum(item) => (&item.attrs, of_type(&item.ident)),
        Item::Struct(item) => (&item.attrs, of_type(&item.ident)),
        Item::Trait(item) => (&item.attrs, of_type(&item.ident)),
        Item::Type(item) => (&item.attrs, of_type(&item.ident)),
        Item::Union(item) => (&item.attrs, of_type(&item.ident)),
        Item::Impl(item) => (&item.attrs, None),
        Item::Mod(item) => (&item.attrs, None),
        Item::Use(item) => (&item.attrs, None),
        _ => (&[], None),
    }
}
