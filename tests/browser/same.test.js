// That report.html says what the tables and the charts say: copies, cells, predictions, ticks, words; and that fields and
// gestures do only what they are for.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { done, etascape, opened, root, settle, table, tally, trained, withRuns, work, written } from "./support.js";

const fixture = (name) => join(root, "crates/report/fixtures", name);
const NEURON = "data.points = [[3, 7], [9, 13]]\ninit = { w = 3.0, b = -8.0 }\n";

/** The names in each type of the page's data, as `data.js` declares them. */
function declared() {
    const text = readFileSync(join(root, "crates/report/page/script/data/data.js"), "utf8");
    const types = text.matchAll(/@typedef \{object\} (\w+)\n([^]*?)\*\//g);
    return new Map([...types].map(([, type, body]) => [type, [...body.matchAll(/@property \{.*\} (\w+)/g)].map(([, name]) => name).sort()]));
}

test("every field that the page is handed has a type", async () => {
    const folder = trained("edge-of-stability", "fields", "train.steps=20", 'sweep.parameters."init.scale"=[0.5, 1.0]');
    const page = await opened(folder);
    const edge = await page.evaluate(() => etascape.DATA);
    await done(page);
    const other = await opened(trained("seed", "seed"));
    const { prediction } = await other.evaluate(() => etascape.DATA);
    await done(other);
    const noisy = 'data.points = [[0, 1], [1, 3], [2, 2]]\ntrain.steps = 300\n';
    const near = await opened(written("within", `${noisy}[sweep.parameters]\n"train.learning_rate" = { geomspace = [1e-3, 0.1, 5] }\n`));
    const { within } = await near.evaluate(() => etascape.DATA);
    await done(near);
    const types = declared();
    const found = {
        PageData: edge, ParameterData: edge.parameters[0], ColumnData: edge.columns[0], MetricData: edge.metrics[0], CurveTable: edge.metrics[0].curves, SharpnessData: edge.sharpness,
        Prediction: prediction, PredictedSetting: prediction.settings[0], CopyData: edge.copy, StartData: edge.start, PaletteData: edge.palette,
        Ending: edge.endings[0], WithinData: within,
    };
    for (const [type, value] of Object.entries(found)) assert.deepEqual(Object.keys(value).sort(), types.get(type), type);
    assert.deepEqual([...types.keys()].filter((type) => !found[type]), ["HeldCells"], "which the test of 100,000 runs sees");
});

test("a copy of all rows is runs.csv, words and all", async () => {
    const script = 'echo "{\\"step\\": 0, \\"loss\\": 1.5}"; echo "{\\"loss\\": }"; echo "a, \\"b\\"" >&2; test "$0" != 2.50';
    const program = `[program]\ncommand = ["sh", "-c", '${script}', "{x}"]\n[sweep.parameters]\nx = ["1.0", "2.50", "-0"]\nword = ["a, b", "c"]\n`;
    const halved = `${NEURON}train.steps = 90\nstop.halving = { min_steps = 10 }\n[sweep.parameters]\n"train.learning_rate" = { geomspace = [1e-4, 1e-2, 70] }\n`;
    const optimizers = '[sweep.parameters]\n"train.optimizer" = ["adam", { kind = "sgd", momentum = 0.5 }]\nseed = [9007199254740993, 1]\n';
    for (const folder of [
        trained("deep", "deep", "train.steps=20"),
        written("program", program),
        written("halved", halved),
        written("optimizers", `data.points = [[3, 7], [9, 13]]\ntrain.steps = 5\n${optimizers}`),
    ]) {
        const page = await opened(folder);
        const text = readFileSync(join(folder, "runs.csv"), "utf8");
        assert.equal(await page.evaluate(() => etascape.csv()), text, folder);
        assert.match(await page.locator("#table .caption").textContent(), /a copy has what is shown as runs.csv has it\.$/);
        await done(page);
    }
    const page = await opened(join(work, "program"));
    await page.getByText("copy as CSV").click();
    assert.equal(await page.locator("#table button", { hasText: "copied" }).textContent(), "copied 6 runs");
    await page.locator("#bar input[type=search]").fill("2.50");
    await settle(page);
    const [head, ...rows] = readFileSync(join(work, "program/runs.csv"), "utf8").split("\n");
    const wanted = [head, ...rows.filter((row) => /^\d,2\.50/.test(row)), ""].join("\n");
    assert.equal(await page.evaluate(() => etascape.csv()), wanted, "those that are shown");
    await done(page);
});

test("a copy that lacks columns says so", async () => {
    const counts = ['sweep.parameters."train.learning_rate"={ geomspace = [1e-4, 3e-2, 2000] }', 'sweep.parameters."init.w"={ linspace = [-4, 4, 100] }'];
    const folder = trained("seed", "long", ...counts, "log.curve_points=0", "train.steps=5", 'report.color="min_loss"');
    const { head, rows } = table(folder);
    const page = await opened(folder);
    const [text, words] = await page.evaluate(() => [etascape.csv(), document.querySelector("#table .caption").textContent]);
    const [held, ...lines] = text.trimEnd().split("\n").map((line) => line.split(","));
    const left = head.filter((name) => !held.includes(name));
    assert.match(words, left.length ? new RegExp(`but for ${left.join(", ")}, which`) : /as runs.csv has it\.$/);
    assert.ok(lines.length > 100);
    for (const line of lines) assert.deepEqual(line, held.map((name) => rows[line[0]][head.indexOf(name)]));
    await done(page);
});

test("a cell of which half of the runs or more diverged is diverged, as in the charts", async () => {
    const folder = join(work, "cells");
    etascape("run", fixture("cells/experiment.toml"), "--out", folder, "--quiet");
    withRuns(folder, readFileSync(fixture("cells/runs.csv"), "utf8"));
    const page = await opened(folder);
    const expected = JSON.parse(readFileSync(fixture("cells/cells.json"), "utf8"));
    const found = await page.evaluate(() => {
        const { y, across, up, cells } = etascape.heatView.map;
        const cellOf = (cell) => ({
            across: across.values[cell.i],
            up: y.names[up.values[cell.j]],
            runs: cell.count,
            diverged: cell.diverged,
            median: etascape.heatOf(cell, etascape.heatView.statistic),
        });
        return cells.map(cellOf);
    });
    const order = ({ across, up }) => `${across} ${up}`;
    const sorted = (cells) => cells.sort((a, b) => order(a).localeCompare(order(b)));
    assert.deepEqual(sorted(found), sorted(expected));
    const caption = page.locator("#heat .caption");
    assert.match(await caption.textContent(), /hatched: half or more diverged · corner there: some did not · red corner: some diverged/);
    await page.getByLabel("of the rest").selectOption("share diverged");
    await settle(page);
    assert.doesNotMatch(await caption.textContent(), /hatched/);
    assert.deepEqual(await page.evaluate(() => etascape.heatView.map.cells.map((cell) => etascape.heatOf(cell, etascape.heatView.statistic)).sort()), [0, 0, 1 / 3, 2 / 3]);
    await page.locator("#heat").getByLabel("metric").selectOption("initial_loss");
    await page.getByLabel("of the rest").selectOption("median");
    await settle(page);
    assert.deepEqual(await page.evaluate(() => etascape.heatView.map.cells.map((cell) => etascape.heatOf(cell, etascape.heatView.statistic))), [9, 9, 9, 9], "of all runs");
    await done(page);
});

test("predicted medians are over the starts that converge, as in the charts", async () => {
    const folder = join(work, "predicted");
    etascape("run", join(root, "crates/insight/fixtures/predicted.toml"), "--out", folder, "--quiet");
    const page = await opened(folder);
    const [rates, [{ steps }]] = await page.evaluate(() => [etascape.DATA.prediction.rates, etascape.predictedLines({ name: "steps", x: etascape.parameter("train.learning_rate"), beside: null })]);
    const at = (rate) => steps[rates.findIndex((one) => Math.abs(one - rate) < 1e-12)];
    assert.deepEqual([at(0.25), at(0.125)], [2.5, 5.5]);
    const measured = await page.evaluate(() => etascape.cellsOf(etascape.parameter("train.learning_rate"), null, "steps").cells.map((cell) => cell.quartiles[1]));
    assert.deepEqual(measured, [5.5, 2.5], "on the line");
    await done(page);
});

test("Escape in a field does what the field does, and elsewhere shows all", async () => {
    const page = await opened(trained("seed", "seed", "train.steps=50"));
    await page.locator(".chip.diverged").click();
    await page.locator("#table tbody tr:not(.space)").nth(3).click();
    await settle(page);
    const before = await tally(page);
    for (const field of ["#bar input[type=search]", ".range input", ".range select", "#curves select"]) {
        await page.locator(field).first().focus();
        await page.keyboard.press("Escape");
        await settle(page);
        assert.equal(await tally(page), before, field);
    }
    await page.locator("#bar input[type=search]").fill("zzz");
    await page.keyboard.press("Escape");
    await settle(page);
    assert.equal(await tally(page), before, "the text alone is gone, as browsers have it");
    await page.locator("#table .scroll").focus();
    await page.keyboard.press("Escape");
    await settle(page);
    assert.equal(await tally(page), "1200 of 1200 runs");
    await done(page);
});

test("a drag that the browser takes over ends, and leaves the range as it was", async () => {
    const page = await opened(trained("seed", "seed", "train.steps=50"), { hasTouch: true });
    const send = (type, y) =>
        page.evaluate(
            ([type, y]) => {
                const { axes } = etascape.parallelView;
                const canvas = document.querySelector("#parallel canvas");
                const { left, top } = canvas.getBoundingClientRect();
                const at = { clientX: left + axes[0].x, clientY: top + y, pointerId: 7, pointerType: "touch", bubbles: true };
                canvas.setPointerCapture = () => {};
                canvas.dispatchEvent(new PointerEvent(type, at));
            },
            [type, y],
        );
    const ranges = () => page.evaluate(() => [...etascape.state.ranges]);
    await page.locator("#parallel").scrollIntoViewIfNeeded();
    await send("pointerdown", 80);
    await send("pointermove", 160);
    assert.equal((await ranges()).length, 1, "it brushes");
    await send("pointercancel", 160);
    assert.deepEqual(await ranges(), [], "the browser scrolls instead");
    await send("pointermove", 220);
    assert.deepEqual(await ranges(), [], "and nothing goes on");
    await page.evaluate(() => etascape.state.ranges.set(etascape.parallelView.axes[0].name, [0.001, 0.01]));
    await send("pointerdown", 80);
    await send("pointermove", 160);
    await send("pointercancel", 160);
    assert.deepEqual((await ranges())[0][1], [0.001, 0.01], "what was kept before stays");
    await done(page);
});

test("whole numbers have whole ticks, and no rows in a batch are all of them", async () => {
    const batches = 'data.generator = { kind = "moons", rows = 60 }\ntrain = { loss = "bce", steps = 4 }\n[sweep.parameters]\n"train.batch_size" = [0, 1, 8, 32]\n"init.scale" = [1.0]\n';
    let page = await opened(written("batches", batches));
    const labels = (view, which) => page.evaluate(([view, which]) => eval(`etascape.${view}`).plot[`${which}ticks`].map(([, text]) => text), [view, which]);
    const across = await labels("outcomeView.charts[1]", "x");
    assert.equal(across.at(-1), "all");
    assert.ok(across.slice(0, -1).every((text) => Number.isInteger(Number(text))), across.join());
    assert.deepEqual(await page.evaluate(() => etascape.parameter("train.batch_size").levels), [1, 8, 32, 0]);
    assert.ok((await labels("curveView", "x")).every((text) => Number.isInteger(Number(text))));
    await page.getByLabel("steps", { exact: true }).first().selectOption("linear");
    await settle(page);
    assert.deepEqual(await labels("curveView", "x"), ["0", "1", "2", "3", "4"]);
    await page.locator(".range select").selectOption("train.batch_size");
    await page.locator(".range input").first().fill("8");
    await page.keyboard.press("Tab");
    await settle(page);
    assert.equal(await tally(page), "3 of 4 runs", "8, 32 and all");
    await done(page);
    page = await opened(written("few", `${NEURON}[sweep.parameters]\n"train.learning_rate" = [1.0, 2.0]\n`));
    assert.ok((await labels("curveView", "x")).every((text) => Number.isInteger(Number(text))), (await labels("curveView", "x")).join());
    await done(page);
});

test("every run that diverged ends in a cross", async () => {
    const page = await opened(written("limit", `${NEURON}stop.diverged_above = 1e-3\n[sweep.parameters]\n"train.learning_rate" = [0.001, 0.002]\n`));
    assert.deepEqual(await page.evaluate(() => etascape.curveView.lines.map(({ main }) => [main.x.length, main.exit !== null])), [[1, true], [1, true]]);
    assert.match(await page.locator("#curves .caption").textContent(), /× where a diverging run leaves or ends/);
    await done(page);
});

test("one thing is not several", async () => {
    const page = await opened(written("one", `${NEURON}train.steps = 1\n`));
    assert.equal(await tally(page), "1 of 1 run");
    assert.equal(await page.locator(".tally").textContent(), "1 run · 1 took all steps");
    assert.match(await page.locator("#table .caption").textContent(), /^1 row · /);
    assert.ok((await page.evaluate(() => etascape.describe(etascape.items[0]))).includes("1 step"));
    await page.getByText("copy as CSV").click();
    assert.equal(await page.locator("#table button", { hasText: "copied" }).textContent(), "copied 1 run");
    await done(page);
});

test("an element of a list is named with the list", async () => {
    const betas = '[sweep.parameters]\n"train.optimizer.betas.0" = [0.5, 0.9]\n"train.optimizer.betas.1" = [0.9, 0.99]\n';
    const page = await opened(written("betas", `data.points = [[3, 7], [9, 13]]\ntrain = { steps = 300, learning_rate = 0.3, optimizer = { kind = "adam", betas = [0.9, 0.999] } }\n${betas}`));
    assert.match(await page.locator("h1").textContent(), /at betas\.0 = .*, betas\.1 = /);
    assert.ok((await page.evaluate(() => etascape.describe(etascape.items[0]))).includes("betas.0 = 0.5"));
    await done(page);
});
