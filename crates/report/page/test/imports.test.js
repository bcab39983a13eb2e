// That imports go one way, those of types too.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../script");

/** The modules that a module names after `from`, in imports, exports and types. */
function imported(file) {
    const names = readFileSync(join(folder, file), "utf8").matchAll(/\bfrom "(\.[^"]+)"/g);
    return [...names].map(([, name]) => normalize(join(dirname(file), name)));
}

/** The modules in a circle of imports, the first of them twice; `null` where there is none. */
function circle(graph) {
    const done = new Set();
    const visit = (file, way) => {
        if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
        if (done.has(file)) return null;
        done.add(file);
        return graph.get(file).map((next) => visit(next, [...way, file])).find(Boolean) ?? null;
    };
    return [...graph.keys()].map((file) => visit(file, [])).find(Boolean) ?? null;
}

test("no module imports itself by way of others", () => {
    const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".js"));
    const graph = new Map(files.map((file) => [file, imported(file)]));
    assert.ok(graph.get("main.js").length > 10 && graph.get("canvas/key.js").includes("canvas/axis.js"));
    assert.equal(circle(graph), null);
    assert.deepEqual(circle(new Map([["a", ["b"]], ["b", ["c", "a"]], ["c", []]])), ["a", "b", "a"]);
});
