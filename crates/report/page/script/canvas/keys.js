// The keyboard on a chart: arrows go from place to place, each with what a pointer would be told there; Enter pins.

import { say, tip } from "../elements.js";
import { hover, toggle } from "../selection/state.js";

/** @import { Item } from "../selection/state.js" */

/**
 * A place on a chart that keys go to, in CSS pixels of the element that it is drawn on.
 * @typedef {object} Stop
 * @property {number} x
 * @property {number} y
 * @property {() => Told} found what is there
 */

/**
 * What is at a place.
 * @typedef {object} Told
 * @property {Item[]} items what Enter pins
 * @property {string[]} lines what is said of it
 * @property {() => void} mark shows it
 */

/**
 * The places of a chart, in rows that each go from left to right.
 * @typedef {object} Stops
 * @property {() => number} count how many rows there are
 * @property {(index: number) => Stop[]} row
 * @property {boolean} [fromEnd] whether the last place of a row is the first that keys go to
 */

/**
 * How keys zoom a chart.
 * @typedef {object} Zoom
 * @property {(factor: number, at: Stop | null) => void} by
 * @property {() => void} undo
 */

/** What keys do on a chart that can be zoomed. */
export const KEYS = "arrow keys go from place to place, Enter pins, plus and minus zoom, 0 shows all";
/** Rows that page keys go over. */
const PAGE = 10;
/** What plus makes of the length of an axis. */
const CLOSER = 0.6;

/**
 * Listens to the keys of a chart.
 * @param {HTMLElement} box what has the focus
 * @param {HTMLElement} over what it is drawn on
 * @param {Stops} stops
 * @param {Zoom | null} zoom
 */
export function listenToKeys(box, over, stops, zoom) {
    let row = -1;
    /** @type {Stop | null} */
    let stop = null;
    /** @type {Item[]} */
    let items = [];

    box.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (onKey(event.key)) event.preventDefault();
    });
    box.addEventListener("blur", () => {
        tip(null);
        hover(null);
    });

    /**
     * Whether the chart has something to do for a key.
     * @param {string} key
     */
    function onKey(key) {
        const across = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[key];
        const down = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE }[key];
        if (across) return goAcross(across);
        if (down) return goDown(down);
        if ((key === "Enter" || key === " ") && stop) {
            toggle(items);
            return true;
        }
        if (key === "Escape") tip(null);
        if (!zoom || !"+-0".includes(key)) return false;
        if (key === "0") zoom.undo();
        else zoom.by(key === "+" ? CLOSER : 1 / CLOSER, stop);
        return true;
    }

    /** @param {number} by */
    function goAcross(by) {
        if (!stop) return goDown(1);
        const all = stops.row(row);
        const at = nearest(all, stop.x);
        return show(all[Math.min(all.length - 1, Math.max(0, at + by))]);
    }

    /** @param {number} by */
    function goDown(by) {
        const count = stops.count();
        const begin = stop ? row + by : by > 0 ? 0 : count - 1;
        let next = Math.min(count - 1, Math.max(0, begin));
        // Where a row has no place in view, the next one in this direction has.
        while (next >= 0 && next < count && !stops.row(next).length) next += Math.sign(by);
        if (next < 0 || next >= count) return true;
        row = next;
        const all = stops.row(row);
        return show(stop ? all[nearest(all, stop.x)] : all[stops.fromEnd ? all.length - 1 : 0]);
    }

    /** @param {Stop | undefined} next */
    function show(next) {
        if (!next) return true;
        stop = next;
        const at = over.getBoundingClientRect();
        const told = next.found();
        items = told.items;
        hover(items.length === 1 ? items[0] : null);
        told.mark();
        tip(told.lines, at.left + next.x, at.top + next.y);
        say(told.lines.join(", "));
        return true;
    }
}

/**
 * The place of a row that is nearest to an x.
 * @param {Stop[]} all
 * @param {number} x
 */
function nearest(all, x) {
    let best = 0;
    all.forEach((stop, k) => {
        if (Math.abs(stop.x - x) < Math.abs(all[best].x - x)) best = k;
    });
    return best;
}
