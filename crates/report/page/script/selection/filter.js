// Filters: which items are shown.

import { parameter } from "../data/columns.js";
import { DATA } from "../data/data.js";
import { isGrouped, isPooled, items, valueOf } from "./items.js";
import { isInRange, rowFilter, rowIsInRange } from "./rows.js";
import { FIRST, state } from "./state.js";

/** @import { Item } from "./state.js" */

/**
 * Whether an item is in the range of a parameter or column; of what its runs differ in, one of them must be.
 * @param {Item} item
 * @param {string} name
 */
function itemIsInRange(item, name) {
    const swept = parameter(name);
    return swept && isGrouped(swept) ? item.rows.some((row) => rowIsInRange(name, row)) : isInRange(name, valueOf(item, name));
}

/** The items that pass the filters. Where items pool runs, these have passed already. */
export function filtered() {
    if (isPooled()) return items.slice();
    const names = [...state.ranges.keys()];
    const passes = rowFilter();
    return items.filter((item) => item.rows.some(passes) && names.every((name) => itemIsInRange(item, name)));
}

/** Whether nothing is filtered: then all runs are shown, also those that the page does not hold; all of one kind where the loss varies. */
export function isUnfiltered() {
    return !state.selected.size && !state.ranges.size && state.only === FIRST && !state.text.trim() && state.statuses.size === new Set(DATA.status).size;
}

/** The pinned items that pass the filters; all items that pass if none is pinned. */
export function shown() {
    const passing = filtered();
    const pinned = passing.filter((item) => state.selected.has(item));
    return pinned.length ? pinned : passing;
}
