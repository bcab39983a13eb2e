// The start: makes the views and draws them. What is exported here is `etascape` in the browser's console.

import { clearAll, makeBar } from "./bar.js";
import { readTheme, theme } from "./canvas/colours.js";
import { element } from "./elements.js";
import { noteChange, readFragment, undo } from "./selection/history.js";
import { items, makeItems, regroup } from "./selection/items.js";
import { addPictureButtons } from "./canvas/picture.js";
import { plots } from "./canvas/plot.js";
import { kindShown } from "./selection/rows.js";
import { showSettings } from "./selection/settings.js";
import { views } from "./selection/state.js";
import { makeCurves, makeSharpness } from "./views/curves.js";
import { makeFailures } from "./views/failures.js";
import { makeHeat } from "./views/heat.js";
import { makeOutcomes } from "./views/outcomes.js";
import { makeParallel } from "./views/parallel.js";
import { makeTable } from "./views/table.js";

export { parameter } from "./data/columns.js";
export { DATA } from "./data/data.js";
export { isKept } from "./selection/history.js";
export { describe, items, statistic } from "./selection/items.js";
export { pictureOf } from "./canvas/picture.js";
export { frameOver } from "./canvas/plot.js";
export { hover, state, toggle, views } from "./selection/state.js";
export { cellsOf } from "./views/cells.js";
export { curveView, sharpnessView } from "./views/curves.js";
export { heatView } from "./views/heat.js";
export { outcomeView } from "./views/outcomes.js";
export { parallelView } from "./views/parallel.js";
export { nearCurve } from "./views/pointer.js";
export { limitsOf } from "./views/strokes.js";
export { csv } from "./views/table.js";
export { PREDICTED, predictedLines } from "./views/theory.js";
export { heatOf } from "./views/tiles.js";

/** Fonts that canvases use: they do not wait for them by themselves. */
const FONTS = ["13px Inter", "600 13px Inter"];

/**
 * Whether an element takes keys for itself, Escape among them.
 * @param {EventTarget | null} target
 */
const isField = (target) => target instanceof Element && target.matches("input:not([type=checkbox]), select, textarea");

const chosenTheme = () => document.documentElement.dataset.theme ?? "";

/**
 * Light, dark, or ("") as the system has it.
 * @param {string} name
 */
function setTheme(name) {
    document.documentElement.dataset.theme = name;
    readTheme();
    views.forEach((view) => view.draw());
    plots.forEach((plot) => plot.u.redraw(false));
}

function themeSwitch() {
    const onclick = () => setTheme(theme.isDark ? "light" : "dark");
    return element("button", { type: "button", className: "theme", "aria-label": "Light or dark", title: "Light or dark", onclick }, "◐");
}

function makeViews() {
    views.push({ draw: regroup });
    makeBar(themeSwitch());
    for (const make of [makeCurves, makeSharpness, makeOutcomes, makeHeat, makeParallel, makeTable, makeFailures]) make();
    views.push({ draw: showSettings }, { draw: noteChange });
    addPictureButtons(kindShown);
    readFragment();
}

function listen() {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme(chosenTheme()));
    addEventListener("keydown", (event) => {
        if (isField(event.target)) return;
        if (event.key === "Escape") clearAll();
        if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
            undo();
            event.preventDefault();
        }
    });
    addEventListener("hashchange", readFragment);
    addEventListener("zoom", noteChange);
    let before = "";
    addEventListener("beforeprint", () => {
        before = chosenTheme();
        setTheme("light");
    });
    addEventListener("afterprint", () => setTheme(before));
}

function start() {
    readTheme();
    makeItems();
    if (items.length) makeViews();
    listen();
    drawInTurn(0);
}

/**
 * Draws the page for the first time, one view per frame, so that the top of the page appears soon.
 * @param {number} index
 */
function drawInTurn(index) {
    if (index === views.length) {
        performance.mark("drawn");
        document.documentElement.dataset.ready = "yes";
        return;
    }
    views[index].draw();
    setTimeout(() => drawInTurn(index + 1));
}

Promise.allSettled(FONTS.map((font) => document.fonts.load(font))).then(() => setTimeout(start));
