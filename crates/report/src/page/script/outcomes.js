// What became of the runs over what was swept: cells of runs, which the heat map uses too, and the convergence chart.

const BINS = 40; // places of a parameter whose values are as good as all different
const LINES = 64; // lines in the convergence chart, at most

/** Where the values of a parameter go: each to a place, or, scattered ones, neighbours to one. */
function placesOf(swept, cells) {
    const axis = axisOf(swept.path, { pad: 0 });
    const used = [...new Set(swept.at)].filter((at) => at >= 0);
    const isShared = !swept.names && used.length > BINS && (IS_COMPARISON || used.length > DATA.ids.length / 2);
    const centres = isShared
        ? Array.from({ length: BINS }, (_, k) => axis.value(axis.low + ((axis.high - axis.low) * (k + 0.5)) / BINS))
        : swept.levels;
    const values = cells ?? centres;
    const units = values.map((value) => axis.unit(value));
    const bin = (value) => Math.min(BINS - 1, Math.floor(((axis.unit(value) - axis.low) / (axis.high - axis.low)) * BINS));
    const indexOf = (row) => (swept.at[row] < 0 ? -1 : isShared ? bin(valueAt(swept, row)) : swept.at[row]);
    return { axis, values, units, indexOf, isShared: isShared || !!cells };
}

/** Edges of the places in units: in the middle between neighbours. */
function edges(units) {
    if (units.length < 2) return [units[0] - 0.5, units[0] + 0.5];
    const middles = units.slice(1).map((unit, k) => (unit + units[k]) / 2);
    const last = units.length - 1;
    return [units[0] - (units[1] - units[0]) / 2, ...middles, units[last] + (units[last] - units[last - 1]) / 2];
}

/** Whether a cell as a whole is one that diverged: more than half of its runs did (as `is_diverged` of the charts). */
const isGone = ({ count, diverged }, name) => 2 * diverged > count && !column(name)?.of_all;

/** Statistics of runs by their places: those of all runs where the page holds only some and nothing is filtered. */
function cellsOf(x, y, name) {
    const held = isUnfiltered() && DATA.cells.find((cells) => [cells.x, cells.y].includes(x.path) && [cells.x, cells.y].includes(y?.path));
    const at = held ? held.columns.indexOf(name) : -1;
    if (at >= 0) return heldCells(held, held.x === x.path, at, x, y);
    const [across, up] = [placesOf(x), y && placesOf(y)];
    const groups = new Map();
    for (const row of shown().flatMap((item) => item.rows)) {
        const [i, j] = [across.indexOf(row), up ? up.indexOf(row) : 0];
        if (i < 0 || j < 0) continue;
        const key = `${i},${j}`;
        groups.has(key) ? groups.get(key).rows.push(row) : groups.set(key, { i, j, rows: [row] });
    }
    const cells = [...groups.values()].map(({ i, j, rows }) => {
        const diverged = rows.filter((row) => DATA.status[row] === "diverged").length;
        const cell = { i, j, rows, count: rows.length, diverged, quartiles: quartiles(settled(rows, name)) };
        return { ...cell, isGone: isGone(cell, name) };
    });
    return { across, up, cells };
}

function heldCells(held, isAsIs, at, x, y) {
    const [across, up] = isAsIs ? [held.across, held.up] : [held.up, held.across];
    const cells = held.cells.map(([i, j, count, diverged, columns]) => ({
        i: isAsIs ? i : j, j: isAsIs ? j : i, rows: [], count, diverged, quartiles: columns[at].map(number),
        isGone: isGone({ count, diverged }, held.columns[at]),
    }));
    return { across: placesOf(x, across), up: placesOf(y, up), cells, isHeld: true };
}

/** The items that some runs belong to. */
function itemsOf(rows) {
    const wanted = new Set(rows);
    return items.filter((item) => item.rows.some((row) => wanted.has(row)));
}

const valueText = (swept, places, index) => {
    const value = places.values[index];
    const near = places.isShared && !swept.names ? "≈" : "=";
    return `${swept.short} ${near} ${swept.names ? swept.names[value] : rounded(value, 4)}`;
};

/** What a cell or a mark reads. */
function cellWords({ count, diverged, quartiles: [low, middle, high] }, name) {
    const lines = [`${counted(count, "run")}${diverged ? `, ${diverged} diverged` : ""}`];
    if (middle !== null && middle !== undefined) {
        lines.push(`${count > 1 ? "median " : ""}${name.replaceAll("_", " ")} ${rounded(middle)}`);
        if (low !== high) lines.push(`quartiles ${rounded(low)} to ${rounded(high)}`);
    }
    return lines;
}

const outcomeView = { x: null, beside: null, charts: [] };

function makeOutcomes() {
    const across = defaultAcross();
    if (!across || (across.is_seed && state.grouped)) return;
    outcomeView.x = across.path;
    outcomeView.beside = (IS_COMPARISON ? PARAMETERS[0] : defaultBeside(across, DATA.color ?? DATA.y))?.path ?? "";
    const section = document.getElementById("outcomes");
    const swept = quantities({ columns: false });
    outcomeView.key = heading(
        section,
        "Convergence",
        chooser("across", swept, outcomeView.x, (value) => ((outcomeView.x = value), changed())),
        chooser("a line per", [["", "–"], ...swept], outcomeView.beside, (value) => ((outcomeView.beside = value), changed())),
    );
    const grid = element("div", { className: "pair" });
    section.append(grid);
    outcomeView.grid = grid;
    outcomeView.charts = ["steps", FINAL].filter(column).map((name) => outcomeChart(grid, name));
    outcomeView.note = element("p", { className: "caption" });
    section.append(outcomeView.note);
    views.push({ draw: showOutcomes, hover: () => outcomeView.charts.forEach((chart) => markItem(chart)) });
}

function outcomeChart(grid, name) {
    const chart = { name, host: element("div"), lines: [], result: null };
    grid.append(chart.host);
    chart.plot = makePlot(chart.host, {
        height: () => (innerWidth < 640 ? 280 : 360),
        label: `${name === "steps" ? "Steps to converge" : FINAL.replaceAll("_", " ")} over a swept parameter; arrow keys go from run to run`,
        draw: (frame) => drawOutcomes(frame, chart),
        near: (frame, x, y) => nearOutcome(frame, chart, x, y),
        step: shown,
    });
    return chart;
}

function showOutcomes() {
    const x = parameter(outcomeView.x);
    const beside = outcomeView.beside === outcomeView.x ? null : parameter(outcomeView.beside);
    outcomeView.charts.forEach((chart) => showOutcome(chart, x, beside));
    const isOne = outcomeView.charts.filter((chart) => !chart.host.hidden).length < 2;
    outcomeView.grid.classList.toggle("single", isOne);
    drawKey(outcomeView.key, beside ? axisOf(beside.path, { pad: 0 }) : null, beside?.short);
    const { result, lines, count } = outcomeView.charts[0] ?? {};
    if (!result) return;
    if (outcomeView.charts.every((chart) => chart.host.hidden)) {
        const areLost = shown().every((item) => item.rows.every((row) => LOST.has(DATA.status[row])));
        const why = areLost ? "ended with a number: they diverged or failed" : `converged or has a number for ${FINAL}`;
        outcomeView.note.textContent = `None of the runs shown ${why}.`;
        return;
    }
    const words = [];
    const predicted = outcomeView.charts.reduce((count, chart) => count + chart.predicted.reduce((sum, one) => sum + one.settings, 0), 0);
    if (predicted) words.push(`points: measured; pale line: the steps that theory predicts at every η${predicted > 1 ? `, for ${counted(predicted, "setting")}` : ""}`);
    if (result.cells.some((cell) => cell.count > 1)) words.push(predicted ? "points are medians" : "lines are medians, bands quartiles");
    if (lines.length < count) words.push(`${lines.length} of ${count} lines`);
    if (result.cells.some((cell) => cell.diverged)) words.push("reddish where runs diverged, the darker the more of them");
    if (result.isHeld) words.push(`all ${DATA.total} runs are counted`);
    outcomeView.note.textContent = words.length ? `${words.join(" · ")}.` : "";
}

function showOutcome(chart, x, beside) {
    const result = cellsOf(x, beside, chart.name);
    const byLine = new Map();
    for (const cell of result.cells) byLine.has(cell.j) ? byLine.get(cell.j).push(cell) : byLine.set(cell.j, [cell]);
    const all = [...byLine.entries()].sort(([a], [b]) => a - b);
    const every = Math.max(1, Math.ceil(all.length / LINES));
    const lines = all.filter((_, k) => k % every === 0).map(([j, cells]) => ({ j, cells: cells.sort((a, b) => a.i - b.i) }));
    Object.assign(chart, { result, lines, count: all.length, x, beside, colours: beside && axisOf(beside.path, { pad: 0 }) });
    const measured = lines.flatMap(({ cells }) => cells.map((cell) => cell.quartiles[1])).filter((value) => value !== null);
    chart.host.hidden = !measured.length;
    chart.predicted = measured.length ? predictedLines(chart) : [];
    const values = [...measured, ...chart.predicted.flatMap(({ steps }) => steps.filter((one) => one !== null))];
    const title = chart.name === "steps" ? "steps to converge" : FINAL.replaceAll("_", " ");
    const y = makeAxis({ values: inScale(values, chart.name), log: values.some((value) => value > 0) && values.every((value) => value >= 0), title, pad: 0.06, whole: chart.name === "steps", fit: chart.name !== "steps" });
    showPlot(chart.plot, axisOf(x.path, { pad: 0.025 }), y);
}

function drawOutcomes(frame, chart) {
    drawDiverged(frame, chart.result);
    drawPredicted(frame, chart);
    const width = chart.lines.length > 20 ? 1.3 : 1.9;
    for (const { j, cells } of chart.lines) {
        const colour = chart.beside ? colourOf(chart.colours, chart.result.up.values[j]) : theme.accent;
        for (const stretch of stretches(cells)) drawStretch(frame, chart, stretch, colour, width * frame.ratio);
    }
    drawLimit(frame, chart);
}

/** Marks that are neighbours on the axis; a gap where none converged between. */
function stretches(cells) {
    const found = [[]];
    for (const cell of cells) {
        if (cell.quartiles[1] === null) found.push([]);
        else found[found.length - 1].push(cell);
    }
    return found.filter((stretch) => stretch.length);
}

function drawStretch({ context, px, py, x, y, ratio }, { result, lines, predicted }, cells, colour, width) {
    const at = (cell, which) => [px(result.across.units[cell.i]), py(Math.max(y.unit(cell.quartiles[which]), y.low))];
    context.fillStyle = context.strokeStyle = colour;
    if (cells.some((cell) => cell.quartiles[0] !== cell.quartiles[2])) {
        context.globalAlpha = Math.max(0.08, 0.25 / Math.sqrt(lines.length));
        context.beginPath();
        cells.forEach((cell) => context.lineTo(...at(cell, 0)));
        [...cells].reverse().forEach((cell) => context.lineTo(...at(cell, 2)));
        context.fill();
        context.globalAlpha = 1;
    }
    const isLine = !x.names && !predicted.length;
    if (isLine) {
        context.lineWidth = width;
        context.lineJoin = "round";
        context.beginPath();
        cells.forEach((cell) => context.lineTo(...at(cell, 1)));
        context.stroke();
    }
    if (cells.length > 1 && isLine && lines.length > 7) return;
    for (const cell of cells) {
        context.beginPath();
        context.arc(...at(cell, 1), (cells.length > 1 && isLine ? 1.6 : 3) * ratio, 0, 7);
        context.fill();
    }
}

/** A tint over the places where runs diverged. */
function drawDiverged({ context, px, top, height }, { across, cells }) {
    const counts = across.units.map(() => [0, 0]);
    for (const { i, count, diverged } of cells) (counts[i][0] += count), (counts[i][1] += diverged);
    const at = edges(across.units);
    context.fillStyle = theme.diverged;
    counts.forEach(([count, diverged], i) => {
        if (!diverged) return;
        context.globalAlpha = 0.04 + 0.12 * (diverged / count);
        const left = Math.round(px(at[i]));
        context.fillRect(left, top, Math.round(px(at[i + 1])) - left, height);
    });
    context.globalAlpha = 1;
}

function nearOutcome(frame, chart, x, y) {
    let [best, least] = [null, 22 * frame.ratio];
    for (const line of chart.lines) {
        for (const cell of line.cells) {
            if (cell.quartiles[1] === null || cell.quartiles[1] === undefined) continue;
            const at = [frame.px(chart.result.across.units[cell.i]), frame.py(Math.max(frame.y.unit(cell.quartiles[1]), frame.y.low))];
            const distance = Math.hypot(at[0] - x, at[1] - y);
            if (distance < least) [best, least] = [{ cell, line, at }, distance];
        }
    }
    if (!best) return null;
    const places = [valueText(chart.x, chart.result.across, best.cell.i)];
    if (chart.beside) places.push(valueText(chart.beside, chart.result.up, best.line.j));
    const lines = [...places, ...cellWords(best.cell, chart.name === "steps" ? "steps to converge" : chart.name)];
    return { items: itemsOf(best.cell.rows), lines, mark: (over) => ring(over, ...best.at) };
}

function ring({ context, ratio }, x, y) {
    context.beginPath();
    context.arc(x, y, 6 * ratio, 0, 7);
    context.strokeStyle = theme.ink;
    context.lineWidth = 2 * ratio;
    context.stroke();
}

/** Shows where the item that another view points at is. */
function markItem(chart) {
    const value = state.hovered && chart.result ? statistic(state.hovered, chart.name)[1] : null;
    if (value === null || value === undefined) return mark(chart.plot, null);
    const index = chart.result.across.indexOf(state.hovered.rows[0]);
    if (index < 0 || chart.result.isHeld) return mark(chart.plot, null);
    mark(chart.plot, (frame) => ring(frame, frame.px(chart.result.across.units[index]), frame.py(frame.y.unit(value))));
}
