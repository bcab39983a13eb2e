// How lines over steps are drawn: the lines, their bands, limits and exits; and which of them is near a pointer.

const LIMITS = 12; // limits with a label, at most

function trace({ context, px, py }, line) {
    context.beginPath();
    for (let k = 0; k < line.x.length; k++) context.lineTo(px(line.x[k]), py(line.y[k]));
}

/** A line of one point. */
function dot({ context, px, py, ratio }, { x, y }) {
    context.beginPath();
    context.arc(px(x[0]), py(y[0]), 3.5 * ratio, 0, 7);
    context.fill();
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

function drawLines(view, frame) {
    const { context, ratio } = frame;
    const colour = colourBy(view);
    const [width, alpha] = strokeStyle(view.lines.length);
    context.lineJoin = "round";
    drawLimits(view, frame, colour);
    for (const line of view.lines) {
        context.strokeStyle = context.fillStyle = colour(line.item);
        if (line.low) {
            context.globalAlpha = Math.min(0.22, 4 / view.lines.length);
            fillBand(frame, line, frame, line.low.x[line.low.x.length - 1]);
        }
        context.globalAlpha = alpha * 0.45;
        context.lineWidth = 0.8 * ratio;
        for (const gone of line.gone ?? []) trace(frame, gone), context.stroke();
        context.globalAlpha = alpha;
        context.lineWidth = width * ratio;
        trace(frame, line.main);
        context.stroke();
        if (line.main.x.length === 1) dot(frame, line.main);
    }
    context.globalAlpha = 0.9;
    drawExits(view, frame);
    context.globalAlpha = 1;
    labelLimits(view, frame);
}

/** The limits of the lines, each once: pairs of limit and item, the highest first. */
function limitsOf(view) {
    const found = new Map();
    for (const { limit, item } of view.lines) if (limit !== null && !found.has(limit)) found.set(limit, item);
    return [...found].sort(([a], [b]) => b - a);
}

/** A dashed line at each limit, in the colour of its run. */
function drawLimits(view, frame, colour) {
    const limits = limitsOf(view);
    frame.context.globalAlpha = limits.length > LIMITS ? 0.5 : 0.9;
    for (const [limit, item] of limits) dashed(frame, frame.y.unit(limit), colour(item), 1.3);
    frame.context.globalAlpha = 1;
}

function dashed({ context, py, left, width, ratio }, unit, colour, thickness) {
    context.setLineDash([6 * ratio, 4 * ratio]);
    context.strokeStyle = colour;
    context.lineWidth = thickness * ratio;
    context.beginPath();
    context.moveTo(left, py(unit));
    context.lineTo(left + width, py(unit));
    context.stroke();
    context.setLineDash([]);
}

/** What the limits are, at the right, where there is room for them. */
function labelLimits(view, { context, py, y, left, top, width, ratio }) {
    const limits = limitsOf(view);
    if (limits.length > LIMITS) return;
    context.font = `${12.5 * ratio}px ${FONT}`;
    context.textAlign = "right";
    context.fillStyle = theme.ink;
    let last = -Infinity;
    for (const [limit] of limits) {
        const at = py(y.unit(limit)) - 7 * ratio;
        if (at < top + 10 * ratio || at - last < 15 * ratio) continue;
        last = at;
        haloed(context, `${view.limit} = ${rounded(limit, 4)}`, left + width - 6 * ratio, at, ratio);
    }
}

/** A cross where a run leaves, within the frame, or ends. */
function crossAt(frame, [x, y]) {
    const [px, py, inside] = [frame.px(x), frame.py(y), 3.5 * frame.ratio];
    cross(frame, Math.abs(px - frame.left) < 1 ? px + inside : px, y < frame.y.high ? py : py + inside);
}

/** A cross where runs leave or end, one for those that do at one place. */
function drawExits(view, frame) {
    const exits = view.lines.flatMap(({ main, gone = [] }) => [main, ...gone].map((line) => line.exit)).filter(Boolean);
    const seen = new Set();
    for (const exit of exits) {
        const [px, py] = [frame.px(exit[0]), frame.py(exit[1])];
        const key = `${Math.round(px / (5 * frame.ratio))},${Math.round(py / (5 * frame.ratio))}`;
        if (!seen.has(key)) crossAt(frame, exit);
        seen.add(key);
    }
}

/** The line nearest to a place. */
function nearCurve(view, frame, x, y) {
    let [best, least] = [null, 15 * frame.ratio];
    for (const line of view.lines) {
        const distance = distanceTo(frame, line.main, x, y);
        if (distance < least) [best, least] = [line, distance];
    }
    if (!best) return null;
    const { step, value } = pointNear(view, best, frame, x);
    const limit = best.limit === null ? "" : `, ${view.limit} = ${rounded(best.limit)}`;
    const lines = [...describe(best.item), `at step ${step}: ${view.word} ${rounded(value)}${limit}`];
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
function pointNear(view, { item, main }, { px }, x) {
    const rows = item.rows.filter((row) => view.curves.has(row));
    const band = rows.length > 1 && bandOf(view, item);
    const { steps, values } = band ? { steps: band.steps, values: band.quartiles[1] } : view.curves.get(rows[0]);
    let near = 0;
    for (let k = 1; k < main.x.length; k++) if (Math.abs(px(main.x[k]) - x) < Math.abs(px(main.x[near]) - x)) near = k;
    near = Math.min(near, steps.length - 1);
    return { step: steps[near], value: values[near] };
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
    if (line.limit !== null) dashed(frame, frame.y.unit(line.limit), theme.ink, 2);
    if (line.main.exit) crossAt(frame, line.main.exit);
}
