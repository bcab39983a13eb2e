// Lines over steps in units of their axes, and the axes that hold them.

import { makeAxis } from "../canvas/axis.js";
import { hasDiverged } from "../data/columns.js";
import { isFiniteNumber } from "../data/numbers.js";
import { extent } from "../data/statistics.js";
import { bandOf, smoothed } from "./series.js";

/** @import { Axis } from "../canvas/axis.js" */
/** @import { Choice } from "../elements.js" */
/** @import { Plot } from "../canvas/plot.js" */
/** @import { Item } from "../selection/state.js" */
/** @import { Series } from "./series.js" */

/**
 * A line in axis units, up to where it leaves through the top. A diverged line ends at an exit.
 * @typedef {object} Trace
 * @property {boolean} isGone whether it diverged
 * @property {number[]} x
 * @property {number[]} y
 * @property {[x: number, y: number] | null} exit
 */

/**
 * The lines of an item.
 * @typedef {object} Line
 * @property {Item} item
 * @property {number | null} limit
 * @property {Trace} main the run, or the median of the seeds
 * @property {{ low: Trace, high: Trace } | null} band their quartiles
 * @property {Trace[]} gone the diverged seeds of an item in which others did not diverge
 */

/**
 * A view of lines over steps: one per run, or the median and the quartiles of the runs that differ only in their seed.
 * @typedef {object} LineView
 * @property {string} id of its section
 * @property {string} heading
 * @property {string} metric the metric that is shown, where there is a choice
 * @property {Choice[]} metrics the metrics among which there is a choice
 * @property {() => void} follow shows what is chosen
 * @property {string} word what its values are
 * @property {string} title of the axis up
 * @property {Map<number, Series>} curves by row
 * @property {Map<number, number>} limits by row
 * @property {string} limit what a limit is
 * @property {string} meaning what a limit means
 * @property {() => number} most values above this count as diverged
 * @property {string} x "log" or "linear"
 * @property {string} y
 * @property {number} smoothing factor of the average; 0 for none
 * @property {number} height in CSS pixels
 * @property {string} color the parameter or column that is to colour lines; empty for none
 * @property {string} colouring what does colour them
 * @property {Axis | null} colourAxis
 * @property {Line[]} lines
 * @property {Plot} plot
 */

/** The position of step 0 on a logarithmic axis, in decades. */
const ZERO_STEP = -0.45;
/** Runs that leave are shown up to this factor above the greatest value of the others. */
const HEADROOM = 3;
/** On a logarithmic axis a run that did not diverge leaves if it goes above those that stay by more than this factor. */
const FAR = 10;

/**
 * @param {LineView} view
 * @param {{ x: Axis, y: Axis }} axes
 * @param {number[]} steps
 * @param {ArrayLike<number | null>} raw
 * @param {boolean} isGone
 * @returns {Trace}
 */
function traceOf(view, axes, steps, raw, isGone) {
    const values = smoothed(raw, view.smoothing);
    /** @type {Trace} */
    const line = { isGone, x: [], y: [], exit: null };
    for (let k = 0; k < steps.length; k++) {
        const [x, y] = [axes.x.unit(steps[k]), axes.y.unit(values[k])];
        if (!(y <= axes.y.high)) {
            line.exit = leaves(line, x, y, axes.y.high);
            break;
        }
        line.x.push(x);
        line.y.push(Math.max(y, axes.y.low));
    }
    const last = line.x.length - 1;
    if (isGone && last >= 0) line.exit ??= [line.x[last], line.y[last]];
    return line;
}

/**
 * Adds the point where a line crosses the top; a line that begins above has only this point.
 * @param {Trace} line
 * @param {number} x
 * @param {number} y
 * @param {number} top
 * @returns {[number, number]}
 */
function leaves(line, x, y, top) {
    const last = line.x.length - 1;
    if (last < 0) return [x, top];
    const share = Number.isFinite(y) ? (top - line.y[last]) / (y - line.y[last]) : 1;
    /** @type {[number, number]} */
    const exit = Number.isNaN(y) ? [line.x[last], line.y[last]] : [line.x[last] + (x - line.x[last]) * share, top];
    line.x.push(exit[0]);
    line.y.push(exit[1]);
    return exit;
}

/**
 * The curves of the runs of some items.
 * @param {LineView} view
 * @param {Item[]} items
 */
const logged = ({ curves }, items) =>
    items.flatMap((item) => item.rows).flatMap((row) => {
        const series = curves.get(row);
        return series ? [{ row, ...series }] : [];
    });

/**
 * What is drawn of an item: its run; or the quartiles over its runs, and the runs that diverged.
 * @param {LineView} view
 * @param {Item} item
 */
function drawnOf(view, item) {
    const runs = logged(view, [item]);
    if (runs.length < 2) return runs;
    const { steps, quartiles } = bandsOf(view, item);
    const row = item.rows.find((one) => !hasDiverged(one)) ?? item.rows[0];
    return [...runs.filter((run) => hasDiverged(run.row)), ...quartiles.map((values) => ({ row, steps, values: /** @type {number[]} */ (values) }))];
}

/**
 * The axes that hold what is shown.
 * @param {LineView} view
 * @param {Item[]} items
 */
export function lineAxes(view, items) {
    const runs = items.flatMap((item) => drawnOf(view, item));
    const values = heldValues(view, runs);
    const y = makeAxis({ values, log: view.y === "log", title: view.title, fit: true });
    return { x: stepAxis(runs.map(({ steps }) => steps[steps.length - 1]), view.x === "log"), y };
}

/**
 * The values for the y axis. Values of runs that leave count only below the greatest of the others.
 * @param {LineView} view
 * @param {{ row: number, values: ArrayLike<number> & Iterable<number> }[]} runs
 */
function heldValues(view, runs) {
    /** @typedef {{ row: number, values: ArrayLike<number> & Iterable<number> }} Run */
    /** @param {Run[]} some */
    const greatest = (some) => extent(some.flatMap(({ values }) => [...values]).filter(isFiniteNumber))[1];
    /** @param {Run} run */
    const hasLeft = ({ row, values }) => hasDiverged(row) || values[values.length - 1] > most;
    const most = view.most();
    const start = extent(runs.map(({ values }) => values[0]).filter(isFiniteNumber))[1];
    /** @param {Run} run */
    const endsAbove = ({ values }) => !(values[values.length - 1] <= start);
    const far = view.y === "log" ? FAR * Math.max(start, greatest(runs.filter((run) => !hasLeft(run) && !endsAbove(run)))) : Infinity;
    const stay = runs.some((run) => !hasLeft(run) && !endsAbove(run));
    /** @param {Run} run */
    const isGone = (run) => hasLeft(run) || (stay && far > 0 && endsAbove(run) && [...run.values].some((value) => !(value <= far)));
    const calm = runs.flatMap((run) => (isGone(run) ? [run.values[0]] : [...run.values])).filter(isFiniteNumber);
    const highest = extent(calm)[1];
    const gone = runs.filter(isGone);
    const isAbove = gone.some(({ values }) => [...values].some((value) => !(value <= highest)));
    const top = isAbove && highest > 0 ? highest * HEADROOM : highest;
    const below = gone.flatMap(({ values }) => [...values].filter((value) => Number.isFinite(value) && value <= highest));
    const limits = runs.map(({ row }) => view.limits.get(row) ?? NaN).filter((limit) => limit <= HEADROOM * highest);
    return [...calm, ...below, ...limits, top].filter(isFiniteNumber);
}

/**
 * The axis of steps. Step 0 has a position even if it is logarithmic.
 * @param {number[]} ends
 * @param {boolean} isLog
 */
function stepAxis(ends, isLog) {
    const x = makeAxis({ values: [isLog ? 1 : 0, 1, ...ends], log: isLog, title: "step", pad: 0, whole: true });
    if (!x.log) return x;
    /** @type {Partial<Axis>} */
    const zero = {
        low: ZERO_STEP,
        high: Math.log10(Math.max(1, extent(ends)[1])),
        zero: ZERO_STEP,
        zeroText: "0",
        span: [0, Infinity],
        unit: (value) => (value > 0 ? Math.log10(value) : ZERO_STEP),
    };
    return Object.assign(x, zero);
}

/**
 * The quartiles over the runs of an item.
 * @param {LineView} view
 * @param {Item} item
 */
export const bandsOf = (view, item) => bandOf(`${view.id} ${view.word}`, view.curves, item);

/**
 * What is drawn of an item.
 * @param {LineView} view
 * @param {Item} item
 * @param {{ x: Axis, y: Axis }} axes
 * @returns {Line}
 */
export function lineOf(view, item, axes) {
    const runs = logged(view, [item]);
    /** @param {{ row: number, steps: number[], values: Float32Array }} run */
    const ofRun = ({ row, steps, values }) => traceOf(view, axes, steps, values, hasDiverged(row));
    const limit = view.limits.get(runs[0].row) ?? null;
    if (runs.length === 1) return { item, limit, main: ofRun(runs[0]), band: null, gone: [] };
    const { steps, quartiles } = bandsOf(view, item);
    const gone = runs.filter(({ row }) => hasDiverged(row));
    const areGone = gone.length === runs.length;
    const [low, main, high] = quartiles.map((values, which) => traceOf(view, axes, steps, values, which === 1 && areGone));
    return { item, limit, main, band: { low, high }, gone: areGone ? [] : gone.map(ofRun) };
}
