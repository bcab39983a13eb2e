// Colours: those of the style sheet, and those that mean a number or a name.

import { shareOf } from "./axis.js";

/** @import { Axis } from "./axis.js" */

// Viridis (Smith & van der Walt 2015) at nine even places; Okabe & Ito's colours (2008) for names.
const VIRIDIS = ["440154", "472d7b", "3b528b", "2c728e", "21918c", "28ae80", "5ec962", "addc30", "fde725"].map((text) =>
    [0, 2, 4].map((at) => parseInt(text.slice(at, at + 2), 16)),
);
const NAMED = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

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
 * A share of the continuous scale, whose ends that the paper would swallow are left out.
 * @param {number} share
 */
export function viridis(share) {
    const [from, to] = theme.isDark ? [0.28, 1] : [0, 0.9];
    const at = (from + Math.min(1, Math.max(0, share)) * (to - from)) * 8;
    const [below, part] = [Math.min(7, Math.floor(at)), at - Math.min(7, Math.floor(at))];
    const mixed = VIRIDIS[below].map((c, i) => Math.round(c + (VIRIDIS[below + 1][i] - c) * part));
    return `rgb(${mixed.join(",")})`;
}

/**
 * The colour of one of several names.
 * @param {number} index
 * @param {number} count
 */
export function nameColour(index, count) {
    if (count > NAMED.length + 1) return viridis(index / (count - 1));
    return NAMED[index] ?? theme.ink;
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
