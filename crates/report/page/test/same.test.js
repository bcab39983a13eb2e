// That the script says what charts and tables say: Rust's tests read the same fixtures.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { breakOf, makeAxis, shareOf, spansDecade } from "../script/canvas/axis.js";
import { bandOver } from "../script/data/bands.js";
import { exact, number, numberOrNull } from "../script/data/numbers.js";
import { isDiverged, quartiles } from "../script/data/statistics.js";
import { marks, ticks } from "../script/canvas/ticks.js";

const fixture = (name) => JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), "utf8"));

test("quartiles are those of the charts", () => {
    for (const { values, quartiles: expected } of fixture("quartiles.json")) {
        assert.deepEqual(quartiles(values.map(number)), expected.map(numberOrNull), String(values));
    }
});

test("bands over runs are those of the charts", () => {
    for (const { runs, band } of fixture("bands.json")) {
        const members = runs.map(({ steps, values, diverged }) => ({ steps, values: values.map(number), isGone: diverged }));
        const { steps, quartiles: three } = bandOver(members);
        assert.deepEqual(steps.map((step, k) => [step, ...three.map((values) => values[k])]), band.map((at) => at.map(number)));
    }
});

test("numbers are written as the logs write them", () => {
    for (const [value, text] of fixture("numbers.json")) assert.equal(exact(number(value)), text);
});

test("values stand where those of the charts stand", () => {
    for (const { kind, values, log, shares } of fixture("axes.json")) {
        const isMeasured = kind === "measured";
        const isLog = isMeasured ? spansDecade(values) : log;
        const axis = makeAxis({ values, log: isLog, fit: isMeasured, even: !isMeasured, all: kind === "batch", pad: 0 });
        const found = values.map((value) => shareOf(axis, axis.unit(value)));
        assert.equal(axis.log, log, String(values));
        assert.ok(found.every((share, k) => Math.abs(share - shares[k]) < 1e-9), `${values}: ${found}`);
    }
});

test("marks stand between labels, and never on them", () => {
    const axis = makeAxis({ values: [1, 1000], log: true, pad: 0 });
    assert.equal(marks(axis, 0, 3, ticks(axis, 0, 3, 6)).length, 24);
    const wide = makeAxis({ values: [1e-12, 1e6], log: true, pad: 0 });
    const labelled = ticks(wide, -12, 6, 6);
    assert.equal(labelled.length + marks(wide, -12, 6, labelled).length, 19);
    assert.deepEqual(marks(makeAxis({ values: [0, 1] }), 0, 1, []), []);
    const steps = makeAxis({ values: [0, 1, 100], log: true, pad: 0 });
    assert.ok(breakOf(steps) < 0 && marks(steps, steps.low, 2, []).every((unit) => unit >= 0));
});

test("labels stand where those of the charts stand", () => {
    const ROOM = 6;
    for (const { ends, log, whole, values, labels } of fixture("ticks.json")) {
        const axis = makeAxis({ values: ends, log, whole, pad: 0 });
        const labelled = ticks(axis, axis.low, axis.high, ROOM);
        const found = labelled.map(([unit]) => unit);
        assert.deepEqual(labelled.map(([, text]) => text), labels);
        const isNear = (unit, k) => Math.abs(unit - axis.unit(values[k])) <= 1e-12 * (axis.high - axis.low);
        assert.ok(found.length === values.length && found.every(isNear), `${ends}: ${found}`);
    }
});

test("a cell is diverged where the charts have no number for it", () => {
    for (const { runs, diverged, median } of fixture("cells/cells.json")) assert.equal(isDiverged(diverged, runs), median === null);
    assert.deepEqual([isDiverged(1, 2), isDiverged(1, 3), isDiverged(0, 0)], [true, false, false]);
});
