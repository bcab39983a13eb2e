// What the views start with, and what can be chosen in them.

import { FILLED, PARAMETERS } from "./columns.js";
import { DATA } from "./data.js";
import { isGrouped } from "./items.js";

/** @import { Parameter } from "./columns.js" */
/** @import { Choice } from "./elements.js" */

/**
 * What can be put on an axis or shown as colour.
 * @returns {Choice[]}
 */
export function quantities({ parameters = true, columns = true } = {}) {
    const swept = parameters ? PARAMETERS.filter((one) => one.varies && !isGrouped(one)).map((one) => one.path) : [];
    const measured = columns ? FILLED.map(({ name }) => name) : [];
    return [...swept, ...measured].map((name) => [name, name]);
}

/** @param {string} path */
const isRate = (path) => path === "train.learning_rate" || path.startsWith("train.learning_rate.");

/** The parameter across: the one asked for, the learning rate, the first number. */
export function defaultAcross() {
    const varying = PARAMETERS.filter((one) => one.varies);
    const asked = varying.find((one) => one.path === DATA.x);
    const numbers = varying.filter((one) => !one.names && !one.is_seed);
    return asked ?? numbers.find((one) => isRate(one.path)) ?? numbers[0] ?? varying.find((one) => !one.is_seed) ?? varying[0];
}

/**
 * The parameter beside it.
 * @param {Parameter} across
 * @param {string | null} asked
 */
export function defaultBeside(across, asked) {
    const others = PARAMETERS.filter((one) => one.varies && one !== across);
    return others.find((one) => one.path === asked) ?? others.find((one) => !one.is_seed);
}

/** The parameter of which one value alone can be shown: the one asked for, else the first of a few names. */
export const FACET = (() => {
    const some = PARAMETERS.filter((one) => one.varies && one.levels.length <= 60);
    return some.find((one) => one.path === DATA.facet) ?? some.find((one) => one.names);
})();
