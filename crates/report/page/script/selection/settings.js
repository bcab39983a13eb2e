// What is chosen in the selects of the views, each choice under a key.

import { chooser } from "../elements.js";
import { changed } from "./state.js";

/** @import { Choice } from "../elements.js" */

/**
 * A field of a view that a reader sets.
 * @typedef {object} Setting
 * @property {string} key
 * @property {Choice[]} choices
 * @property {Record<string, any>} target
 * @property {string} field
 * @property {Choice[0]} initial
 * @property {HTMLSelectElement | null} select what shows it, if a select does
 * @property {() => void} follow what else changes with it
 */

/** @type {Setting[]} */
export const settings = [];

/**
 * A select with a label for a field of a view.
 * @param {string} key
 * @param {string} label
 * @param {Choice[]} choices
 * @param {Record<string, any>} target
 * @param {string} field
 */
export function choose(key, label, choices, target, field, follow = () => {}) {
    const setting = remember(key, choices, target, field, follow);
    const made = chooser(label, choices, target[field], (value) => {
        if (set(setting, value)) changed();
    });
    setting.select = made.querySelector("select");
    return made;
}

/**
 * Notes a field of a view that something else than a select sets.
 * @param {string} key
 * @param {Choice[]} choices
 * @param {Record<string, any>} target
 * @param {string} field
 */
export function remember(key, choices, target, field, follow = () => {}) {
    /** @type {Setting} */
    const setting = { key, choices, target, field, initial: target[field], select: null, follow };
    settings.push(setting);
    return setting;
}

/**
 * Sets a field to one of its choices; false where it is none.
 * @param {Setting} setting
 * @param {string} text
 */
export function set({ choices, target, field, follow }, text) {
    const found = choices.find(([value]) => String(value) === text);
    if (!found) return false;
    target[field] = found[0];
    follow();
    return true;
}

/** Shows in every select what is chosen. */
export function showSettings() {
    for (const { select, target, field } of settings) if (select) select.value = String(target[field]);
}
