// What theory says in the convergence chart: the steps that it predicts at every learning rate, and the limit.

const RATE = "train.learning_rate";

/** The settings of the predictions, each with its index among the levels of every parameter; −1 where no run has it. */
const PREDICTED = (DATA.prediction?.settings ?? []).map(({ values, steps }) => ({
    at: PARAMETERS.map((one, k) => DATA.parameters[k].levels.indexOf(values[k])),
    values,
    steps,
}));

/** The settings of which a run is shown; all of them where nothing is filtered. */
function settingsShown() {
    if (isUnfiltered()) return PREDICTED;
    const others = PARAMETERS.map((_, k) => k).filter((k) => PARAMETERS[k].path !== RATE);
    const key = (at) => others.map(at).join();
    const held = new Set(shown().flatMap((item) => item.rows).map((row) => key((k) => PARAMETERS[k].at[row])));
    return PREDICTED.filter(({ at }) => held.has(key((k) => at[k])));
}

/** Predicted lines of the chart of steps over η, one per value beside it: medians over the settings that share it. */
function predictedLines({ name, x, beside }) {
    if (name !== "steps" || x.path !== RATE || !PREDICTED.length) return [];
    const place = PARAMETERS.indexOf(beside);
    const groups = new Map();
    for (const setting of settingsShown()) {
        const value = beside ? (beside.names ? setting.at[place] : number(setting.values[place])) : null;
        groups.has(value) ? groups.get(value).push(setting) : groups.set(value, [setting]);
    }
    return [...groups].map(([value, settings]) => ({ value, settings: settings.length, steps: mediansOf(settings) }));
}

/** At each rate, over the settings that converge there while runs last, as `median_steps` of the charts. */
const mediansOf = (settings) =>
    DATA.prediction.rates.map((_, k) => quartiles(settings.map(({ steps }) => steps[k]).filter((one) => one !== null))[1]);

function drawPredicted({ context, px, py, x, y, ratio }, { predicted, colours }) {
    context.lineWidth = 6 * ratio;
    context.lineJoin = "round";
    context.globalAlpha = Math.max(0.06, 0.4 / Math.sqrt(predicted.length));
    for (const { value, steps } of predicted) {
        context.strokeStyle = value === null ? theme.accent : colourOf(colours, value);
        context.beginPath();
        steps.forEach((one, k) => one !== null && context.lineTo(px(x.unit(DATA.prediction.rates[k])), py(y.unit(one))));
        context.stroke();
    }
    context.globalAlpha = 1;
}

/** The limit that theory gives, where η is across. */
function drawLimit({ context, px, top, height, x, ratio }, chart) {
    if (!DATA.limit || chart.x.path !== RATE) return;
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
    context.strokeStyle = theme.paper;
    context.lineWidth = 4 * ratio;
    const text = [`2/λmax = ${rounded(DATA.limit, 4)}`, at - 7 * ratio, top + 18 * ratio];
    context.strokeText(...text);
    context.fillText(...text);
}
