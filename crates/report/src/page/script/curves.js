// The loss curves: a line per run, or the median and the quartiles of the runs that differ only in their seed.

const ZERO_STEP = -0.45; // where step 0 stands on a logarithmic axis, in decades
const HEADROOM = 3; // diverging runs are followed to so many times the greatest loss of the others

const CURVES = (() => {
    const bytes = Uint8Array.from(atob(DATA.curves.loss), (letter) => letter.charCodeAt(0));
    const all = new Float32Array(bytes.buffer);
    const byRow = new Map();
    let first = 0;
    for (const [row, shared, rest] of DATA.curves.curves) {
        const steps = [...DATA.curves.grid.slice(0, shared), ...rest];
        byRow.set(row, { steps, loss: all.subarray(first, first + steps.length) });
        first += steps.length;
    }
    return byRow;
})();

const curveView = { x: "log", y: "log", smoothing: 0, color: null, lines: [], plot: null };

/** The loss of a run at a step: as logged last; after its end infinite if it diverged, else as it ended. */
function lossAt(row, step) {
    const { steps, loss } = CURVES.get(row);
    const last = steps.length - 1;
    if (step > steps[last]) return DATA.status[row] === "diverged" ? Infinity : loss[last];
    let [low, high] = [0, last];
    while (low < high) {
        const middle = (low + high + 1) >> 1;
        steps[middle] <= step ? (low = middle) : (high = middle - 1);
    }
    return Number.isNaN(loss[low]) ? Infinity : loss[low];
}

/** Quartiles over the seeds of an item at all their steps: of those that did not diverge, if there are any. */
function bandOf(item) {
    if (!item.cache.has("band")) {
        const logged = item.rows.filter((row) => CURVES.has(row));
        const calm = logged.filter((row) => DATA.status[row] !== "diverged");
        const rows = calm.length ? calm : logged;
        const steps = [...new Set(rows.flatMap((row) => CURVES.get(row).steps))].sort((a, b) => a - b);
        const at = steps.map((step) => quartiles(rows.map((row) => lossAt(row, step))));
        item.cache.set("band", { steps, quartiles: [0, 1, 2].map((which) => at.map((three) => three[which])) });
    }
    return item.cache.get("band");
}

/** Exponential moving average with its start corrected (Kingma & Ba 2015, section 3); not finite ends it. */
function smoothed(loss, factor) {
    if (!factor) return loss;
    let [mean, weight] = [0, 0];
    return Array.from(loss, (value) => {
        if (!Number.isFinite(value)) return value;
        mean = factor * mean + (1 - factor) * value;
        weight = factor * weight + (1 - factor);
        return mean / weight;
    });
}

/** A line in units, followed to where it leaves through the top: { x, y, exit }. */
function lineIn(axes, steps, raw) {
    const loss = smoothed(raw, curveView.smoothing);
    const line = { x: [], y: [], exit: null };
    for (let k = 0; k < steps.length; k++) {
        const [x, y] = [axes.x.unit(steps[k]), axes.y.unit(loss[k])];
        if (!(y <= axes.y.high)) {
            line.exit = leaves(line, x, y, axes.y.high);
            break;
        }
        line.x.push(x);
        line.y.push(Math.max(y, axes.y.low));
    }
    return line;
}

/** Adds the point where a line passes the top. */
function leaves(line, x, y, top) {
    const last = line.x.length - 1;
    if (last < 0) return null;
    const share = Number.isFinite(y) ? (top - line.y[last]) / (y - line.y[last]) : 1;
    const exit = Number.isNaN(y) ? [line.x[last], line.y[last]] : [line.x[last] + (x - line.x[last]) * share, top];
    line.x.push(exit[0]);
    line.y.push(exit[1]);
    return exit;
}

/** The axes that hold what is shown. Losses of diverged runs count where they are below those of the others. */
function curveAxes(shownItems) {
    const rows = shownItems.flatMap((item) => item.rows).filter((row) => CURVES.has(row));
    const isGone = (row) => DATA.status[row] === "diverged" || CURVES.get(row).loss.at(-1) > MOST;
    const finite = (losses) => losses.filter((loss) => Number.isFinite(loss));
    const calm = rows.flatMap((row) => (isGone(row) ? [CURVES.get(row).loss[0]] : [...CURVES.get(row).loss]));
    const most = finite(calm).reduce((a, b) => Math.max(a, b), -Infinity);
    const top = rows.some(isGone) && most > 0 ? most * HEADROOM : most;
    const below = rows.filter(isGone).flatMap((row) => finite([...CURVES.get(row).loss]).filter((loss) => loss <= most));
    const values = [...finite(calm), ...below, ...(Number.isFinite(top) ? [top] : [])];
    const y = makeAxis({ values, log: curveView.y === "log", title: DATA.title });
    const steps = rows.flatMap((row) => CURVES.get(row).steps.slice(-1));
    const x = makeAxis({ values: [curveView.x === "log" ? 1 : 0, ...steps], log: curveView.x === "log", title: "step", pad: 0 });
    if (x.log) Object.assign(x, { low: ZERO_STEP, zero: ZERO_STEP, unit: (v) => (v > 0 ? Math.log10(v) : ZERO_STEP) });
    return { x, y };
}

function linesOf(item, axes) {
    const rows = item.rows.filter((row) => CURVES.has(row));
    const ofRow = (row) => lineIn(axes, CURVES.get(row).steps, CURVES.get(row).loss);
    if (rows.length === 1) return { item, main: ofRow(rows[0]) };
    const band = bandOf(item);
    const [low, main, high] = band.quartiles.map((loss) => lineIn(axes, band.steps, loss));
    const gone = rows.filter((row) => DATA.status[row] === "diverged");
    return { item, main, low, high, gone: gone.length < rows.length ? gone.map(ofRow) : [] };
}

function trace({ context, px, py }, line) {
    context.beginPath();
    for (let k = 0; k < line.x.length; k++) context.lineTo(px(line.x[k]), py(line.y[k]));
}

/** The area between two lines; where the upper one has left, up to the top. */
function fillBand(frame, { low, high }, axes, end) {
    const { context, px, py } = frame;
    context.beginPath();
    for (let k = 0; k < low.x.length; k++) context.lineTo(px(low.x[k]), py(low.y[k]));
    if (low.exit === null && high.exit !== null) context.lineTo(px(end), py(axes.y.high));
    for (let k = high.x.length - 1; k >= 0; k--) context.lineTo(px(high.x[k]), py(high.y[k]));
    context.fill();
}

function strokeStyle(count) {
    if (count <= 20) return [1.8, 1];
    return count <= 200 ? [1.2, 0.9] : [0.9, 0.7];
}

function drawCurves(frame) {
    const { context, ratio } = frame;
    const colour = colourBy();
    const [width, alpha] = strokeStyle(curveView.lines.length);
    context.lineJoin = "round";
    for (const line of curveView.lines) {
        context.strokeStyle = context.fillStyle = colour(line.item);
        if (line.low) {
            context.globalAlpha = Math.min(0.22, 4 / curveView.lines.length);
            fillBand(frame, line, frame, line.low.x[line.low.x.length - 1]);
        }
        context.globalAlpha = alpha * 0.45;
        context.lineWidth = 0.8 * ratio;
        for (const gone of line.gone ?? []) trace(frame, gone), context.stroke();
        context.globalAlpha = alpha;
        context.lineWidth = width * ratio;
        trace(frame, line.main);
        context.stroke();
    }
    context.globalAlpha = 0.9;
    drawExits(frame);
    context.globalAlpha = 1;
}

/** A cross where runs leave, one for those that leave at one place. */
function drawExits(frame) {
    const exits = curveView.lines.flatMap(({ main, gone = [] }) => [main, ...gone].map((line) => line.exit)).filter(Boolean);
    const seen = new Set();
    for (const [x, y] of exits) {
        const [px, py] = [frame.px(x), frame.py(y)];
        const key = `${Math.round(px / (5 * frame.ratio))},${Math.round(py / (5 * frame.ratio))}`;
        if (!seen.has(key)) cross(frame, px, py + 3.5 * frame.ratio);
        seen.add(key);
    }
}

function colourBy() {
    const axis = curveView.colourAxis;
    return (item) => colourOf(axis, axis ? valueOf(item, curveView.color) : null);
}

/** The line nearest to a place. */
function nearCurve(frame, x, y) {
    let [best, least] = [null, 15 * frame.ratio];
    for (const line of curveView.lines) {
        const distance = distanceTo(frame, line.main, x, y);
        if (distance < least) [best, least] = [line, distance];
    }
    if (!best) return null;
    const { steps, loss } = pointNear(best, frame, x);
    const lines = [...describe(best.item), `at step ${steps}: loss ${rounded(loss)}`];
    return { items: [best.item], lines, mark: (over) => markCurve(over, best) };
}

function distanceTo({ px, py }, line, x, y) {
    const last = line.x.length - 1;
    if (last < 0) return Infinity;
    let [low, high] = [0, last];
    while (high - low > 1) {
        const middle = (low + high) >> 1;
        px(line.x[middle]) <= x ? (low = middle) : (high = middle);
    }
    const [x0, y0, x1, y1] = [px(line.x[low]), py(line.y[low]), px(line.x[high]), py(line.y[high])];
    const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const share = length ? Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length)) : 0;
    return Math.hypot(x0 + share * (x1 - x0) - x, y0 + share * (y1 - y0) - y);
}

/** The logged point of a line that is nearest across. */
function pointNear({ item, main }, { px }, x) {
    const rows = item.rows.filter((row) => CURVES.has(row));
    const { steps, loss } = rows.length === 1 ? CURVES.get(rows[0]) : { steps: bandOf(item).steps, loss: bandOf(item).quartiles[1] };
    let near = 0;
    for (let k = 1; k < main.x.length; k++) if (Math.abs(px(main.x[k]) - x) < Math.abs(px(main.x[near]) - x)) near = k;
    near = Math.min(near, steps.length - 1);
    return { steps: steps[near], loss: loss[near] };
}

function markCurve(frame, line) {
    const { context, ratio } = frame;
    context.lineJoin = "round";
    trace(frame, line.main);
    context.strokeStyle = theme.paper;
    context.lineWidth = 6 * ratio;
    context.stroke();
    context.strokeStyle = theme.ink;
    context.lineWidth = 2.4 * ratio;
    context.stroke();
    if (line.main.exit) cross(frame, frame.px(line.main.exit[0]), frame.py(line.main.exit[1]) + 3.5 * ratio);
}

function makeCurves() {
    if (!CURVES.size) return;
    const section = document.getElementById("curves");
    const choice = quantities();
    curveView.color = IS_COMPARISON ? "experiment" : choice.some(([name]) => name === DATA.color) ? DATA.color : defaultAcross()?.path ?? null;
    const scales = [["log", "logarithmic"], ["linear", "linear"]];
    const smoothing = [["0", "off"], ["0.6", "0.6"], ["0.9", "0.9"], ["0.97", "0.97"]];
    curveView.key = heading(
        section,
        "Loss curves",
        chooser("steps", scales, "log", (value) => ((curveView.x = value), changed())),
        chooser("loss", scales, "log", (value) => ((curveView.y = value), changed())),
        chooser("smoothing", smoothing, "0", (value) => ((curveView.smoothing = Number(value)), changed())),
        chooser("colour", choice, curveView.color ?? "", (value) => ((curveView.color = value), changed())),
    );
    curveView.plot = makePlot(section, {
        height: () => (innerWidth < 640 ? 320 : 500),
        label: "Loss over steps, a line per run; arrow keys go from line to line, Enter pins",
        draw: drawCurves,
        near: nearCurve,
        step: () => curveView.lines.map((line) => line.item),
    });
    curveView.note = element("p", { className: "caption" });
    section.append(curveView.note);
    views.push({ draw: showCurves, hover: hoverCurve });
}

function showCurves() {
    const all = shown();
    const drawn = all.filter((item) => item.rows.some((row) => CURVES.has(row)));
    const axes = curveAxes(drawn);
    const swept = curveView.color && (parameter(curveView.color)?.varies ?? true);
    curveView.colourAxis = swept ? axisOf(curveView.color, { pad: 0 }) : null;
    curveView.lines = drawn.map((item) => linesOf(item, axes));
    const order = (line) => valueOf(line.item, curveView.color) ?? 0;
    if (swept) curveView.lines.sort((a, b) => order(a) - order(b));
    drawKey(curveView.key, curveView.colourAxis, parameter(curveView.color)?.short ?? curveView.color);
    showPlot(curveView.plot, axes.x, axes.y);
    curveView.note.textContent = curveWords(all.length, drawn);
}

function curveWords(count, drawn) {
    const words = [drawn.length < count ? `${drawn.length} curves of ${count} shown` : `${count} shown`];
    const exits = curveView.lines.some(({ main, gone = [] }) => main.exit || gone.some((line) => line.exit));
    if (drawn.some((item) => item.rows.length > 1)) words.push("line: median over seeds, band: quartiles, thin: the seeds that diverged beside them");
    if (exits) words.push("× where a diverging run leaves");
    if (curveView.smoothing) words.push(`smoothed by an exponential average, factor ${curveView.smoothing}`);
    words.push("drag to zoom, double-click to undo, click a line to pin it");
    return `${words.join(" · ")}.`;
}

function hoverCurve() {
    const line = curveView.lines.find((one) => one.item === state.hovered);
    mark(curveView.plot, line && ((frame) => markCurve(frame, line)));
}
