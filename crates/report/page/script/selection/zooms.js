// The zooms of charts, in the order in which the charts are made: for the address.

/**
 * @typedef {object} Zoomed
 * @property {() => number[]} ends what is seen, in units: across from and to, up from and to; empty for all
 * @property {(ends: number[]) => void} want what the next drawing is to show; empty for all
 */

/** @type {Zoomed[]} */
export const zooms = [];
