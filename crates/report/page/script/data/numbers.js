// Numbers as text.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * As the logs write it: plain from 1e-5 to below 1e16, else with an exponent.
 * @param {number} x
 */
export function exact(x) {
    if (Number.isNaN(x)) return "NaN";
    if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
    const size = Math.abs(x);
    if (Object.is(x, -0)) return "-0";
    return x === 0 || (size >= 1e-5 && size < 1e16) ? String(x) : x.toExponential().replace("e+", "e");
}

/**
 * To so many digits; nothing where there is no number.
 * @param {number | null | undefined} x
 */
export function rounded(x, digits = 4) {
    if (x === null || x === undefined) return "";
    return Number.isFinite(x) ? exact(Number(x.toPrecision(digits))) : exact(x);
}

/**
 * A quartile; `none` where it is infinite.
 * @param {number | null} x
 */
export const roundedOrNone = (x, digits = 4) => (x !== null && Number.isFinite(x) ? rounded(x, digits) : "none");

/**
 * `1 run`, `2 runs`.
 * @param {number} number
 * @param {string} one
 */
export const counted = (number, one) => `${number} ${noun(number, one)}`;

/**
 * The noun for a number of things.
 * @param {number} number
 * @param {string} one
 */
export const noun = (number, one) => (number === 1 ? one : `${one}s`);

/**
 * The name of a column as words.
 * @param {string} name
 */
export const words = (name) => name.replaceAll("_", " ");

/**
 * Ten to a whole power, as 10⁻³.
 * @param {number} power
 */
export function decade(power) {
    const raised = [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
    return `10${power < 0 ? "⁻" : ""}${raised}`;
}

/**
 * A number on an axis: plain where that is short, else with a power of ten; with a true minus sign.
 * @param {number} x
 */
export function plain(x) {
    const size = Math.abs(x);
    if (x === 0) return "0";
    if (size >= 1e-4 && size < 1e6) return String(x).replace("-", "−");
    const [mantissa, power] = x.toExponential().split("e");
    const [factor, ten] = [mantissa.replace("-", "−"), decade(Number(power))];
    return size === Number(`1e${power}`) ? `${x < 0 ? "−" : ""}${ten}` : `${factor}×${ten}`;
}

/**
 * What the data has for a number, as a number.
 * @param {number | string} written
 */
export function number(written) {
    if (typeof written === "number") return written;
    return written === "inf" ? Infinity : written === "-inf" ? -Infinity : NaN;
}

/**
 * As `number`; `null` stays.
 * @param {number | string | null} written
 */
export const numberOrNull = (written) => (written === null ? null : number(written));

/**
 * Whether a value is a number that is neither infinite nor NaN.
 * @param {number | null | undefined} value
 * @returns {value is number}
 */
export const isFiniteNumber = (value) => Number.isFinite(value);
