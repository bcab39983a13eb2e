// Cells: the runs in one bin of a chart over one or two parameters, and their statistics.

import { shareOf } from "../canvas/axis.js";
import { axisOf } from "../selection/axis.js";
import { column, hasDiverged, IS_COMPARISON, quartilesOf, settled, valueAt } from "../data/columns.js";
import { DATA } from "../data/data.js";
import { isUnfiltered, shown } from "../selection/filter.js";
import { put } from "../selection/items.js";
import { counted, numberOrNull, rounded, roundedOrNone, words } from "../data/numbers.js";
import { isDiverged } from "../data/statistics.js";

/** @import { Axis } from "../canvas/axis.js" */
/** @import { Parameter } from "../data/columns.js" */
/** @import { HeldCells } from "../data/data.js" */
/** @import { Quartiles } from "../data/statistics.js" */

/**
 * Where the values of a parameter go.
 * @typedef {object} Places
 * @property {Axis} axis
 * @property {number[]} values what is at each place
 * @property {number[]} units the places, in units of the axis
 * @property {(row: number) => number} indexOf the place of a row; −1 where it has none
 * @property {boolean} isShared whether a place stands for a stretch of values
 */

/**
 * @typedef {object} Cell
 * @property {number} i place across
 * @property {number} j place up, or number of the line
 * @property {number[]} rows rows of the page; empty where the page was handed statistics of all runs instead
 * @property {number} count runs
 * @property {number} diverged runs that diverged
 * @property {Quartiles} quartiles over those that count
 * @property {boolean} isGone whether it counts as diverged
 */

/**
 * @typedef {object} Cells
 * @property {Places} across
 * @property {Places | null} up
 * @property {Cell[]} cells
 * @property {boolean} isHeld whether the cells also count runs that the page does not hold
 */

/** So many values have bins of their own, though nearly all differ. */
const MANY = 40;
/** The number of bins of a parameter with more: about two runs to a cell of a map. */
const BINS = Math.max(8, Math.min(MANY, Math.floor(Math.sqrt(DATA.total / 2))));

/**
 * A bin for each value; for scattered values a bin for neighbours; or the bins that the page was given.
 * @param {Parameter} swept
 * @param {number[]} [handed]
 * @returns {Places}
 */
function placesOf(swept, handed) {
    const axis = axisOf(swept.path, { pad: 0 });
    const used = new Set(swept.at.filter((at) => at >= 0)).size;
    const isShared = !swept.names && used > MANY && (IS_COMPARISON || used > DATA.ids.length / 2);
    const values = handed ?? (isShared ? centres(axis) : swept.levels);
    /** @param {number} row */
    const indexOf = (row) => {
        const value = valueAt(swept, row);
        return value === null ? -1 : isShared ? bin(axis, value) : swept.at[row];
    };
    return { axis, values, units: values.map((value) => axis.unit(value)), indexOf, isShared: isShared || !!handed };
}

/** @param {Axis} axis */
const centres = (axis) => Array.from({ length: BINS }, (_, k) => axis.value(axis.low + ((axis.high - axis.low) * (k + 0.5)) / BINS));

/**
 * @param {Axis} axis
 * @param {number} value
 */
const bin = (axis, value) => Math.min(BINS - 1, Math.floor(shareOf(axis, axis.unit(value)) * BINS));

/**
 * Edges of the places in units: in the middle between neighbours.
 * @param {number[]} units
 */
export function edges(units) {
    if (units.length < 2) return [units[0] - 0.5, units[0] + 0.5];
    const middles = units.slice(1).map((unit, k) => (unit + units[k]) / 2);
    const last = units.length - 1;
    return [units[0] - (units[1] - units[0]) / 2, ...middles, units[last] + (units[last] - units[last - 1]) / 2];
}

/**
 * Statistics of runs by their bins; over all runs, where the page holds only some and nothing is filtered.
 * @param {Parameter} x
 * @param {Parameter | null} y
 * @param {string} name
 * @returns {Cells}
 */
export function cellsOf(x, y, name) {
    return (y && isUnfiltered() && heldCells(x, y, name)) || countedCells(x, y, name);
}

/**
 * @param {Parameter} x
 * @param {Parameter | null} y
 * @param {string} name
 * @returns {Cells}
 */
function countedCells(x, y, name) {
    const [across, up] = [placesOf(x), y && placesOf(y)];
    /** @type {Map<string, number[]>} */
    const groups = new Map();
    for (const row of shown().flatMap((item) => item.rows)) {
        const [i, j] = [across.indexOf(row), up ? up.indexOf(row) : 0];
        if (i >= 0 && j >= 0) put(groups, `${i},${j}`, row);
    }
    const cells = [...groups].map(([key, rows]) => {
        const [i, j] = key.split(",").map(Number);
        const diverged = rows.filter(hasDiverged).length;
        return cell(name, { i, j, rows, count: rows.length, diverged, quartiles: statisticsOf(rows, name) });
    });
    return { across, up, cells, isHeld: false };
}

/**
 * The quartiles of a cell. Steps until near the least loss have none unless most runs came there.
 * @param {number[]} rows
 * @param {string} name
 * @returns {Quartiles}
 */
function statisticsOf(rows, name) {
    const isOfMost = name !== DATA.within?.column || 2 * settled(rows, name).length > rows.length;
    return isOfMost ? quartilesOf(rows, name) : [null, null, null];
}

/**
 * The statistics that the page was given for two parameters, in either order.
 * @param {Parameter} x
 * @param {Parameter} y
 * @param {string} name
 * @returns {Cells | null}
 */
function heldCells(x, y, name) {
    const held = DATA.cells.find((cells) => cells.x === x.path && cells.y === y.path);
    const turned = DATA.cells.find((cells) => cells.x === y.path && cells.y === x.path);
    const found = held ?? (turned && transposed(turned));
    const at = found ? found.columns.indexOf(name) : -1;
    if (!found || at < 0) return null;
    const cells = found.cells.map(([i, j, count, diverged, columns]) => {
        const [low, median, high] = columns[at].map(numberOrNull);
        return cell(name, { i, j, rows: [], count, diverged, quartiles: [low, median, high] });
    });
    return { across: placesOf(x, found.across), up: placesOf(y, found.up), cells, isHeld: true };
}

/**
 * @param {HeldCells} held
 * @returns {HeldCells}
 */
function transposed({ x, y, across, up, columns, cells }) {
    return { x: y, y: x, across: up, up: across, columns, cells: cells.map(([i, j, ...rest]) => [j, i, ...rest]) };
}

/**
 * @param {string} name
 * @param {Omit<Cell, "isGone">} counts
 * @returns {Cell}
 */
const cell = (name, counts) => ({ ...counts, isGone: isDiverged(counts.diverged, counts.count) && !column(name)?.of_all });

/**
 * What is at a place of a parameter.
 * @param {Parameter} swept
 * @param {Places} places
 * @param {number} index
 */
export function valueText(swept, places, index) {
    const value = places.values[index];
    const near = places.isShared && !swept.names ? "≈" : "=";
    return `${swept.short} ${near} ${swept.names ? swept.names[value] : rounded(value, 4)}`;
}

/**
 * The text of a cell or a mark.
 * @param {Cell} cell
 * @param {string} name
 */
export function cellWords({ count, diverged, quartiles: [low, middle, high] }, name) {
    const lines = [`${counted(count, "run")}${diverged ? `, ${diverged} diverged` : ""}`];
    if (middle !== null) {
        lines.push(`${count > 1 ? "median " : ""}${outcomeName(name)} ${rounded(middle)}`);
        if (low !== high) lines.push(`quartiles ${roundedOrNone(low)} to ${roundedOrNone(high)}`);
    }
    return lines;
}

/**
 * What statistics over runs take a column for.
 * @param {string} name
 */
export function outcomeName(name) {
    if (name === DATA.within?.column) return DATA.within.title;
    return name === "steps" ? "steps to converge" : words(name);
}
