// Parallel coordinates: an axis per swept parameter and for what came of it, a line per item.

import { clamped, shareOf } from "../axis.js";
import { quantities } from "../choice.js";
import { colourOf, theme } from "../colours.js";
import { axisOf, column, parameter, PARAMETERS, shortName } from "../columns.js";
import { FINAL } from "../data.js";
import { byId, caption, chooser, contextOf, element, heading, tip } from "../elements.js";
import { filtered, shown } from "../filter.js";
import { describe, isGrouped, items, valueOf } from "../items.js";
import { drawKey } from "../key.js";
import { cross, FONT, haloed } from "../marks.js";
import { words } from "../numbers.js";
import { onKey } from "../plot.js";
import { changed, hover, state, toggle, views } from "../state.js";
import { ticks } from "../ticks.js";

/** @import { Axis } from "../axis.js" */
/** @import { Item } from "../state.js" */

/**
 * An axis at its place.
 * @typedef {object} Upright
 * @property {string} name parameter or column
 * @property {string} title
 * @property {number} x
 * @property {Axis} axis
 * @property {boolean} isFirst
 */

/**
 * The line of an item.
 * @typedef {object} Crossing
 * @property {Item} item
 * @property {[x: number, y: number][]} corners
 * @property {boolean} isGone whether all its runs diverged
 */

/**
 * A drag along an axis, or a press beside all of them.
 * @typedef {object} Drag
 * @property {Upright | undefined} axis
 * @property {number} from
 * @property {[number, number] | undefined} before the range before it
 */

const PAD = { top: 44, bottom: 16, right: 84 };
/** How near a line, and how near an axis, must be to a pointer. */
const NEAR_LINE = 8;
const NEAR_AXIS = 12;
/** Pixels that a drag has at least. */
const DRAG = 3;

/** Sizes and places are in CSS pixels. */
export const parallelView = {
    color: "",
    width: 0,
    height: 0,
    /** The width that there was when it was drawn. */
    room: -1,
    /** @type {Upright[]} */
    axes: [],
    /** @type {Crossing[]} */
    lines: [],
    /** @type {Drag | null} */
    drag: null,
};

const canvas = element("canvas", { tabIndex: 0, role: "application", "aria-roledescription": "chart", "aria-label": "Parallel coordinates; arrow keys go from line to line, Enter pins" });
const overlay = element("canvas", { className: "overlay" });
const scroll = element("div", { className: "wide" }, element("div", { className: "stack" }, canvas, overlay));

export function makeParallel() {
    if (PARAMETERS.filter((one) => one.varies).length < 2) return;
    const section = byId("parallel");
    const choice = quantities();
    parallelView.color = column(FINAL) ? FINAL : String(choice[0][0]);
    const key = heading(
        section,
        "All parameters",
        chooser("colour", choice, parallelView.color, (value) => {
            parallelView.color = value;
            changed();
        }),
    );
    section.append(scroll, caption("Drag along an axis to keep a range, click the axis to let it go, click a line to pin it. Lines that end at × diverged."));
    listen();
    new ResizeObserver(() => {
        if (parallelView.room >= 0 && scroll.clientWidth !== parallelView.room) draw(key);
    }).observe(scroll);
    views.push({ draw: () => draw(key), hover: showHovered });
}

/** Places the axes; those of outcomes stand to the right. */
function layOut() {
    const swept = PARAMETERS.filter((one) => one.varies && !isGrouped(one)).map((one) => ({ name: one.path, title: one.short }));
    const outcomes = ["steps", FINAL, "val_loss", "val_accuracy"].filter(column).map((name) => ({ name, title: words(name) }));
    const all = [...swept, ...outcomes];
    const left = roomAtLeft(all[0].name);
    const room = scroll.clientWidth;
    const width = Math.max(room, (all.length - 1) * 96 + left + PAD.right);
    const gap = (width - left - PAD.right) / Math.max(all.length - 1, 1);
    const axes = all.map(({ name, title }, k) => ({ name, title, x: left + k * gap, axis: axisOf(name, { pad: 0 }), isFirst: !k }));
    Object.assign(parallelView, { room, width, height: innerWidth < 640 ? 280 : 360, axes });
}

/**
 * Room for the labels of the first axis.
 * @param {string} name
 */
function roomAtLeft(name) {
    const names = parameter(name)?.names;
    return names ? 20 + Math.min(innerWidth < 640 ? 105 : 170, Math.max(...names.map((one) => 7 * one.length))) : 58;
}

/**
 * Gives a canvas the size of the view.
 * @param {HTMLCanvasElement} which
 */
function sized(which) {
    const { width, height } = parallelView;
    const ratio = devicePixelRatio;
    which.width = width * ratio;
    which.height = height * ratio;
    which.style.width = `${width}px`;
    which.style.height = `${height}px`;
    const context = contextOf(which);
    context.scale(ratio, ratio);
    return context;
}

/**
 * The height of a unit on an axis.
 * @param {Axis} axis
 * @param {number} unit
 */
const heightOf = (axis, unit) => parallelView.height - PAD.bottom - shareOf(axis, unit) * (parallelView.height - PAD.top - PAD.bottom);

/**
 * The line of an item; what diverged goes to the × above the axis of the loss.
 * @param {Item} item
 * @returns {Crossing}
 */
function crossingOf(item) {
    const isGone = item.diverged === item.rows.length;
    /** @type {[number, number][]} */
    const corners = [];
    for (const { name, x, axis } of parallelView.axes) {
        const value = valueOf(item, name);
        if (name === FINAL && isGone) corners.push([x, PAD.top - 12]);
        else if (value !== null && Number.isFinite(axis.unit(value))) corners.push([x, heightOf(axis, clamped(axis, axis.unit(value)))]);
        else if (value === 0 && axis.log) corners.push([x, heightOf(axis, axis.low)]);
    }
    return { item, corners, isGone };
}

/** @param {HTMLElement} key */
function draw(key) {
    layOut();
    const context = sized(canvas);
    sized(overlay);
    const { color } = parallelView;
    const strong = new Set(shown());
    const colours = axisOf(color, { pad: 0 });
    const lines = filtered().map(crossingOf);
    parallelView.lines = lines.filter(({ item }) => strong.has(item));
    for (const line of lines) if (!strong.has(line.item)) stroke(context, line, theme.line, 0.5);
    const alpha = Math.max(0.07, Math.min(0.9, 120 / parallelView.lines.length));
    for (const line of parallelView.lines) {
        const value = line.isGone && column(color) ? NaN : valueOf(line.item, color);
        stroke(context, line, Number.isNaN(value) ? theme.diverged : colourOf(colours, value), alpha);
    }
    parallelView.axes.forEach((one) => drawAxis(context, one));
    drawKey(key, colours, shortName(color));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Crossing} line
 * @param {string} colour
 * @param {number} alpha
 */
function stroke(context, { corners }, colour, alpha, width = 1.1) {
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    corners.forEach(([x, y], k) => {
        if (!k) return context.moveTo(x, y);
        const [x0, y0] = corners[k - 1];
        const middle = (x0 + x) / 2;
        context.bezierCurveTo(middle, y0, middle, y, x, y);
    });
    context.stroke();
    context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Upright} one
 */
function drawAxis(context, { name, title, x, axis, isFirst }) {
    context.strokeStyle = theme.ink;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, PAD.top);
    context.lineTo(x, parallelView.height - PAD.bottom);
    context.stroke();
    context.textAlign = "center";
    context.fillStyle = theme.ink;
    context.font = `13px ${FONT}`;
    context.fillText(title, x, 16);
    context.textAlign = isFirst ? "right" : "left";
    context.fillStyle = theme.quiet;
    context.font = `12px ${FONT}`;
    for (const [unit, text] of ticks(axis, axis.low, axis.high, axis.names ? 12 : 6)) {
        const y = heightOf(axis, unit);
        haloed(context, text, x + (isFirst ? -8 : 7), y + 4);
        context.fillRect(x - 3, Math.round(y), 6, 1);
    }
    if (name === FINAL && items.some((item) => item.diverged)) {
        context.textAlign = "left";
        cross({ context, ratio: 1 }, x, PAD.top - 12);
        haloed(context, "diverged", x + 8, PAD.top - 8);
    }
    const range = state.ranges.get(name);
    if (range) drawRange(context, x, range.map((value) => heightOf(axis, clamped(axis, axis.unit(value)))));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number[]} ends
 */
function drawRange(context, x, [low, high]) {
    context.fillStyle = theme.accent;
    context.globalAlpha = 0.28;
    context.fillRect(x - 8, Math.min(low, high) - 2, 16, Math.abs(high - low) + 4);
    context.globalAlpha = 1;
}

function listen() {
    canvas.addEventListener("pointerdown", (event) => {
        const axis = axisNear(event.offsetX);
        parallelView.drag = { axis, from: event.offsetY, before: axis && state.ranges.get(axis.name) };
        if (axis) canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", onMove);
    canvas.addEventListener("pointerup", onRelease);
    canvas.addEventListener("pointercancel", onCancel);
    canvas.addEventListener("pointerleave", () => {
        tip(null);
        hover(null);
    });
    canvas.addEventListener("keydown", (event) => onKey(event, () => parallelView.lines.map((line) => line.item)));
}

/** @param {number} x */
const axisNear = (x) => parallelView.axes.find((one) => Math.abs(one.x - x) < NEAR_AXIS);

/** @param {PointerEvent} event */
function onMove({ offsetX: x, offsetY: y, clientX, clientY }) {
    const { drag } = parallelView;
    if (drag?.axis && Math.abs(y - drag.from) > DRAG) return keepRange(drag.axis, drag.from, y);
    const line = lineNear(x, y);
    canvas.style.cursor = axisNear(x) ? "ns-resize" : line ? "pointer" : "default";
    tip(line && describe(line.item), clientX, clientY);
    hover(line && line.item);
}

/** @param {PointerEvent} event */
function onRelease({ offsetX: x, offsetY: y }) {
    const { drag } = parallelView;
    parallelView.drag = null;
    if (drag?.axis && Math.abs(y - drag.from) <= DRAG) {
        state.ranges.delete(drag.axis.name);
        changed();
    }
    const line = drag && !drag.axis && lineNear(x, y);
    if (line) toggle([line.item]);
}

/** The browser took the drag for something else, as a scroll: it ends, and leaves the range as it was. */
function onCancel() {
    const { drag } = parallelView;
    parallelView.drag = null;
    if (!drag?.axis) return;
    if (drag.before) state.ranges.set(drag.axis.name, drag.before);
    else state.ranges.delete(drag.axis.name);
    changed();
}

/**
 * Keeps what is between two heights of an axis.
 * @param {Upright} upright
 * @param {number} from
 * @param {number} to
 */
function keepRange({ name, axis }, from, to) {
    const { height } = parallelView;
    /** @param {number} y */
    const unit = (y) => axis.low + ((height - PAD.bottom - y) / (height - PAD.top - PAD.bottom)) * (axis.high - axis.low);
    const [low, high] = [unit(from), unit(to)].sort((a, b) => a - b).map((end) => axis.value(end));
    state.ranges.set(name, [low, high]);
    changed();
}

/**
 * @param {number} x
 * @param {number} y
 */
function lineNear(x, y) {
    /** @type {Crossing | null} */
    let best = null;
    let least = NEAR_LINE;
    for (const line of parallelView.lines) {
        for (let k = 1; k < line.corners.length; k++) {
            const [[x0, y0], [x1, y1]] = [line.corners[k - 1], line.corners[k]];
            if (x < x0 || x > x1) continue;
            const distance = Math.abs(bent(y0, y1, (x - x0) / (x1 - x0)) - y);
            if (distance < least) [best, least] = [line, distance];
        }
    }
    return best;
}

/**
 * The height of a Bézier curve with level ends at a share of its width, by bisection for its parameter.
 * @param {number} y0
 * @param {number} y1
 * @param {number} share
 */
function bent(y0, y1, share) {
    let [low, high] = [0, 1];
    for (let k = 0; k < 12; k++) {
        const t = (low + high) / 2;
        if (1.5 * t * (1 - t) + t ** 3 < share) low = t;
        else high = t;
    }
    const t = (low + high) / 2;
    return y0 + (y1 - y0) * (3 * t * t - 2 * t ** 3);
}

function showHovered() {
    const { lines, width, height } = parallelView;
    const context = contextOf(overlay);
    context.clearRect(0, 0, width, height);
    const line = lines.find((one) => one.item === state.hovered);
    if (!line) return;
    stroke(context, line, theme.paper, 1, 5);
    stroke(context, line, theme.ink, 1, 2.2);
}
