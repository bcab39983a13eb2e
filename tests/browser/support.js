// Results folders to look at, and a browser to look with.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const program = process.env.ETASCAPE ?? join(root, "target/release/etascape");
export const work = mkdtempSync(join(tmpdir(), "etascape-pages-"));
export const shots = process.env.SHOTS ?? work;

/** Runs etascape; what it printed. */
export const etascape = (...words) => execFileSync(program, words, { cwd: root, encoding: "utf8" });

/** Trains a shipped experiment with keys set over it; its results folder. */
export function trained(experiment, name, ...keys) {
    const folder = join(work, name);
    const set = keys.flatMap((key) => ["--set", key]);
    if (!existsSync(folder)) etascape("run", `experiments/${experiment}.toml`, "--out", folder, "--quiet", ...set);
    return folder;
}

/** Runs an experiment that is written here; its results folder. Where no run has a finite objective there is a page all the same. */
export function written(name, config) {
    const [path, folder] = [join(work, `${name}.toml`), join(work, name)];
    writeFileSync(path, `name = "${name}"\n${config}`);
    try {
        etascape("run", path, "--out", folder, "--quiet");
    } catch (error) {
        if (error.status !== 1 || !existsSync(join(folder, "report.html"))) throw error;
    }
    return folder;
}

/** Puts another runs.csv into a results folder, and draws it. */
export function withRuns(folder, text) {
    writeFileSync(join(folder, "runs.csv"), text);
    const manifest = join(folder, "manifest.json");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/"runs.csv": "\w+"/, '"runs.csv": null'));
    etascape("report", folder);
}

/** A table of a results folder: heads, and rows of cells. */
export function table(folder, name = "runs.csv") {
    const [head, ...rows] = readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
    return { head: head.split(","), rows: rows.map((row) => row.split(",")), text: readFileSync(join(folder, name), "utf8") };
}

export const sizeOf = (path) => statSync(path).size;

const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

function launch() {
    const executablePath = places.find((path) => path && existsSync(path));
    if (!executablePath) throw new Error("no Chromium: install it (Debian: apt-get install chromium) or name it in CHROMIUM");
    return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

let browser;
before(async () => (browser = await launch()));
after(async () => {
    await browser.close();
    rmSync(work, { recursive: true });
});

/** Opens a page and waits until everything is drawn. `complaints` fills with what must stay empty. */
export async function open(file, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.complaints = [];
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && page.complaints.push(message.text()));
    page.on("pageerror", (error) => page.complaints.push(String(error)));
    page.on("request", (request) => !/^(file|data|blob):/.test(request.url()) && page.complaints.push(`asks for ${request.url()}`));
    await page.goto(`file://${file}`);
    await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
    await settle(page);
    return page;
}

/** Opens the page of a results folder. */
export const opened = (folder, options) => open(join(folder, "report.html"), options);

/** Closes a page that did not complain. */
export async function done(page) {
    assert.deepEqual(page.complaints, []);
    await page.context().close();
}

/** How many runs are shown, as the page says it. */
export const tally = (page) => page.locator("#bar output").textContent();

/** Waits until what was asked for is on the screen. */
export const settle = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** Waits until a change is one to go back to. */
export const quiet = (page) => page.waitForFunction(() => etascape.isKept());
