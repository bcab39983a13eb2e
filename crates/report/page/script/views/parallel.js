// Parallel coordinates: an axis for each swept parameter and each outcome, a line per item.

import { clamped } from "../canvas/axis.js";
import { axisOf } from "../selection/axis.js";
import { colouring, quantities } from "../selection/choice.js";
import { colourOf, theme } from "../canvas/colours.js";
import { column, parameter, PARAMETERS, shortName } from "../data/columns.js";
import { FINAL } from "../data/data.js";
import { byId, caption, contextOf, element, heading, tip } from "../elements.js";
import { filtered, shown } from "../selection/filter.js";
import { describe, isGrouped, valueOf } from "../selection/items.js";
import { drawKey } from "../canvas/key.js";
import { words } from "../data/numbers.js";
import { listenToKeys } from "../canvas/keys.js";
import { choose } from "../selection/settings.js";
import { changed, hover, state, toggle, views } from "../selection/state.js";
import { drawAxis, heightOf, lineNear, PAD, stroke, unitAt } from "./uprights.js";

/** @import { Item } from "../selection/state.js" */
/** @import { Crossing, Upright } from "./uprights.js" */

/**
 * A drag along an axis, or a press beside all of them.
 * @typedef {object} Drag
 * @property {Upright | undefined} axis
 * @property {number} from
 * @property {[number, number] | undefined} before the range before it
 */

/** How near an axis must be to a pointer. */
const NEAR_AXIS = 12;
/** The least length of a drag, in pixels. */
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
        choose("parallel.color", "colour", choice, parallelView, "color"),
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
    const outcomes = [...new Set(["steps", FINAL, "val_loss", "val_accuracy"])].filter(column).map((name) => ({ name, title: words(name) }));
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
 * The line of an item. A diverged item goes to the × above the axis of the loss.
 * @param {Item} item
 * @returns {Crossing}
 */
function crossingOf(item) {
    const isGone = item.diverged === item.rows.length;
    /** @type {[number, number][]} */
    const corners = [];
    const { axes, height } = parallelView;
    for (const { name, x, axis } of axes) {
        const value = valueOf(item, name);
        if (name === FINAL && isGone) corners.push([x, PAD.top - 12]);
        else if (value !== null && Number.isFinite(axis.unit(value))) corners.push([x, heightOf(axis, clamped(axis, axis.unit(value)), height)]);
        else if (value === 0 && axis.log) corners.push([x, heightOf(axis, axis.low, height)]);
    }
    return { item, corners, isGone };
}

/** @param {HTMLElement} key */
function draw(key) {
    layOut();
    const context = sized(canvas);
    sized(overlay);
    const color = colouring(parallelView.color);
    const strong = new Set(shown());
    const colours = color ? axisOf(color, { pad: 0 }) : null;
    const lines = filtered().map(crossingOf);
    parallelView.lines = lines.filter(({ item }) => strong.has(item));
    for (const line of lines) if (!strong.has(line.item)) stroke(context, line, theme.line, 0.5);
    const alpha = Math.max(0.07, Math.min(0.9, 120 / parallelView.lines.length));
    for (const line of parallelView.lines) {
        const value = line.isGone && column(color) ? NaN : valueOf(line.item, color);
        stroke(context, line, Number.isNaN(value) ? theme.diverged : colourOf(colours, value), alpha);
    }
    parallelView.axes.forEach((one) => drawAxis(context, one, parallelView.height));
    drawKey(key, colours, shortName(color));
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
    listenToKeys(canvas, canvas, { count: () => parallelView.lines.length, row: stopsOf }, null);
}

/**
 * The places of a line that keys go to: where it crosses an axis.
 * @param {number} index
 */
function stopsOf(index) {
    const { item, corners } = parallelView.lines[index];
    return corners.map(([x, y]) => ({ x, y, found: () => ({ items: [item], lines: describe(item), mark: () => {} }) }));
}

/** @param {number} x */
const axisNear = (x) => parallelView.axes.find((one) => Math.abs(one.x - x) < NEAR_AXIS);

/** @param {PointerEvent} event */
function onMove({ offsetX: x, offsetY: y, clientX, clientY }) {
    const { drag } = parallelView;
    if (drag?.axis && Math.abs(y - drag.from) > DRAG) return keepRange(drag.axis, drag.from, y);
    const line = lineNear(parallelView.lines, x, y);
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
    const line = drag && !drag.axis && lineNear(parallelView.lines, x, y);
    if (line) toggle([line.item]);
}

/** The browser used the drag for something else, such as a scroll: it ends, and the range does not change. */
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
    const units = [from, to].map((y) => unitAt(axis, y, parallelView.height));
    const [low, high] = units.sort((a, b) => a - b).map((unit) => axis.value(unit));
    state.ranges.set(name, [low, high]);
    changed();
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
