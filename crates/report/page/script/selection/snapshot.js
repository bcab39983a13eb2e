// What is selected, as text: for the fragment of the address, and to go back to.

import { ALONE, column, IS_COMPARISON, parameter, PARAMETERS, STATUSES } from "../data/columns.js";
import { DATA } from "../data/data.js";
import { itemsOf, regroup } from "./items.js";
import { exact, number } from "../data/numbers.js";
import { set, settings } from "./settings.js";
import { FIRST, letGo, state } from "./state.js";
import { zooms } from "./zooms.js";

/** What such a text begins with: the version of what follows. */
const VERSION = "view=1";
/** The key of a range is this, and the name of a parameter or column. */
const RANGE = "range.";
/** The key of a zoom is this, and the number of its chart. */
const ZOOM = "zoom.";

/** Every run of the page, by what names it in a text. */
const ROW_OF = new Map(DATA.ids.map((_, row) => [nameOf(row), row]));

/**
 * What names a run: its id, and its experiment where there are several.
 * @param {number} row
 */
function nameOf(row) {
    return IS_COMPARISON ? `${PARAMETERS[0].at[row]}.${DATA.ids[row]}` : `${DATA.ids[row]}`;
}

/** What is selected and chosen, as far as it is not as the page starts; empty where all is. */
export function snapshot() {
    const { statuses, text, only, ranges, selected } = state;
    const parts = new URLSearchParams();
    if (STATUSES.some((name) => !statuses.has(name))) parts.set("status", STATUSES.filter((name) => statuses.has(name)).join());
    if (text.trim()) parts.set("text", text);
    if (only !== FIRST) parts.set("only", String(ALONE?.text[only]));
    for (const [name, ends] of ranges) parts.set(RANGE + name, ends.map(exact).join(" "));
    if (selected.size) parts.set("pin", stretches([...selected].flatMap((item) => item.rows)));
    for (const { key, target, field, initial } of settings) if (target[field] !== initial) parts.set(key, String(target[field]));
    zooms.forEach(({ ends }, k) => {
        if (ends().length) parts.set(ZOOM + k, ends().join(" "));
    });
    return parts.size ? `${VERSION}&${parts}` : "";
}

/**
 * Runs as stretches of rows that follow one another: `3-7 12`.
 * @param {number[]} rows
 */
function stretches(rows) {
    /** @type {[number, number][]} */
    const found = [];
    for (const row of rows.sort((a, b) => a - b)) {
        const last = found[found.length - 1];
        if (last && last[1] === row - 1) last[1] = row;
        else found.push([row, row]);
    }
    return found.map(([from, to]) => (from === to ? nameOf(from) : `${nameOf(from)}-${nameOf(to)}`)).join(" ");
}

/**
 * Selects and chooses what a text says. Where a part of it does not fit this page, nothing is changed, and that part is
 * returned.
 * @param {string} text
 */
export function restore(text) {
    const [version, ...rest] = text.split("&");
    if (text && version !== VERSION) return version;
    /** @type {(() => void)[]} */
    const steps = [];
    for (const [key, value] of new URLSearchParams(rest.join("&"))) {
        const step = stepOf(key, value);
        if (!step) return `${key}=${value}`;
        // Pins are of items, which must be there first.
        if (key === "group") steps.unshift(step);
        else steps.push(step);
    }
    reset();
    steps.forEach((step) => step());
    regroup();
    return null;
}

function reset() {
    letGo();
    for (const { want } of zooms) want([]);
    for (const setting of settings) if (setting.target[setting.field] !== setting.initial) set(setting, String(setting.initial));
}

/**
 * What a part of a text does; `null` where it does not fit.
 * @param {string} key
 * @param {string} value
 * @returns {(() => void) | null}
 */
function stepOf(key, value) {
    if (key.startsWith(RANGE)) return rangeStep(key.slice(RANGE.length), value);
    if (key.startsWith(ZOOM)) return zoomStep(Number(key.slice(ZOOM.length)), value);
    if (key === "status") return statusStep(value);
    if (key === "text") return () => void (state.text = value);
    if (key === "only") return onlyStep(value);
    if (key === "pin") return pinStep(value);
    const setting = settings.find((one) => one.key === key);
    const isChoice = setting?.choices.some(([choice]) => String(choice) === value);
    return setting && isChoice ? () => void set(setting, value) : null;
}

/** @param {string} value */
function statusStep(value) {
    const names = value.split(",").filter(Boolean);
    const areKnown = names.every((name) => DATA.endings.some((one) => one.name === name));
    return areKnown ? () => void (state.statuses = new Set(names)) : null;
}

/** @param {string} value */
function onlyStep(value) {
    const at = ALONE?.text.findIndex((text) => String(text) === value) ?? -1;
    return at < 0 ? null : () => void (state.only = at);
}

/**
 * @param {string} name
 * @param {string} value
 */
function rangeStep(name, value) {
    const words = value.split(" ");
    const ends = words.map((word) => (Number.isFinite(Number(word)) && word ? Number(word) : number(word)));
    const isKnown = column(name) || (parameter(name) && !parameter(name)?.names);
    if (!isKnown || ends.length !== 2 || ends.some(Number.isNaN)) return null;
    return () => void state.ranges.set(name, [ends[0], ends[1]]);
}

/**
 * @param {number} chart
 * @param {string} value
 */
function zoomStep(chart, value) {
    const ends = value.split(" ").map(Number);
    const isRange = ends.length === 4 && ends.every(Number.isFinite) && ends[0] < ends[1] && ends[2] < ends[3];
    return isRange && zooms[chart] ? () => zooms[chart].want(ends) : null;
}

/** @param {string} value */
function pinStep(value) {
    /** @type {number[]} */
    const rows = [];
    for (const stretch of value.split(" ")) {
        const [from, to] = stretch.split("-").map((name) => ROW_OF.get(name));
        const last = stretch.includes("-") ? to : from;
        if (from === undefined || last === undefined || last < from) return null;
        for (let row = from; row <= last; row++) rows.push(row);
    }
    return () => void (state.selected = new Set(itemsOf(rows)));
}
