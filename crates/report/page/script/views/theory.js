// Theory in the convergence chart: the predicted steps at every learning rate, and the limit.

import { colourOf, theme } from "../canvas/colours.js";
import { PARAMETERS } from "../data/columns.js";
import { DATA, STEPS } from "../data/data.js";
import { isUnfiltered, shown } from "../selection/filter.js";
import { put } from "../selection/items.js";
import { FONT, haloed } from "../canvas/marks.js";
import { isFiniteNumber, number, rounded } from "../data/numbers.js";
import { quartiles } from "../data/statistics.js";

/** @import { Axis } from "../canvas/axis.js" */
/** @import { Parameter } from "../data/columns.js" */
/** @import { PredictedSetting } from "../data/data.js" */
/** @import { Frame } from "../canvas/plot.js" */

/**
 * A predicted line.
 * @typedef {object} PredictedLine
 * @property {number | null} value of the parameter with a line per value
 * @property {number} settings the number of settings in its medians
 * @property {(number | null)[]} steps at each rate
 */

const RATE = "train.learning_rate";

/**
 * The settings of the predictions, each with its index among the levels of every parameter; −1 where no run has it.
 * @type {(PredictedSetting & { at: number[] })[]}
 */
export const PREDICTED = (DATA.prediction?.settings ?? []).map((setting) => ({
    ...setting,
    at: PARAMETERS.map((one, k) => one.text.findIndex((level) => level === setting.values[k])),
}));

/** The settings of which a run is shown; all of them where all runs are shown. */
function settingsShown() {
    if (isUnfiltered() && !DATA.start.of_kinds) return PREDICTED;
    const others = PARAMETERS.map((_, k) => k).filter((k) => PARAMETERS[k].path !== RATE);
    /** @param {(k: number) => number} at */
    const key = (at) => others.map(at).join();
    const held = new Set(shown().flatMap((item) => item.rows).map((row) => key((k) => PARAMETERS[k].at[row])));
    return PREDICTED.filter(({ at }) => held.has(key((k) => at[k])));
}

/**
 * Predicted lines of the chart of steps over η, one per value beside it: medians over the settings that share it.
 * @param {{ name: string, x: Parameter, beside: Parameter | null }} chart
 * @returns {PredictedLine[]}
 */
export function predictedLines({ name, x, beside }) {
    if (name !== STEPS || x.path !== RATE || !PREDICTED.length) return [];
    /** @type {Map<number | null, PredictedSetting[]>} */
    const groups = new Map();
    for (const setting of settingsShown()) put(groups, beside && valueBeside(beside, setting), setting);
    return [...groups].map(([value, settings]) => ({ value, settings: settings.length, steps: mediansOf(settings) }));
}

/**
 * @param {Parameter} beside
 * @param {PredictedSetting & { at: number[] }} setting
 */
function valueBeside(beside, { at, values }) {
    const place = PARAMETERS.indexOf(beside);
    return beside.names ? at[place] : number(values[place] ?? NaN);
}

/**
 * Medians at each rate, over the settings that converge there within their steps, as `median_steps` of the charts.
 * @param {PredictedSetting[]} settings
 */
const mediansOf = (settings) =>
    (DATA.prediction?.rates ?? []).map((_, k) => quartiles(settings.map(({ steps }) => steps[k]).filter(isFiniteNumber))[1]);

/**
 * @param {Frame} frame
 * @param {{ predicted: PredictedLine[], colours: Axis | null }} chart
 */
export function drawPredicted({ context, px, py, x, y, ratio }, { predicted, colours }) {
    context.lineWidth = 6 * ratio;
    context.lineJoin = "round";
    context.globalAlpha = Math.max(0.06, 0.4 / Math.sqrt(predicted.length));
    for (const { value, steps } of predicted) {
        context.strokeStyle = value === null ? theme.accent : colourOf(colours, value);
        context.beginPath();
        DATA.prediction?.rates.forEach((rate, k) => {
            const one = steps[k];
            if (one !== null) context.lineTo(px(x.unit(rate)), py(y.unit(one)));
        });
        context.stroke();
    }
    context.globalAlpha = 1;
}

/**
 * The limit of stable rates, where η is on the x axis.
 * @param {Frame} frame
 * @param {Parameter} across
 */
export function drawLimit({ context, px, top, height, x, ratio }, across) {
    if (!DATA.limit || across.path !== RATE) return;
    const at = px(x.unit(DATA.limit));
    context.strokeStyle = context.fillStyle = theme.ink;
    context.lineWidth = 1.2 * ratio;
    context.setLineDash([5 * ratio, 4 * ratio]);
    context.beginPath();
    context.moveTo(at, top);
    context.lineTo(at, top + height);
    context.stroke();
    context.setLineDash([]);
    context.font = `${13 * ratio}px ${FONT}`;
    context.textAlign = "right";
    haloed(context, `2/λmax = ${rounded(DATA.limit, 4)}`, at - 7 * ratio, top + 18 * ratio, ratio);
}
