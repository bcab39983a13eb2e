// Draws the convergence chart, and finds the mark near a pointer.

import { colourOf, theme } from "../canvas/colours.js";
import { itemsOf } from "../selection/items.js";
import { cellWords, edges, valueText } from "./cells.js";
import { drawLimit, drawPredicted } from "./theory.js";

/** @import { Axis } from "../canvas/axis.js" */
/** @import { Parameter } from "../data/columns.js" */
/** @import { Pen } from "../canvas/marks.js" */
/** @import { Found, Frame, Plot } from "../canvas/plot.js" */
/** @import { Cell, Cells } from "./cells.js" */
/** @import { PredictedLine } from "./theory.js" */

/**
 * A chart of one outcome.
 * @typedef {object} OutcomeChart
 * @property {string} name the column
 * @property {HTMLElement} host
 * @property {Plot} plot
 * @property {Parameter} x what is across
 * @property {Parameter | null} beside what has a line per value
 * @property {Axis | null} colours
 * @property {Cells} result there once it is shown
 * @property {{ j: number, cells: Cell[] }[]} lines
 * @property {number} count how many lines there would be
 * @property {PredictedLine[]} predicted
 */

/** How near a mark must be to a pointer, in CSS pixels. */
const NEAR = 22;

/**
 * @param {Frame} frame
 * @param {OutcomeChart} chart
 */
export function drawOutcomes(frame, chart) {
    drawDiverged(frame, chart.result);
    drawPredicted(frame, chart);
    const width = chart.lines.length > 20 ? 1.3 : 1.9;
    for (const { j, cells } of chart.lines) {
        const colour = chart.result.up ? colourOf(chart.colours, chart.result.up.values[j]) : theme.accent;
        for (const stretch of stretches(cells)) drawStretch(frame, chart, stretch, colour, width * frame.ratio);
    }
    drawLimit(frame, chart.x);
}

/**
 * Marks that are neighbours on the axis; a gap where none converged between.
 * @param {Cell[]} cells
 */
function stretches(cells) {
    /** @type {Cell[][]} */
    const found = [[]];
    for (const cell of cells) {
        if (cell.quartiles[1] === null) found.push([]);
        else found[found.length - 1].push(cell);
    }
    return found.filter((stretch) => stretch.length);
}

/**
 * @param {Frame} frame
 * @param {OutcomeChart} chart
 * @param {Cell[]} cells
 * @param {string} colour
 * @param {number} width
 */
function drawStretch({ context, px, py, x, y, ratio }, { result, lines, predicted }, cells, colour, width) {
    /** @type {(cell: Cell, which: number) => [number, number]} */
    const at = (cell, which) => [px(result.across.units[cell.i]), py(heightOf(y, cell.quartiles[which] ?? NaN))];
    context.fillStyle = context.strokeStyle = colour;
    if (cells.some((cell) => cell.quartiles[0] !== cell.quartiles[2])) {
        context.globalAlpha = Math.max(0.08, 0.25 / Math.sqrt(lines.length));
        context.beginPath();
        cells.forEach((cell) => context.lineTo(...at(cell, 0)));
        [...cells].reverse().forEach((cell) => context.lineTo(...at(cell, 2)));
        context.fill();
        context.globalAlpha = 1;
    }
    const isLine = !x.names && !predicted.length;
    if (isLine) {
        context.lineWidth = width;
        context.lineJoin = "round";
        context.beginPath();
        cells.forEach((cell) => context.lineTo(...at(cell, 1)));
        context.stroke();
    }
    if (cells.length > 1 && isLine && lines.length > 7) return;
    for (const cell of cells) {
        context.beginPath();
        context.arc(...at(cell, 1), (cells.length > 1 && isLine ? 1.6 : 3) * ratio, 0, 7);
        context.fill();
    }
}

/**
 * Where a quartile is on an axis: no lower than its low end; an infinite one at an end.
 * @param {Axis} y
 * @param {number} value
 */
function heightOf(y, value) {
    const unit = Math.max(y.unit(value), y.low);
    return unit === Infinity ? y.high : unit;
}

/**
 * A tint where runs diverged.
 * @param {Frame} frame
 * @param {Cells} cells
 */
function drawDiverged({ context, px, top, height }, { across, cells }) {
    const counts = across.units.map(() => ({ runs: 0, diverged: 0 }));
    for (const { i, count, diverged } of cells) {
        counts[i].runs += count;
        counts[i].diverged += diverged;
    }
    const at = edges(across.units);
    context.fillStyle = theme.diverged;
    counts.forEach(({ runs, diverged }, i) => {
        if (!diverged) return;
        context.globalAlpha = 0.04 + 0.12 * (diverged / runs);
        const left = Math.round(px(at[i]));
        context.fillRect(left, top, Math.round(px(at[i + 1])) - left, height);
    });
    context.globalAlpha = 1;
}

/**
 * @param {Frame} frame
 * @param {OutcomeChart} chart
 * @param {number} x
 * @param {number} y
 * @returns {Found | null}
 */
export function nearOutcome(frame, chart, x, y) {
    /** @type {(() => Found) | null} */
    let best = null;
    let least = NEAR * frame.ratio;
    for (const { at, found } of chart.lines.flatMap((_, index) => outcomeStops(frame, chart, index))) {
        const distance = Math.hypot(at[0] - x, at[1] - y);
        if (distance < least) [best, least] = [found, distance];
    }
    return best && best();
}

/**
 * The marks of a line: those with a median.
 * @param {Frame} frame
 * @param {OutcomeChart} chart
 * @param {number} index
 */
export function outcomeStops(frame, chart, index) {
    return chart.lines[index].cells.flatMap((cell) => {
        const median = cell.quartiles[1];
        if (median === null) return [];
        /** @type {[number, number]} */
        const at = [frame.px(chart.result.across.units[cell.i]), frame.py(Math.max(frame.y.unit(median), frame.y.low))];
        return [{ at, found: () => foundMark(chart, cell, at) }];
    });
}

/**
 * @param {OutcomeChart} chart
 * @param {Cell} cell
 * @param {[x: number, y: number]} at
 * @returns {Found}
 */
function foundMark(chart, cell, at) {
    const { across, up } = chart.result;
    const places = [valueText(chart.x, across, cell.i)];
    if (chart.beside && up) places.push(valueText(chart.beside, up, cell.j));
    return { items: itemsOf(cell.rows), lines: [...places, ...cellWords(cell, chart.name)], mark: (over) => ring(over, ...at) };
}

/**
 * @param {Pen} pen
 * @param {number} x
 * @param {number} y
 */
export function ring({ context, ratio }, x, y) {
    context.beginPath();
    context.arc(x, y, 6 * ratio, 0, 7);
    context.strokeStyle = theme.ink;
    context.lineWidth = 2 * ratio;
    context.stroke();
}
