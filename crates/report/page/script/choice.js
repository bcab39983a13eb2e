// What can be chosen in the views.

import { FILLED, PARAMETERS } from "./columns.js";
import { isGrouped } from "./items.js";

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
