// Parameters and columns: what the page knows of every row.

import { DATA, FINAL, STEPS } from "./data.js";
import { exact, isFiniteNumber, number, numberOrNull, words } from "./numbers.js";
import { quartiles } from "./statistics.js";

/** @import { ColumnData, ParameterData } from "./data.js" */
/** @import { Quartiles } from "./statistics.js" */

/**
 * A swept parameter.
 * @typedef {Omit<ParameterData, "levels"> & {
 *   levels: number[],
 *   text: (number | string)[],
 *   varies: boolean,
 * }} Parameter `levels` are the values, or the numbers of the names; `text` has them as the data does
 */

/**
 * A column of numbers.
 * @typedef {Omit<ColumnData, "values"> & { values: (number | null)[] }} Column
 */

/** @type {Parameter[]} */
export const PARAMETERS = DATA.parameters.map((one) => ({
    ...one,
    levels: one.names ? one.names.map((_, index) => index) : one.levels.map(number),
    text: one.levels,
    varies: new Set(one.at).size > 1,
}));

/** @type {Column[]} */
export const COLUMNS = DATA.columns.map((one) => ({ ...one, values: one.values.map(numberOrNull) }));

/** Whether the page holds a part of the runs. */
export const IS_SAMPLE = DATA.ids.length < DATA.total;

/** The columns that say anything. */
export const FILLED = COLUMNS.filter(({ values }) => values.some((value) => value !== null));

/** Every row of the page. */
export const ROWS = DATA.ids.map((_, row) => row);

/** Ends after which the other columns say nothing. */
export const LOST = new Set(DATA.endings.filter((one) => one.is_lost).map((one) => one.name));

/** Ends after which the objective counts as infinitely bad. */
const WORST = new Set(DATA.endings.filter((one) => one.is_worst).map((one) => one.name));

/** Whether the page compares experiments: then the first parameter tells them apart. */
export const IS_COMPARISON = PARAMETERS[0]?.path === "experiment";

/** @param {string | null} name */
export const column = (name) => COLUMNS.find((one) => one.name === name);

/** @param {string | null} path */
export const parameter = (path) => PARAMETERS.find((one) => one.path === path);

/** The parameter of which one value alone can be shown. */
export const ALONE = parameter(DATA.start.alone);

/**
 * The name of a parameter or column where there is little room.
 * @param {string} name
 */
export const shortName = (name) => parameter(name)?.short ?? words(name);

/** @param {number} row */
export const hasDiverged = (row) => DATA.status[row] === "diverged";

/**
 * The value of a parameter in a row, as a number; `null` where it was not swept.
 * @param {Parameter} swept
 * @param {number} row
 */
export const valueAt = (swept, row) => (swept.at[row] < 0 ? null : swept.levels[swept.at[row]]);

/** Cells that are not written as their number is, by column and row. */
const SPELT = new Map(DATA.copy.spelt.map(({ name, cells }) => [name, new Map(cells)]));

/**
 * The cell of a row in a column of runs.csv, as the table has it.
 * @param {string} name
 * @param {number} row
 */
export function textAt(name, row) {
    if (name === "run_id") return String(DATA.ids[row]);
    if (name === "status") return DATA.status[row];
    const spelt = SPELT.get(name)?.get(row);
    if (spelt !== undefined) return spelt;
    const swept = parameter(name);
    if (swept?.names) return swept.at[row] < 0 ? "" : String(swept.text[swept.at[row]]);
    const value = swept ? valueAt(swept, row) : (column(name)?.values[row] ?? null);
    return value === null ? "" : exact(value);
}

/**
 * The meaningful numbers of a column: no losses of diverged and failed runs, and steps of converged runs only.
 * @param {number[]} rows
 * @param {string} name
 */
export function settled(rows, name) {
    const found = column(name);
    if (!found) return [];
    /** @param {number} row */
    const counts = (row) => (name === "steps" ? DATA.status[row] === "converged" : found.of_all || !LOST.has(DATA.status[row]));
    return rows.filter(counts).map((row) => found.values[row]).filter(isFiniteNumber);
}

/**
 * Quartiles of a column over runs, as the charts have them. An objective that a run did not come to is infinitely bad, so the
 * first or the last may be infinite; there are none where the median is.
 * @param {number[]} rows
 * @param {string} name
 * @returns {Quartiles}
 */
export function quartilesOf(rows, name) {
    if (name !== FINAL) return quartiles(settled(rows, name));
    const values = column(name)?.values ?? [];
    /** @param {number} row */
    const counted = (row) => {
        const value = values[row];
        return !WORST.has(DATA.status[row]) && isFiniteNumber(value) ? value : number(DATA.worst);
    };
    const found = quartiles(rows.map(counted));
    return isFiniteNumber(found[1]) ? found : [null, null, null];
}

/** How the runs of the page ended, in the order in which that is listed. */
export const STATUSES = DATA.endings.map(({ name }) => name).filter((name) => DATA.status.includes(name));

/**
 * What a run wrote last, as lines.
 * @param {number} row
 */
export const lastLines = (row) => textAt("stderr", row).split(DATA.copy.new_line).filter(Boolean);

/**
 * Whether a column counts steps.
 * @param {string} name
 */
export const isSteps = (name) => name === "steps" || name === STEPS;

/**
 * Whether the axis of a column may be logarithmic: a score has a linear one.
 * @param {string} name
 */
export const mayBeLog = (name) => column(name)?.is_log ?? false;
