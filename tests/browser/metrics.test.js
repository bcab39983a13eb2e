// The metrics of a page: which there are, and how their axes are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { done, opened, settle, written } from "./support.js";

/** The values in a select. */
const choices = (page, section, label) => page.locator(section).getByLabel(label).locator("option").allTextContents();

const CLASSES = `
data = { generator = { kind = "moons", rows = 60 }, validation_fraction = 0.3 }
model = { hidden = [4] }
train = { loss = "bce", steps = 30 }
[sweep.parameters]
"train.learning_rate" = [0.01, 0.1, 1.0]
"init.scale" = [0.5, 1.0]
`;

test("curves and heat map show any metric, the objective first, a score on a linear axis", async () => {
    const page = await opened(written("classes", CLASSES));
    assert.deepEqual(await choices(page, "#curves", "metric"), ["val_loss", "loss", "accuracy", "val_accuracy"]);
    assert.deepEqual((await choices(page, "#heat", "metric")).slice(0, 4), ["val_loss", "final_loss", "accuracy", "val_accuracy"]);
    const axis = () => page.evaluate(() => [etascape.curveView.title, etascape.curveView.plot.y.log, etascape.curveView.plot.y.title]);
    assert.equal((await axis())[0], "validation loss");
    const losses = await page.evaluate(() => [...etascape.curveView.curves.get(0).values]);
    await page.locator("#curves").getByLabel("metric").selectOption("accuracy");
    await settle(page);
    assert.deepEqual(await axis(), ["training accuracy", false, "training accuracy"]);
    const shares = await page.evaluate(() => [...etascape.curveView.curves.get(0).values]);
    assert.ok(shares.every((share) => share >= 0 && share <= 1) && shares.join() !== losses.join());
    await page.locator("#heat").getByLabel("metric").selectOption("val_accuracy");
    await settle(page);
    assert.equal(await page.evaluate(() => etascape.heatView.map.colours.log), false);
    assert.deepEqual(await page.evaluate(() => etascape.parallelView.axes.map(({ name }) => name).slice(2)), ["steps", "val_loss", "val_accuracy"]);
    await done(page);
});

test("a program's metrics can all be chosen", async () => {
    const script = 'for k in 0 1 2; do echo "{\\"step\\": $k, \\"loss\\": 1.$k, \\"top1\\": 0.$k, \\"grad/norm\\": 10}"; done';
    const page = await opened(written("metrics", `[program]\ncommand = ["sh", "-c", '''${script}''', "{x}"]\n[sweep.parameters]\nx = [1.0, 2.0]\n`));
    assert.deepEqual(await choices(page, "#curves", "metric"), ["loss", "top1", "grad/norm"]);
    await page.locator("#curves").getByLabel("metric").selectOption("top1");
    await settle(page);
    assert.deepEqual(await page.evaluate(() => [etascape.curveView.plot.y.log, ...etascape.curveView.curves.get(0).values].map((x) => (typeof x === "number" ? Number(x.toFixed(3)) : x))), [false, 0, 0.1, 0.2]);
    await done(page);
});
