// Filters of single runs.

import { ALONE, column, parameter, PARAMETERS, textAt, valueAt } from "../data/columns.js";
import { DATA } from "../data/data.js";
import { state } from "./state.js";

/** @type {string[]} */
const rowTexts = [];

/** @param {number} row */
function rowText(row) {
    rowTexts[row] ??= [...PARAMETERS.map((one) => textAt(one.path, row)), DATA.status[row]].join("\n").toLowerCase();
    return rowTexts[row];
}

/**
 * Whether a row has the one value that alone is shown, if there is one.
 * @param {number} row
 */
export const isOfOne = (row) => state.only < 0 || ALONE?.at[row] === state.only;

/** The kind of loss that is shown, where there are several. */
export const kindShown = () => (DATA.start.of_kinds ? `: ${ALONE?.names?.[state.only]}` : "");

/** The filter of rows for text, status and the one value, as they are now. */
export function rowFilter() {
    const text = state.text.trim().toLowerCase();
    /** @param {number} row */
    return (row) => {
        if (!state.statuses.has(DATA.status[row]) || !isOfOne(row)) return false;
        return !text || `${DATA.ids[row]}` === text || rowText(row).includes(text);
    };
}

/**
 * Whether a number is in a range; a 0 that means "all" is above every number.
 * @param {string} name of a parameter or column
 * @param {number | null} value
 */
export function isInRange(name, value) {
    const amount = value === 0 && parameter(name)?.has_all ? Infinity : value;
    const [low, high] = state.ranges.get(name) ?? [-Infinity, Infinity];
    return amount !== null && amount >= low && amount <= high;
}

/**
 * The number of a row.
 * @param {string} name of a parameter or column
 * @param {number} row
 */
function numberAt(name, row) {
    const swept = parameter(name);
    return swept ? valueAt(swept, row) : (column(name)?.values[row] ?? null);
}

/**
 * Whether the number of a row is in the range for it.
 * @param {string} name
 * @param {number} row
 */
export const rowIsInRange = (name, row) => isInRange(name, numberAt(name, row));
