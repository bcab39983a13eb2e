// Quartiles over several curves, as the charts have them.

import { quartiles } from "./statistics.js";

/**
 * Quartiles at every step.
 * @typedef {object} Band
 * @property {number[]} steps
 * @property {(number | null)[][]} quartiles lower quartiles, medians and upper quartiles
 */

/**
 * The curve of one run.
 * @typedef {object} Member
 * @property {number[]} steps
 * @property {ArrayLike<number>} values
 * @property {boolean} isGone whether the run diverged
 */

/**
 * The value of a run at a step: the latest logged one; after its end its last value, or infinite if it diverged. NaN, and
 * a step before the first one, count as infinite.
 * @param {Member} member
 * @param {number} step
 */
function valueAtStep({ steps, values, isGone }, step) {
    const last = steps.length - 1;
    if (step < steps[0]) return Infinity;
    if (step > steps[last]) return isGone || Number.isNaN(values[last]) ? Infinity : values[last];
    let [low, high] = [0, last];
    while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (steps[middle] <= step) low = middle;
        else high = middle - 1;
    }
    return Number.isNaN(values[low]) ? Infinity : values[low];
}

/**
 * Quartiles at every step that any of the runs logged, over those that did not diverge; over all where all did.
 * @param {Member[]} members
 * @returns {Band}
 */
export function bandOver(members) {
    const calm = members.filter(({ isGone }) => !isGone);
    const chosen = calm.length ? calm : members;
    const steps = [...new Set(chosen.flatMap((member) => member.steps))].sort((a, b) => a - b);
    const at = steps.map((step) => quartiles(chosen.map((member) => valueAtStep(member, step))));
    return { steps, quartiles: [0, 1, 2].map((which) => at.map((three) => three[which])) };
}
