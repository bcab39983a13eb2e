// The curves of a metric, and the sharpness beside 2/η.

import { spansDecade } from "../canvas/axis.js";
import { MOST } from "../data/columns.js";
import { DATA } from "../data/data.js";
import { words } from "../data/numbers.js";
import { extent } from "../data/statistics.js";
import { makeLines } from "./lines.js";
import { decoded } from "./series.js";

/** @import { MetricData } from "../data/data.js" */
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
    most: Infinity,
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
    const y = isLogAtFirst(chosen, curves) ? "log" : "linear";
    Object.assign(curveView, { curves, y, word: words(chosen.name), title: chosen.title, most: /loss/.test(chosen.name) ? MOST : Infinity });
}

/**
 * Whether the axis of a metric is logarithmic before another is asked for: no score, no value below zero; and of metrics
 * other than the objective only those that span a decade.
 * @param {MetricData} metric
 * @param {Map<number, Series>} curves
 */
function isLogAtFirst(metric, curves) {
    if (!metric.is_log) return false;
    const ends = [...curves.values()].flatMap(({ values }) => extent([...values].filter((value) => Number.isFinite(value))));
    const finite = ends.filter((value) => Number.isFinite(value));
    return finite.every((value) => value >= 0) && (metric === DATA.metrics[0] || spansDecade(finite));
}

export function makeCurves() {
    if (!DATA.metrics.length) return;
    curveView.metric = DATA.metrics[0].name;
    showMetric();
    makeLines(curveView);
}

export function makeSharpness() {
    if (sharpnessView.curves.size) makeLines(sharpnessView);
}
