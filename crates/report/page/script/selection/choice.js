// What can be chosen in the views.

import { FILLED, parameter, PARAMETERS } from "../data/columns.js";
import { DATA, FINAL } from "../data/data.js";
import { isGrouped } from "./items.js";
import { state } from "./state.js";

/** @import { Choice } from "../elements.js" */

/**
 * What can be put on an axis or shown as colour.
 * @returns {Choice[]}
 */
export function quantities({ parameters = true, columns = true } = {}) {
    const swept = parameters ? PARAMETERS.filter((one) => one.varies && !isGrouped(one)).map((one) => one.path) : [];
    const measured = columns ? FILLED.map(({ name }) => name) : [];
    return [...swept, ...measured].map((name) => [name, name]);
}

/**
 * The columns: the objective first, then the other metrics after the last step, then the rest.
 * @returns {Choice[]}
 */
export function metricsFirst() {
    const last = [FINAL, ...DATA.metrics.map((metric) => metric.last)];
    /** @param {Choice} choice */
    const place = ([name]) => (last.includes(String(name)) ? last.indexOf(String(name)) : last.length);
    return quantities({ parameters: false }).sort((a, b) => place(a) - place(b));
}

/**
 * What colours items: what is chosen, or, where the runs of an item differ in that, what groups them; empty for nothing.
 * @param {string} name
 */
export function colouring(name) {
    const swept = parameter(name);
    if (!swept || !isGrouped(swept)) return name;
    return parameter(state.group)?.path ?? "";
}
