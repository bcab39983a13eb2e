// Numbers as text, axes and colours.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** As the logs write it: plain from 1e-5 to below 1e16, else with an exponent. */
function exact(x) {
    if (Number.isNaN(x)) return "NaN";
    if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
    const size = Math.abs(x);
    if (Object.is(x, -0)) return "-0";
    return x === 0 || (size >= 1e-5 && size < 1e16) ? String(x) : x.toExponential().replace("e+", "e");
}

/** To so many digits; `null` is nothing. */
function rounded(x, digits = 4) {
    if (x === null || x === undefined) return "";
    return Number.isFinite(x) ? exact(Number(x.toPrecision(digits))) : exact(x);
}

/** `1 run`, `2 runs`. */
const counted = (number, one) => `${number} ${noun(number, one)}`;

/** The noun for a number of things: for numbers that are not written as they are. */
const noun = (number, one) => (number === 1 ? one : `${one}s`);

/** Ten to a whole power, as 10⁻³. */
function decade(power) {
    const raised = [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[digit]).join("");
    return `10${power < 0 ? "⁻" : ""}${raised}`;
}

/** The number or word of the data as a number; `null` stays. */
function number(value) {
    if (typeof value !== "string") return value;
    return { inf: Infinity, "-inf": -Infinity, NaN: NaN }[value];
}

/**
 * An axis: values ↔ units that are even on the screen. Logarithmic axes have no place for what is not above zero. Where
 * numbers are `whole`, only whole ones have labels; where 0 means `all`, its place is above the others. What was measured is
 * to `fit`: where it is as good as one value there is some room around it.
 */
function makeAxis({ values = [], names = null, log = false, title = "", pad = 0.02, decades = 30, whole = false, all = false, fit = false }) {
    if (names) return { names, log: false, title, low: -0.6, high: names.length - 0.4, unit: (v) => v, value: (u) => u };
    let shown = values.filter((v) => Number.isFinite(v) && !(all && v === 0));
    const isLog = log && shown.some((v) => v > 0);
    if (isLog) {
        const top = shown.reduce((a, b) => Math.max(a, b), 0);
        shown = shown.filter((v) => v >= top * 10 ** -decades);
    }
    if (fit) shown.push(...aroundOne(shown));
    const unit = isLog ? (v) => (v > 0 ? Math.log10(v) : v <= 0 ? -Infinity : NaN) : (v) => v;
    const units = shown.map(unit).filter((u) => Number.isFinite(u));
    let low = units.reduce((a, b) => Math.min(a, b), Infinity);
    let high = units.reduce((a, b) => Math.max(a, b), -Infinity);
    if (!units.length) [low, high] = [0, 1];
    if (low === high) [low, high] = whole ? halfAround(low, isLog) : [low - (isLog ? 0.5 : Math.abs(low) / 2 || 0.5), high + (isLog ? 0.5 : Math.abs(high) / 2 || 0.5)];
    const axis = { names, log: isLog, title, whole, low, high, unit, value: (u) => (isLog ? 10 ** u : u) };
    if (all && values.includes(0)) addAll(axis);
    const room = (axis.high - axis.low) * pad;
    return Object.assign(axis, { low: axis.low - room, high: axis.high + room });
}

/** Values around others that are as good as one; nothing but zeros lie at the low end. */
function aroundOne(values) {
    const [low, high] = [Math.min, Math.max].map((least) => values.reduce((a, b) => least(a, b), values[0] ?? NaN));
    const size = Math.max(Math.abs(low), Math.abs(high));
    if (!(high - low <= 1e-3 * size)) return [];
    return size ? [low - 0.05 * size, high + 0.05 * size] : [1];
}

/** The units half a number below and above a whole one, or somewhat more. */
function halfAround(unit, isLog) {
    const value = isLog ? 10 ** unit : unit;
    const room = Math.max(0.5, 1e-6 * Math.abs(value));
    return [value - room, value + room].map((end) => (isLog ? Math.log10(end) : end));
}

/** Gives 0 a place above all others, as what is more than any of them. */
function addAll(axis) {
    const { high, unit, value } = axis;
    const zero = high + 0.1 * (high - axis.low);
    Object.assign(axis, {
        high: zero,
        zero,
        zeroText: "all",
        span: [-Infinity, high], // where there are numbers
        unit: (v) => (v === 0 || v === Infinity ? zero : unit(v)),
        value: (u) => (u > (high + zero) / 2 ? Infinity : value(u)),
    });
}

/** Where an axis has labels between two units, at most so many: pairs of unit and text. */
function ticks(axis, low, high, room) {
    if (axis.names) return nameTicks(axis, low, high, room);
    const [first, last] = axis.span ?? [-Infinity, Infinity];
    const made = numberTicks(axis, Math.max(low, first), Math.min(high, last), room);
    const ofZero = axis.zero >= low && axis.zero <= high ? [[axis.zero, axis.zeroText]] : [];
    return [...made, ...ofZero].sort(([a], [b]) => a - b);
}

function numberTicks(axis, low, high, room) {
    if (axis.log && high - low >= 0.7) return high - low < 2.4 ? stepTicks(axis, low, high, room) : decadeTicks(axis, low, high, room);
    const [from, to] = axis.log ? [10 ** low, 10 ** high] : [low, high];
    const least = (to - from) / Math.max(room, 1);
    const step = niceStep(axis.whole ? Math.max(1, least) : least);
    const made = [];
    for (let k = Math.ceil(from / step); k * step <= to * (1 + 1e-12) && made.length < 40; k++) {
        const value = Number((k * step).toPrecision(12));
        made.push([axis.log ? Math.log10(value) : value, rounded(value, 6)]);
    }
    return made.filter(([u]) => Number.isFinite(u));
}

function nameTicks(axis, low, high, room) {
    const every = Math.ceil(axis.names.length / Math.max(room * 2, 1));
    const most = innerWidth < 640 ? 15 : 26;
    const cut = (name) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);
    const made = axis.names.map((name, index) => [index, cut(name)]);
    return made.filter(([u]) => u % every === 0 && u >= low && u <= high);
}

function decadeTicks(axis, low, high, room) {
    const every = Math.max(1, Math.ceil((high - low) / Math.max(room, 1)));
    const made = [];
    for (let power = Math.max(Math.ceil(low), axis.whole ? 0 : -Infinity); power <= high; power++) if (power % every === 0) made.push([power, decade(power)]);
    return made;
}

/** 1, 2 and 5 times powers of ten, or fewer of them. */
function stepTicks(axis, low, high, room) {
    const factors = [[1, 2, 5], [1, 3], [1]].find((factors) => (high - low) * factors.length <= room) ?? [1];
    const made = [];
    for (let power = Math.max(Math.floor(low), axis.whole ? 0 : -Infinity); power <= high; power++) {
        for (const factor of factors) made.push([power + Math.log10(factor), rounded(Number(`${factor}e${power}`), 2)]);
    }
    return made.filter(([unit]) => unit >= low && unit <= high);
}

/** The least of 1, 2, 5 times a power of ten that is not below a number. */
function niceStep(least) {
    const power = 10 ** Math.floor(Math.log10(least || 1));
    return [1, 2, 5, 10].find((factor) => factor * power >= least * 0.999) * power;
}

/** Linear between neighbours: NumPy's default, of rising numbers that may end with infinities. */
function quantile(rising, share) {
    if (!rising.length) return null;
    const at = share * (rising.length - 1);
    const [below, part] = [Math.floor(at), at % 1];
    const [low, high] = [rising[below], rising[Math.min(below + 1, rising.length - 1)]];
    return part === 0 || low === high ? low : low * (1 - part) + high * part;
}

/** Lower quartile, median, upper quartile; `null` where there is no number. */
function quartiles(values) {
    const rising = values.slice().sort((a, b) => a - b);
    return [0.25, 0.5, 0.75].map((share) => quantile(rising, share));
}

// Viridis (Smith & van der Walt 2015) at nine even places; Okabe & Ito's colours (2008) for names.
const VIRIDIS = ["440154", "472d7b", "3b528b", "2c728e", "21918c", "28ae80", "5ec962", "addc30", "fde725"].map((text) =>
    [0, 2, 4].map((at) => parseInt(text.slice(at, at + 2), 16)),
);
const NAMED = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/** Colours that the style sheet gives, read again when they change. */
const theme = {};
function readTheme() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["ink", "quiet", "line", "paper", "diverged", "accent"]) {
        theme[name] = style.getPropertyValue(`--${name}`).trim();
    }
    theme.isDark = style.getPropertyValue("--dark").trim() === "1";
}

/** A share of the continuous scale, whose ends that the paper would swallow are left out. */
function viridis(share) {
    const [from, to] = theme.isDark ? [0.28, 1] : [0, 0.9];
    const at = (from + Math.min(1, Math.max(0, share)) * (to - from)) * 8;
    const [below, part] = [Math.min(7, Math.floor(at)), at - Math.min(7, Math.floor(at))];
    const mixed = VIRIDIS[below].map((c, i) => Math.round(c + (VIRIDIS[below + 1][i] - c) * part));
    return `rgb(${mixed.join(",")})`;
}

function nameColour(index, count) {
    if (count > NAMED.length + 1) return viridis(index / (count - 1));
    return NAMED[index] ?? theme.ink;
}

/** The colour of a value on an axis. */
function colourOf(axis, value) {
    if (!axis) return theme.accent;
    if (value === null || value === undefined || Number.isNaN(value)) return theme.quiet;
    if (axis.names) return nameColour(value, axis.names.length);
    return viridis((axis.unit(value) - axis.low) / (axis.high - axis.low));
}

/** Draws what colours mean: a bar for numbers, swatches for names. */
function drawKey(host, axis, title) {
    host.replaceChildren();
    if (!axis) return;
    host.append(element("span", { className: "keyname" }, title));
    if (axis.names) {
        axis.names.forEach((name, index) => {
            const swatch = element("i");
            swatch.style.background = nameColour(index, axis.names.length);
            host.append(element("span", { className: "swatch" }, swatch, name));
        });
        return;
    }
    const bar = element("div", { className: "colours" });
    const stops = Array.from({ length: 17 }, (_, k) => viridis(k / 16));
    bar.style.background = `linear-gradient(to right, ${stops.join(",")})`;
    for (const [unit, text] of ticks(axis, axis.low, axis.high, 4)) {
        const mark = element("span", {}, text);
        mark.style.left = `${(100 * (unit - axis.low)) / (axis.high - axis.low)}%`;
        bar.append(mark);
    }
    host.append(bar);
}
