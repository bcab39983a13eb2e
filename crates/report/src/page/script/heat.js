// The heat map.

const SEAM = 1; // pixels by which cells overlap, so that no paper shines through between them in print
const heatView = { x: null, y: null, color: FINAL, statistic: "median" };
const SHARE = "share diverged";
const STATISTICS = {
    median: (cell) => cell.quartiles[1] ?? null,
    "lower quartile": (cell) => cell.quartiles[0] ?? null,
    "upper quartile": (cell) => cell.quartiles[2] ?? null,
    "spread (between quartiles)": (cell) => (cell.quartiles[1] === null ? null : cell.quartiles[2] - cell.quartiles[0]),
    [SHARE]: (cell) => cell.diverged / cell.count,
};

function makeHeat() {
    const swept = quantities({ columns: false });
    const x = defaultAcross();
    const y = x && (PARAMETERS.find((one) => one.varies && one !== x && one.path === DATA.y) ?? defaultBeside(x, DATA.y));
    if (!x || !y || swept.length < 2) return;
    const asked = COLUMNS.find(({ name }) => name === DATA.color)?.name;
    Object.assign(heatView, { x: x.path, y: y.path, color: asked ?? (column(FINAL) ? FINAL : COLUMNS[0]?.name) });
    const section = document.getElementById("heat");
    const set = (name) => (value) => ((heatView[name] = value), changed());
    heatView.key = heading(
        section,
        "Heat map",
        chooser("across", swept, heatView.x, set("x")),
        chooser("up", swept, heatView.y, set("y")),
        chooser("colour", quantities({ parameters: false }), heatView.color, set("color")),
        chooser("of the rest", Object.keys(STATISTICS).map((name) => [name, name]), "median", set("statistic")),
    );
    heatView.plot = makePlot(section, {
        height: () => (innerWidth < 640 ? 320 : 480),
        label: "Heat map over two swept parameters; arrow keys go from run to run",
        draw: drawHeat,
        near: nearHeat,
        step: shown,
    });
    heatView.note = element("p", { className: "caption" });
    section.append(heatView.note);
    views.push({ draw: showHeat, hover: markHeat });
}

function showHeat() {
    const [x, y] = [parameter(heatView.x), parameter(heatView.y)];
    const result = x === y ? null : cellsOf(x, y, heatView.color);
    heatView.result = result;
    heatView.plot.box.hidden = !result;
    if (!result) {
        heatView.note.textContent = "Choose two different parameters.";
        return;
    }
    const finite = result.cells.map(heatOf).filter((value) => value !== null && Number.isFinite(value));
    const scaled = inScale(finite, heatView.color);
    const values = near(scaled);
    heatView.isCut = values.length < scaled.length;
    const isShare = heatView.statistic === SHARE;
    const log = !isShare && /loss|steps/.test(heatView.color) && scaled.every((value) => value >= 0);
    heatView.colours = isShare ? makeAxis({ values: [0, 1], pad: 0 }) : makeAxis({ values, log, pad: 0, whole: heatView.color === "steps" });
    const what = heatView.color === "steps" ? "steps to converge" : heatView.color.replaceAll("_", " ");
    const isOne = result.cells.every((cell) => cell.count === 1);
    drawKey(heatView.key, values.length || isShare ? heatView.colours : null, isShare ? heatView.statistic : `${isOne ? "" : `${heatView.statistic} `}${what}`);
    const span = ({ axis }) => axis.span ?? [axis.low, axis.high]; // the labels are of values, cells reach beyond
    const bounds = (places) => ({ ...places.axis, span: span(places), low: edges(places.units)[0], high: edges(places.units)[places.units.length] });
    showPlot(heatView.plot, bounds(result.across), bounds(result.up));
    heatView.note.textContent = heatWords(result);
}

/** What a cell shows; `null` where it diverged as a whole, or has no number. */
const heatOf = (cell) => (cell.isGone && heatView.statistic !== SHARE ? null : STATISTICS[heatView.statistic](cell));

/** Values without the few that lie so far from the others that a scale of colours which held them would show nothing else. */
function near(values) {
    const place = values.every((value) => value > 0) ? Math.log : (value) => value;
    const places = values.map(place).sort((a, b) => a - b);
    const [low, high] = [quantile(places, 0.05), quantile(places, 0.95)];
    const reach = 0.75 * (high - low);
    return reach ? values.filter((value) => place(value) >= low - reach && place(value) <= high + reach) : values;
}

function heatWords(result) {
    const words = [];
    const rest = result.cells.some((cell) => cell.count > 1);
    if (rest) words.push(`${heatView.statistic} over the runs of a cell`);
    const [gone, others] = [true, false].map((which) => result.cells.filter((cell) => cell.isGone === which));
    const isMixed = (cell) => cell.diverged > 0 && cell.diverged < cell.count;
    if (heatView.statistic !== SHARE && gone.length) words.push(`hatched: ${gone.some(isMixed) ? "more than half" : "all"} diverged`);
    if (heatView.statistic !== SHARE && gone.some(isMixed)) words.push("corner there: some did not");
    if (others.some(isMixed)) words.push("red corner: some diverged");
    if (others.some((cell) => heatOf(cell) === null)) words.push("grey: no number");
    if (heatView.isCut) words.push("what is beyond the scale has the colour of its end");
    if (result.isHeld) words.push(`all ${DATA.total} runs are counted, in ${result.across.values.length} × ${result.up.values.length} cells`);
    words.push("click a cell to pin its runs");
    return `${words.join(" · ")}.`;
}

function drawHeat(frame) {
    const { result, colours } = heatView;
    if (!result) return;
    const { context, px, py } = frame;
    const [xs, ys] = [edges(result.across.units).map((u) => Math.round(px(u))), edges(result.up.units).map((u) => Math.round(py(u)))];
    const hatch = hatching(frame);
    for (const cell of result.cells) {
        const [left, top] = [xs[cell.i], ys[cell.j + 1]];
        const [width, height] = [xs[cell.i + 1] - left, ys[cell.j] - top];
        const value = heatOf(cell);
        const isHatched = value === null && cell.isGone;
        context.fillStyle = isHatched ? hatch : value === null ? theme.line : colourOf(colours, value);
        const seam = isHatched ? 0 : SEAM;
        context.fillRect(left, top, width + seam, height + seam);
        if (!cell.diverged || cell.diverged === cell.count) continue;
        const share = cell.diverged / cell.count;
        corner(context, [left, top, width, height], isHatched ? 1 - share : share, isHatched ? theme.paper : theme.diverged);
    }
}

/** A pattern that is no colour of the scale. */
function hatching({ context, ratio }) {
    const size = Math.round(7 * ratio);
    const tile = element("canvas", { width: size, height: size });
    const inner = tile.getContext("2d");
    inner.fillStyle = inner.strokeStyle = theme.diverged;
    inner.globalAlpha = 0.16;
    inner.fillRect(0, 0, size, size);
    inner.globalAlpha = 0.55;
    inner.lineWidth = ratio;
    inner.beginPath();
    for (const shift of [-size, 0, size]) inner.moveTo(shift, size), inner.lineTo(shift + size, 0);
    inner.stroke();
    return context.createPattern(tile, "repeat");
}

/** A corner that says what share of a cell is not as the rest. */
function corner(context, [left, top, width, height], share, colour) {
    const size = Math.min(width, height) * (0.25 + 0.5 * share);
    context.fillStyle = colour;
    context.beginPath();
    context.moveTo(left + width - size, top);
    context.lineTo(left + width, top);
    context.lineTo(left + width, top + size);
    context.fill();
}

function nearHeat(frame, x, y) {
    const { result } = heatView;
    if (!result) return null;
    const [xs, ys] = [edges(result.across.units).map(frame.px), edges(result.up.units).map(frame.py)];
    const cell = result.cells.find(({ i, j }) => x >= xs[i] && x < xs[i + 1] && y <= ys[j] && y > ys[j + 1]);
    if (!cell) return null;
    const places = [valueText(parameter(heatView.x), result.across, cell.i), valueText(parameter(heatView.y), result.up, cell.j)];
    const lines = [places.join(", "), ...cellWords(cell, heatView.color === "steps" ? "steps to converge" : heatView.color)];
    return { items: itemsOf(cell.rows), lines, mark: (over) => frameCell(over, cell) };
}

function frameCell({ context, px, py, ratio }, { i, j }) {
    const [xs, ys] = [edges(heatView.result.across.units), edges(heatView.result.up.units)];
    context.strokeStyle = theme.ink;
    context.lineWidth = 2 * ratio;
    context.strokeRect(px(xs[i]), py(ys[j + 1]), px(xs[i + 1]) - px(xs[i]), py(ys[j]) - py(ys[j + 1]));
}

function markHeat() {
    const { result } = heatView;
    const row = state.hovered?.rows[0];
    if (row === undefined || !result || result.isHeld) return mark(heatView.plot, null);
    const [i, j] = [result.across.indexOf(row), result.up.indexOf(row)];
    mark(heatView.plot, i < 0 || j < 0 ? null : (frame) => frameCell(frame, { i, j }));
}
