// Curves as they were logged, and the quartiles of several.

import { bandOver } from "../data/bands.js";
import { hasDiverged } from "../data/columns.js";
import { isFiniteNumber } from "../data/numbers.js";

/** @import { Band } from "../data/bands.js" */
/** @import { CurveTable } from "../data/data.js" */
/** @import { Item } from "../selection/state.js" */

/**
 * A curve.
 * @typedef {object} Series
 * @property {number[]} steps
 * @property {Float32Array} values
 */

/**
 * The curves of the data by row.
 * @param {CurveTable} table
 * @returns {Map<number, Series>}
 */
export function decoded(table) {
    const bytes = Uint8Array.from(atob(table.values), (letter) => letter.charCodeAt(0));
    const all = new Float32Array(bytes.buffer);
    const byRow = new Map();
    let first = 0;
    for (const [row, shared, rest] of table.curves) {
        const steps = [...table.grid.slice(0, shared), ...rest];
        byRow.set(row, { steps, values: all.subarray(first, first + steps.length) });
        first += steps.length;
    }
    return byRow;
}

/**
 * Quartiles over the runs of an item at all their steps: over those that did not diverge, if there are any.
 * @param {string} view the view and what it shows
 * @param {Map<number, Series>} curves
 * @param {Item} item
 * @returns {Band}
 */
export function bandOf(view, curves, item) {
    const known = item.bands.get(view) ?? makeBand(curves, item.rows);
    item.bands.set(view, known);
    return known;
}

/**
 * @param {Map<number, Series>} curves
 * @param {number[]} rows
 */
function makeBand(curves, rows) {
    const members = rows.flatMap((row) => {
        const series = curves.get(row);
        return series ? [{ ...series, isGone: hasDiverged(row) }] : [];
    });
    return bandOver(members);
}

/**
 * Exponential moving average with bias correction (Kingma & Ba 2015, section 3). It ends at the first value that is not finite.
 * @param {ArrayLike<number | null>} values
 * @param {number} factor
 */
export function smoothed(values, factor) {
    let [mean, weight] = [0, 0];
    return Array.from(values, (value) => {
        if (!factor || !isFiniteNumber(value)) return value ?? NaN;
        mean = factor * mean + (1 - factor) * value;
        weight = factor * weight + (1 - factor);
        return mean / weight;
    });
}
