// The axis of a parameter or column.

import { makeAxis, spansDecade } from "../canvas/axis.js";
import { column, inScale, isSteps, mayBeLog, parameter, ROWS, settled } from "../data/columns.js";
import { DATA } from "../data/data.js";
import { words } from "../data/numbers.js";
import { isOfOne } from "./rows.js";

/** @import { Axis, AxisOptions } from "../canvas/axis.js" */

/**
 * The axis of a parameter or column. Diverged runs are left out of it, and losses of other kinds than the one shown.
 * @param {string} name
 * @param {AxisOptions} options
 * @returns {Axis}
 */
export function axisOf(name, options = {}) {
    const swept = parameter(name);
    if (swept?.names) return makeAxis({ names: swept.names, title: swept.title, ...options });
    if (swept) return makeAxis({ values: swept.levels, log: swept.is_log, title: swept.title, whole: swept.is_whole, all: swept.has_all, even: true, ...options });
    const counted = settled(DATA.start.of_kinds ? ROWS.filter(isOfOne) : ROWS, name);
    const values = counted.length ? counted : (column(name)?.values ?? []).filter((value) => value !== null);
    const held = inScale(values, name);
    return makeAxis({ values: held, log: mayBeLog(name) && spansDecade(held), title: words(name), whole: isSteps(name), ...options });
}
