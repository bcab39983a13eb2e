// The loss curves, and the sharpness beside 2/η.

import { spansDecade } from "../axis.js";
import { MOST } from "../columns.js";
import { DATA, FINAL } from "../data.js";
import { words } from "../numbers.js";
import { extent } from "../statistics.js";
import { makeLines } from "./lines.js";
import { decoded } from "./series.js";

/** @import { LineView } from "./traces.js" */

/** How every view of lines starts. */
const START = { x: "log", y: "log", smoothing: 0, color: "", colourAxis: null, lines: [] };

/** @type {Omit<LineView, "plot">} */
const loss = {
    ...START,
    id: "curves",
    heading: "Loss curves",
    word: words(FINAL.replace("final_", "")),
    title: DATA.title,
    curves: decoded(DATA.curves),
    limits: new Map(),
    limit: "",
    meaning: "",
    most: MOST,
    height: 500,
};
export const curveView = /** @type {LineView} */ (loss);

/** @type {Omit<LineView, "plot">} */
const sharpness = {
    ...START,
    x: "linear",
    id: "sharpness",
    heading: "Sharpness",
    word: "sharpness",
    title: "sharpness λmax",
    curves: decoded(DATA.sharpness.curves),
    limits: limitsByRow(),
    limit: "2/η",
    meaning: "above which plain gradient descent is unstable on a quadratic of this sharpness",
    most: Infinity,
    height: 420,
};
export const sharpnessView = /** @type {LineView} */ (sharpness);

function limitsByRow() {
    /** @type {Map<number, number>} */
    const byRow = new Map();
    DATA.sharpness.curves.curves.forEach(([row], k) => {
        const limit = DATA.sharpness.limits[k];
        if (limit !== null) byRow.set(row, limit);
    });
    return byRow;
}

export function makeCurves() {
    const curves = [...curveView.curves.values()];
    const losses = curves.flatMap(({ values }) => extent([...values].filter((value) => value !== 0 && value <= MOST)));
    if (!DATA.is_log || !spansDecade(losses)) curveView.y = "linear";
    if (!spansDecade([1, ...curves.map(({ steps }) => steps[steps.length - 1])])) curveView.x = "linear";
    if (curveView.curves.size) makeLines(curveView);
}

export function makeSharpness() {
    if (sharpnessView.curves.size) makeLines(sharpnessView);
}
