//! Made-up houses, with which the rules are seen to hold and to fail.

use crate::circles::circles;
use crate::tree::{Files, Tree};
use crate::wrongs;

fn house(files: &[(&str, &str)]) -> Tree {
    Tree::of(&files.iter().map(|(file, text)| (file.to_string(), text.to_string())).collect::<Files>())
}

/// The circles of a crate that has these modules beside its root.
fn found(root: &str, modules: &[(&str, &str)]) -> Vec<String> {
    let mut files = vec![("core/src/lib.rs".to_owned(), root)];
    files.extend(modules.iter().map(|(name, text)| (format!("core/src/{name}.rs"), *text)));
    let files: Vec<(&str, &str)> = files.iter().map(|(file, text)| (file.as_str(), *text)).collect();
    circles(&house(&files).arrows()).into_iter().collect()
}

#[test]
fn two_files_that_use_each_other_are_a_circle() {
    let root = "mod a; mod b; mod c;";
    let ways = [
        "use crate::b::B; pub struct A;",
        "use super::b::{self, B as Other}; pub struct A;",
        "pub struct A; fn f() -> crate::b::B { loop {} }",
        "use crate::b; pub struct A; fn f() { b::B::new() }",
        "pub struct A; fn f() { println!(\"{}\", crate::b::B) }",
        "pub struct A; fn f() { use crate::b::B; }",
        "pub struct A; #[command(name = crate::b::B)] fn f() {}",
        "use crate::b; pub struct A; fn b() { b::B::new() }",
    ];
    for a in ways {
        let circle = found(root, &[("a", a), ("b", "use crate::a::A; pub struct B;"), ("c", "use crate::a::A;")]);
        assert_eq!(circle, ["core/src: a b", "files: core/src/a.rs core/src/b.rs"][..1], "{a}");
        assert_eq!(found(root, &[("a", a), ("b", "pub struct B;"), ("c", "use crate::a::A;")]), [""; 0], "{a}");
    }
}

#[test]
fn a_front_door_neither_hides_an_arrow_nor_is_one() {
    let root = "mod a; mod b; mod c; pub use a::A; pub use b::B; pub use c::C;";
    let line = [("a", "use crate::B; pub struct A;"), ("b", "use crate::C; pub struct B;"), ("c", "pub struct C;")];
    assert_eq!(found(root, &line), [""; 0], "a uses b, which uses c");
    let ring = [line[0], line[1], ("c", "use crate::A; pub struct C;")];
    assert_eq!(found(root, &ring), ["core/src: a b c"]);
    let again = "mod a; mod b; mod c; pub use a::A; pub use b::B; use c::C; pub fn f(_: C) {}";
    assert_eq!(found(again, &[line[0], line[1], ("c", "use crate::f; pub struct C;")]), ["core/src: c lib"]);
    let own = "mod a; mod b; pub use a::A; pub use b::B; pub fn f(_: &A) {}";
    let used = [("a", "use crate::B; pub struct A;"), ("b", "use crate::f; pub struct B;")];
    assert_eq!(found(own, &used), ["core/src: a b lib"], "the root uses a itself");
}

#[test]
fn folders_must_not_use_each_other_even_where_files_do_not() {
    let folders = [
        ("core/src/lib.rs", "mod a; mod b;"),
        ("core/src/a/mod.rs", "mod x; mod y; pub use x::X; pub use y::Y;"),
        ("core/src/a/x.rs", "use crate::b::Z; pub struct X;"),
        ("core/src/a/y.rs", "pub struct Y;"),
        ("core/src/b.rs", "mod z; mod w; pub use z::Z; pub use w::W;"),
        ("core/src/b/z.rs", "pub struct Z;"),
        ("core/src/b/w.rs", "use crate::a::Y; pub struct W;"),
    ];
    assert_eq!(circles(&house(&folders).arrows()).into_iter().collect::<Vec<_>>(), ["core/src: a b"]);
    let up = [("core/src/lib.rs", "mod a;"), ("core/src/a.rs", "mod b; use b::B; pub struct A;")];
    let up = [&up[..], &[("core/src/a/b.rs", "use super::A; pub struct B;")]].concat();
    assert_eq!(circles(&house(&up).arrows()).into_iter().collect::<Vec<_>>(), ["files: core/src/a.rs core/src/a/b.rs"]);
}

#[test]
fn tests_may_use_what_they_like() {
    let b = "pub struct B; #[cfg(test)] mod tests { use crate::a::A; } #[cfg(test)] fn f() { crate::a::A; } \
             impl B { #[cfg(test)] fn g() { crate::a::A; } }";
    assert_eq!(found("mod a; mod b;", &[("a", "use crate::b::B; pub struct A;"), ("b", b)]), [""; 0]);
}

#[test]
fn what_is_wrong_is_said() {
    let of = |files: &[(&str, &str)]| wrongs(&house(files));
    let [plot, core] = ["plot/src/lib.rs", "core/src/lib.rs"];
    assert_eq!(of(&[(core, "pub struct A;"), ("sweep/src/lib.rs", "use etascape_core::A;")]), [""; 0]);
    let up = [(core, "pub struct A;"), (plot, "fn f() { etascape_core::A }")];
    assert_eq!(of(&up), ["plot/src/lib.rs must not use core/src/lib.rs"]);
    let files = [("insight/src/lib.rs", "use std::{fmt, fs::File};"), ("report/src/lib.rs", "use std::fs;")];
    assert_eq!(of(&files), ["insight/src/lib.rs must not know std::fs::File"]);
    let files =
        [("insight/src/lib.rs", "mod a; use std as s; fn f() { s::time::Instant::now() }"), ("insight/src/a.rs", "")];
    assert_eq!(of(&files), ["insight/src/lib.rs must not know std::time::Instant::now"]);
    let toml = [
        ("sweep/src/lib.rs", "mod config; mod plan;"),
        ("sweep/src/config/mod.rs", "use toml_edit::Item;"),
        ("sweep/src/plan.rs", "fn f(_: toml_edit::Item) {}"),
    ];
    assert_eq!(of(&toml), ["sweep/src/plan.rs must not know toml_edit::Item"]);
    let ring = [(core, "mod a; mod b;"), ("core/src/a.rs", "fn f() { crate::b::g() }")];
    let ring = [&ring[..], &[("core/src/b.rs", "pub fn g() { crate::a::f() }")]].concat();
    assert_eq!(of(&ring), ["a circle in core/src: a b"]);
    assert_eq!(of(&[(core, "mod a; use a::*;"), ("core/src/a.rs", "")]).len(), 1);
}
