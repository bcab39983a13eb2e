// Pages of `compare` over losses of different kinds: one kind at a time, each on scales of its own.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { done, etascape, open, quiet, settle, table, tally, work, written } from "./support.js";

/** A sweep with one loss, or over several; losses of `scale` squared. */
const config = (loss, swept, scale = 1) => `data = { points = [[1, ${scale}], [2, ${3 * scale}], [3, ${4 * scale}]] }
train = { steps = 40${loss ? `, loss = "${loss}"` : ""} }
sweep.parameters = { ${swept ? `train.loss = ${swept}, ` : ""}train.learning_rate = { geomspace = [0.001, 10, 9] } }
`;

const folders = () => [written("great", config("mse", "", 1e4)), written("small", config("mae", "")), written("both", config("", '["mse", "mae"]'))];

async function compared(name, ...names) {
    const file = join(work, `${name}.html`);
    etascape("compare", ...names, "--out", file);
    return open(file);
}

test("a comparison of different losses shows one kind at a time, those of an experiment that varies it too", async () => {
    const all = folders();
    const page = await compared("kinds-compared", ...all);
    const chooser = page.locator("#bar").getByLabel("kind of loss, one kind at a time");
    assert.deepEqual(await chooser.locator("option").allTextContents(), ["mse", "mae"]);
    assert.match(await page.locator("header").textContent(), /the views show one kind at a time/);
    assert.equal(await tally(page), "18 of 36 runs");
    await page.locator("#bar").getByLabel("group").selectOption({ label: "by kind of loss" });
    await settle(page);
    assert.deepEqual(await page.evaluate(() => etascape.items.map((item) => item.rows.length)), [18], "no loss of the other kind is pooled");
    await page.locator("#bar").getByLabel("group").selectOption("");
    await settle(page);
    await chooser.selectOption("1");
    await settle(page);
    assert.equal(await tally(page), "18 of 36 runs");
    assert.equal(await page.evaluate(() => etascape.curveView.lines.length), 18);
    await done(page);
});

test("what is as good as diverged is so by the starts of its own kind", async () => {
    const page = await compared("most", ...folders().slice(0, 2));
    const most = () => page.evaluate(() => etascape.curveView.most());
    const starts = folders().map((folder) => {
        const { head, rows } = table(folder);
        return Math.max(...rows.map((row) => Number(row[head.indexOf("initial_loss")])));
    });
    assert.equal(await most(), 1000 * starts[0]);
    await page.locator("#bar").getByLabel("one kind at a time").selectOption("1");
    await settle(page);
    assert.equal(await most(), 1000 * starts[1]);
    await done(page);
});

test("the kind that is shown is in the address, and is undone", async () => {
    const page = await compared("address", ...folders());
    await page.locator("#bar").getByLabel("one kind at a time").selectOption("1");
    await settle(page);
    await quiet(page);
    const address = page.url();
    assert.match(address, /#/);
    await page.locator("#bar").getByText("undo").click();
    await settle(page);
    assert.equal(await page.locator("#bar").getByLabel("one kind at a time").inputValue(), "0");
    await page.goto("about:blank");
    await page.goto(address);
    await settle(page);
    assert.equal(await page.locator("#bar").getByLabel("one kind at a time").inputValue(), "1");
    await done(page);
});

test("a picture of a comparison has the key of every experiment, and says which kind it shows", async () => {
    const all = Array.from({ length: 16 }, (_, k) => written(`experiment-${k}`, config(k % 2 ? "mae" : "mse", "")));
    const page = await compared("many", ...all);
    const texts = await page.evaluate(() => {
        const drawn = [];
        const { fillText } = CanvasRenderingContext2D.prototype;
        const button = document.querySelector("#outcomes .controls button");
        CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
            drawn.push([text, x + this.measureText(text).width, y, this.canvas.width / devicePixelRatio]);
            return fillText.call(this, text, x, y);
        };
        button.click();
        CanvasRenderingContext2D.prototype.fillText = fillText;
        return drawn;
    });
    for (let k = 0; k < 16; k++) {
        const [, right, , width] = texts.findLast(([text]) => text === `experiment-${k}`);
        assert.ok(right <= width, `experiment-${k}`);
    }
    assert.ok(texts.some(([text]) => text === "Convergence: mse"), JSON.stringify(texts.slice(0, 3)));
    await done(page);
});
