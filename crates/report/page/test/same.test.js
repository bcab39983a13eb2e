// That the script says what charts and tables say: Rust's tests read the same fixtures.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { makeAxis } from "../script/axis.js";
import { exact, number, numberOrNull } from "../script/numbers.js";
import { isDiverged, quartiles } from "../script/statistics.js";
import { ticks } from "../script/ticks.js";

const fixture = (name) => JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), "utf8"));

test("quartiles are those of the charts", () => {
    for (const { values, quartiles: expected } of fixture("quartiles.json")) {
        assert.deepEqual(quartiles(values.map(number)), expected.map(numberOrNull), String(values));
    }
});

test("numbers are written as the logs write them", () => {
    for (const [value, text] of fixture("numbers.json")) assert.equal(exact(number(value)), text);
});

test("labels stand where those of the charts stand", () => {
    const ROOM = 6;
    for (const { ends, log, whole, values } of fixture("ticks.json")) {
        const axis = makeAxis({ values: ends, log, whole, pad: 0 });
        const found = ticks(axis, axis.low, axis.high, ROOM).map(([unit]) => unit);
        const isNear = (unit, k) => Math.abs(unit - axis.unit(values[k])) <= 1e-12 * (axis.high - axis.low);
        assert.ok(found.length === values.length && found.every(isNear), `${ends}: ${found}`);
    }
});

test("a cell is diverged where the charts have no number for it", () => {
    for (const { runs, diverged, median } of fixture("cells/cells.json")) assert.equal(isDiverged(diverged, runs), median === null);
    assert.equal(isDiverged(1, 2), false);
});
