// The heat map.

import { makeAxis, spansDecade } from "../canvas/axis.js";
import { inScale } from "../selection/axis.js";
import { metricsFirst, quantities } from "../selection/choice.js";
import { isSteps, IS_SAMPLE, mayBeLog, parameter } from "../data/columns.js";
import { DATA, FINAL } from "../data/data.js";
import { byId, caption, heading } from "../elements.js";
import { isGrouped } from "../selection/items.js";
import { drawKey } from "../canvas/key.js";
import { isFiniteNumber } from "../data/numbers.js";
import { makePlot, mark, showPlot } from "../canvas/plot.js";
import { choose } from "../selection/settings.js";
import { state, views } from "../selection/state.js";
import { quantile } from "../data/statistics.js";
import { cellsOf, edges, outcomeName } from "./cells.js";
import { drawHeat, frameCell, heatOf, heatStops, nearHeat, SHARE, STATISTICS } from "./tiles.js";

/** @import { Axis } from "../canvas/axis.js" */
/** @import { Plot } from "../canvas/plot.js" */
/** @import { Places } from "./cells.js" */
/** @import { HeatView } from "./tiles.js" */

/** @type {HeatView} */
export const heatView = { x: "", y: "", color: FINAL, statistic: "median", map: null };

export function makeHeat() {
    const swept = quantities({ columns: false });
    const { across, up, cells } = DATA.start;
    if (!across || !up || swept.length < 2) return;
    Object.assign(heatView, { x: across, y: up, color: cells });
    const section = byId("heat");
    const key = heading(
        section,
        "Heat map",
        choose("heat.x", "across", swept, heatView, "x"),
        choose("heat.y", "up", swept, heatView, "y"),
        choose("heat.metric", "metric", metricsFirst(), heatView, "color"),
        choose("heat.statistic", "of the rest", Object.keys(STATISTICS).map((name) => [name, name]), heatView, "statistic"),
    );
    const plot = makePlot(section, {
        height: () => (innerWidth < 640 ? 320 : 480),
        label: "Heat map over two swept parameters",
        draw: (frame) => drawHeat(frame, heatView),
        near: (frame, x, y) => nearHeat(frame, heatView, x, y),
        stops: { count: () => heatView.map?.up.values.length ?? 0, row: (frame, index) => heatStops(frame, heatView, index) },
    });
    const note = caption();
    section.append(note);
    views.push({ draw: () => showHeat(plot, key, note), hover: () => markHeat(plot) });
}

/**
 * @param {Plot} plot
 * @param {HTMLElement} key
 * @param {HTMLElement} note
 */
function showHeat(plot, key, note) {
    const [x, y] = [parameter(heatView.x), parameter(heatView.y)];
    plot.box.hidden = !x || !y || x === y;
    if (!x || !y || x === y) {
        heatView.map = null;
        drawKey(key, null, "");
        note.textContent = "Choose two different parameters.";
        return;
    }
    const result = cellsOf(x, y, heatView.color);
    const { across, up } = result;
    const finite = result.cells.map((cell) => heatOf(cell, heatView.statistic)).filter(isFiniteNumber);
    const scaled = inScale(finite, heatView.color);
    const values = near(scaled);
    const colours = coloursOf(values, scaled);
    heatView.map = { x, y, across, up: up ?? across, cells: result.cells, isHeld: result.isHeld, colours, isCut: values.length < scaled.length };
    const isShare = heatView.statistic === SHARE;
    drawKey(key, values.length || isShare ? colours : null, scaleName(result.cells.every((cell) => cell.count === 1)));
    showPlot(plot, bounds(across), bounds(up ?? across));
    note.textContent = heatWords(heatView.map);
}

/**
 * The scale of colours.
 * @param {number[]} values what it is to hold
 * @param {number[]} all what is shown
 */
function coloursOf(values, all) {
    if (heatView.statistic === SHARE) return makeAxis({ values: [0, 1], pad: 0 });
    const log = mayBeLog(heatView.color) && spansDecade(values) && all.every((value) => value >= 0);
    const isOfSteps = isSteps(heatView.color);
    return makeAxis({ values, log, pad: 0, whole: isOfSteps, fit: !isOfSteps });
}

/**
 * What the scale of colours is of.
 * @param {boolean} isOne whether a cell is a run
 */
function scaleName(isOne) {
    if (heatView.statistic === SHARE) return SHARE;
    return isOne ? outcomeName(heatView.color) : `${heatView.statistic} ${outcomeName(heatView.color)}`;
}

/**
 * The axis of the bins, to the edges of their cells. If 0 has an extra position, the labels end before it.
 * @param {Places} places
 * @returns {Axis}
 */
function bounds({ axis, units }) {
    const ends = edges(units);
    return { ...axis, span: axis.span ?? [axis.low, axis.high], low: ends[0], high: ends[units.length] };
}

/**
 * Values without a few outliers: a scale that held them would show nothing else.
 * @param {number[]} values
 */
function near(values) {
    const place = values.every((value) => value > 0) ? Math.log : Number;
    const places = values.map(place).sort((a, b) => a - b);
    const [low, high] = [quantile(places, 0.05) ?? 0, quantile(places, 0.95) ?? 0];
    const reach = 0.75 * (high - low);
    return reach ? values.filter((value) => place(value) >= low - reach && place(value) <= high + reach) : values;
}

/** @param {NonNullable<HeatView["map"]>} map */
function heatWords({ across, up, cells, isHeld, isCut }) {
    const words = [];
    const [gone, others] = [cells.filter((cell) => cell.isGone), cells.filter((cell) => !cell.isGone)];
    /** @param {{ count: number, diverged: number }} cell */
    const isMixed = ({ count, diverged }) => diverged > 0 && diverged < count;
    const isShare = heatView.statistic === SHARE;
    if (cells.some((cell) => cell.count > 1)) words.push(`${heatView.statistic} over the runs of a cell`);
    if (!isShare && gone.length) words.push(`hatched: ${gone.some(isMixed) ? "half or more" : "all"} diverged`);
    if (!isShare && gone.some(isMixed)) words.push("corner there: some did not");
    if (others.some(isMixed)) words.push("red corner: some diverged");
    if (others.some((cell) => heatOf(cell, heatView.statistic) === null)) words.push("grey: no number");
    if (isCut) words.push("what is beyond the scale has the colour of its end");
    if (isHeld) words.push(`all ${DATA.total} runs are counted, in ${across.values.length} × ${up.values.length} cells`);
    else if (IS_SAMPLE) words.push(`of the ${DATA.ids.length} runs in this page`);
    words.push("click a cell to pin its runs");
    return `${words.join(" · ")}.`;
}

/** @param {Plot} plot */
function markHeat(plot) {
    const { map } = heatView;
    const row = state.hovered?.rows[0];
    if (row === undefined || !map || map.isHeld || isGrouped(map.x) || isGrouped(map.y)) return mark(plot, null);
    const [i, j] = [map.across.indexOf(row), map.up.indexOf(row)];
    mark(plot, i < 0 || j < 0 ? null : (frame) => frameCell(frame, map, { i, j }));
}
