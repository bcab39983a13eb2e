// Draws the heat map, and finds the cell near a pointer.

import { colourOf, theme } from "../canvas/colours.js";
import { isFiniteNumber } from "../data/numbers.js";
import { contextOf, element } from "../elements.js";
import { itemsOf } from "../selection/items.js";
import { cellWords, edges, valueText } from "./cells.js";

/** @import { Axis } from "../canvas/axis.js" */
/** @import { Parameter } from "../data/columns.js" */
/** @import { Found, Frame } from "../canvas/plot.js" */
/** @import { Cell, Places } from "./cells.js" */

/**
 * What is drawn.
 * @typedef {object} HeatMap
 * @property {Parameter} x
 * @property {Parameter} y
 * @property {Places} across
 * @property {Places} up
 * @property {Cell[]} cells
 * @property {boolean} isHeld whether the cells also count runs that the page does not hold
 * @property {Axis} colours
 * @property {boolean} isCut whether values are beyond the colours
 */

/**
 * What is chosen: paths of parameters, a column, a statistic.
 * @typedef {object} HeatView
 * @property {string} x
 * @property {string} y
 * @property {string} color
 * @property {string} statistic
 * @property {HeatMap | null} map `null` where nothing can be drawn
 */

/** Pixels by which cells overlap, so that no gaps show in print. */
const SEAM = 1;

export const SHARE = "share diverged";

/**
 * Statistics of a cell by their names.
 * @type {Record<string, (cell: Cell) => number | null>}
 */
export const STATISTICS = {
    median: ({ quartiles }) => quartiles[1],
    "lower quartile": ({ quartiles }) => quartiles[0],
    "upper quartile": ({ quartiles }) => quartiles[2],
    "spread (between quartiles)": ({ quartiles: [low, , high] }) => (low === null || high === null ? null : high - low),
    [SHARE]: ({ count, diverged }) => diverged / count,
};

/**
 * The number of a cell; `null` where it counts as diverged, or has no finite number.
 * @param {Cell} cell
 * @param {string} statistic
 */
export function heatOf(cell, statistic) {
    const value = cell.isGone && statistic !== SHARE ? null : STATISTICS[statistic](cell);
    return isFiniteNumber(value) ? value : null;
}

/**
 * Where the cells end, across and up.
 * @param {Frame} frame
 * @param {HeatMap} map
 * @returns {[xs: number[], ys: number[]]}
 */
const borders = ({ px, py }, { across, up }) => [edges(across.units).map(px), edges(up.units).map(py)];

/**
 * @param {Frame} frame
 * @param {HeatView} view
 */
export function drawHeat(frame, { map, statistic }) {
    if (!map) return;
    const [xs, ys] = borders(frame, map).map((places) => places.map(Math.round));
    const hatch = hatching(frame);
    for (const cell of map.cells) {
        const [left, top] = [xs[cell.i], ys[cell.j + 1]];
        const [width, height] = [xs[cell.i + 1] - left, ys[cell.j] - top];
        const value = heatOf(cell, statistic);
        const isHatched = value === null && cell.isGone;
        const seam = isHatched ? 0 : SEAM;
        frame.context.fillStyle = isHatched ? hatch : value === null ? theme.line : colourOf(map.colours, value);
        frame.context.fillRect(left, top, width + seam, height + seam);
        if (!cell.diverged || cell.diverged === cell.count) continue;
        const share = cell.diverged / cell.count;
        corner(frame.context, [left, top, width, height], isHatched ? 1 - share : share, isHatched ? theme.paper : theme.diverged);
    }
}

/**
 * A pattern for diverged cells, different from all colours of the scale.
 * @param {Frame} frame
 */
function hatching({ context, ratio }) {
    const size = Math.round(7 * ratio);
    const tile = element("canvas", { width: size, height: size });
    const inner = contextOf(tile);
    inner.fillStyle = inner.strokeStyle = theme.diverged;
    inner.globalAlpha = 0.16;
    inner.fillRect(0, 0, size, size);
    inner.globalAlpha = 0.55;
    inner.lineWidth = ratio;
    inner.beginPath();
    for (const shift of [-size, 0, size]) {
        inner.moveTo(shift, size);
        inner.lineTo(shift + size, 0);
    }
    inner.stroke();
    return context.createPattern(tile, "repeat") ?? theme.diverged;
}

/**
 * A corner that shows the share of a cell's runs that differ from the rest.
 * @param {CanvasRenderingContext2D} context
 * @param {[left: number, top: number, width: number, height: number]} cell
 * @param {number} share
 * @param {string} colour
 */
function corner(context, [left, top, width, height], share, colour) {
    const size = Math.min(width, height) * (0.25 + 0.5 * share);
    context.fillStyle = colour;
    context.beginPath();
    context.moveTo(left + width - size, top);
    context.lineTo(left + width, top);
    context.lineTo(left + width, top + size);
    context.fill();
}

/**
 * @param {Frame} frame
 * @param {HeatView} view
 * @param {number} x
 * @param {number} y
 * @returns {Found | null}
 */
export function nearHeat(frame, { map, color }, x, y) {
    if (!map) return null;
    const [xs, ys] = borders(frame, map);
    const cell = map.cells.find(({ i, j }) => x >= xs[i] && x < xs[i + 1] && y <= ys[j] && y > ys[j + 1]);
    return cell ? foundCell(map, color, cell) : null;
}

/**
 * @param {HeatMap} map
 * @param {string} color
 * @param {Cell} cell
 * @returns {Found}
 */
function foundCell(map, color, cell) {
    const places = [valueText(map.x, map.across, cell.i), valueText(map.y, map.up, cell.j)];
    return { items: itemsOf(cell.rows), lines: [places.join(", "), ...cellWords(cell, color)], mark: (over) => frameCell(over, map, cell) };
}

/**
 * The middles of the cells of a row, from the top one on.
 * @param {Frame} frame
 * @param {HeatView} view
 * @param {number} index
 */
export function heatStops(frame, { map, color }, index) {
    if (!map) return [];
    const [xs, ys] = borders(frame, map);
    const cells = map.cells.filter(({ j }) => j === map.up.values.length - 1 - index).sort((a, b) => a.i - b.i);
    return cells.map((cell) => {
        const { i, j } = cell;
        const at = /** @type {[number, number]} */ ([(xs[i] + xs[i + 1]) / 2, (ys[j] + ys[j + 1]) / 2]);
        return { at, found: () => foundCell(map, color, cell) };
    });
}

/**
 * @param {Frame} frame
 * @param {HeatMap} map
 * @param {{ i: number, j: number }} cell
 */
export function frameCell(frame, map, { i, j }) {
    const { context, ratio } = frame;
    const [xs, ys] = borders(frame, map);
    context.strokeStyle = theme.ink;
    context.lineWidth = 2 * ratio;
    context.strokeRect(xs[i], ys[j + 1], xs[i + 1] - xs[i], ys[j] - ys[j + 1]);
}
