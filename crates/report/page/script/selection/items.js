// Items: each is shown as a line, a mark or a row of the table.

import { column, hasDiverged, lastLines, LOST, parameter, PARAMETERS, quartilesOf, ROWS, textAt, valueAt } from "../data/columns.js";
import { DATA, FINAL } from "../data/data.js";
import { counted, noun, rounded, words } from "../data/numbers.js";
import { rowFilter, rowIsInRange } from "./rows.js";
import { SEEDS, state } from "./state.js";

/** @import { Parameter } from "../data/columns.js" */
/** @import { Item } from "./state.js" */
/** @import { Quartiles } from "../data/statistics.js" */

/** @type {Item[]} */
export let items = [];

/** The filters of the runs that are pooled in the items. */
let pooled = "";

const filters = () => JSON.stringify([[...state.statuses], state.text, state.only, [...state.ranges].map(([name, ends]) => [name, ...ends.map(String)])]);

/** Makes the items anew where they pool runs, and others pass the filters now. */
export function regroup() {
    if (isPooled() && pooled !== filters()) makeItems();
}

/** Makes the items anew, grouped as is chosen. Pins stay with their runs. */
export function makeItems() {
    pooled = filters();
    const names = [...state.ranges.keys()];
    const passes = rowFilter();
    const rows = isPooled() ? ROWS.filter((row) => passes(row) && names.every((name) => rowIsInRange(name, row))) : ROWS;
    const pinned = [...state.selected].flatMap((item) => item.rows);
    const others = PARAMETERS.filter((one) => !isGrouped(one));
    /** @type {Map<string | number, number[]>} */
    const groups = new Map();
    rows.forEach((row) => put(groups, state.group ? others.map((one) => one.at[row]).join() : row, row));
    items = [...groups.values()].map((rows) => ({
        rows,
        diverged: rows.filter(hasDiverged).length,
        statistics: new Map(),
        bands: new Map(),
    }));
    state.selected = new Set(itemsOf(pinned));
    state.hovered = null;
}

/** Whether an item is all runs with one value of a parameter. */
export const isPooled = () => state.group !== "" && state.group !== SEEDS;

/**
 * Whether the runs of an item may differ in a parameter.
 * @param {Parameter} swept
 */
export const isGrouped = (swept) => (isPooled() ? swept.path !== state.group : state.group === SEEDS && swept.is_seed);

/** What the runs of an item are called. */
export const runNoun = () => (isPooled() ? "run" : "seed");

/**
 * Adds a value to its group.
 * @template Key, Value
 * @param {Map<Key, Value[]>} groups
 * @param {Key} key
 * @param {Value} value
 */
export function put(groups, key, value) {
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
}

/**
 * Quartiles of a column over an item's runs.
 * @param {Item} item
 * @param {string} name
 * @returns {Quartiles}
 */
export function statistic(item, name) {
    const known = item.statistics.get(name) ?? quartilesOf(item.rows, name);
    item.statistics.set(name, known);
    return known;
}

/**
 * The number by which an item is positioned, sorted and filtered.
 * @param {Item} item
 * @param {string} name
 */
export function valueOf(item, name) {
    const swept = parameter(name);
    if (swept) return isGrouped(swept) && new Set(item.rows.map((row) => swept.at[row])).size > 1 ? null : valueAt(swept, item.rows[0]);
    if (item.rows.length === 1) return column(name)?.values[item.rows[0]] ?? null;
    return statistic(item, name)[1];
}

/**
 * How an item ended, in a word or in counts.
 * @param {Item} item
 */
export function ending(item) {
    if (item.rows.length === 1) return DATA.status[item.rows[0]];
    const counts = DATA.endings.map(({ name }) => ({ name, count: item.rows.filter((row) => DATA.status[row] === name).length }));
    return counts.filter(({ count }) => count).map(({ name, count }) => `${count} ${name}`).join(", ");
}

/** @param {Item} item */
function nameOf(item) {
    if (item.rows.length === 1) return `run ${DATA.ids[item.rows[0]]}`;
    return `${counted(item.rows.length, runNoun())}, runs ${DATA.ids[item.rows[0]]} …`;
}

/**
 * The text shown at an item under the pointer.
 * @param {Item} item
 */
export function describe(item) {
    const swept = PARAMETERS.filter((one) => one.varies && !(isGrouped(one) && item.rows.length > 1));
    /** @param {Parameter} one */
    const shown = (one) => {
        const at = one.at[item.rows[0]];
        return `${one.short} = ${at < 0 ? "–" : one.names ? one.names[at] : rounded(one.levels[at], 5)}`;
    };
    return [nameOf(item), ...swept.map(shown), ending(item), ...outcomeOf(item), ...lastWords(item)];
}

/**
 * Why a run failed, and its last line.
 * @param {Item} item
 */
function lastWords({ rows }) {
    if (rows.length > 1 || !LOST.has(DATA.status[rows[0]])) return [];
    const last = lastLines(rows[0]).pop() ?? "";
    return [textAt("reason", rows[0]), last].filter(Boolean);
}

/** @param {Item} item */
function outcomeOf(item) {
    const isOne = item.rows.length === 1;
    /** @param {string} name */
    const of = (name) => (isOne ? (column(name)?.values[item.rows[0]] ?? null) : statistic(item, name)[1]);
    const [steps, last] = [of("steps"), of(FINAL)];
    const median = isOne ? "" : "median ";
    const lines = [];
    if (steps !== null) lines.push(`${median}${rounded(steps)} ${noun(steps, "step")}${isOne ? "" : " to converge"}`);
    const within = DATA.within && of(DATA.within.column);
    if (DATA.within && within !== null) lines.push(`${DATA.within.title}: ${median}${rounded(within)}`);
    if (last !== null) lines.push(`${median}${words(FINAL)} ${rounded(last)}`);
    else if (!isOne) lines.push(`no median ${words(FINAL)}: half of the runs or more came to none`);
    return lines;
}

/**
 * The items that some runs belong to.
 * @param {number[]} rows
 */
export function itemsOf(rows) {
    const wanted = new Set(rows);
    return items.filter((item) => item.rows.some((row) => wanted.has(row)));
}
