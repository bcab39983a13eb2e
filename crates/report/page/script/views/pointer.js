// Finds the line over steps that is near a pointer.

import { describe } from "../selection/items.js";
import { rounded } from "../data/numbers.js";
import { markCurve } from "./strokes.js";
import { bandsOf } from "./traces.js";

/** @import { Found, Frame } from "../canvas/plot.js" */
/** @import { Line, LineView, Trace } from "./traces.js" */

/** How near it must be, in CSS pixels. */
const NEAR = 15;

/**
 * The line nearest to a point.
 * @param {LineView} view
 * @param {Frame} frame
 * @param {number} x
 * @param {number} y
 * @returns {Found | null}
 */
export function nearCurve(view, frame, x, y) {
    /** @type {Line | null} */
    let best = null;
    let least = NEAR * frame.ratio;
    for (const line of view.lines) {
        const distance = distanceTo(frame, line.main, x, y);
        if (distance < least) [best, least] = [line, distance];
    }
    return best && found(view, best, frame, x);
}

/**
 * The places of a line that keys go to: its points.
 * @param {LineView} view
 * @param {Frame} frame
 * @param {number} index
 */
export function stopsOf(view, frame, index) {
    const line = view.lines[index];
    return line.main.x.map((unit, k) => {
        const [x, y] = [frame.px(unit), frame.py(line.main.y[k])];
        return { at: /** @type {[number, number]} */ ([x, y]), found: () => found(view, line, frame, x) };
    });
}

/**
 * @param {LineView} view
 * @param {Line} line
 * @param {Frame} frame
 * @param {number} x
 * @returns {Found}
 */
function found(view, line, frame, x) {
    const { step, value } = pointNear(view, line, frame, x);
    const limit = line.limit === null ? "" : `, ${view.limit} = ${rounded(line.limit)}`;
    const lines = [...describe(line.item), `at step ${step}: ${view.word} ${rounded(value)}${limit}`];
    return { items: [line.item], lines, mark: (over) => markCurve(over, line) };
}

/**
 * @param {Frame} frame
 * @param {Trace} line
 * @param {number} x
 * @param {number} y
 */
function distanceTo({ px, py }, line, x, y) {
    const last = line.x.length - 1;
    if (last < 0) return Infinity;
    let [low, high] = [0, last];
    while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (px(line.x[middle]) <= x) low = middle;
        else high = middle;
    }
    const [x0, y0, x1, y1] = [px(line.x[low]), py(line.y[low]), px(line.x[high]), py(line.y[high])];
    const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const share = length ? Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length)) : 0;
    return Math.hypot(x0 + share * (x1 - x0) - x, y0 + share * (y1 - y0) - y);
}

/**
 * The logged point of a line with the nearest x.
 * @param {LineView} view
 * @param {Line} line
 * @param {Frame} frame
 * @param {number} x
 * @returns {{ step: number, value: number | null }}
 */
function pointNear(view, { item, main }, { px }, x) {
    const rows = item.rows.filter((row) => view.curves.has(row));
    const band = rows.length > 1 ? bandsOf(view, item) : null;
    const series = band ? { steps: band.steps, values: band.quartiles[1] } : view.curves.get(rows[0]);
    const { steps, values } = series ?? { steps: [], values: [] };
    let near = 0;
    for (let k = 1; k < main.x.length; k++) if (Math.abs(px(main.x[k]) - x) < Math.abs(px(main.x[near]) - x)) near = k;
    near = Math.min(near, steps.length - 1);
    return { step: steps[near], value: values[near] };
}
