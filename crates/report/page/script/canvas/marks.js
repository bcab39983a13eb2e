// Marks that several charts draw, in device pixels of a canvas.

import { theme } from "./colours.js";

export const FONT = "Inter, system-ui, sans-serif";

/**
 * @typedef {object} Pen
 * @property {CanvasRenderingContext2D} context
 * @property {number} ratio device pixels in a CSS pixel
 */

/**
 * A cross: something diverged.
 * @param {Pen} pen
 * @param {number} x
 * @param {number} y
 */
export function cross({ context, ratio }, x, y) {
    const size = 3.2 * ratio;
    context.beginPath();
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x - size, y + size);
    context.lineTo(x + size, y - size);
    context.strokeStyle = theme.diverged;
    context.lineWidth = 1.3 * ratio;
    context.stroke();
}

/**
 * An arrow head at the top: a line goes on above it.
 * @param {Pen} pen
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 */
export function arrow({ context, ratio }, x, y, colour) {
    context.fillStyle = colour;
    context.beginPath();
    for (const [aside, down] of [[0, 0], [5, 9], [-5, 9]]) context.lineTo(x + aside * ratio, y + down * ratio);
    context.fill();
}

/**
 * Text that lines behind it do not cross.
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 */
export function haloed(context, text, x, y, ratio = 1) {
    context.strokeStyle = theme.paper;
    context.lineWidth = 3.5 * ratio;
    context.lineJoin = "round";
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
}
