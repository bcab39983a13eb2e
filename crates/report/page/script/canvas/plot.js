// A chart: uPlot provides axes, zoom (drag; a double click undoes it), sizes and the cursor; the content is drawn here.

import uPlot from "uplot";
import { breakOf, makeAxis } from "./axis.js";
import { theme } from "./colours.js";
import { contextOf, element, tip } from "../elements.js";
import { KEYS, listenToKeys } from "./keys.js";
import { FONT } from "./marks.js";
import { hover, toggle } from "../selection/state.js";
import { zooms } from "../selection/zooms.js";
import { marks, ticks } from "./ticks.js";

/** @import { Axis } from "./axis.js" */
/** @import { Stops, Zoom } from "./keys.js" */
/** @import { Item } from "../selection/state.js" */
/** @import { Tick } from "./ticks.js" */

/**
 * Where to draw, in device pixels.
 * @typedef {object} Frame
 * @property {CanvasRenderingContext2D} context
 * @property {number} ratio device pixels in a CSS pixel
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {(unit: number) => number} px the place of a unit across
 * @property {(unit: number) => number} py the place of a unit up
 * @property {Axis} x
 * @property {Axis} y
 */

/**
 * What is near a pointer.
 * @typedef {object} Found
 * @property {Item[]} items what a click pins
 * @property {string[]} lines what is said of it
 * @property {(frame: Frame) => void} mark shows it
 */

/**
 * @typedef {object} Plot
 * @property {uPlot} u
 * @property {Axis} x
 * @property {Axis} y
 * @property {Tick[]} xticks
 * @property {Tick[]} yticks
 * @property {HTMLElement} box
 * @property {HTMLCanvasElement} overlay
 * @property {Found | null} found
 * @property {string} key what the axes are; empty before there are any
 * @property {number[] | null} wanted the zoom that the next drawing is to have, as in `Zoomed`; `null` for the one it has
 */

/**
 * @typedef {object} PlotOptions
 * @property {() => number} height in CSS pixels
 * @property {string} label a description of the chart for screen readers
 * @property {(frame: Frame) => void} draw
 * @property {(frame: Frame, x: number, y: number) => Found | null} near what is near a point in device pixels
 * @property {PlotStops} stops the places that the arrow keys go to
 */

/**
 * The places of a chart in rows, in device pixels.
 * @typedef {object} PlotStops
 * @property {() => number} count how many rows there are
 * @property {(frame: Frame, index: number) => { at: [x: number, y: number], found: () => Found }[]} row from left to right
 * @property {boolean} [fromEnd] whether the last place of a row is the first that keys go to
 */

/** @type {Plot[]} */
export const plots = [];

/**
 * A chart in `host`.
 * @param {HTMLElement} host
 * @param {PlotOptions} options
 */
export function makePlot(host, { height, label, draw, near, stops }) {
    const box = element("div", { className: "plot", tabIndex: 0, role: "application", "aria-roledescription": "chart", "aria-label": `${label}; ${KEYS}` });
    const overlay = element("canvas", { className: "overlay" });
    host.append(box);
    const made = { x: makeAxis({}), y: makeAxis({}), xticks: [], yticks: [], box, overlay, found: null, key: "", wanted: null };
    const plot = /** @type {Plot} */ (/** @type {unknown} */ (made));
    /** @type {(u: uPlot, low: number, high: number) => [number, number]} */
    const range = (_, low, high) => [low, high];
    /** @type {uPlot.Options} */
    const options = {
        width: Math.max(280, host.clientWidth),
        height: height(),
        padding: [10, 22, 0, 0],
        legend: { show: false },
        scales: { x: { time: false, range }, y: { range } },
        series: [{}, { paths: () => null, points: { show: false } }],
        axes: [side(plot, "x"), side(plot, "y")],
        cursor: { points: { show: false }, x: false, y: false, drag: { x: true, y: true, uni: 24, dist: 6 } },
        hooks: { draw: [(u) => drawClipped(plot, u, draw)], setSize: [() => plot.u && sizeOverlay(plot)], setScale: [() => dispatchEvent(new Event("zoom"))] },
    };
    plot.u = new uPlot(options, [[0, 1], [0, 1]], box);
    plot.u.over.append(overlay);
    sizeOverlay(plot);
    listen(plot, near);
    listenToKeys(box, plot.u.over, stopsOn(plot, stops), zoomOf(plot));
    new ResizeObserver(() => {
        if (host.clientWidth > 0 && host.clientWidth !== plot.u.width) plot.u.setSize({ width: host.clientWidth, height: height() });
    }).observe(host);
    plots.push(plot);
    zooms.push({ ends: () => plot.wanted ?? endsOf(plot), want: (ends) => void (plot.wanted = ends) });
    return plot;
}

/**
 * An axis as uPlot draws it.
 * @param {Plot} plot
 * @param {"x" | "y"} which
 * @returns {uPlot.Axis}
 */
function side(plot, which) {
    const labels = /** @type {const} */ (`${which}ticks`);
    return {
        scale: which,
        splits: (u, _, low, high) => {
            plot[labels] = ticks(plot[which], low, high, which === "x" ? u.width / 80 : u.height / 45);
            return plot[labels].map(([unit]) => unit);
        },
        values: () => plot[labels].map(([, text]) => text),
        stroke: () => theme.quiet,
        font: `13px ${FONT}`,
        labelFont: `14px ${FONT}`,
        label: " ",
        labelSize: 24,
        grid: { stroke: () => theme.line, width: 1 },
        ticks: { show: false },
        border: { show: true, stroke: () => theme.ink, width: 1 },
        size: which === "x" ? 26 : (_, texts) => 14 + Math.max(24, ...(texts ?? []).map(widthOf)),
    };
}

/**
 * Room for a label beside an axis, in CSS pixels.
 * @param {string} text
 */
const widthOf = (text) => Math.min(innerWidth < 640 ? 110 : 190, 7.2 * [...text].length);

/**
 * Sets the axes of a chart and draws it. The zoom stays if the axes stay.
 * @param {Plot} plot
 * @param {Axis} x
 * @param {Axis} y
 */
export function showPlot(plot, x, y) {
    const key = [x, y].map(({ low, high, log, title }) => [low, high, log, title]).join();
    const { u, wanted } = plot;
    Object.assign(plot, { x, y, wanted: null });
    if (key === plot.key && !wanted) return u.redraw(false);
    plot.key = key;
    u.axes[0].label = x.title;
    u.axes[1].label = y.title;
    u.setData([[x.low, x.high], [y.low, y.high]]);
    if (!wanted?.length) return;
    u.setScale("x", { min: wanted[0], max: wanted[1] });
    u.setScale("y", { min: wanted[2], max: wanted[3] });
}

/**
 * The zoom of a chart, as in `Zoomed`.
 * @param {Plot} plot
 */
function endsOf(plot) {
    if (!plot.key) return [];
    const [x, y] = [rangeOf(plot, "x"), rangeOf(plot, "y")];
    const isWhole = x.low === plot.x.low && x.high === plot.x.high && y.low === plot.y.low && y.high === plot.y.high;
    return isWhole ? [] : [x.low, x.high, y.low, y.high].map((unit) => Number(unit.toPrecision(6)));
}

/**
 * The frame of a chart on a canvas; `left` and `top` are the chart's position on it.
 * @param {Plot} plot
 * @param {CanvasRenderingContext2D} context
 * @param {number} left
 * @param {number} top
 * @returns {Frame}
 */
function frameOn(plot, context, left, top) {
    const [x, y] = [rangeOf(plot, "x"), rangeOf(plot, "y")];
    const { width, height } = plot.u.bbox;
    const [kx, ky] = [width / (x.high - x.low), height / (y.high - y.low)];
    return {
        context, ratio: devicePixelRatio, left, top, width, height,
        px: (unit) => left + (unit - x.low) * kx,
        py: (unit) => top + height - (Math.max(unit, y.low - 1e3) - y.low) * ky,
        x: plot.x,
        y: plot.y,
    };
}

/**
 * The units that are in view.
 * @param {Plot} plot
 * @param {"x" | "y"} which
 */
function rangeOf(plot, which) {
    const { min = 0, max = 1 } = plot.u.scales[which];
    return { low: min, high: max };
}

/**
 * Where to draw over a chart.
 * @param {Plot} plot
 */
export const frameOver = (plot) => frameOn(plot, contextOf(plot.overlay), 0, 0);

/**
 * @param {Plot} plot
 * @param {uPlot} u
 * @param {(frame: Frame) => void} draw
 */
function drawClipped(plot, u, draw) {
    if (!plot.key) return;
    const { left, top, width, height } = u.bbox;
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(left, top - 1, width, height + 1);
    u.ctx.clip();
    draw(frameOn(plot, u.ctx, left, top));
    u.ctx.restore();
    drawMarks(plot, u);
}

/**
 * The marks between labels, inside of the frame, and the breaks before an extra position of 0.
 * @param {Plot} plot
 * @param {uPlot} u
 */
function drawMarks(plot, u) {
    const { left, top, height } = u.bbox;
    const { context, ratio, px, py } = frameOn(plot, u.ctx, left, top);
    const [across, up] = [rangeOf(plot, "x"), rangeOf(plot, "y")];
    context.save();
    context.strokeStyle = theme.quiet;
    context.lineWidth = ratio;
    context.beginPath();
    for (const unit of marks(plot.x, across.low, across.high, plot.xticks)) line(px(unit), top + height, px(unit), top + height - 4 * ratio);
    for (const unit of marks(plot.y, up.low, up.high, plot.yticks)) line(left, py(unit), left + 4 * ratio, py(unit));
    context.stroke();
    context.strokeStyle = theme.ink;
    context.lineWidth = 1.5 * ratio;
    context.beginPath();
    const [xBreak, yBreak] = [breakOf(plot.x), breakOf(plot.y)];
    for (const gap of [-2 * ratio, 2 * ratio]) {
        const [aside, arm] = [2 * ratio, 5 * ratio];
        if (xBreak !== null && xBreak > across.low && xBreak < across.high) {
            const x = px(xBreak) + gap;
            line(x - aside, top + height + arm, x + aside, top + height - arm);
        }
        if (yBreak !== null && yBreak > up.low && yBreak < up.high) {
            const y = py(yBreak) + gap;
            line(left - arm, y + aside, left + arm, y - aside);
        }
    }
    context.stroke();
    context.restore();

    /**
     * @param {number} x
     * @param {number} y
     * @param {number} toX
     * @param {number} toY
     */
    function line(x, y, toX, toY) {
        context.moveTo(x, y);
        context.lineTo(toX, toY);
    }
}

/** @param {Plot} plot */
function sizeOverlay({ overlay, u }) {
    overlay.width = u.bbox.width;
    overlay.height = u.bbox.height;
}

/**
 * Draws over a chart without drawing it again; clears the overlay if nothing is given.
 * @param {Plot} plot
 * @param {((frame: Frame) => void) | null | undefined} draw
 */
export function mark(plot, draw) {
    contextOf(plot.overlay).clearRect(0, 0, plot.overlay.width, plot.overlay.height);
    if (draw && plot.key) draw(frameOver(plot));
}

/**
 * @param {Plot} plot
 * @param {PlotOptions["near"]} near
 */
function listen(plot, near) {
    const { over } = plot.u;
    /** @type {[number, number] | null} */
    let pressed = null;
    /** @param {MouseEvent} event */
    const find = (event) => {
        const at = over.getBoundingClientRect();
        const ratio = devicePixelRatio;
        plot.found = plot.key ? near(frameOver(plot), (event.clientX - at.left) * ratio, (event.clientY - at.top) * ratio) : null;
        tip(plot.found?.lines, event.clientX, event.clientY);
        hover(plot.found?.items.length === 1 ? plot.found.items[0] : null);
        mark(plot, plot.found?.mark);
    };
    over.addEventListener("pointermove", find);
    over.addEventListener("pointerleave", () => {
        tip(null);
        hover(null);
        mark(plot, null);
    });
    over.addEventListener("pointerdown", (event) => {
        pressed = [event.clientX, event.clientY];
    });
    over.addEventListener("click", (event) => {
        const isDrag = pressed && Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 5;
        find(event);
        if (!isDrag && plot.found) toggle(plot.found.items);
    });
}

/**
 * The places that keys go to, in CSS pixels: those in view.
 * @param {Plot} plot
 * @param {PlotOptions["stops"]} stops
 * @returns {Stops}
 */
function stopsOn(plot, { count, row, fromEnd }) {
    /** @param {number} index */
    const inView = (index) => {
        const frame = frameOver(plot);
        const { ratio, width, height } = frame;
        const places = plot.key ? row(frame, index) : [];
        const seen = places.filter(({ at: [x, y] }) => x >= -1 && x <= width + 1 && y >= -1 && y <= height + 1);
        const told = (/** @type {Found} */ { items, lines, mark: show }) => ({ items, lines, mark: () => mark(plot, show) });
        return seen.map(({ at: [x, y], found }) => ({ x: x / ratio, y: y / ratio, found: () => told(found()) }));
    };
    return { count: () => (plot.key ? count() : 0), row: inView, fromEnd };
}

/**
 * @param {Plot} plot
 * @returns {Zoom}
 */
function zoomOf(plot) {
    const { u } = plot;
    return {
        by: (factor, stop) => {
            const { ratio, width, height } = frameOver(plot);
            const shares = { x: stop ? (stop.x * ratio) / width : 0.5, y: stop ? 1 - (stop.y * ratio) / height : 0.5 };
            for (const which of /** @type {const} */ (["x", "y"])) {
                const { low, high } = rangeOf(plot, which);
                const fixed = low + shares[which] * (high - low);
                const [min, max] = [low, high].map((end) => fixed + (end - fixed) * factor);
                u.setScale(which, { min: Math.max(min, plot[which].low), max: Math.min(max, plot[which].high) });
            }
        },
        undo: () => u.setData(u.data),
    };
}
