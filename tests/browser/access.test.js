// That pages can be used without a mouse and read by everyone: WCAG 2.2 AA as far as axe-core sees, keys, undo, addresses.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { done, etascape, open, opened, quiet, settle, tally, trained, work, written } from "./support.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

/** What axe-core finds wrong with a page, in words. */
async function violations(page) {
    await page.evaluate(axe);
    const found = await page.evaluate((tags) => axe.run({ runOnly: { type: "tag", values: tags } }).then(({ violations }) => violations), WCAG);
    return found.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target} ${failureSummary}`));
}

const FAILS = `[program]\ncommand = ["sh", "-c", '''test "$0" = 2.0 && { echo "no such layer" >&2; exit 3; }; echo "{\\"loss\\": 1.5}"''', "{x}"]\n[sweep.parameters]\nx = [1.0, 2.0]\n`;

test("axe-core finds nothing against WCAG 2.2 AA, light and dark, wide and narrow", async () => {
    const compared = join(work, "compared.html");
    etascape("compare", trained("seed", "seed"), trained("optimizers", "optimizers"), "--out", compared);
    const files = [trained("seed", "seed"), trained("deep", "deep"), written("fails", FAILS)].map((folder) => join(folder, "report.html"));
    for (const file of [...files, compared]) {
        for (const options of [{ colorScheme: "light" }, { colorScheme: "dark" }, phone, { ...phone, colorScheme: "dark" }]) {
            const page = await open(file, options);
            assert.deepEqual(await violations(page), [], `${file} ${JSON.stringify(options)}`);
            await page.locator("#bar button.chip").first().click();
            await page.locator("#table tbody tr:not(.space)").first().click({ timeout: 1000 }).catch(() => {});
            await settle(page);
            assert.deepEqual(await violations(page), [], `${file} with a selection`);
            await done(page);
        }
    }
});

test("keys reach what a pointer reaches, with its words", async () => {
    const page = await opened(trained("seed", "seed"));
    const tip = page.locator("#tip");
    await page.locator("#curves .plot").focus();
    await page.keyboard.press("ArrowRight");
    assert.match(await tip.textContent(), /^run \d+.*at step \d+: loss /);
    const first = await tip.textContent();
    await page.keyboard.press("ArrowLeft");
    assert.notEqual(await tip.textContent(), first, "another point of the line");
    await page.keyboard.press("ArrowDown");
    assert.notEqual((await tip.textContent()).match(/^run \d+/)[0], first.match(/^run \d+/)[0], "another line");
    await page.keyboard.press("+");
    await settle(page);
    const span = () => page.evaluate(() => etascape.curveView.plot.u.scales.x.max - etascape.curveView.plot.u.scales.x.min);
    const whole = await page.evaluate(() => etascape.curveView.plot.x.high - etascape.curveView.plot.x.low);
    assert.ok((await span()) < 0.7 * whole, "plus zooms");
    await page.keyboard.press("0");
    await settle(page);
    assert.ok(Math.abs((await span()) - whole) < 1e-9, "0 undoes it");
    await page.keyboard.press("Escape");
    assert.equal(await tip.isVisible(), false, "Escape takes the words away");
    await page.locator("#heat .plot").focus();
    await page.keyboard.press("ArrowDown");
    assert.match(await tip.textContent(), /η = .*w = .*run/);
    assert.match(await page.locator("#live").textContent(), /η = .*w = .*run/);
    await page.keyboard.press("Enter");
    await settle(page);
    assert.match(await tally(page), /1 pinned/);
    await page.keyboard.press("Escape");
    await settle(page);
    await page.locator("#outcomes .plot").first().focus();
    await page.keyboard.press("ArrowRight");
    assert.match(await tip.textContent(), /steps to converge/);
    await page.locator("#parallel canvas").first().focus();
    await page.keyboard.press("End");
    assert.match(await tip.textContent(), /^run \d+/);
    await page.keyboard.press("Tab");
    assert.equal(await tip.isVisible(), false, "they go with the focus");
    await done(page);
});

test("every control has the focus in turn", async () => {
    const page = await opened(trained("seed", "seed"));
    const wanted = await page.evaluate(() => document.querySelectorAll("main :is(button, select, input, a, [tabindex='0'])").length);
    const reached = new Set();
    for (let k = 0; k < wanted + 5; k++) {
        await page.keyboard.press("Tab");
        reached.add(await page.evaluate(() => [...document.querySelectorAll("main *")].indexOf(document.activeElement)));
    }
    const hidden = await page.evaluate(() => [...document.querySelectorAll("main :is(button, select, input, a, [tabindex='0'])")].filter((one) => !one.checkVisibility()).length);
    reached.delete(-1);
    assert.ok(reached.size >= wanted - hidden, `${reached.size} of ${wanted - hidden}`);
    await done(page);
});

test("changes are undone one by one", async () => {
    const page = await opened(trained("seed", "seed"));
    const all = await tally(page);
    await page.locator(".chip.diverged").click();
    await quiet(page);
    const some = await tally(page);
    await page.locator("#table tbody tr:not(.space)").nth(2).click();
    await quiet(page);
    await page.locator("#curves").getByLabel("values").selectOption("linear");
    await quiet(page);
    await page.keyboard.press("Escape");
    await page.locator("#bar").getByText("undo").click();
    await settle(page);
    assert.match(await tally(page), /1 pinned/, "what Escape let go");
    await page.locator("#bar").getByText("undo").click();
    await settle(page);
    assert.equal(await page.evaluate(() => etascape.curveView.y), "log");
    assert.equal(await page.locator("#curves").getByLabel("values").inputValue(), "log");
    await page.locator("#curves .plot").focus();
    await page.keyboard.press("Control+z");
    await settle(page);
    assert.equal(await tally(page), some);
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    await settle(page);
    assert.equal(await tally(page), all);
    assert.equal(await page.locator("#bar").getByText("undo").getAttribute("aria-disabled"), "true");
    await done(page);
});

test("an address holds the selection, and one that does not fit says so", async () => {
    const folder = trained("seed", "seed");
    const page = await opened(folder);
    await page.locator(".chip.diverged").click();
    await page.locator(".range input").first().fill("0.01");
    await page.keyboard.press("Tab");
    await page.locator("#table th button", { hasText: "steps" }).click();
    await page.locator("#table tbody tr:not(.space)").nth(1).click();
    await page.locator("#heat").getByLabel("of the rest").selectOption("share diverged");
    await quiet(page);
    const [address, said] = [page.url(), await tally(page)];
    assert.match(address, /#view=1&status=.*range\.train\.learning_rate=0\.01\+inf.*pin=\d+.*heat\.statistic=share/);
    const rows = (page) => page.evaluate(() => [...etascape.state.selected].flatMap((item) => item.rows));
    const other = await open(address.replace("file://", ""));
    assert.equal(await tally(other), said);
    assert.deepEqual(await rows(other), await rows(page));
    assert.equal(await other.locator("#heat").getByLabel("of the rest").inputValue(), "share diverged");
    assert.match(await other.locator("#table th[aria-sort=ascending]").textContent(), /steps/);
    await done(page);
    await done(other);
    for (const wrong of ["view=1&pin=99999", "view=1&range.nothing=1+2", "view=1&only=9", "view=2&text=a", "view=1&curves.y=cubic", "view=1&__proto__=1", "anything", "view=1&status=gone", "view=1&pin=5-3"]) {
        const page = await open(`${join(folder, "report.html")}#${wrong}`);
        assert.equal(await tally(page), "1200 of 1200 runs", wrong);
        assert.match(await page.locator("#notice").textContent(), /does not fit this page, and is ignored/, wrong);
        await done(page);
    }
    const plain = await open(`${join(folder, "report.html")}#heat`);
    assert.equal(await plain.locator("#notice").isVisible(), false, "a section is no selection");
    await done(plain);
});
