// Items that pool runs: all that have one value of a parameter, with their medians and quartiles.

import assert from "node:assert/strict";
import { test } from "node:test";
import { done, open, opened, quiet, settle, table, tally, trained } from "./support.js";

const RATE = "train.learning_rate";

test("runs are grouped by any parameter, with medians and bands over those that pass the filters", async () => {
    const folder = trained("seed", "seed");
    const { head, rows } = table(folder);
    const [rate, w, loss, status] = [RATE, "init.w", "final_loss", "status"].map((name) => head.indexOf(name));
    const page = await opened(folder);
    await page.locator("#bar").getByLabel("group").selectOption({ label: "by η" });
    await settle(page);
    const rates = [...new Set(rows.map((row) => row[rate]))];
    assert.equal(await tally(page), `${rates.length} groups of 1200 of 1200 runs`);
    assert.equal(await page.evaluate(() => etascape.curveView.lines.length), rates.length);
    assert.match(await page.locator("#curves .caption").textContent(), /line: median over the runs of one η, band: quartiles/);
    const median = (values) => {
        const rising = values.map(Number).sort((a, b) => a - b);
        const middle = rising.length >> 1;
        return rising.length % 2 ? rising[middle] : (rising[middle - 1] + rising[middle]) / 2;
    };
    const ofRate = (kept) => kept.filter((row) => row[rate] === rates[20] && row[status] !== "diverged").map((row) => row[loss]);
    const found = () => page.evaluate((at) => etascape.statistic(etascape.items[at], "final_loss")[1], 20);
    assert.ok(Math.abs((await found()) - median(ofRate(rows))) < 1e-12);
    await page.locator(".range select").selectOption("init.w");
    await page.locator(".range input").first().fill("0");
    await page.keyboard.press("Tab");
    await settle(page);
    const kept = rows.filter((row) => Number(row[w]) >= 0);
    assert.equal(await tally(page), `${rates.length} groups of ${kept.length} of 1200 runs`);
    assert.ok(Math.abs((await found()) - median(ofRate(kept))) < 1e-12, "over the runs that pass alone");
    await page.locator("#curves").getByLabel("colour").selectOption("init.w");
    await settle(page);
    assert.equal(await page.evaluate(() => etascape.curveView.colouring), RATE, "a line of many starts has the colour of its group");
    await page.locator("#table tbody tr:not(.space)").nth(3).click();
    await settle(page);
    assert.match(await tally(page), /1 pinned/);
    await quiet(page);
    const address = page.url();
    await page.locator("#bar").getByLabel("group").selectOption("each run");
    await settle(page);
    assert.match(await tally(page), /^\d+ of 1200 runs · \d+ pinned/);
    await done(page);
    const other = await open(address.replace("file://", ""));
    assert.match(await tally(other), new RegExp(`^${rates.length} groups of ${kept.length} of 1200 runs · 1 pinned`));
    await done(other);
});
