// Lines over steps: one per run, or the median and the quartiles of the runs that differ only in their seed. The loss
// curves and the sharpness are such views.

const ZERO_STEP = -0.45; // where step 0 stands on a logarithmic axis, in decades
const HEADROOM = 3; // diverging runs are followed to so many times the greatest value of the others

/** Curves as the data has them: row → { steps, values }. */
function decoded(table) {
    const bytes = Uint8Array.from(atob(table.values), (letter) => letter.charCodeAt(0));
    const all = new Float32Array(bytes.buffer);
    const byRow = new Map();
    let first = 0;
    for (const [row, shared, rest] of table.curves) {
        const steps = [...table.grid.slice(0, shared), ...rest];
        byRow.set(row, { steps, values: all.subarray(first, first + steps.length) });
        first += steps.length;
    }
    return byRow;
}

/** The value of a run at a step: as logged last; after its end infinite if it diverged, else as it ended. */
function curveAt(curves, row, step) {
    const { steps, values } = curves.get(row);
    const last = steps.length - 1;
    if (step > steps[last]) return DATA.status[row] === "diverged" ? Infinity : values[last];
    let [low, high] = [0, last];
    while (low < high) {
        const middle = (low + high + 1) >> 1;
        steps[middle] <= step ? (low = middle) : (high = middle - 1);
    }
    return Number.isNaN(values[low]) ? Infinity : values[low];
}

/** Quartiles over the seeds of an item at all their steps: of those that did not diverge, if there are any. */
function bandOf({ id, curves }, item) {
    if (!item.cache.has(id)) {
        const logged = item.rows.filter((row) => curves.has(row));
        const calm = logged.filter((row) => DATA.status[row] !== "diverged");
        const rows = calm.length ? calm : logged;
        const steps = [...new Set(rows.flatMap((row) => curves.get(row).steps))].sort((a, b) => a - b);
        const at = steps.map((step) => quartiles(rows.map((row) => curveAt(curves, row, step))));
        item.cache.set(id, { steps, quartiles: [0, 1, 2].map((which) => at.map((three) => three[which])) });
    }
    return item.cache.get(id);
}

/** Exponential moving average with its start corrected (Kingma & Ba 2015, section 3); not finite ends it. */
function smoothed(values, factor) {
    if (!factor) return values;
    let [mean, weight] = [0, 0];
    return Array.from(values, (value) => {
        if (!Number.isFinite(value)) return value;
        mean = factor * mean + (1 - factor) * value;
        weight = factor * weight + (1 - factor);
        return mean / weight;
    });
}

/** A line in units, followed to where it leaves through the top: { x, y, exit }. One that diverged ends at an exit. */
function lineIn(view, axes, steps, raw, isGone) {
    const values = smoothed(raw, view.smoothing);
    const line = { x: [], y: [], exit: null };
    for (let k = 0; k < steps.length; k++) {
        const [x, y] = [axes.x.unit(steps[k]), axes.y.unit(values[k])];
        if (!(y <= axes.y.high)) {
            line.exit = leaves(line, x, y, axes.y.high);
            break;
        }
        line.x.push(x);
        line.y.push(Math.max(y, axes.y.low));
    }
    if (isGone && line.x.length) line.exit ??= [line.x.at(-1), line.y.at(-1)];
    return line;
}

/** Adds the point where a line passes the top; one that begins above has that alone. */
function leaves(line, x, y, top) {
    const last = line.x.length - 1;
    if (last < 0) return [x, top];
    const share = Number.isFinite(y) ? (top - line.y[last]) / (y - line.y[last]) : 1;
    const exit = Number.isNaN(y) ? [line.x[last], line.y[last]] : [line.x[last] + (x - line.x[last]) * share, top];
    line.x.push(exit[0]);
    line.y.push(exit[1]);
    return exit;
}

/** The axes that hold what is shown. Values of diverged runs count where they are below those of the others. */
function lineAxes(view, shownItems) {
    const { curves } = view;
    const rows = shownItems.flatMap((item) => item.rows).filter((row) => curves.has(row));
    const finite = (values) => values.filter((value) => Number.isFinite(value));
    const isGone = (row) => DATA.status[row] === "diverged" || curves.get(row).values.at(-1) > view.most;
    const calm = rows.flatMap((row) => (isGone(row) ? [curves.get(row).values[0]] : [...curves.get(row).values]));
    const most = finite(calm).reduce((a, b) => Math.max(a, b), -Infinity);
    const isAbove = (row) => [...curves.get(row).values].some((value) => !(value <= most));
    const top = rows.some((row) => isGone(row) && isAbove(row)) && most > 0 ? most * HEADROOM : most;
    const below = rows.filter(isGone).flatMap((row) => finite([...curves.get(row).values]).filter((value) => value <= most));
    const limits = rows.map((row) => view.limits.get(row)).filter((limit) => limit <= HEADROOM * most);
    const values = [...finite(calm), ...below, ...limits, ...(Number.isFinite(top) ? [top] : [])];
    const y = makeAxis({ values, log: view.y === "log", title: view.title, fit: true });
    const steps = rows.flatMap((row) => curves.get(row).steps.slice(-1));
    const x = makeAxis({ values: [view.x === "log" ? 1 : 0, 1, ...steps], log: view.x === "log", title: "step", pad: 0, whole: true });
    const unit = (v) => (v > 0 ? Math.log10(v) : ZERO_STEP);
    const high = Math.log10(steps.reduce((a, b) => Math.max(a, b), 1));
    if (x.log) Object.assign(x, { low: ZERO_STEP, high, zero: ZERO_STEP, zeroText: "0", span: [0, Infinity], unit });
    return { x, y };
}

function linesOf(view, item, axes) {
    const rows = item.rows.filter((row) => view.curves.has(row));
    const isGone = (row) => DATA.status[row] === "diverged";
    const ofRow = (row) => lineIn(view, axes, view.curves.get(row).steps, view.curves.get(row).values, isGone(row));
    const limit = view.limits.get(rows[0]) ?? null;
    if (rows.length === 1) return { item, limit, main: ofRow(rows[0]) };
    const band = bandOf(view, item);
    const gone = rows.filter(isGone);
    const [low, main, high] = band.quartiles.map((values, which) => lineIn(view, axes, band.steps, values, which === 1 && gone.length === rows.length));
    return { item, limit, main, low, high, gone: gone.length < rows.length ? gone.map(ofRow) : [] };
}

function colourBy(view) {
    const axis = view.colourAxis;
    return (item) => colourOf(axis, axis ? valueOf(item, view.color) : null);
}

/** Adds a view of lines to the page: its curves, its words, and how it starts. */
function makeLines(view) {
    const section = document.getElementById(view.id);
    const choice = quantities();
    const asked = choice.some(([name]) => name === DATA.color) ? DATA.color : null;
    view.color = IS_COMPARISON ? "experiment" : (asked ?? defaultAcross()?.path ?? null);
    const scales = [["log", "logarithmic"], ["linear", "linear"]];
    const set = (name) => (value) => ((view[name] = value), changed());
    view.key = heading(
        section,
        view.heading,
        chooser("steps", scales, view.x, set("x")),
        chooser(view.word, scales, view.y, set("y")),
        chooser("smoothing", [["0", "off"], ["0.6", "0.6"], ["0.9", "0.9"], ["0.97", "0.97"]], "0", (value) => set("smoothing")(Number(value))),
        chooser("colour", view.color ? choice : [["", "–"], ...choice], view.color ?? "", set("color")),
    );
    view.plot = makePlot(section, {
        height: () => (innerWidth < 640 ? 320 : view.height),
        label: `${view.heading} over steps, a line per run; arrow keys go from line to line, Enter pins`,
        draw: (frame) => drawLines(view, frame),
        near: (frame, x, y) => nearCurve(view, frame, x, y),
        step: () => view.lines.map((line) => line.item),
    });
    view.note = element("p", { className: "caption" });
    section.append(view.note);
    views.push({ draw: () => showLines(view), hover: () => hoverLine(view) });
}

function showLines(view) {
    const all = shown();
    const drawn = all.filter((item) => item.rows.some((row) => view.curves.has(row)));
    const axes = lineAxes(view, drawn);
    const swept = view.color && (parameter(view.color)?.varies ?? true);
    view.colourAxis = swept ? axisOf(view.color, { pad: 0 }) : null;
    view.lines = drawn.map((item) => linesOf(view, item, axes));
    const order = (line) => valueOf(line.item, view.color) ?? 0;
    if (swept) view.lines.sort((a, b) => order(a) - order(b));
    drawKey(view.key, view.colourAxis, parameter(view.color)?.short ?? view.color);
    showPlot(view.plot, axes.x, axes.y);
    view.note.textContent = lineWords(view, all.length, drawn);
}

function lineWords(view, count, drawn) {
    const words = [drawn.length < count ? `${counted(drawn.length, "curve")} of ${count} shown` : `${count} shown`];
    const exits = view.lines.some(({ main, gone = [] }) => main.exit || gone.some((line) => line.exit));
    if (drawn.some((item) => item.rows.length > 1)) words.push("line: median over seeds, band: quartiles");
    if (view.lines.some(({ gone = [] }) => gone.length)) words.push("thin: the seeds that diverged beside them");
    if (view.lines.some(({ limit }) => limit !== null)) words.push(`dashed: ${view.limit} of each run, ${view.meaning}`);
    if (exits) words.push("× where a diverging run leaves or ends");
    if (view.smoothing) words.push(`smoothed by an exponential average, factor ${view.smoothing}`);
    words.push("drag to zoom, double-click to undo, click a line to pin it");
    return `${words.join(" · ")}.`;
}

function hoverLine(view) {
    const line = view.lines.find((one) => one.item === state.hovered);
    mark(view.plot, line && ((frame) => markCurve(frame, line)));
}
