// The bar of filters.

import { quantities } from "./selection/choice.js";
import { ALONE, parameter, PARAMETERS, STATUSES } from "./data/columns.js";
import { DATA } from "./data/data.js";
import { byId, chooser, element } from "./elements.js";
import { filtered, isUnfiltered } from "./selection/filter.js";
import { canUndo, undo } from "./selection/history.js";
import { isPooled, items, makeItems } from "./selection/items.js";
import { counted, rounded } from "./data/numbers.js";
import { choose } from "./selection/settings.js";
import { changed, letGo, SEEDS, state, views } from "./selection/state.js";

/** @import { Parameter } from "./data/columns.js" */
/** @import { Choice } from "./elements.js" */

const text = element("input", { type: "search", placeholder: "run number or text", "aria-label": "Show runs with this text" });
const chips = STATUSES.map(statusChip);
const facet = ALONE && facetChooser(ALONE);
const from = field("from");
const to = field("to");
const ranges = element("span", { className: "chips" });
const clear = element("button", { type: "button", onclick: clearAll }, "show all");
const back = element("button", { type: "button", onclick: undo, title: "Undo the last change (Ctrl+Z)" }, "undo");
const tally = element("output");

/**
 * Fills the bar.
 * @param {HTMLElement} last what stands at its end
 */
export function makeBar(last) {
    const bar = byId("bar");
    bar.hidden = false;
    text.oninput = () => {
        state.text = text.value;
        changed();
    };
    bar.append(element("span", { className: "chips" }, ...chips), text);
    if (facet) bar.append(facet);
    bar.append(rangeMaker());
    if (PARAMETERS.some((one) => one.varies || one.is_seed)) bar.append(groupChooser());
    bar.append(ranges, clear, back, tally, last);
    views.push({ draw: drawBar });
}

/** @param {string} status */
function statusChip(status) {
    const count = DATA.status.filter((one) => one === status).length;
    const chip = element("button", { type: "button", className: `chip ${status}` }, `${status.replace("_", " ")} ${count}`);
    chip.dataset.status = status;
    chip.onclick = () => {
        if (!state.statuses.delete(status)) state.statuses.add(status);
        changed();
    };
    return chip;
}

/** @param {string} word */
function field(word) {
    return element("input", { size: 7, inputMode: "decimal", placeholder: word, "aria-label": `Range ${word}` });
}

/**
 * The number in a field, or a default if it is empty.
 * @param {HTMLInputElement} field
 * @param {number} none
 */
const ofField = ({ value }, none) => (value.trim() === "" || Number.isNaN(Number(value)) ? none : Number(value));

/** Fields that keep a range of a parameter or column. */
function rangeMaker() {
    const numeric = quantities().filter(([name]) => !parameter(String(name))?.names);
    const select = element("select", { "aria-label": "Quantity of the range" }, ...numeric.map(([value, text]) => element("option", { value }, text)));
    from.onchange = to.onchange = () => {
        const [low, high] = [ofField(from, -Infinity), ofField(to, Infinity)];
        if (low === -Infinity && high === Infinity) state.ranges.delete(select.value);
        else state.ranges.set(select.value, [low, high]);
        changed();
    };
    select.onchange = emptyFields;
    return element("span", { className: "range" }, select, from, to);
}

function emptyFields() {
    from.value = to.value = "";
}

/**
 * A choice among the values of a parameter.
 * @param {Parameter} swept
 */
function facetChooser({ short, names, levels }) {
    const values = levels.map((level, index) => /** @type {Choice} */ ([index, names?.[index] ?? rounded(level, 5)]));
    /** @type {[string, Choice[]]} */
    const [label, choices] = DATA.start.of_kinds ? [`${short}, one kind at a time`, values] : [short, [[-1, "all"], ...values]];
    return chooser(label, choices, state.only, (value) => {
        state.only = Number(value);
        changed();
    });
}

/** The choice of what makes runs one item. */
function groupChooser() {
    const varying = PARAMETERS.filter((one) => one.varies);
    const seeds = varying.some((one) => one.is_seed) || state.group === SEEDS;
    /** @type {Choice[]} */
    const choices = [["", "each run"], ...(seeds ? [/** @type {Choice} */ ([SEEDS, "seeds as one"])] : [])];
    return choose("group", "group", [...choices, ...varying.map((one) => /** @type {Choice} */ ([one.path, `by ${one.short}`]))], state, "group", makeItems);
}

/** Lets go of every filter and every pin. */
export function clearAll() {
    letGo();
    emptyFields();
    changed();
}

function drawBar() {
    if (text.value !== state.text) text.value = state.text;
    const select = facet?.querySelector("select");
    if (select) select.value = String(state.only);
    for (const chip of chips) chip.setAttribute("aria-pressed", String(state.statuses.has(chip.dataset.status ?? "")));
    ranges.replaceChildren(...[...state.ranges].map(([name, ends]) => rangeChip(name, ends)));
    clear.hidden = isUnfiltered();
    back.setAttribute("aria-disabled", String(!canUndo()));
    tally.textContent = tallyWords();
}

/**
 * An active range; a click removes it.
 * @param {string} name
 * @param {[low: number, high: number]} ends
 */
function rangeChip(name, ends) {
    const onclick = () => {
        state.ranges.delete(name);
        changed();
    };
    return element("button", { type: "button", className: "chip", onclick, "aria-pressed": true }, `${rangeWords(name, ends)} ✕`);
}

/**
 * @param {string} name
 * @param {[low: number, high: number]} ends
 */
function rangeWords(name, [low, high]) {
    const short = parameter(name)?.short ?? name;
    if (low === -Infinity) return `${short} ≤ ${rounded(high, 3)}`;
    return high === Infinity ? `${short} ≥ ${rounded(low, 3)}` : `${short} ${rounded(low, 3)} – ${rounded(high, 3)}`;
}

function tallyWords() {
    const passing = filtered();
    const one = items.some((item) => item.rows.length > 1) ? "setting" : "run";
    const pinned = passing.filter((item) => state.selected.has(item)).length;
    if (isPooled()) {
        const pooled = passing.flatMap((item) => item.rows).length;
        return `${counted(passing.length, "group")} of ${pooled} of ${counted(DATA.ids.length, "run")}${pinned ? ` · ${pinned} pinned` : ""}`;
    }
    return `${passing.length} of ${counted(items.length, one)}${pinned ? ` · ${pinned} pinned` : ""}`;
}
