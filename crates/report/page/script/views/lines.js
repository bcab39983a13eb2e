// A view of lines over steps: its controls, its words.

import { axisOf } from "../selection/axis.js";
import { colouring, quantities } from "../selection/choice.js";
import { IS_SAMPLE, parameter } from "../data/columns.js";
import { DATA } from "../data/data.js";
import { byId, caption, heading } from "../elements.js";
import { shown } from "../selection/filter.js";
import { isPooled, runNoun, valueOf } from "../selection/items.js";
import { drawKey } from "../canvas/key.js";
import { counted } from "../data/numbers.js";
import { makePlot, mark, showPlot } from "../canvas/plot.js";
import { choose } from "../selection/settings.js";
import { state, views } from "../selection/state.js";
import { nearCurve, stopsOf } from "./pointer.js";
import { drawLines, markCurve } from "./strokes.js";
import { lineAxes, lineOf } from "./traces.js";

/** @import { Choice } from "../elements.js" */
/** @import { Item } from "../selection/state.js" */
/** @import { Line, LineView } from "./traces.js" */

/** @type {Choice[]} */
const SCALES = [["log", "logarithmic"], ["linear", "linear"]];
/** @type {Choice[]} */
const SMOOTHING = [[0, "off"], [0.6, "0.6"], [0.9, "0.9"], [0.97, "0.97"]];

/**
 * Adds a view of lines to the page: its curves, its words, and how it starts.
 * @param {LineView} view
 */
export function makeLines(view) {
    const section = byId(view.id);
    const choice = quantities();
    view.color = DATA.start.lines ?? "";
    const key = heading(
        section,
        view.heading,
        ...(view.metrics.length > 1 ? [choose(`${view.id}.metric`, "metric", view.metrics, view, "metric", view.follow)] : []),
        choose(`${view.id}.x`, "steps", SCALES, view, "x"),
        choose(`${view.id}.y`, "values", SCALES, view, "y"),
        choose(`${view.id}.smoothing`, "smoothing", SMOOTHING, view, "smoothing"),
        choose(`${view.id}.color`, "colour", view.color ? choice : [["", "–"], ...choice], view, "color"),
    );
    view.plot = makePlot(section, {
        height: () => (innerWidth < 640 ? 320 : view.height),
        label: `${view.heading} over steps, a line per run`,
        draw: (frame) => drawLines(view, frame),
        near: (frame, x, y) => nearCurve(view, frame, x, y),
        stops: { count: () => view.lines.length, row: (frame, index) => stopsOf(view, frame, index), fromEnd: true },
    });
    const note = caption();
    section.append(note);
    views.push({ draw: () => showLines(view, key, note), hover: () => hoverLine(view) });
}

/**
 * @param {LineView} view
 * @param {HTMLElement} key
 * @param {HTMLElement} note
 */
function showLines(view, key, note) {
    const all = shown();
    const drawn = all.filter((item) => item.rows.some((row) => view.curves.has(row)));
    const axes = lineAxes(view, drawn);
    view.colouring = colouring(view.color);
    const isSwept = view.colouring && (parameter(view.colouring)?.varies ?? true);
    view.colourAxis = isSwept ? axisOf(view.colouring, { pad: 0 }) : null;
    view.lines = drawn.map((item) => lineOf(view, item, axes));
    /** @param {Line} line */
    const order = (line) => valueOf(line.item, view.colouring) ?? 0;
    if (isSwept) view.lines.sort((a, b) => order(a) - order(b));
    drawKey(key, view.colourAxis, parameter(view.colouring)?.short ?? view.colouring);
    showPlot(view.plot, axes.x, axes.y);
    note.textContent = lineWords(view, all.length, drawn);
}

/**
 * @param {LineView} view
 * @param {number} count
 * @param {Item[]} drawn
 */
function lineWords(view, count, drawn) {
    const words = [drawn.length < count ? `${counted(drawn.length, "curve")} of ${count} shown` : `${count} shown`];
    const exits = view.lines.flatMap(({ main, gone }) => [main, ...gone]).filter((line) => line.exit);
    if (drawn.some((item) => item.rows.length > 1)) words.push(`line: median over ${pooledWords()}, band: quartiles`);
    if (view.lines.some(({ gone }) => gone.length)) words.push(`thin: the ${runNoun()}s that diverged beside them`);
    if (view.lines.some(({ limit }) => limit !== null)) words.push(`dashed: ${view.limit} of each run, ${view.meaning}`);
    if (exits.some((line) => line.isGone)) words.push("× where a diverging run leaves or ends");
    if (exits.some((line) => !line.isGone)) words.push("arrow: a line goes on above");
    if (view.smoothing) words.push(`smoothed by an exponential average, factor ${view.smoothing}`);
    words.push("drag to zoom, double-click to undo, click a line to pin it");
    return `${words.join(" · ")}.`;
}

/** What medians are over. */
function pooledWords() {
    const held = IS_SAMPLE ? " that this page holds" : "";
    return isPooled() ? `the runs${held} of one ${parameter(state.group)?.short}` : "seeds";
}

/** @param {LineView} view */
function hoverLine(view) {
    const line = view.lines.find((one) => one.item === state.hovered);
    mark(view.plot, line && ((frame) => markCurve(frame, line)));
}
