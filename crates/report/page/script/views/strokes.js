// Draws lines over steps: the lines, their bands, limits and exits.

import { colourOf, theme } from "../canvas/colours.js";
import { valueOf } from "../selection/items.js";
import { arrow, cross, FONT, haloed } from "../canvas/marks.js";
import { rounded } from "../data/numbers.js";

/** @import { Frame } from "../canvas/plot.js" */
/** @import { Item } from "../selection/state.js" */
/** @import { Line, LineView, Trace } from "./traces.js" */

/** Limits with a label, at most. */
const LIMITS = 12;

/**
 * @param {Frame} frame
 * @param {Trace} line
 */
function trace({ context, px, py }, line) {
    context.beginPath();
    for (let k = 0; k < line.x.length; k++) context.lineTo(px(line.x[k]), py(line.y[k]));
}

/**
 * A line of one point.
 * @param {Frame} frame
 * @param {Trace} line
 */
function dot({ context, px, py, ratio }, { x, y }) {
    context.beginPath();
    context.arc(px(x[0]), py(y[0]), 3.5 * ratio, 0, 7);
    context.fill();
}

/**
 * The area between two lines; up to the top where the upper one has left the frame.
 * @param {Frame} frame
 * @param {{ low: Trace, high: Trace }} band
 */
function fillBand({ context, px, py, y }, { low, high }) {
    const last = low.x.length - 1;
    context.beginPath();
    for (let k = 0; k <= last; k++) context.lineTo(px(low.x[k]), py(low.y[k]));
    if (low.exit === null && high.exit !== null) context.lineTo(px(low.x[last]), py(y.high));
    for (let k = high.x.length - 1; k >= 0; k--) context.lineTo(px(high.x[k]), py(high.y[k]));
    context.fill();
}

/**
 * Width and opacity of lines, by their number.
 * @param {number} count
 */
function strokeStyle(count) {
    if (count <= 20) return [1.8, 1];
    return count <= 200 ? [1.2, 0.9] : [0.9, 0.7];
}

/**
 * @param {LineView} view
 * @returns {(item: Item) => string}
 */
function colourBy({ colouring, colourAxis }) {
    return (item) => colourOf(colourAxis, colourAxis ? valueOf(item, colouring) : null);
}

/**
 * @param {LineView} view
 * @param {Frame} frame
 */
export function drawLines(view, frame) {
    const colour = colourBy(view);
    frame.context.lineJoin = "round";
    drawLimits(view, frame, colour);
    for (const line of view.lines) drawLine(frame, line, colour(line.item), view.lines.length);
    frame.context.globalAlpha = 0.9;
    drawExits(view, frame, colour);
    frame.context.globalAlpha = 1;
    labelLimits(view, frame);
}

/**
 * @param {Frame} frame
 * @param {Line} line
 * @param {string} colour
 * @param {number} count how many lines there are
 */
function drawLine(frame, { main, band, gone }, colour, count) {
    const { context, ratio } = frame;
    const [width, alpha] = strokeStyle(count);
    context.strokeStyle = context.fillStyle = colour;
    if (band) {
        context.globalAlpha = Math.min(0.22, 4 / count);
        fillBand(frame, band);
    }
    context.globalAlpha = alpha * 0.45;
    context.lineWidth = 0.8 * ratio;
    for (const one of gone) {
        trace(frame, one);
        context.stroke();
    }
    context.globalAlpha = alpha;
    context.lineWidth = width * ratio;
    trace(frame, main);
    context.stroke();
    if (main.x.length === 1) dot(frame, main);
}

/**
 * The limits of the lines, each once, with the first item that has it; the highest first.
 * @param {LineView} view
 * @returns {[limit: number, item: Item][]}
 */
export function limitsOf({ lines }) {
    /** @type {Map<number, Item>} */
    const found = new Map();
    for (const { limit, item } of lines) if (limit !== null && !found.has(limit)) found.set(limit, item);
    return [...found].sort(([a], [b]) => b - a);
}

/**
 * A dashed line at each limit, in the colour of its run.
 * @param {LineView} view
 * @param {Frame} frame
 * @param {(item: Item) => string} colour
 */
function drawLimits(view, frame, colour) {
    const limits = limitsOf(view);
    frame.context.globalAlpha = limits.length > LIMITS ? 0.5 : 0.9;
    for (const [limit, item] of limits) dashed(frame, frame.y.unit(limit), colour(item), 1.3);
    frame.context.globalAlpha = 1;
}

/**
 * @param {Frame} frame
 * @param {number} unit
 * @param {string} colour
 * @param {number} thickness
 */
function dashed({ context, py, left, width, ratio }, unit, colour, thickness) {
    context.setLineDash([6 * ratio, 4 * ratio]);
    context.strokeStyle = colour;
    context.lineWidth = thickness * ratio;
    context.beginPath();
    context.moveTo(left, py(unit));
    context.lineTo(left + width, py(unit));
    context.stroke();
    context.setLineDash([]);
}

/**
 * Labels of the limits at the right, where there is room.
 * @param {LineView} view
 * @param {Frame} frame
 */
function labelLimits(view, { context, py, y, left, top, width, ratio }) {
    const limits = limitsOf(view);
    if (limits.length > LIMITS) return;
    context.font = `${12.5 * ratio}px ${FONT}`;
    context.textAlign = "right";
    context.fillStyle = theme.ink;
    let last = -Infinity;
    for (const [limit] of limits) {
        const at = py(y.unit(limit)) - 7 * ratio;
        if (at < top + 10 * ratio || at - last < 15 * ratio) continue;
        last = at;
        haloed(context, `${view.limit} = ${rounded(limit, 4)}`, left + width - 6 * ratio, at, ratio);
    }
}

/**
 * The point of a run's cross: where it leaves the frame, or ends.
 * @param {Frame} frame
 * @param {[x: number, y: number]} exit
 */
function crossAt(frame, [x, y]) {
    const [px, py, inside] = [frame.px(x), frame.py(y), 3.5 * frame.ratio];
    cross(frame, Math.abs(px - frame.left) < 1 ? px + inside : px, y < frame.y.high ? py : py + inside);
}

/**
 * Crosses where diverging runs leave or end, arrows where others leave; those at the same point share one.
 * @param {LineView} view
 * @param {Frame} frame
 * @param {(item: Item) => string} colour
 */
function drawExits(view, frame, colour) {
    const size = 5 * frame.ratio;
    const seen = new Set();
    for (const { item, main, gone } of view.lines) {
        for (const { exit, isGone } of [main, ...gone]) {
            if (!exit) continue;
            const [x, y] = [frame.px(exit[0]), frame.py(exit[1])];
            const key = [x, y].map((place) => Math.round(place / size)).join();
            if (!seen.has(key)) isGone ? crossAt(frame, exit) : arrow(frame, x, y, colour(item));
            seen.add(key);
        }
    }
}

/**
 * Makes a line stand out.
 * @param {Frame} frame
 * @param {Line} line
 */
export function markCurve(frame, line) {
    const { context, ratio } = frame;
    context.lineJoin = "round";
    trace(frame, line.main);
    context.strokeStyle = theme.paper;
    context.lineWidth = 6 * ratio;
    context.stroke();
    context.strokeStyle = theme.ink;
    context.lineWidth = 2.4 * ratio;
    context.stroke();
    if (line.limit !== null) dashed(frame, frame.y.unit(line.limit), theme.ink, 2);
    if (line.main.exit && line.main.isGone) crossAt(frame, line.main.exit);
}
