// Draws the axes and lines of parallel coordinates, and finds the line near a pointer. Positions are in CSS pixels.

import { clamped, shareOf } from "../canvas/axis.js";
import { theme } from "../canvas/colours.js";
import { FINAL } from "../data/data.js";
import { items } from "../selection/items.js";
import { cross, FONT, haloed } from "../canvas/marks.js";
import { state } from "../selection/state.js";
import { ticks } from "../canvas/ticks.js";

/** @import { Axis } from "../canvas/axis.js" */
/** @import { Item } from "../selection/state.js" */

/**
 * An axis at its place.
 * @typedef {object} Upright
 * @property {string} name parameter or column
 * @property {string} title
 * @property {number} x
 * @property {Axis} axis
 * @property {boolean} isFirst
 */

/**
 * The line of an item.
 * @typedef {object} Crossing
 * @property {Item} item
 * @property {[x: number, y: number][]} corners
 * @property {boolean} isGone whether all its runs diverged
 */

/** Room around the axes. */
export const PAD = { top: 44, bottom: 16, right: 84 };
/** How near a line must be to a pointer. */
const NEAR = 8;

/**
 * The y of a unit on an axis, in a view of some height.
 * @param {Axis} axis
 * @param {number} unit
 * @param {number} height
 */
export const heightOf = (axis, unit, height) => height - PAD.bottom - shareOf(axis, unit) * (height - PAD.top - PAD.bottom);

/**
 * The unit at a height.
 * @param {Axis} axis
 * @param {number} y
 * @param {number} height
 */
export const unitAt = (axis, y, height) => axis.low + ((height - PAD.bottom - y) / (height - PAD.top - PAD.bottom)) * (axis.high - axis.low);

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Crossing} line
 * @param {string} colour
 * @param {number} alpha
 */
export function stroke(context, { corners }, colour, alpha, width = 1.1) {
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    corners.forEach(([x, y], k) => {
        if (!k) return context.moveTo(x, y);
        const [x0, y0] = corners[k - 1];
        const middle = (x0 + x) / 2;
        context.bezierCurveTo(middle, y0, middle, y, x, y);
    });
    context.stroke();
    context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Upright} upright
 * @param {number} height
 */
export function drawAxis(context, { name, title, x, axis, isFirst }, height) {
    context.strokeStyle = theme.ink;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, PAD.top);
    context.lineTo(x, height - PAD.bottom);
    context.stroke();
    context.textAlign = "center";
    context.fillStyle = theme.ink;
    context.font = `13px ${FONT}`;
    context.fillText(title, x, 16);
    context.textAlign = isFirst ? "right" : "left";
    context.fillStyle = theme.quiet;
    context.font = `12px ${FONT}`;
    for (const [unit, text] of ticks(axis, axis.low, axis.high, axis.names ? 12 : 6)) {
        const y = heightOf(axis, unit, height);
        haloed(context, text, x + (isFirst ? -8 : 7), y + 4);
        context.fillRect(x - 3, Math.round(y), 6, 1);
    }
    if (name === FINAL && items.some((item) => item.diverged)) {
        context.textAlign = "left";
        cross({ context, ratio: 1 }, x, PAD.top - 12);
        haloed(context, "diverged", x + 8, PAD.top - 8);
    }
    const range = state.ranges.get(name);
    if (range) drawRange(context, x, range.map((value) => heightOf(axis, clamped(axis, axis.unit(value)), height)));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number[]} ends
 */
function drawRange(context, x, [low, high]) {
    context.fillStyle = theme.accent;
    context.globalAlpha = 0.28;
    context.fillRect(x - 8, Math.min(low, high) - 2, 16, Math.abs(high - low) + 4);
    context.globalAlpha = 1;
}

/**
 * The line nearest to a point.
 * @param {Crossing[]} lines
 * @param {number} x
 * @param {number} y
 */
export function lineNear(lines, x, y) {
    /** @type {Crossing | null} */
    let best = null;
    let least = NEAR;
    for (const line of lines) {
        for (let k = 1; k < line.corners.length; k++) {
            const [[x0, y0], [x1, y1]] = [line.corners[k - 1], line.corners[k]];
            if (x < x0 || x > x1) continue;
            const distance = Math.abs(bent(y0, y1, (x - x0) / (x1 - x0)) - y);
            if (distance < least) [best, least] = [line, distance];
        }
    }
    return best;
}

/**
 * The y of a Bézier curve with level ends at a share of its width; its parameter is found by bisection.
 * @param {number} y0
 * @param {number} y1
 * @param {number} share
 */
function bent(y0, y1, share) {
    let [low, high] = [0, 1];
    for (let k = 0; k < 12; k++) {
        const t = (low + high) / 2;
        if (1.5 * t * (1 - t) + t ** 3 < share) low = t;
        else high = t;
    }
    const t = (low + high) / 2;
    return y0 + (y1 - y0) * (3 * t * t - 2 * t ** 3);
}
