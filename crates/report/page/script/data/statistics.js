// Quantiles, as the charts have them.

/**
 * Lower quartile, median, upper quartile; `null` where there is no number.
 * @typedef {[low: number | null, median: number | null, high: number | null]} Quartiles
 */

/**
 * A quantile of rising numbers, which may end with infinities; linear between neighbours, NumPy's default.
 * @param {number[]} rising
 * @param {number} share
 */
export function quantile(rising, share) {
    if (!rising.length) return null;
    const at = share * (rising.length - 1);
    const [below, part] = [Math.floor(at), at % 1];
    const [low, high] = [rising[below], rising[Math.min(below + 1, rising.length - 1)]];
    return part === 0 || low === high ? low : low * (1 - part) + high * part;
}

/**
 * @param {number[]} values
 * @returns {Quartiles}
 */
export function quartiles(values) {
    const rising = values.slice().sort((a, b) => a - b);
    return [quantile(rising, 0.25), quantile(rising, 0.5), quantile(rising, 0.75)];
}

/**
 * Whether a cell counts as diverged: half of its runs or more did, so that its median is infinitely bad.
 * @param {number} diverged
 * @param {number} runs
 */
export const isDiverged = (diverged, runs) => diverged > 0 && 2 * diverged >= runs;

/**
 * The least and the greatest; ends of the empty range where there are no numbers.
 * @param {number[]} values
 * @returns {[number, number]}
 */
export function extent(values) {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
    return [low, high];
}
