// The one selection that all views share.

import { DATA } from "../data/data.js";

/** @import { Band } from "../data/bands.js" */
/** @import { Quartiles } from "../data/statistics.js" */

/** What groups the runs that differ only in a seed. No parameter has this path. */
export const SEEDS = ":seeds";

/**
 * An item, shown as a line, a mark or a row of the table: one run, the runs that differ only in a seed, or those with one
 * value of a parameter.
 * @typedef {object} Item
 * @property {number[]} rows rows of the page
 * @property {number} diverged how many of them diverged
 * @property {Map<string, Quartiles>} statistics quartiles by column, once they were asked for
 * @property {Map<string, Band>} bands bands by view, once they were asked for
 */

/**
 * A part of the page.
 * @typedef {object} View
 * @property {() => void} draw shows what is selected
 * @property {() => void} [hover] shows what is pointed at
 */

/** `only` where nothing is filtered: the first kind of loss where there are several, else all. */
export const FIRST = DATA.start.of_kinds ? 0 : -1;

export const state = {
    statuses: new Set(DATA.status),
    text: "",
    /** Index of the value of `ALONE` that alone is shown; −1 for all. */
    only: FIRST,
    /**
     * Both ends, which are included, by the name of a parameter or column.
     * @type {Map<string, [low: number, high: number]>}
     */
    ranges: new Map(),
    /** @type {Set<Item>} */
    selected: new Set(),
    /** @type {Item | null} */
    hovered: null,
    /** What makes runs one item: `SEEDS`, the path of a parameter, or nothing (empty). */
    group: DATA.parameters.some((parameter) => parameter.is_seed) ? SEEDS : "",
};

/** @type {View[]} */
export const views = [];

let isScheduled = false;

/** Redraws all views, once per frame however often it is asked for. */
export function changed() {
    if (isScheduled) return;
    isScheduled = true;
    requestAnimationFrame(() => {
        isScheduled = false;
        views.forEach((view) => view.draw());
        views.forEach((view) => view.hover?.());
    });
}

/** Lets go of every filter and every pin. */
export function letGo() {
    Object.assign(state, { statuses: new Set(DATA.status), text: "", only: FIRST, ranges: new Map(), selected: new Set() });
}

/**
 * Highlights an item in all views; `null` for none.
 * @param {Item | null} item
 */
export function hover(item) {
    if (state.hovered === item) return;
    state.hovered = item;
    views.forEach((view) => view.hover?.());
}

/**
 * Pins the items; unpins them if all are pinned already.
 * @param {Item[]} items
 */
export function toggle(items) {
    const areAll = items.every((item) => state.selected.has(item));
    items.forEach((item) => (areAll ? state.selected.delete(item) : state.selected.add(item)));
    changed();
}
