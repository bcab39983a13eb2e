// The convergence chart: outcomes of runs over a swept parameter.

import { makeAxis, spansDecade } from "../canvas/axis.js";
import { axisOf, inScale } from "../selection/axis.js";
import { quantities } from "../selection/choice.js";
import { column, isSteps, IS_SAMPLE, LOST, mayBeLog, parameter } from "../data/columns.js";
import { DATA, FINAL, STEPS } from "../data/data.js";
import { byId, caption, element, heading } from "../elements.js";
import { shown } from "../selection/filter.js";
import { isGrouped, put, statistic } from "../selection/items.js";
import { drawKey } from "../canvas/key.js";
import { counted, isFiniteNumber } from "../data/numbers.js";
import { makePlot, mark, showPlot } from "../canvas/plot.js";
import { choose } from "../selection/settings.js";
import { state, views } from "../selection/state.js";
import { cellsOf, outcomeName } from "./cells.js";
import { drawOutcomes, nearOutcome, outcomeStops, ring } from "./points.js";
import { predictedLines } from "./theory.js";

/** @import { Parameter } from "../data/columns.js" */
/** @import { OutcomeChart } from "./points.js" */
/** @import { Cell } from "./cells.js" */

/** The most lines in the convergence chart. */
const LINES = 64;

/** The parameter on the x axis, and the one with a line per value (empty for none), by path. */
export const outcomeView = {
    x: "",
    beside: "",
    /** @type {OutcomeChart[]} */
    charts: [],
};

export function makeOutcomes() {
    const across = parameter(DATA.start.across);
    if (!across || isGrouped(across)) return;
    outcomeView.x = across.path;
    outcomeView.beside = DATA.start.beside ?? "";
    const section = byId("outcomes");
    const swept = quantities({ columns: false });
    const key = heading(
        section,
        "Convergence",
        choose("outcomes.x", "across", swept, outcomeView, "x"),
        choose("outcomes.beside", "a line per", [["", "–"], ...swept], outcomeView, "beside"),
    );
    const grid = element("div", { className: "pair" });
    const note = caption();
    section.append(grid);
    outcomeView.charts = [STEPS, FINAL].filter(column).map((name) => outcomeChart(grid, name, across));
    section.append(note);
    views.push({ draw: () => showOutcomes(key, grid, note), hover: () => outcomeView.charts.forEach(markItem) });
}

/**
 * @param {HTMLElement} grid
 * @param {string} name
 * @param {Parameter} x
 * @returns {OutcomeChart}
 */
function outcomeChart(grid, name, x) {
    const host = element("div");
    grid.append(host);
    const made = { name, host, x, beside: null, colours: null, result: null, lines: [], count: 0, predicted: [] };
    const chart = /** @type {OutcomeChart} */ (/** @type {unknown} */ (made));
    chart.plot = makePlot(host, {
        height: () => (innerWidth < 640 ? 280 : 360),
        label: `${outcomeName(name)} over a swept parameter`,
        draw: (frame) => drawOutcomes(frame, chart),
        near: (frame, x, y) => nearOutcome(frame, chart, x, y),
        stops: { count: () => chart.lines.length, row: (frame, index) => outcomeStops(frame, chart, index) },
    });
    return chart;
}

/**
 * @param {HTMLElement} key
 * @param {HTMLElement} grid
 * @param {HTMLElement} note
 */
function showOutcomes(key, grid, note) {
    const x = parameter(outcomeView.x);
    const beside = outcomeView.beside === outcomeView.x ? null : (parameter(outcomeView.beside) ?? null);
    if (!x || !outcomeView.charts.length) return;
    outcomeView.charts.forEach((chart) => showOutcome(chart, x, beside));
    const seen = outcomeView.charts.filter((chart) => !chart.host.hidden);
    grid.classList.toggle("single", seen.length < 2);
    drawKey(key, beside && axisOf(beside.path, { pad: 0 }), beside?.short ?? "");
    note.textContent = seen.length ? outcomeWords(outcomeView.charts) : emptyWords();
}

/** Why there is nothing to see. */
function emptyWords() {
    const areLost = shown().every((item) => item.rows.every((row) => LOST.has(DATA.status[row])));
    const why = areLost ? "ended with a number: they diverged or failed" : `converged or has a number for ${FINAL} over ${outcomeView.x}`;
    return `None of the runs shown ${why}.`;
}

/** @param {OutcomeChart[]} charts */
function outcomeWords(charts) {
    const [{ result, lines, count }] = charts;
    const words = DATA.within ? [`steps until ${DATA.within.words}`] : [];
    const predicted = charts.flatMap((chart) => chart.predicted).reduce((sum, one) => sum + one.settings, 0);
    if (predicted) words.push(`points: measured; pale line: the steps that theory predicts at every η${predicted > 1 ? `, for ${counted(predicted, "setting")}` : ""}`);
    if (result.cells.some((cell) => cell.count > 1)) words.push(predicted ? "points are medians" : "lines are medians, bands quartiles");
    if (lines.length < count) words.push(`${lines.length} of ${count} lines`);
    if (result.cells.some((cell) => cell.diverged)) words.push("reddish where runs diverged, the darker the more of them");
    if (result.isHeld) words.push(`all ${DATA.total} runs are counted`);
    else if (IS_SAMPLE) words.push(`of the ${DATA.ids.length} runs in this page`);
    return words.length ? `${words.join(" · ")}.` : "";
}

/**
 * @param {OutcomeChart} chart
 * @param {Parameter} x
 * @param {Parameter | null} beside
 */
function showOutcome(chart, x, beside) {
    const result = cellsOf(x, beside, chart.name);
    const all = linesOf(result.cells);
    const every = Math.max(1, Math.ceil(all.length / LINES));
    const lines = all.filter((_, k) => k % every === 0);
    Object.assign(chart, { result, lines, count: all.length, x, beside, colours: beside && axisOf(beside.path, { pad: 0 }) });
    const measured = lines.flatMap(({ cells }) => cells.map((cell) => cell.quartiles[1])).filter((value) => value !== null);
    chart.host.hidden = !measured.length;
    chart.predicted = measured.length ? predictedLines(chart) : [];
    const values = [...measured, ...chart.predicted.flatMap(({ steps }) => steps.filter(isFiniteNumber))];
    const isOfSteps = isSteps(chart.name);
    const log = mayBeLog(chart.name) && spansDecade(inScale(values, chart.name));
    const y = makeAxis({ values: inScale(values, chart.name), log, title: outcomeName(chart.name), pad: 0.06, whole: isOfSteps, fit: !isOfSteps });
    showPlot(chart.plot, axisOf(x.path, { pad: 0.025 }), y);
}

/**
 * The cells of each line, from left to right.
 * @param {Cell[]} cells
 */
function linesOf(cells) {
    /** @type {Map<number, Cell[]>} */
    const byLine = new Map();
    for (const cell of cells) put(byLine, cell.j, cell);
    return [...byLine].sort(([a], [b]) => a - b).map(([j, cells]) => ({ j, cells: cells.sort((a, b) => a.i - b.i) }));
}

/**
 * Shows where the item that another view points at is.
 * @param {OutcomeChart} chart
 */
function markItem({ name, plot, result, x }) {
    const item = state.hovered;
    const value = item && statistic(item, name)[1];
    const index = item && result && !result.isHeld && !isGrouped(x) ? result.across.indexOf(item.rows[0]) : -1;
    if (value === null || index < 0) return mark(plot, null);
    mark(plot, (frame) => ring(frame, frame.px(result.across.units[index]), frame.py(frame.y.unit(value))));
}
