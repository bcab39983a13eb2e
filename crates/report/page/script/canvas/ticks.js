// The labelled values of an axis.

import { decade, plain } from "../data/numbers.js";

/** @import { Axis } from "./axis.js" */

/**
 * A label: where it stands, in units, and its text.
 * @typedef {[unit: number, text: string]} Tick
 */

/** Labels on an axis, at most, whatever the room. */
const MOST = 40;

/** The most decades with marks between labels. */
const MARKED = 60;

/**
 * The labels of an axis between two units, where there is room for so many.
 * @param {Axis} axis
 * @param {number} low
 * @param {number} high
 * @param {number} room
 * @returns {Tick[]}
 */
export function ticks(axis, low, high, room) {
    if (axis.names) return nameTicks(axis.names, low, high, room);
    const [first, last] = axis.span ?? [-Infinity, Infinity];
    const made = numberTicks(axis, Math.max(low, first), Math.min(high, last), room);
    const { zero = NaN, zeroText = "" } = axis;
    if (zero >= low && zero <= high) made.push([zero, zeroText]);
    return made.sort(([a], [b]) => a - b);
}

/**
 * The units that have a mark and no label, beside those that have one: on a logarithmic axis the other multiples of powers of ten,
 * or the other powers.
 * @param {Axis} axis
 * @param {number} low
 * @param {number} high
 * @param {Tick[]} labelled
 */
export function marks(axis, low, high, labelled) {
    if (!axis.log || high - low > MARKED) return [];
    const [first, last] = axis.span ?? [-Infinity, Infinity];
    const factors = labelled.length > 2 && high - low > labelled.length + 1 ? [1] : [1, 2, 3, 4, 5, 6, 7, 8, 9];
    /** @type {number[]} */
    const made = [];
    for (let power = Math.max(Math.floor(low), leastPower(axis)); power <= high; power++) {
        for (const factor of factors) made.push(power + Math.log10(factor));
    }
    const isFree = (/** @type {number} */ unit) => labelled.every(([other]) => Math.abs(other - unit) > 1e-9);
    return made.filter((unit) => unit >= Math.max(low, first) && unit <= Math.min(high, last) && isFree(unit));
}

/**
 * @param {Axis} axis
 * @param {number} low
 * @param {number} high
 * @param {number} room
 * @returns {Tick[]}
 */
function numberTicks(axis, low, high, room) {
    if (axis.log && high - low >= 2.4) return decadeTicks(axis, low, high, room);
    if (axis.log && high - low >= 0.7) return stepTicks(axis, low, high, room);
    return evenTicks(axis, low, high, room);
}

/**
 * Multiples of a round number.
 * @param {Axis} axis
 * @param {number} low
 * @param {number} high
 * @param {number} room
 */
function evenTicks(axis, low, high, room) {
    const [from, to] = axis.log ? [10 ** low, 10 ** high] : [low, high];
    const least = (to - from) / Math.max(room, 1);
    const step = niceStep(axis.whole ? Math.max(1, least) : least);
    /** @type {Tick[]} */
    const made = [];
    for (let k = Math.ceil(from / step); k * step <= to * (1 + 1e-12) && made.length < MOST; k++) {
        const value = Number((k * step).toPrecision(12));
        made.push([axis.log ? Math.log10(value) : value, plain(value)]);
    }
    return made.filter(([unit]) => Number.isFinite(unit));
}

/**
 * @param {string[]} names
 * @param {number} low
 * @param {number} high
 * @param {number} room
 */
function nameTicks(names, low, high, room) {
    const every = Math.ceil(names.length / Math.max(room * 2, 1));
    const most = innerWidth < 640 ? 15 : 26;
    /** @param {string} name */
    const cut = (name) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);
    const made = names.map((name, index) => /** @type {Tick} */ ([index, cut(name)]));
    return made.filter(([unit]) => unit % every === 0 && unit >= low && unit <= high);
}

/**
 * @param {Axis} axis
 * @param {number} low
 * @param {number} high
 * @param {number} room
 */
function decadeTicks(axis, low, high, room) {
    const every = Math.max(1, Math.ceil((high - low) / Math.max(room, 1)));
    /** @type {Tick[]} */
    const made = [];
    for (let power = Math.max(Math.ceil(low), leastPower(axis)); power <= high; power++) {
        if (power % every === 0) made.push([power, decade(power)]);
    }
    return made;
}

/**
 * 1, 2 and 5 times powers of ten, or fewer of them.
 * @param {Axis} axis
 * @param {number} low
 * @param {number} high
 * @param {number} room
 */
function stepTicks(axis, low, high, room) {
    const factors = [[1, 2, 5], [1, 3], [1]].find((factors) => (high - low) * factors.length <= room) ?? [1];
    /** @type {Tick[]} */
    const made = [];
    for (let power = Math.max(Math.floor(low), leastPower(axis)); power <= high; power++) {
        for (const factor of factors) made.push([power + Math.log10(factor), plain(Number(`${factor}e${power}`))]);
    }
    return made.filter(([unit]) => unit >= low && unit <= high);
}

/**
 * The least power of ten that may have a label.
 * @param {Axis} axis
 */
const leastPower = (axis) => (axis.whole ? 0 : -Infinity);

/**
 * The least of 1, 2, 5 times a power of ten that is not below a number.
 * @param {number} least
 */
export function niceStep(least) {
    const power = 10 ** Math.floor(Math.log10(least || 1));
    return ([1, 2, 5].find((factor) => factor * power >= least * 0.999) ?? 10) * power;
}
