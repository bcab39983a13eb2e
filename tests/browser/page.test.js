// report.html in a real browser: that it draws, answers and stays quiet. `npm test`; SHOTS=folder keeps the screenshots.
// `etascape` is what the page's main.js exports.

import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { done, etascape, open, opened, quiet, settle, shots, sizeOf, table, tally, trained, work, written as config } from "./support.js";

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

/** Different colours in a canvas. */
const coloursOf = (page, selector) =>
    page.evaluate((selector) => {
        const canvas = document.querySelector(selector);
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
    }, selector);

/** The place in the window of a point in the middle of a run's curve. */
const placeOn = async (page, id) => {
    await page.locator("#curves").scrollIntoViewIfNeeded();
    return page.evaluate((id) => {
        const line = etascape.curveView.lines.find(({ item }) => item.rows.some((row) => etascape.DATA.ids[row] === id));
        const frame = etascape.frameOver(etascape.curveView.plot);
        const middle = line.main.x.findIndex((x) => x > (line.main.x[0] + line.main.x.at(-1)) * 0.55);
        const over = etascape.curveView.plot.u.over.getBoundingClientRect();
        const ratio = devicePixelRatio;
        return [over.left + frame.px(line.main.x[middle]) / ratio, over.top + frame.py(line.main.y[middle]) / ratio];
    }, id);
};

test("1,200 runs: small, quick, every chart drawn, light and dark, wide and narrow", async () => {
    const folder = trained("seed", "seed");
    assert.ok(sizeOf(join(folder, "report.html")) <= 2e6);
    for (const [name, options] of Object.entries({
        "wide-light": { colorScheme: "light" },
        "wide-dark": { colorScheme: "dark" },
        "phone-light": phone,
        "phone-dark": { ...phone, colorScheme: "dark" },
    })) {
        const page = await opened(folder, options);
        for (const view of ["#curves", "#outcomes", "#heat", "#parallel"]) {
            assert.ok((await coloursOf(page, `${view} canvas`)) > 20, `${view} is drawn, ${name}`);
        }
        assert.ok((await page.locator("#table tbody tr").count()) > 15);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} fits its width`);
        await page.screenshot({ path: join(shots, `seed-${name}.png`), fullPage: true });
        await done(page);
    }
});

test("it is there within a second", async () => {
    const folder = trained("seed", "seed");
    const times = [];
    for (let k = 0; k < 3; k++) {
        const page = await opened(folder);
        times.push(await page.evaluate(() => window.performance.getEntriesByName("drawn")[0].startTime));
        await done(page);
    }
    const limit = process.env.BUSY ? 4000 : 1000;
    assert.ok(Math.min(...times) < limit, `drawn after ${times.map(Math.round)} ms; on a machine that does other work set BUSY`);
});

test("hovering names the run, a click pins it, Escape lets go", async () => {
    const page = await opened(trained("seed", "seed"));
    for (const id of [10, 700, 1100]) {
        await page.mouse.move(...(await placeOn(page, id)));
        const text = await page.locator("#tip").textContent();
        const named = await page.evaluate(() => etascape.DATA.ids[etascape.state.hovered.rows[0]]);
        assert.ok(text.startsWith(`run ${named}η = `), text);
        const rate = (run) => Math.floor(run / 20);
        assert.equal(rate(named), rate(id), "starts of one rate lie on one another, rates do not");
    }
    await page.mouse.click(...(await placeOn(page, 1100)));
    await settle(page);
    assert.match(await tally(page), /1 pinned/);
    assert.equal(await page.evaluate(() => etascape.curveView.lines.length), 1, "its curve alone is drawn");
    assert.equal(await page.locator("#table tr[aria-selected=true]").count(), 1, "and it is pinned in the table");
    await page.keyboard.press("Escape");
    await settle(page);
    assert.equal(await tally(page), "1200 of 1200 runs");
    await done(page);
});

test("filters by status, text and range are shared by all views", async () => {
    const folder = trained("seed", "seed");
    const { head, rows } = table(folder);
    const [status, rate] = [head.indexOf("status"), head.indexOf("train.learning_rate")];
    const converged = rows.filter((row) => row[status] === "converged");
    const page = await opened(folder);
    await page.locator(".chip.diverged").click();
    await page.locator(".chip.max_steps").click();
    await settle(page);
    assert.equal(await tally(page), `${converged.length} of 1200 runs`);
    assert.equal(await page.evaluate(() => etascape.curveView.lines.length), converged.length);
    assert.equal(await page.evaluate(() => etascape.parallelView.lines.length), converged.length);
    await page.locator(".range input").first().fill("0.01");
    await page.keyboard.press("Tab");
    await settle(page);
    const fast = converged.filter((row) => Number(row[rate]) >= 0.01);
    assert.equal(await tally(page), `${fast.length} of 1200 runs`);
    await page.locator("#bar input[type=search]").fill(fast[7][0]);
    await settle(page);
    assert.equal(await tally(page), "1 of 1200 runs");
    await page.getByText("show all").click();
    await settle(page);
    assert.equal(await tally(page), "1200 of 1200 runs");
    await done(page);
});

test("axes are logarithmic or linear, smoothing is off until it is asked for, dragging zooms", async () => {
    const page = await opened(trained("seed", "seed"));
    const loss = page.locator("#curves").getByLabel("values");
    const top = () => page.evaluate(() => etascape.curveView.plot.u.scales.y.max);
    assert.equal(await page.evaluate(() => etascape.curveView.smoothing), 0);
    assert.ok((await top()) < 5, "losses of diverged runs do not stretch the logarithmic axis");
    await loss.selectOption("linear");
    await settle(page);
    assert.ok((await top()) > 1000 && (await top()) < 7000, "nor the linear one, which holds the losses at the start");
    await page.getByLabel("smoothing").selectOption("0.9");
    await settle(page);
    assert.match(await page.locator("#curves .caption").textContent(), /smoothed/);
    await page.locator("#curves .u-over").scrollIntoViewIfNeeded();
    const box = await page.locator("#curves .u-over").boundingBox();
    await page.mouse.move(box.x + 300, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 600, box.y + 300, { steps: 5 });
    await page.mouse.up();
    await settle(page);
    assert.ok((await page.evaluate(() => etascape.curveView.plot.u.scales.x.min)) > 0, "zoomed");
    assert.equal(await page.evaluate(() => etascape.state.selected.size), 0, "and pinned nothing");
    await done(page);
});

test("a zoom is in the address, is undone, and stays where the axes stay", async () => {
    const folder = trained("seed", "seed");
    const page = await opened(folder);
    const seen = (page) => page.evaluate(() => Object.values(etascape.curveView.plot.u.scales).flatMap(({ min, max }) => [min, max]).map((end) => end.toPrecision(5)).join());
    const whole = await seen(page);
    await page.evaluate(() => {
        const { u } = etascape.curveView.plot;
        u.setScale("x", { min: 0.5, max: 1.25 });
        u.setScale("y", { min: -2.5, max: 0.75 });
    });
    await quiet(page);
    const [zoomed, address] = [await seen(page), page.url()];
    assert.notEqual(zoomed, whole);
    assert.match(address, /#view=1&zoom\.\d=0\.5\+1\.25\+-2\.5\+0\.75/);
    await page.keyboard.press("Control+z");
    await settle(page);
    assert.equal(await seen(page), whole);
    const second = await open(join(folder, `report.html${address.slice(address.indexOf("#"))}`));
    await quiet(second);
    assert.equal(await seen(second), zoomed);
    assert.equal(second.url(), address, "the page that is opened keeps its address");
    const wrong = await open(join(folder, "report.html#view=1&zoom.0=2+1+0+1"));
    assert.match(await wrong.locator("#notice").textContent(), /does not fit this page.*zoom\.0/);
    for (const one of [page, second, wrong]) await done(one);
});

test("a run that grows and has not diverged leaves the curves at an arrow", async () => {
    const rates = '"train.learning_rate" = [0.001, 0.01, 0.02, 0.0225]';
    const page = await opened(config("grows", `[data]\npoints = [[3, 7], [9, 13]]\n[train]\nsteps = 80\n[sweep.parameters]\n${rates}\n`));
    const top = await page.evaluate(() => 10 ** etascape.curveView.plot.u.scales.y.max);
    const first = await page.evaluate(() => etascape.DATA.columns.find(({ name }) => name === "initial_loss")?.values[0] ?? 0);
    assert.ok(top < 40 * Math.max(first, 300), `${top} ${first}`);
    assert.match(await page.locator("#curves .caption").textContent(), /arrow: a line goes on above/);
    await done(page);
});

test("the table sorts, and copies what runs.csv holds", async () => {
    const folder = trained("seed", "seed");
    const { text, head, rows } = table(folder);
    const fewest = String(Math.min(...rows.map((row) => Number(row[head.indexOf("steps")]))));
    const page = await opened(folder);
    assert.equal(await page.evaluate(() => etascape.csv()), text, "every byte of it");
    await page.locator("#table th button", { hasText: "steps" }).click();
    await settle(page);
    assert.equal(await page.locator("#table tbody tr:not(.space) td").nth(4).textContent(), fewest, "the fewest first");
    await page.locator("#table tbody tr:not(.space)").nth(2).click();
    await settle(page);
    assert.equal((await page.evaluate(() => etascape.csv())).split("\n").length, 3, "a pinned run alone is copied");
    await done(page);
});

test("everything can be done from the keyboard", async () => {
    const page = await opened(trained("seed", "seed"));
    await page.locator("#curves .plot").focus();
    await page.keyboard.press("ArrowRight");
    assert.match(await page.locator("#live").textContent(), /^run \d+, η = /);
    await page.keyboard.press("Enter");
    await settle(page);
    assert.match(await tally(page), /1 pinned/);
    await page.keyboard.press("Escape");
    await page.locator("#table .scroll").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press(" ");
    await settle(page);
    assert.match(await tally(page), /1 pinned/);
    await done(page);
});

test("a cell of the heat map pins its runs, a drag along an axis keeps a range", async () => {
    const page = await opened(trained("seed", "seed"));
    await page.locator("#heat").scrollIntoViewIfNeeded();
    const heat = await page.locator("#heat .u-over").boundingBox();
    await page.mouse.click(heat.x + heat.width / 2, heat.y + heat.height / 2);
    await settle(page);
    assert.match(await tally(page), /1 pinned/);
    await page.keyboard.press("Escape");
    await page.locator("#parallel").scrollIntoViewIfNeeded();
    const box = await page.locator("#parallel canvas").first().boundingBox();
    const x = box.x + (await page.evaluate(() => etascape.parallelView.axes[0].x));
    await page.mouse.move(x, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(x, box.y + 160, { steps: 4 });
    await page.mouse.up();
    await settle(page);
    const kept = Number((await tally(page)).split(" ")[0]);
    assert.ok(kept > 100 && kept < 1100, `${kept} kept`);
    await done(page);
});

test("seeds are one line, one row, one cell", async () => {
    const folder = trained("deep", "deep");
    const { head, rows } = table(folder);
    const page = await opened(folder);
    assert.equal(await tally(page), "104 of 104 settings");
    const losses = rows.slice(39, 42).map((row) => Number(row[head.indexOf("final_loss")])).sort((a, b) => a - b);
    const shown = await page.evaluate(() => etascape.statistic(etascape.items[13], "final_loss"));
    const expected = [(losses[0] + losses[1]) / 2, losses[1], (losses[1] + losses[2]) / 2];
    shown.forEach((value, k) => assert.ok(Math.abs(value - expected[k]) < 1e-12, `quartiles of three seeds, ${value}`));
    await page.screenshot({ path: join(shots, "deep.png"), fullPage: true });
    await page.locator("#bar").getByLabel("group").selectOption("each run");
    await settle(page);
    assert.equal(await tally(page), "312 of 312 runs");
    await done(page);
});

test("a setting of which some seeds diverged shows both", async () => {
    const folder = trained("deep", "some", "stop.diverged_above=3.0");
    const page = await opened(folder);
    const mixed = await page.evaluate(() => etascape.items.filter((item) => item.diverged && item.diverged < item.rows.length).length);
    assert.ok(mixed > 0);
    assert.ok((await page.evaluate(() => etascape.curveView.lines.flatMap((line) => line.gone).length)) > 0, "thin lines beside the median");
    await page.locator("#bar input[type=search]").fill("diverged");
    await settle(page);
    assert.match(await page.locator("#table tbody .gone").first().textContent(), /\d .*diverged/);
    assert.match(await page.locator("#heat .caption").textContent(), /diverged/);
    await page.screenshot({ path: join(shots, "some-diverged.png"), fullPage: true });
    await done(page);
});

test("the sharpness is drawn beside 2/η and shares the selection", async () => {
    const folder = trained("edge-of-stability", "edge", "train.steps=1500");
    const { head, rows } = table(folder, "curves.csv");
    const [id, step, sharpness] = ["run_id", "step", "sharpness"].map((name) => head.indexOf(name));
    const logged = rows.filter((row) => row[id] === "3" && row[sharpness] !== "");
    for (const [name, options] of Object.entries({
        "wide-light": { colorScheme: "light" },
        "wide-dark": { colorScheme: "dark" },
        "phone-light": { ...phone, colorScheme: "light" },
        "phone-dark": { ...phone, colorScheme: "dark" },
    })) {
        const page = await opened(folder, options);
        assert.ok((await coloursOf(page, "#sharpness canvas")) > 20, name);
        await page.screenshot({ path: join(shots, `edge-${name}.png`), fullPage: true });
        await done(page);
    }
    const page = await opened(folder);
    assert.equal(await page.evaluate(() => etascape.sharpnessView.x), "linear", "its steps, of which the last are of interest");
    assert.deepEqual(await page.evaluate(() => etascape.limitsOf(etascape.sharpnessView).map(([limit]) => limit)), [100, 50, 25, 12.5]);
    const drawn = await page.evaluate(() => ({ ...etascape.sharpnessView.curves.get(3), values: [...etascape.sharpnessView.curves.get(3).values] }));
    assert.deepEqual(drawn.steps, logged.map((row) => Number(row[step])));
    assert.deepEqual(drawn.values, logged.map((row) => Math.fround(Number(row[sharpness]))));
    await page.locator("#sharpness .plot").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await settle(page);
    assert.equal(await page.evaluate(() => etascape.curveView.lines.length + etascape.sharpnessView.lines.length), 2, "pinned in both");
    const box = await page.locator("#sharpness .u-over").boundingBox();
    const [x, y] = await page.evaluate(() => {
        const [frame, { main }] = [etascape.frameOver(etascape.sharpnessView.plot), etascape.sharpnessView.lines[0]];
        return [frame.px(main.x[60]), frame.py(main.y[60])];
    });
    await page.mouse.move(box.x + x, box.y + y);
    assert.match(await page.locator("#tip").textContent(), /at step \d+: sharpness .*, 2\/η = \d+/);
    await done(page);
});

test("the steps that theory predicts lie under those that were measured", async () => {
    const folder = trained("seed", "seed");
    const { head, rows } = table(folder);
    const [id, steps, rate] = ["run_id", "steps", "train.learning_rate"].map((name) => head.indexOf(name));
    const page = await opened(folder);
    const [predicted, rates] = await page.evaluate(() => [etascape.PREDICTED, etascape.DATA.prediction.rates]);
    assert.equal(predicted.length, 20, "a curve for each start");
    for (const run of [1100, 1015, 1041]) {
        const row = rows.find((row) => row[id] === String(run));
        const above = rates.findIndex((one) => one > Number(row[rate]));
        const [high, low] = [above - 1, above].map((k) => predicted[run % 20].steps[k]);
        assert.ok(low - 1 <= Number(row[steps]) && Number(row[steps]) <= high + 1, `run ${run}: ${row[steps]} steps, ${low} to ${high}`);
    }
    assert.equal(await page.evaluate(() => etascape.outcomeView.charts[0].predicted.length), 20);
    assert.match(await page.locator("#outcomes .caption").textContent(), /theory predicts at every η, for 20 settings/);
    await page.evaluate(() => etascape.toggle([etascape.items[1100]]));
    await settle(page);
    assert.equal(await page.evaluate(() => etascape.outcomeView.charts[0].predicted.length), 1, "of the pinned run alone");
    await done(page);
});

test("[report] chooses how views start, and the facet which values can be shown alone", async () => {
    const boundary = trained("boundary", "boundary", "train.steps=20");
    let page = await opened(boundary);
    const { x, y, color } = await page.evaluate(() => ({ ...etascape.heatView, map: null }));
    assert.deepEqual([x, y, color], ["train.learning_rate.1", "train.learning_rate.0", "min_loss"]);
    assert.equal(await page.evaluate(() => etascape.outcomeView.x), "train.learning_rate.1");
    await page.screenshot({ path: join(shots, "boundary.png"), fullPage: true });
    await done(page);
    page = await opened(trained("deep", "asked", 'report.color="init.scheme"', 'report.facet="train.learning_rate"', "train.steps=20"));
    assert.equal(await page.evaluate(() => etascape.curveView.color), "init.scheme");
    await page.getByLabel("η", { exact: true }).selectOption({ label: "0.1" });
    await settle(page);
    assert.equal(await tally(page), "8 of 104 settings", "one for each scheme");
    await page.getByText("show all").click();
    await settle(page);
    assert.equal(await tally(page), "104 of 104 settings");
    await done(page);
});

/** The page of an experiment that is written here. */
const written = (name, text) => opened(config(name, text));
const NEURON = "data.points = [[3, 7], [9, 13]]\ninit = { w = 3.0, b = -8.0 }\ntrain.steps = 100\n";
const program = (script, values) => `[program]\ncommand = ["sh", "-c", '${script}', "{word}"]\n[sweep.parameters]\nword = ${values}\n`;

test("one run, runs that all diverged, losses that are no numbers or below zero: a page without complaint", async () => {
    let page = await written("one", NEURON);
    assert.ok((await coloursOf(page, "#curves canvas")) > 20);
    await done(page);
    const rates = '[sweep.parameters]\n"train.learning_rate" = [1.0, 2.0, 1e300]\n';
    page = await written("diverged", `${NEURON}log = { curve_every = 10, sharpness_every = 10 }\n${rates}`);
    assert.match(await page.locator("h1").textContent(), /All 3 runs diverged/);
    assert.match(await page.locator("#outcomes .caption").textContent(), /None of the runs shown ended with a number/);
    await page.screenshot({ path: join(shots, "diverged.png"), fullPage: true });
    await done(page);
    page = await written("nan", program('echo "{\\"step\\": 0, \\"loss\\": NaN}"', '["1", "2"]'));
    assert.match(await page.locator("h1").textContent(), /All 2 runs diverged/);
    await done(page);
    page = await written("negative", program('echo "{\\"step\\": 0, \\"loss\\": -1}"; echo "{\\"step\\": 9, \\"loss\\": -2.$0}"', '["1", "2"]'));
    assert.equal(await page.evaluate(() => etascape.curveView.y), "linear");
    assert.ok(await page.evaluate(() => etascape.curveView.lines.every(({ main }) => main.x.length === 2 && !main.exit)), "none leaves");
    await done(page);
});

test("a sweep of which nothing is logged yet has a page that says so", async () => {
    const folder = join(work, "empty");
    cpSync(trained("seed", "seed"), folder, { recursive: true });
    for (const name of ["runs.csv", "curves.csv"]) {
        writeFileSync(join(folder, name), `${readFileSync(join(folder, name), "utf8").split("\n")[0]}\n`);
    }
    const manifest = join(folder, "manifest.json");
    const text = readFileSync(manifest, "utf8").replace('"complete"', '"running"');
    writeFileSync(manifest, text.replace(/"(runs|curves).csv": "\w+"/g, '"$1.csv": null'));
    etascape("report", folder);
    const page = await opened(folder);
    assert.equal(await page.locator("h1").textContent(), "No run is logged yet");
    assert.match(await page.locator(".note").first().textContent(), /with 0 of its 1200 runs logged/);
    await done(page);
});

test("Japanese and markup in descriptions, values and the output of programs are text", async () => {
    const hostile = "<img src=x onerror=window.hacked=1></script><script>window.hacked=1</script>";
    const words = `description = "学習率ηの風景 ${hostile}"\n`;
    const script = `echo "{\\"step\\": 0, \\"loss\\": 1.5}"; echo "誤差 ${hostile}" >&2; test "$0" != 失敗`;
    const page = await written("japanese", words + program(script, `["確率的勾配降下法", "失敗", "${hostile}"]`));
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator(".asks").textContent(), `学習率ηの風景 ${hostile}`);
    assert.match((await page.locator("pre").allTextContents()).join("\n"), /誤差 <img/);
    await page.locator("#bar input[type=search]").fill("勾配");
    await settle(page);
    assert.equal(await tally(page), "1 of 3 runs");
    await done(page);
});

test("text stands out from its ground, light and dark", async () => {
    const folder = trained("deep", "deep");
    for (const colorScheme of ["light", "dark"]) {
        const page = await opened(folder, { colorScheme });
        const weakest = await page.evaluate(() => {
            const style = getComputedStyle(document.documentElement);
            const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            const luminance = (name) => {
                const text = style.getPropertyValue(`--${name}`).trim().slice(1);
                const six = text.length === 3 ? [...text].map((digit) => digit + digit).join("") : text;
                const [r, g, b] = [0, 2, 4].map((at) => linear(parseInt(six.slice(at, at + 2), 16) / 255));
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            const inks = ["ink", "quiet", "accent", "diverged"].map(luminance);
            return Math.min(...["paper", "soft"].flatMap((ground) => inks.map((ink) => contrast(ink, luminance(ground)))));
        });
        assert.ok(weakest >= 4.5, `${colorScheme}: ${weakest} (WCAG 2.2, 1.4.3)`);
        await done(page);
    }
});

test("what users write is text", async () => {
    const folder = join(work, "hostile");
    cpSync(trained("optimizers", "optimizers"), folder, { recursive: true });
    const hostile = `</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>`;
    const runs = join(folder, "runs.csv");
    writeFileSync(runs, readFileSync(runs, "utf8").replaceAll(",adagrad,", `,"${hostile}",`));
    const manifest = join(folder, "manifest.json");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/"runs.csv": "\w+"/, '"runs.csv": null'));
    etascape("report", folder);
    const page = await opened(folder);
    await page.locator("#bar input[type=search]").fill("hacked");
    await settle(page);
    assert.equal(await tally(page), "37 of 259 runs");
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator("img").count(), 0);
    assert.match(await page.locator("#table tbody tr:not(.space) td").nth(1).textContent(), /^<\/script>/);
    await done(page);
});

test("a sweep that is still running says so", async () => {
    const folder = join(work, "running");
    cpSync(trained("seed", "seed"), folder, { recursive: true });
    const manifest = join(folder, "manifest.json");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"complete"', '"running"'));
    const runs = join(folder, "runs.csv");
    writeFileSync(runs, `${readFileSync(runs, "utf8").split("\n").slice(0, 401).join("\n")}\n400,0.0002`);
    etascape("report", folder);
    const page = await opened(folder);
    assert.match(await page.locator(".note").first().textContent(), /still running.*with 400 of its 1200 runs logged/);
    assert.equal(await tally(page), "400 of 400 runs");
    await done(page);
});

test("100,000 runs are sampled, counted and said so", async () => {
    const counts = ['sweep.parameters."train.learning_rate"={ geomspace = [1e-4, 3e-2, 1000] }', 'sweep.parameters."init.w"={ linspace = [-4, 4, 100] }'];
    const folder = trained("seed", "large", ...counts, "log.curve_points=20", "train.steps=400");
    assert.ok(sizeOf(join(folder, "report.html")) <= 2e6);
    const page = await opened(folder);
    const note = await page.locator(".note").first().textContent();
    assert.match(note, /holds \d+ of the 100000 runs, spread evenly/);
    const { rows, head } = table(folder);
    const diverged = rows.filter((row) => row[head.indexOf("status")] === "diverged").length;
    const counted = await page.evaluate(() => etascape.DATA.cells[0].cells.reduce(([all, gone], [, , n, d]) => [all + n, gone + d], [0, 0]));
    assert.deepEqual(counted, [100000, diverged], "cells count every run");
    await page.screenshot({ path: join(shots, "large.png"), fullPage: true });
    const time = await page.evaluate(() => {
        const begin = window.performance.now();
        etascape.state.statuses.delete("diverged");
        etascape.views.forEach((view) => view.draw());
        return window.performance.now() - begin;
    });
    assert.ok(time < 1500, `a filter takes ${time} ms`);
    const move = await page.evaluate(() => {
        const frame = etascape.frameOver(etascape.curveView.plot);
        const begin = window.performance.now();
        for (let k = 0; k < 50; k++) etascape.hover(etascape.nearCurve(etascape.curveView, frame, 100 + 15 * k, 100 + 5 * k)?.items[0] ?? null);
        return (window.performance.now() - begin) / 50;
    });
    assert.ok(move < 50, `a move of the pointer takes ${move} ms`);
    await done(page);
});

test("compared experiments share a page", async () => {
    const out = join(work, "compare.html");
    const printed = etascape("compare", trained("seed", "seed"), trained("optimizers", "optimizers"), "--out", out);
    assert.match(printed, /experiment +runs +converged/);
    const page = await open(out);
    assert.equal(await tally(page), "1200 of 1459 runs", "the losses are of two kinds");
    assert.deepEqual(await page.locator("table.best").first().locator("tbody tr td:first-child").allTextContents(), ["seed", "optimizers"]);
    assert.equal(await page.locator(".importance").count(), 2, "one for each experiment");
    assert.equal(await page.evaluate(() => etascape.outcomeView.beside), "experiment");
    assert.ok((await coloursOf(page, "#outcomes canvas")) > 20);
    await page.screenshot({ path: join(shots, "compare.png"), fullPage: true });
    await done(page);
});

test("it prints in light, without controls", async () => {
    const page = await opened(trained("seed", "seed"), { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "light" });
    assert.equal(await page.locator("#bar").isVisible(), false);
    const pdf = await page.pdf({ path: join(shots, "seed.pdf"), format: "A4" });
    assert.ok(pdf.length > 50_000);
    const sheets = pdf.toString("latin1").match(/\/Type \/Page\b/g).length;
    assert.ok(sheets <= 6, `${sheets} sheets: of the table those rows that are in view`);
    assert.equal(await page.locator("#parallel .overlay").isVisible(), false, "it would come out as a white sheet");
    await done(page);
});
