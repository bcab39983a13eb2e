// Parallel coordinates: an axis per swept parameter and for what came of it, a line per item.

const PAD = { top: 44, bottom: 16, right: 84 };
const parallelView = { axes: [], drag: null };

function makeParallel() {
    if (PARAMETERS.filter((one) => one.varies).length < 2) return;
    const section = document.getElementById("parallel");
    const choice = quantities();
    parallelView.color = column(FINAL) ? FINAL : choice[0][0];
    parallelView.keyHost = heading(
        section,
        "All parameters",
        chooser("colour", choice, parallelView.color, (value) => ((parallelView.color = value), changed())),
    );
    const canvas = element("canvas", { tabIndex: 0, role: "application", "aria-roledescription": "chart", "aria-label": "Parallel coordinates; arrow keys go from line to line, Enter pins" });
    const over = element("canvas", { className: "overlay" });
    const scroll = element("div", { className: "wide" }, element("div", { className: "stack" }, canvas, over));
    section.append(scroll, element("p", { className: "caption" }, "Drag along an axis to keep a range, click the axis to let it go, click a line to pin it. Lines that end at × diverged."));
    Object.assign(parallelView, { canvas, over, scroll });
    listenParallel(canvas);
    new ResizeObserver(() => scroll.clientWidth !== parallelView.room && parallelView.lines && drawParallel()).observe(scroll);
    views.push({ draw: drawParallel, hover: hoverParallel });
}

/** The axes with their places; those of outcomes stand to the right. */
function layOut() {
    const swept = PARAMETERS.filter((one) => one.varies && !(state.grouped && one.is_seed)).map((one) => [one.path, one.short]);
    const outcomes = ["steps", FINAL, "val_loss", "val_accuracy"].filter(column).map((name) => [name, name.replaceAll("_", " ")]);
    const all = [...swept, ...outcomes];
    const left = parameter(all[0][0])?.names ? 20 + Math.min(innerWidth < 640 ? 105 : 170, Math.max(...parameter(all[0][0]).names.map((name) => 7 * name.length))) : 58;
    parallelView.room = parallelView.scroll.clientWidth;
    const width = Math.max(parallelView.room, (all.length - 1) * 96 + left + PAD.right);
    const height = innerWidth < 640 ? 280 : 360;
    const gap = (width - left - PAD.right) / Math.max(all.length - 1, 1);
    const axes = all.map(([name, title], k) => ({ name, title, x: left + k * gap, axis: axisOf(name, { pad: 0 }), isFirst: !k }));
    return { width, height, axes };
}

function size(canvas, { width, height }) {
    const ratio = devicePixelRatio;
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    return context;
}

/** The height of a unit on an axis. */
const heightOf = (axis, unit, height) =>
    height - PAD.bottom - ((unit - axis.low) / (axis.high - axis.low)) * (height - PAD.top - PAD.bottom);

/** The corners of an item's line; what diverged goes to the × above the axis of the loss. */
function cornersOf(item, { axes, height }) {
    const gone = item.diverged === item.rows.length;
    const corners = [];
    for (const { name, x, axis } of axes) {
        const isLoss = name === FINAL;
        const value = name === "steps" && item.rows.length === 1 ? column("steps").values[item.rows[0]] : valueOf(item, name);
        if (isLoss && gone) corners.push([x, PAD.top - 12]);
        else if (value !== null && Number.isFinite(axis.unit(value))) {
            const share = Math.min(axis.high, Math.max(axis.low, axis.unit(value)));
            corners.push([x, heightOf(axis, share, height)]);
        } else if (value === 0 && axis.log) corners.push([x, heightOf(axis, axis.low, height)]);
    }
    return { item, corners, gone };
}

function drawParallel() {
    const layout = layOut();
    const context = size(parallelView.canvas, layout);
    size(parallelView.over, layout);
    const passing = filtered();
    const strong = new Set(shown());
    const colours = axisOf(parallelView.color, { pad: 0 });
    const lines = passing.map((item) => cornersOf(item, layout));
    const rest = lines.filter(({ item }) => !strong.has(item));
    Object.assign(parallelView, layout, { lines: lines.filter(({ item }) => strong.has(item)), colours });
    rest.forEach((line) => strokeParallel(context, line, theme.line, 0.5));
    const alpha = Math.max(0.07, Math.min(0.9, 120 / parallelView.lines.length));
    for (const line of parallelView.lines) {
        const value = line.gone && column(parallelView.color) ? NaN : valueOf(line.item, parallelView.color);
        strokeParallel(context, line, Number.isNaN(value) ? theme.diverged : colourOf(colours, value), alpha);
    }
    layout.axes.forEach((one) => drawAxis(context, one, layout));
    drawKey(parallelView.keyHost, colours, parameter(parallelView.color)?.short ?? parallelView.color.replaceAll("_", " "));
}

function strokeParallel(context, { corners }, colour, alpha, width = 1.1) {
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    corners.forEach(([x, y], k) => {
        if (!k) return context.moveTo(x, y);
        const [x0, y0] = corners[k - 1];
        const middle = (x0 + x) / 2;
        context.bezierCurveTo(middle, y0, middle, y, x, y);
    });
    context.stroke();
    context.globalAlpha = 1;
}

function drawAxis(context, { name, title, x, axis, isFirst }, { height }) {
    context.strokeStyle = theme.ink;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, PAD.top);
    context.lineTo(x, height - PAD.bottom);
    context.stroke();
    context.textAlign = "center";
    context.fillStyle = theme.ink;
    context.font = `13px ${FONT}`;
    context.fillText(title, x, 16);
    context.textAlign = isFirst ? "right" : "left";
    context.fillStyle = theme.quiet;
    context.font = `12px ${FONT}`;
    for (const [unit, text] of ticks(axis, axis.low, axis.high, axis.names ? 12 : 6)) {
        const y = heightOf(axis, unit, height);
        haloed(context, text, x + (isFirst ? -8 : 7), y + 4);
        context.fillRect(x - 3, Math.round(y), 6, 1);
    }
    if (name === FINAL && items.some((item) => item.diverged)) {
        context.textAlign = "left";
        cross({ context, ratio: 1 }, x, PAD.top - 12);
        haloed(context, "diverged", x + 8, PAD.top - 8);
    }
    const range = state.ranges.get(name);
    if (range) drawRange(context, x, range.map((value) => heightOf(axis, Math.min(axis.high, Math.max(axis.low, axis.unit(value))), height)));
}

function drawRange(context, x, [low, high]) {
    context.fillStyle = theme.accent;
    context.globalAlpha = 0.28;
    context.fillRect(x - 8, Math.min(low, high) - 2, 16, Math.abs(high - low) + 4);
    context.globalAlpha = 1;
}

function listenParallel(canvas) {
    const at = (event) => [event.offsetX, event.offsetY];
    const axisNear = (x) => parallelView.axes.find((one) => Math.abs(one.x - x) < 12);
    canvas.addEventListener("pointerdown", (event) => {
        const [x, y] = at(event);
        const axis = axisNear(x);
        parallelView.drag = { axis, from: y, before: axis && state.ranges.get(axis.name) };
        if (parallelView.drag.axis) canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
        const [x, y] = at(event);
        const { drag } = parallelView;
        if (drag?.axis && Math.abs(y - drag.from) > 3) return keepRange(drag.axis, drag.from, y);
        const line = nearLine(x, y);
        canvas.style.cursor = axisNear(x) ? "ns-resize" : line ? "pointer" : "default";
        tip(line && describe(line.item), event.clientX, event.clientY);
        hover(line ? line.item : null);
    });
    canvas.addEventListener("pointerup", (event) => {
        const [x, y] = at(event);
        const { drag } = parallelView;
        parallelView.drag = null;
        if (drag?.axis && Math.abs(y - drag.from) <= 3) state.ranges.delete(drag.axis.name), changed();
        else if (drag && !drag.axis && nearLine(x, y)) toggle([nearLine(x, y).item]);
    });
    // The browser took the drag for something else, as a scroll: it ends, and leaves the range as it was.
    canvas.addEventListener("pointercancel", () => {
        const { drag } = parallelView;
        parallelView.drag = null;
        if (!drag?.axis) return;
        drag.before ? state.ranges.set(drag.axis.name, drag.before) : state.ranges.delete(drag.axis.name);
        changed();
    });
    canvas.addEventListener("pointerleave", () => (tip(null), hover(null)));
    canvas.addEventListener("keydown", (event) => onKey({}, event, () => parallelView.lines.map((line) => line.item)));
}

function keepRange({ name, axis }, from, to) {
    const { height } = parallelView;
    const unit = (y) => axis.low + ((height - PAD.bottom - y) / (height - PAD.top - PAD.bottom)) * (axis.high - axis.low);
    const ends = [unit(from), unit(to)].sort((a, b) => a - b);
    state.ranges.set(name, ends.map((end) => axis.value(end)));
    changed();
}

function nearLine(x, y) {
    let [best, least] = [null, 8];
    for (const line of parallelView.lines ?? []) {
        for (let k = 1; k < line.corners.length; k++) {
            const [[x0, y0], [x1, y1]] = [line.corners[k - 1], line.corners[k]];
            if (x < x0 || x > x1) continue;
            const distance = Math.abs(bent(y0, y1, (x - x0) / (x1 - x0)) - y);
            if (distance < least) [best, least] = [line, distance];
        }
    }
    return best;
}

/** The height of a Bézier curve with level ends at a share of its width, by bisection for its parameter. */
function bent(y0, y1, share) {
    let [low, high] = [0, 1];
    for (let k = 0; k < 12; k++) {
        const t = (low + high) / 2;
        1.5 * t * (1 - t) + t ** 3 < share ? (low = t) : (high = t);
    }
    const t = (low + high) / 2;
    return y0 + (y1 - y0) * (3 * t * t - 2 * t ** 3);
}

function hoverParallel() {
    const { over, lines, width, height } = parallelView;
    const context = over.getContext("2d");
    context.clearRect(0, 0, width, height);
    const line = lines?.find((one) => one.item === state.hovered);
    if (!line) return;
    strokeParallel(context, line, theme.paper, 1, 5);
    strokeParallel(context, line, theme.ink, 1, 2.2);
}
