//! Checks JSON against the schemas in docs/schemas, as far as these go: a keyword that is not known here is an error.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

/// The schemas, by the names of their files.
pub struct Schemas(BTreeMap<String, Value>);

/// A schema, with the file that its references start from.
#[derive(Clone, Copy)]
struct Schema<'a> {
    file: &'a str,
    schema: &'a Value,
}

impl Schemas {
    pub fn read() -> Schemas {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas");
        let read = |path: &Path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        Schemas(files.map(|file| (file.file_name().to_str().unwrap().to_owned(), read(&file.path()))).collect())
    }

    /// Makes one schema, for tests of the checker.
    pub fn of(schema: Value) -> Schemas {
        Schemas([("it.json".to_owned(), schema)].into())
    }

    pub fn file(&self, file: &str) -> &Value {
        self.0.get(file).unwrap_or_else(|| panic!("there is no docs/schemas/{file}"))
    }

    /// Whether a document fits a schema; else where it does not, and why.
    pub fn check(&self, file: &str, document: &Value) -> Result<(), String> {
        self.fits(Schema { file, schema: self.file(file) }, document, "")
    }

    fn fits(&self, of: Schema<'_>, value: &Value, at: &str) -> Result<(), String> {
        for (keyword, argument) in of.schema.as_object().expect("a schema is an object") {
            let inner = |schema| Schema { file: of.file, schema };
            let hold = |holds: bool| match holds {
                true => Ok(()),
                false => Err(format!("{at}: {value} is not {keyword} {argument}")),
            };
            match keyword.as_str() {
                "$schema" | "$defs" | "title" | "description" => {}
                "$ref" => self.fits(self.referred(of.file, argument.as_str().unwrap()), value, at)?,
                "const" => hold(argument == value)?,
                "enum" => hold(argument.as_array().unwrap().contains(value))?,
                "type" => hold(types(argument).any(|name| is_of_type(value, name)))?,
                "minimum" => hold(value.as_f64().is_none_or(|number| number >= argument.as_f64().unwrap()))?,
                "minItems" => hold(length(value).is_none_or(|length| length >= argument.as_u64().unwrap()))?,
                "maxItems" => hold(length(value).is_none_or(|length| length <= argument.as_u64().unwrap()))?,
                "items" => {
                    let mut items = value.as_array().into_iter().flatten().enumerate();
                    items.try_for_each(|(n, item)| self.fits(inner(argument), item, &format!("{at}/{n}")))?;
                }
                "required" => {
                    let missing =
                        types(argument).find(|name| value.as_object().is_some_and(|all| !all.contains_key(*name)));
                    missing.map_or(Ok(()), |name| Err(format!("{at}: {name} is missing")))?;
                }
                "properties" => {
                    let known = argument.as_object().unwrap();
                    for (name, value) in value.as_object().into_iter().flatten() {
                        known.get(name).map_or(Ok(()), |of| self.fits(inner(of), value, &format!("{at}/{name}")))?;
                    }
                }
                "additionalProperties" => self.others(of, argument, value, at)?,
                "anyOf" => self.chosen(of, argument, value, at, |fitting| fitting > 0)?,
                "oneOf" => self.chosen(of, argument, value, at, |fitting| fitting == 1)?,
                _ => panic!("{}: the checker does not know {keyword}", of.file),
            }
        }
        Ok(())
    }

    /// Checks the properties that a schema does not name.
    fn others(&self, of: Schema<'_>, argument: &Value, value: &Value, at: &str) -> Result<(), String> {
        let none = Map::new();
        let named = of.schema["properties"].as_object().unwrap_or(&none);
        let others = value.as_object().into_iter().flatten().filter(|(name, _)| !named.contains_key(*name));
        for (name, value) in others {
            match argument {
                Value::Bool(true) => {}
                Value::Bool(false) => return Err(format!("{at}: {name} is not known")),
                schema => self.fits(Schema { file: of.file, schema }, value, &format!("{at}/{name}"))?,
            }
        }
        Ok(())
    }

    /// Checks a choice of schemas.
    fn chosen(
        &self,
        of: Schema<'_>,
        choice: &Value,
        value: &Value,
        at: &str,
        is_enough: fn(usize) -> bool,
    ) -> Result<(), String> {
        let fits = |schema| self.fits(Schema { file: of.file, schema }, value, at);
        let tried: Vec<Result<(), String>> = choice.as_array().unwrap().iter().map(fits).collect();
        if is_enough(tried.iter().filter(|one| one.is_ok()).count()) {
            return Ok(());
        }
        // The longest way into the value is that of the alternative that was meant.
        let meant = tried.into_iter().filter_map(Result::err).max_by_key(|why| why.matches('/').count());
        Err(meant.unwrap_or_else(|| format!("{at}: more than one of the alternatives fit")))
    }

    fn referred<'a>(&'a self, file: &'a str, reference: &'a str) -> Schema<'a> {
        let (other, pointer) = reference.split_once('#').unwrap();
        let file = if other.is_empty() { file } else { other };
        let schema = self.file(file).pointer(pointer);
        Schema { file, schema: schema.unwrap_or_else(|| panic!("{reference} leads nowhere")) }
    }
}

/// A text, or the texts of a list.
fn types(argument: &Value) -> impl Iterator<Item = &str> {
    let list = argument.as_array().map_or(std::slice::from_ref(argument), Vec::as_slice);
    list.iter().map(|name| name.as_str().unwrap())
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => panic!("there is no type {name}"),
    }
}

fn length(value: &Value) -> Option<u64> {
    value.as_array().map(|items| items.len() as u64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_keyword_has_force() {
        let cases = [
            (json!({ "type": "integer" }), json!(3), json!(3.5)),
            (json!({ "type": ["null", "string"] }), json!(null), json!(1)),
            (json!({ "const": "a" }), json!("a"), json!("b")),
            (json!({ "enum": [1, 2] }), json!(2), json!(3)),
            (json!({ "minimum": 0 }), json!(0), json!(-1)),
            (json!({ "items": { "type": "string" }, "minItems": 1, "maxItems": 2 }), json!(["a"]), json!([])),
            (json!({ "items": { "type": "string" }, "maxItems": 2 }), json!(["a", "b"]), json!(["a", "b", "c"])),
            (json!({ "items": { "type": "string" } }), json!([]), json!([1])),
            (json!({ "required": ["a"] }), json!({ "a": 1 }), json!({ "b": 1 })),
            (json!({ "properties": { "a": { "const": 1 } } }), json!({ "b": 2 }), json!({ "a": 2 })),
            (
                json!({ "properties": { "a": {} }, "additionalProperties": false }),
                json!({ "a": 2 }),
                json!({ "a": 2, "b": 1 }),
            ),
            (json!({ "additionalProperties": { "type": "string" } }), json!({ "a": "x" }), json!({ "a": 1 })),
            (json!({ "anyOf": [{ "const": 1 }, { "type": "integer" }] }), json!(1), json!("1")),
            (json!({ "oneOf": [{ "const": 1 }, { "type": "integer" }] }), json!(2), json!(1)),
            (json!({ "$defs": { "a": { "const": 1 } }, "$ref": "#/$defs/a" }), json!(1), json!(2)),
        ];
        for (schema, good, bad) in cases {
            let schemas = Schemas::of(schema.clone());
            assert_eq!(schemas.check("it.json", &good), Ok(()), "{schema}");
            assert!(schemas.check("it.json", &bad).is_err(), "{schema} lets {bad} pass");
        }
    }
}
