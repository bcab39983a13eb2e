"use strict";
// What the page is about, and the one selection that all views share.

const DATA = JSON.parse(document.getElementById("data").textContent);
const FINAL = DATA.objective; // final_loss, or what else runs are ranked by
const STATUSES = ["converged", "plateau", "max_steps", "pruned", "diverged", "failed", "timeout"];

const state = {
    statuses: new Set(DATA.status),
    text: "",
    only: -1, // of FACET: the value that alone is shown; -1 for all
    ranges: new Map(), // name of a parameter or column → [low, high], both included
    selected: new Set(), // items
    hovered: null, // an item
    grouped: DATA.parameters.some((parameter) => parameter.is_seed),
};

const views = []; // { draw(), hover() }
let isScheduled = false;

/** Redraws all views, once per frame however often it is asked for. */
function changed() {
    if (isScheduled) return;
    isScheduled = true;
    requestAnimationFrame(() => {
        isScheduled = false;
        views.forEach((view) => view.draw());
        views.forEach((view) => view.hover && view.hover());
    });
}

/** Points at an item in all views; `null` at none. */
function hover(item) {
    if (state.hovered === item) return;
    state.hovered = item;
    views.forEach((view) => view.hover && view.hover());
}

/** Pins items that are not, or lets them go if all are. */
function toggle(items) {
    const areAll = items.every((item) => state.selected.has(item));
    items.forEach((item) => (areAll ? state.selected.delete(item) : state.selected.add(item)));
    changed();
}

/** An element with properties, attributes where a name has a dash, and children. */
function element(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (name.includes("-") || name === "role" || name === "for") made.setAttribute(name, value);
        else made[name] = value;
    }
    made.append(...children);
    return made;
}

/** A select with a label; `choices` are pairs of value and text. */
function chooser(label, choices, value, onchange) {
    const select = element("select", { "aria-label": label }, ...choices.map(([value, text]) => element("option", { value }, text)));
    select.value = value;
    select.onchange = () => onchange(select.value);
    return element("label", { className: "choice" }, label, select);
}

/** A section's heading, with its controls and the key of its colours. */
function heading(section, title, ...controls) {
    const key = element("div", { className: "key" });
    const head = element("div", { className: "controls" }, ...controls);
    section.replaceChildren(element("div", { className: "head" }, element("h2", {}, title), head, key));
    section.hidden = false;
    return key;
}

/** Shows lines of text beside a place of the window; the first is the title. */
function tip(lines, x, y) {
    const box = document.getElementById("tip");
    box.hidden = !lines;
    if (!lines) return;
    box.replaceChildren(...lines.map((line, index) => element(index ? "div" : "b", {}, line)));
    const { width, height } = box.getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(x + 16, innerWidth - width - 8))}px`;
    box.style.top = `${y + 20 + height > innerHeight ? y - height - 12 : y + 20}px`;
}

/** Says something to whoever listens instead of looking. */
function say(text) {
    document.getElementById("live").textContent = text;
}
