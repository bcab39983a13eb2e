// Axes: convert values to units, which are evenly spaced on the screen, and back.

import { extent } from "../data/statistics.js";

/**
 * An axis. Its units are the value itself, its decimal logarithm, or the number of a name.
 * @typedef {object} Axis
 * @property {string[] | null} names
 * @property {boolean} log
 * @property {string} title
 * @property {boolean} whole whether only whole numbers have labels
 * @property {number} low its ends, in units
 * @property {number} high
 * @property {(value: number) => number} unit
 * @property {(unit: number) => number} value
 * @property {number} [zero] the extra position of 0, in units
 * @property {string} [zeroText] what is written there
 * @property {[number, number]} [span] where there are other numbers, if 0 has such a place
 */

/**
 * @typedef {object} AxisOptions
 * @property {number[]} [values] what the axis is to hold
 * @property {string[] | null} [names] what it is to hold instead, where values are names
 * @property {boolean} [log] whether it is logarithmic, if a value is above zero; then there is no place for the others
 * @property {string} [title]
 * @property {number} [pad] room at both ends, as a share of its length
 * @property {boolean} [whole] whether only whole numbers have labels
 * @property {boolean} [all] whether 0 means "all": its position is then above the others
 * @property {boolean} [fit] whether it holds measured values: if these are nearly equal, it has some room around them
 * @property {boolean} [even] whether `values` are few different ones, among which 0 stands as far from the others as these from
 *   each other
 */

/** Decades that a logarithmic axis shows below its greatest value, at most. */
const DECADES = 30;

/** The distance of 0 from the others, as a share of their extent: below them on a logarithmic axis, and where it means "all". */
const ZERO_BELOW = 0.06;
const ZERO_ABOVE = 0.1;

/** Among so many different values, or fewer, 0 can stand as a neighbour of the others. */
const FEW = 24;

/** Measured values are logarithmic from this ratio of the greatest to the least on. */
const DECADE = 10;

/**
 * Whether measured values have a logarithmic axis: they span a decade, and none is negative.
 * @param {number[]} values
 */
export function spansDecade(values) {
    const finite = values.filter((v) => Number.isFinite(v));
    const [low, high] = extent(finite.filter((v) => v > 0));
    return high / DECADE >= low && finite.every((v) => v >= 0);
}

/**
 * @param {AxisOptions} options
 * @returns {Axis}
 */
export function makeAxis({ values = [], names = null, log = false, title = "", pad = 0.02, whole = false, all = false, fit = false, even = false }) {
    if (names) return ofNames(names, title);
    const finite = values.filter((v) => Number.isFinite(v) && !(all && v === 0));
    const top = extent(finite)[1];
    const isLog = log && top > 0;
    const held = isLog ? finite.filter((v) => v >= top * 10 ** -DECADES) : finite;
    const unit = isLog ? logarithm : same;
    const units = (fit ? [...held, ...aroundOne(held)] : held).map(unit).filter((u) => Number.isFinite(u));
    const [low, high] = widened(extent(units), whole, isLog);
    const axis = { names, log: isLog, title, whole, low, high, unit, value: isLog ? power : same };
    if (values.includes(0) && (all || isLog)) {
        const others = new Set(values.filter((v) => Number.isFinite(v) && v !== 0)).size;
        addZero(axis, all, even && others > 1 && others <= FEW ? 1 / (others - 1) : all ? ZERO_ABOVE : ZERO_BELOW);
    }
    const room = (axis.high - axis.low) * pad;
    return Object.assign(axis, { low: axis.low - room, high: axis.high + room });
}

/**
 * @param {string[]} names
 * @param {string} title
 * @returns {Axis}
 */
const ofNames = (names, title) => ({ names, log: false, title, whole: true, low: -0.6, high: names.length - 0.4, unit: same, value: same });

/** @param {number} x */
const same = (x) => x;
/** @param {number} value */
const logarithm = (value) => (value > 0 ? Math.log10(value) : value <= 0 ? -Infinity : NaN);
/** @param {number} unit */
const power = (unit) => 10 ** unit;

/**
 * Ends that differ.
 * @param {[number, number]} ends
 * @param {boolean} whole
 * @param {boolean} isLog
 * @returns {[number, number]}
 */
function widened([low, high], whole, isLog) {
    if (low > high) return [0, 1];
    if (low < high) return [low, high];
    if (whole) return halfAround(low, isLog);
    const room = isLog ? 0.5 : Math.abs(low) / 2 || 0.5;
    return [low - room, high + room];
}

/**
 * Adds room around values that are nearly equal. If all are 0, they lie at the low end.
 * @param {number[]} values
 */
function aroundOne(values) {
    const [low, high] = extent(values);
    const size = Math.max(Math.abs(low), Math.abs(high));
    if (!values.length || high - low > 1e-3 * size) return [];
    return size ? [low - 0.05 * size, high + 0.05 * size] : [1];
}

/**
 * The units half a number below and above a whole one, or somewhat more.
 * @param {number} unit
 * @param {boolean} isLog
 * @returns {[number, number]}
 */
function halfAround(unit, isLog) {
    const value = isLog ? 10 ** unit : unit;
    const room = Math.max(0.5, 1e-6 * Math.abs(value));
    const end = isLog ? Math.log10 : same;
    return [end(value - room), end(value + room)];
}

/**
 * Gives 0 a position of its own: above all others where it means "all", else below them.
 * @param {Axis} axis
 * @param {boolean} isAll
 * @param {number} apart its distance from the others, as a share of their extent
 */
function addZero(axis, isAll, apart) {
    const { low, high, unit, value } = axis;
    const zero = isAll ? high + apart * (high - low) : low - apart * (high - low);
    /** @type {Partial<Axis>} */
    const place = isAll
        ? {
              high: zero,
              zeroText: "all",
              span: [-Infinity, high],
              unit: (v) => (v === 0 || v === Infinity ? zero : unit(v)),
              value: (u) => (u > (high + zero) / 2 ? Infinity : value(u)),
          }
        : {
              low: zero,
              zeroText: "0",
              span: [low, Infinity],
              unit: (v) => (v === 0 ? zero : unit(v)),
              value: (u) => (u < (low + zero) / 2 ? 0 : value(u)),
          };
    Object.assign(axis, place, { zero });
}

/**
 * Where an axis is broken, in units: between 0 and the others; `null` where it is not.
 * @param {Axis} axis
 */
export function breakOf({ zero, span }) {
    if (zero === undefined || !span) return null;
    return (zero + (Number.isFinite(span[0]) ? span[0] : span[1])) / 2;
}

/**
 * The share of an axis below a unit, between its ends.
 * @param {Axis} axis
 * @param {number} unit
 */
export const shareOf = (axis, unit) => (unit - axis.low) / (axis.high - axis.low);

/**
 * A unit, or the end of the axis that it is beyond.
 * @param {Axis} axis
 * @param {number} unit
 */
export const clamped = (axis, unit) => Math.min(axis.high, Math.max(axis.low, unit));
