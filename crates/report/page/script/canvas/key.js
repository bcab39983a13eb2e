// What colours mean.

import { shareOf } from "./axis.js";
import { nameColour, viridis } from "./colours.js";
import { element } from "../elements.js";
import { ticks } from "./ticks.js";

/** @import { Axis } from "./axis.js" */

/**
 * What each key shows.
 * @type {WeakMap<HTMLElement, { axis: Axis, title: string }>}
 */
const shown = new WeakMap();

/**
 * What a key shows; `undefined` where it is empty.
 * @param {HTMLElement} host
 */
export const keyOf = (host) => shown.get(host);

/**
 * Draws what colours mean: a bar for numbers, swatches for names.
 * @param {HTMLElement} host
 * @param {Axis | null} axis
 * @param {string} title
 */
export function drawKey(host, axis, title) {
    host.replaceChildren();
    shown.delete(host);
    if (!axis) return;
    shown.set(host, { axis, title });
    host.append(element("span", { className: "keyname" }, title), ...(axis.names ? swatches(axis.names) : [bar(axis)]));
}

/** @param {string[]} names */
const swatches = (names) =>
    names.map((name, index) => {
        const swatch = element("i");
        swatch.style.background = nameColour(index, names.length);
        return element("span", { className: "swatch" }, swatch, name);
    });

/** @param {Axis} axis */
function bar(axis) {
    const made = element("div", { className: "colours" });
    const stops = Array.from({ length: 17 }, (_, k) => viridis(k / 16));
    made.style.background = `linear-gradient(to right, ${stops.join(",")})`;
    for (const [unit, text] of ticks(axis, axis.low, axis.high, 4)) {
        const mark = element("span", {}, text);
        mark.style.left = `${100 * shareOf(axis, unit)}%`;
        made.append(mark);
    }
    return made;
}
