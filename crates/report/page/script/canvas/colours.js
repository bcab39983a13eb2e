// Colours: those of the style sheet, and those for numbers and names.

import { shareOf } from "./axis.js";
import { DATA } from "../data/data.js";

/** @import { Axis } from "./axis.js" */

/** The continuous scale of the charts: red, green and blue at even shares. */
const SCALE = DATA.palette.scale.map((text) => [0, 2, 4].map((at) => parseInt(text.slice(at, at + 2), 16)));
/** The share of the scale that dark paper swallows. */
const DARKEST = 0.28;

/** Colours that the style sheet gives, read again when they change. */
export const theme = { ink: "", quiet: "", line: "", paper: "", diverged: "", accent: "", isDark: false };

export function readTheme() {
    const style = getComputedStyle(document.documentElement);
    /** @param {string} name */
    const read = (name) => style.getPropertyValue(`--${name}`).trim();
    for (const name of /** @type {const} */ (["ink", "quiet", "line", "paper", "diverged", "accent"])) theme[name] = read(name);
    theme.isDark = read("dark") === "1";
}

/**
 * The colour at a share of the continuous scale, without the end that is hard to see on the background.
 * @param {number} share
 */
export function viridis(share) {
    const [from, to] = theme.isDark ? [DARKEST, 1] : [0, DATA.palette.brightest];
    const last = SCALE.length - 1;
    const at = (from + Math.min(1, Math.max(0, share)) * (to - from)) * last;
    const below = Math.min(last - 1, Math.floor(at));
    const mixed = SCALE[below].map((colour, i) => Math.round(colour + (SCALE[below + 1][i] - colour) * (at - below)));
    return `rgb(${mixed.join(",")})`;
}

/**
 * The colour of one of several names: distinct ones as far as there are any, else a share of the scale.
 * @param {number} index
 * @param {number} count
 */
export function nameColour(index, count) {
    const { names, names_on_dark } = DATA.palette;
    const dark = theme.isDark && names_on_dark[index];
    return count > names.length ? viridis(index / (count - 1)) : `#${dark || names[index]}`;
}

/**
 * The colour of a value on an axis.
 * @param {Axis | null} axis
 * @param {number | null | undefined} value
 */
export function colourOf(axis, value) {
    if (!axis) return theme.accent;
    if (value === null || value === undefined || Number.isNaN(value)) return theme.quiet;
    if (axis.names) return nameColour(value, axis.names.length);
    return viridis(shareOf(axis, axis.unit(value)));
}
