// The axis of a parameter or column.

import { makeAxis, spansDecade } from "../canvas/axis.js";
import { column, isSteps, mayBeLog, parameter, ROWS, settled } from "../data/columns.js";
import { DATA } from "../data/data.js";
import { words } from "../data/numbers.js";
import { extent } from "../data/statistics.js";
import { isOfOne } from "./rows.js";

/** @import { Axis, AxisOptions } from "../canvas/axis.js" */

/** The rows that can have axes in common: of losses of several kinds, those of the one shown. */
const comparable = () => (DATA.start.of_kinds ? ROWS.filter(isOfOne) : ROWS);

/** Losses above this are as good as diverged, for the kind shown: a scale that held them would show nothing else. */
export function most() {
    const starts = settled(comparable(), "initial_loss");
    return starts.length ? 1000 * Math.max(0, extent(starts)[1]) : Infinity;
}

/**
 * The losses that a scale must hold; all of them if none would be left.
 * @param {number[]} values
 * @param {string} name
 */
export function inScale(values, name) {
    if (!/loss/.test(name)) return values;
    const top = most();
    const held = values.filter((value) => value <= top);
    return held.length ? held : values;
}

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
    const counted = settled(comparable(), name);
    const values = counted.length ? counted : (column(name)?.values ?? []).filter((value) => value !== null);
    const held = inScale(values, name);
    return makeAxis({ values: held, log: mayBeLog(name) && spansDecade(held), title: words(name), whole: isSteps(name), ...options });
}
