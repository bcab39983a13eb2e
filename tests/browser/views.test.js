// What else a page has: the importance of parameters, the last lines of failed runs, pictures of views.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { done, opened, settle, shots, trained, written } from "./support.js";

test("the shares of the parameters are on the page", async () => {
    const words = 'echo "{\\"loss\\": $(( $0 * $0 + $1 )) }"';
    const page = await opened(written("grid", `[program]\ncommand = ["sh", "-c", '''${words}''', "{a}", "{b}"]\n[sweep.parameters]\na = [1, 2]\nb = [1, 2]\n`));
    // Losses 2, 3, 5, 6: variance 2.5, of which a has 9/4 and b 1/4.
    assert.deepEqual(await page.locator(".importance tbody tr").allTextContents(), ["a90 %", "b10 %"]);
    assert.match(await page.locator(".importance .caption").textContent(), /variance of loss over the whole grid.*Hutter et al\. 2014/);
    await done(page);
});

const FAILS = `[program]\ncommand = ["sh", "-c", '''test "$0" = 2.0 && { echo "first" >&2; echo "no such layer <b>" >&2; exit 3; }; echo "{\\"loss\\": $0}"''', "{x}"]\n[sweep.parameters]\nx = [1.0, 2.0, 3.0]\n`;

test("a failed run shows its last lines", async () => {
    const page = await opened(written("failing", FAILS));
    assert.match(await page.locator("#failures h3").textContent(), /^Run 1 failed: .*3/);
    assert.equal(await page.locator("#failures pre").textContent(), "first\nno such layer <b>");
    await page.locator("#table .scroll").focus();
    await page.keyboard.press("ArrowDown");
    assert.match(await page.locator("#live").textContent(), /no such layer <b>$/, "keys hear the last one");
    await page.locator(".chip.failed").click();
    await settle(page);
    assert.equal(await page.locator("#failures").isVisible(), false, "it is not among those shown");
    await page.screenshot({ path: join(shots, "failing.png"), fullPage: true });
    await done(page);
});

test("a view is saved as a PNG with its title, its key and its words", async () => {
    const page = await opened(trained("seed", "seed"));
    for (const view of ["curves", "outcomes", "heat", "parallel"]) {
        const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`#${view}`).getByText("PNG").click()]);
        assert.equal(download.suggestedFilename(), `seed-${view}.png`);
        const path = join(shots, `export-${view}.png`);
        await download.saveAs(path);
        const bytes = readFileSync(path);
        assert.equal(bytes.subarray(1, 4).toString(), "PNG");
        const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
        assert.ok(width > 800 && height > 300 && bytes.length > 10_000, `${view}: ${width} × ${height}, ${bytes.length} bytes`);
    }
    await done(page);
});
