// The table of runs: sorted, filtered, pinned, copied. Only the rows in view exist.

import { column, FILLED, parameter, PARAMETERS, valueAt } from "../data/columns.js";
import { DATA, FINAL } from "../data/data.js";
import { byId, caption, element, heading, say } from "../elements.js";
import { filtered } from "../selection/filter.js";
import { describe, ending, isGrouped, isPooled, items, runNoun, statistic, valueOf } from "../selection/items.js";
import { counted, rounded, roundedOrNone } from "../data/numbers.js";
import { remember } from "../selection/settings.js";
import { changed, hover, state, toggle, views } from "../selection/state.js";
import { copyWords, csvOf, toClipboard } from "./copy.js";

/** @import { Item } from "../selection/state.js" */

/** Height of a row in CSS pixels. */
const ROW = 30;
/** Rows that exist above and below those in view. */
const BEYOND = 8;

const table = {
    /** Name of the column that sorts, with a minus where it falls; empty for the order of the runs. */
    order: "",
    /** @type {Item[]} */
    rows: [],
    /** The row that keys act on. */
    active: 0,
};

const head = element("thead");
const body = element("tbody");
const scroll = element(
    "div",
    { className: "scroll", tabIndex: 0, "aria-label": "Runs; up and down go from row to row, space pins" },
    element("table", { className: "runs", role: "grid" }, head, body),
);
const note = caption();
const copy = element("button", { type: "button", onclick: copyTable }, "copy as CSV");

export function makeTable() {
    const section = byId("table");
    const pin = element("button", { type: "button", onclick: () => toggle(table.rows) }, "pin all / none");
    heading(section, "Runs", pin, copy);
    section.append(scroll, note);
    scroll.addEventListener("scroll", drawRows);
    scroll.addEventListener("keydown", onKey);
    scroll.addEventListener("pointerleave", () => hover(null));
    const names = ["run", ...PARAMETERS.map((one) => one.path), "status", ...FILLED.map(({ name }) => name)];
    remember("table.order", ["", ...names, ...names.map((name) => `-${name}`)].map((name) => [name, name]), table, "order");
    views.push({ draw: drawTable, hover: markRow });
}

/** The names of the columns. */
function columns() {
    const swept = PARAMETERS.filter((one) => !isGrouped(one)).map((one) => one.path);
    return ["run", ...swept, "status", ...FILLED.map(({ name }) => name)];
}

/**
 * The sort key of an item in a column; diverged losses and missing values come last.
 * @param {Item} item
 * @param {string} name
 */
function sortValue(item, name) {
    if (name === "run") return DATA.ids[item.rows[0]];
    if (name === "status") return ending(item);
    const value = valueOf(item, name);
    return Number.isNaN(value) ? null : value;
}

/**
 * @param {string} name
 * @param {boolean} isRising
 * @returns {(a: Item, b: Item) => number}
 */
function order(name, isRising) {
    const sign = isRising ? 1 : -1;
    return (a, b) => {
        const [x, y] = [sortValue(a, name), sortValue(b, name)];
        if (x === null || y === null) return Number(x === null) - Number(y === null);
        return x < y ? -sign : x > y ? sign : 0;
    };
}

/** The name of the column that sorts, and whether it rises. */
const sorting = () => ({ sort: table.order.replace(/^-/, ""), isRising: !table.order.startsWith("-") });

function drawTable() {
    table.rows = filtered();
    const { sort, isRising } = sorting();
    if (sort) table.rows.sort(order(sort, isRising));
    if (state.selected.size) table.rows.sort((a, b) => Number(state.selected.has(b)) - Number(state.selected.has(a)));
    table.active = Math.min(table.active, Math.max(0, table.rows.length - 1));
    head.replaceChildren(element("tr", {}, ...columns().map(headCell)));
    note.textContent = tableWords();
    drawRows();
}

function tableWords() {
    const words = [counted(table.rows.length, "row")];
    if (items.some((item) => item.rows.length > 1)) words.push(`a row per ${isPooled() ? "value" : "setting"}: median, and quartiles beside it, over its ${runNoun()}s`);
    words.push("click a row to pin it: the other views then show pinned runs only");
    words.push(`a copy has what is ${state.selected.size ? "pinned" : "shown"} ${copyWords()}`);
    return `${words.join(" · ")}.`;
}

/** @param {string} name */
function headCell(name) {
    const { sort, isRising } = sorting();
    const isSorted = sort === name;
    const direction = isRising ? "ascending" : "descending";
    const arrow = isSorted ? (isRising ? " ↑" : " ↓") : "";
    const onclick = () => {
        table.order = isSorted && isRising ? `-${name}` : name;
        changed();
    };
    return element("th", { scope: "col", "aria-sort": isSorted ? direction : "none" }, element("button", { type: "button", onclick }, name + arrow));
}

function drawRows() {
    const { rows } = table;
    const first = Math.max(0, Math.floor(scroll.scrollTop / ROW) - BEYOND);
    const last = Math.min(rows.length, first + Math.ceil((scroll.clientHeight || 480) / ROW) + 2 * BEYOND);
    const names = columns();
    const drawn = rows.slice(first, last).map((item, k) => tableRow(item, first + k, names));
    body.replaceChildren(spacer(first, names.length), ...drawn, spacer(rows.length - last, names.length));
}

/**
 * A spacer for rows out of view.
 * @param {number} count
 * @param {number} colSpan
 */
function spacer(count, colSpan) {
    const cell = element("td", { colSpan });
    cell.style.height = `${count * ROW}px`;
    return element("tr", { className: "space", "aria-hidden": "true" }, cell);
}

/**
 * @param {Item} item
 * @param {number} index
 * @param {string[]} names
 */
function tableRow(item, index, names) {
    const row = element("tr", { role: "row", "aria-selected": state.selected.has(item) }, ...names.map((name) => bodyCell(item, name)));
    row.onclick = () => {
        table.active = index;
        toggle([item]);
    };
    row.onpointerenter = () => hover(item);
    row.dataset.index = String(index);
    row.classList.toggle("active", index === table.active);
    return row;
}

/**
 * @param {Item} item
 * @param {string} name
 */
function bodyCell(item, name) {
    const isOne = item.rows.length === 1;
    if (name === "run") return element("td", {}, isOne ? String(DATA.ids[item.rows[0]]) : counted(item.rows.length, runNoun()));
    if (name === "status") return element("td", { className: item.diverged ? "gone" : "" }, ending(item));
    const swept = parameter(name);
    if (swept) return element("td", {}, swept.names ? (swept.names[swept.at[item.rows[0]]] ?? "") : rounded(valueAt(swept, item.rows[0]), 6));
    if (isOne) return element("td", {}, rounded(column(name)?.values[item.rows[0]], 6));
    const [low, middle, high] = statistic(item, name);
    const spread = low === high ? "" : ` ${roundedOrNone(low, 3)} – ${roundedOrNone(high, 3)}`;
    return element("td", {}, name === FINAL ? roundedOrNone(middle, 4) : rounded(middle, 4), element("small", {}, spread));
}

function markRow() {
    for (const row of body.rows) {
        row.classList.toggle("hovered", !!state.hovered && table.rows[Number(row.dataset.index)] === state.hovered);
    }
}

/** @param {KeyboardEvent} event */
function onKey(event) {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key];
    if (by && table.rows.length) {
        goTo(Math.min(table.rows.length - 1, Math.max(0, table.active + by)));
        event.preventDefault();
    } else if ((event.key === " " || event.key === "Enter") && event.target === scroll) {
        if (table.rows[table.active]) toggle([table.rows[table.active]]);
        event.preventDefault();
    }
}

/** @param {number} index */
function goTo(index) {
    table.active = index;
    scroll.scrollTop = Math.min(index * ROW, Math.max(scroll.scrollTop, (index - BEYOND) * ROW));
    drawRows();
    hover(table.rows[index]);
    say(describe(table.rows[index]).join(", "));
}

/** The rows of the page that a copy has: pinned ones, else those shown; in the order of runs.csv unless the table is sorted. */
function copied() {
    const wanted = state.selected.size ? table.rows.filter((item) => state.selected.has(item)) : table.rows;
    const rows = wanted.flatMap((item) => item.rows);
    return table.order ? rows : rows.sort((a, b) => a - b);
}

/** What a copy is, as text. */
export const csv = () => csvOf(copied());

async function copyTable() {
    const { length } = copied();
    await toClipboard(csv());
    copy.textContent = `copied ${counted(length, "run")}`;
    setTimeout(() => {
        copy.textContent = "copy as CSV";
    }, 2000);
}
