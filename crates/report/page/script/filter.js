// Filters: which items are shown.

import { ALONE, parameter, PARAMETERS, textAt } from "./columns.js";
import { DATA } from "./data.js";
import { items, valueOf } from "./items.js";
import { state } from "./state.js";

/** @import { Item } from "./state.js" */

/**
 * The number of an item for a range filter; a 0 that means "all" is above every number.
 * @param {Item} item
 * @param {string} name
 */
function amountOf(item, name) {
    const value = valueOf(item, name);
    return value === 0 && parameter(name)?.has_all ? Infinity : value;
}

/**
 * Whether a row passes the filters for text and status.
 * @param {number} row
 * @param {string} text
 */
function rowPasses(row, text) {
    if (!state.statuses.has(DATA.status[row]) || (state.only >= 0 && ALONE?.at[row] !== state.only)) return false;
    return !text || `${DATA.ids[row]}` === text || rowText(row).includes(text);
}

/** @type {string[]} */
const rowTexts = [];

/** @param {number} row */
function rowText(row) {
    rowTexts[row] ??= [...PARAMETERS.map((one) => textAt(one.path, row)), DATA.status[row]].join("\n").toLowerCase();
    return rowTexts[row];
}

/** The items that pass the filters. */
export function filtered() {
    const text = state.text.trim().toLowerCase();
    /** @param {Item} item */
    const passes = (item) => {
        if (!item.rows.some((row) => rowPasses(row, text))) return false;
        return [...state.ranges].every(([name, [low, high]]) => {
            const value = amountOf(item, name);
            return value !== null && value >= low && value <= high;
        });
    };
    return items.filter(passes);
}

/** Whether all runs are shown, also those that the page does not hold. */
export function isUnfiltered() {
    return !state.selected.size && !state.ranges.size && state.only < 0 && !state.text.trim() && state.statuses.size === new Set(DATA.status).size;
}

/** The pinned items that pass the filters; all items that pass if none is pinned. */
export function shown() {
    const passing = filtered();
    const pinned = passing.filter((item) => state.selected.has(item));
    return pinned.length ? pinned : passing;
}
