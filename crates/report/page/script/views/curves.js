// The curves of a metric, and the sharpness beside 2/η.

import { spansDecade } from "../canvas/axis.js";
import { DATA } from "../data/data.js";
import { words } from "../data/numbers.js";
import { extent } from "../data/statistics.js";
import { most } from "../selection/axis.js";
import { isOfOne } from "../selection/rows.js";
import { makeLines } from "./lines.js";
import { decoded } from "./series.js";

/** @import { Series } from "./series.js" */
/** @import { LineView } from "./traces.js" */

/** How every view of lines starts. */
const START = { x: "log", y: "log", smoothing: 0, color: "", colouring: "", colourAxis: null, lines: [], metric: "", metrics: [], follow: () => {} };

/** @type {Omit<LineView, "plot">} */
const metric = {
    ...START,
    id: "curves",
    heading: DATA.metrics.length > 1 ? "Curves" : "Loss curves",
    metrics: DATA.metrics.map(({ name }) => [name, name]),
    follow: showMetric,
    word: "",
    title: "",
    curves: new Map(),
    limits: new Map(),
    limit: "",
    meaning: "",
    most: () => (/loss/.test(curveView.metric) ? most() : Infinity),
    height: 500,
};
export const curveView = /** @type {LineView} */ (metric);

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
    most: () => Infinity,
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

/**
 * The curves of each metric, once they were asked for.
 * @type {Map<string, Map<number, Series>>}
 */
const known = new Map();

/** Shows the metric that is chosen, on the axis that fits it. */
function showMetric() {
    const chosen = DATA.metrics.find(({ name }) => name === curveView.metric);
    if (!chosen) return;
    const curves = known.get(chosen.name) ?? decoded(chosen.curves);
    known.set(chosen.name, curves);
    const y = chosen.is_log && spansDecade(ends(curves)) ? "log" : "linear";
    Object.assign(curveView, { curves, y, word: words(chosen.name), title: chosen.title });
}

/**
 * The least and the greatest value of each curve of the kind shown, of those that are not 0 and not as good as diverged.
 * @param {Map<number, Series>} curves
 */
function ends(curves) {
    const [most, shown] = [curveView.most(), [...curves].filter(([row]) => isOfOne(row))];
    return shown.flatMap(([, { values }]) => extent([...values].filter((value) => value !== 0 && value <= most)));
}

export function makeCurves() {
    if (!DATA.metrics.length) return;
    curveView.metric = DATA.metrics[0].name;
    showMetric();
    const last = [...curveView.curves.values()].map(({ steps }) => steps[steps.length - 1]);
    if (!spansDecade([1, ...last])) curveView.x = "linear";
    makeLines(curveView);
}

export function makeSharpness() {
    if (sharpnessView.curves.size) makeLines(sharpnessView);
}
