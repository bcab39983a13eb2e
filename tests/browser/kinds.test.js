// Sweeps over the loss: losses of different kinds are never drawn on one axis, nor pooled.

import assert from "node:assert/strict";
import { test } from "node:test";
import { done, opened, settle, table, tally, written } from "./support.js";

const config = `data = { generator = { kind = "gaussian", rows = 40, inputs = 2 } }
train = { steps = 60 }
sweep.parameters = { train.loss = ["mse", "mae"], train.learning_rate = { geomspace = [0.001, 0.1, 7] } }
`;

test("where the loss varies the page shows one kind at a time, and says so", async () => {
    const folder = written("kinds", config);
    const { head, rows } = table(folder);
    const [loss, last] = ["train.loss", "final_loss"].map((name) => head.indexOf(name));
    const page = await opened(folder);
    const chooser = page.locator("#bar").getByLabel("one kind at a time");
    const kinds = await chooser.locator("option").allTextContents();
    assert.equal(kinds.length, 2, "there is no choice of all");
    for (const [index, kind] of ["mse", "mae"].entries()) {
        await chooser.selectOption(String(index));
        await settle(page);
        assert.equal(await tally(page), "7 of 14 runs");
        assert.equal(await page.evaluate(() => etascape.curveView.lines.length), 7);
        await page.locator("#bar").getByLabel("group").selectOption({ label: "by η" });
        await settle(page);
        const medians = await page.evaluate(() => etascape.items.map((item) => etascape.statistic(item, "final_loss")[1]));
        assert.deepEqual(medians, rows.filter((row) => row[loss] === kind).map((row) => Number(row[last])), "no loss of the other kind is pooled");
        await page.locator("#bar").getByLabel("group").selectOption("");
        await settle(page);
    }
    assert.ok(await page.locator("#bar").getByText("show all").isVisible(), "another kind than the first is in the address and can be let go of");
    await page.locator("#bar").getByText("show all").click();
    await settle(page);
    assert.equal(await chooser.inputValue(), "0");
    assert.equal(await tally(page), "7 of 14 runs");
    await done(page);
});
