// A chart: uPlot gives axes, zoom (drag; a double click undoes it), sizes and the cursor; what is in it, we draw.

const plots = [];
const FONT = 'Inter, system-ui, -apple-system, "Segoe UI", sans-serif';

/**
 * A chart in `host`. `draw(frame)` draws on the canvas, `near(frame, x, y)` finds what is near a place in CSS pixels and
 * returns { items, lines, mark(frame) } or null, of which a click pins the items.
 */
function makePlot(host, { height, label, draw, near, step }) {
    const box = element("div", { className: "plot", tabIndex: 0, role: "application", "aria-roledescription": "chart", "aria-label": label });
    host.append(box);
    const plot = { x: makeAxis({}), y: makeAxis({}), box, found: null };
    const side = (which) => ({
        scale: which,
        splits: (u, _, low, high) => {
            plot[`${which}ticks`] = ticks(plot[which], low, high, which === "x" ? u.width / 80 : u.height / 45);
            return plot[`${which}ticks`].map(([unit]) => unit);
        },
        values: () => plot[`${which}ticks`].map(([, text]) => text),
        stroke: () => theme.quiet,
        font: `13px ${FONT}`,
        labelFont: `14px ${FONT}`,
        label: " ",
        labelSize: 24,
        grid: { stroke: () => theme.line, width: 1 },
        ticks: { show: false },
        border: { show: true, stroke: () => theme.ink, width: 1 },
        size: which === "x" ? 26 : (u, texts) => 14 + Math.max(24, ...(texts ?? []).map((text) => Math.min(innerWidth < 640 ? 110 : 190, 7.2 * [...text].length))),
    });
    const options = {
        width: Math.max(280, host.clientWidth),
        height: height(),
        padding: [10, 22, 0, 0],
        legend: { show: false },
        scales: { x: { time: false, range: (_, low, high) => [low, high] }, y: { range: (_, low, high) => [low, high] } },
        series: [{}, { paths: () => null, points: { show: false } }],
        axes: [side("x"), side("y")],
        cursor: { points: { show: false }, x: false, y: false, drag: { x: true, y: true, uni: 24, dist: 6 } },
        hooks: { draw: [(u) => drawClipped(plot, u, draw)], setSize: [() => sizeOverlay(plot)] },
    };
    plot.u = new uPlot(options, [[0, 1], [0, 1]], box);
    plot.overlay = element("canvas", { className: "overlay" });
    plot.u.over.append(plot.overlay);
    sizeOverlay(plot);
    listen(plot, near, step);
    new ResizeObserver(() => {
        if (host.clientWidth > 0 && host.clientWidth !== plot.u.width) plot.u.setSize({ width: host.clientWidth, height: height() });
    }).observe(host);
    plots.push(plot);
    return plot;
}

/** Gives a chart its axes and draws it; the zoom stays where the axes do. */
function showPlot(plot, x, y) {
    const key = [x, y].map(({ low, high, log, title }) => [low, high, log, title]).join();
    Object.assign(plot, { x, y });
    if (key === plot.key) return plot.u.redraw(false);
    plot.key = key;
    plot.u.axes[0].label = x.title;
    plot.u.axes[1].label = y.title;
    plot.u.setData([[x.low, x.high], [y.low, y.high]]);
}

/** Places in a chart, in device pixels of its canvas. */
function frameOf(plot, context, left, top, ratio) {
    const { x, y } = plot.u.scales;
    const { width, height } = plot.u.bbox;
    const [kx, ky] = [width / (x.max - x.min), height / (y.max - y.min)];
    return {
        context, ratio, left, top, width, height,
        px: (unit) => left + (unit - x.min) * kx,
        py: (unit) => top + height - (Math.max(unit, y.min - 1e3) - y.min) * ky,
        x: plot.x,
        y: plot.y,
    };
}

function drawClipped(plot, u, draw) {
    if (!plot.key) return;
    const { left, top, width, height } = u.bbox;
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(left, top - 1, width, height + 1);
    u.ctx.clip();
    draw(frameOf(plot, u.ctx, left, top, devicePixelRatio));
    u.ctx.restore();
}

function sizeOverlay(plot) {
    if (!plot.overlay) return;
    plot.overlay.width = plot.u.bbox.width;
    plot.overlay.height = plot.u.bbox.height;
}

/** Draws over a chart without drawing it again; clears where nothing is given. */
function mark(plot, draw) {
    const context = plot.overlay.getContext("2d");
    context.clearRect(0, 0, plot.overlay.width, plot.overlay.height);
    if (draw && plot.key) draw(frameOf(plot, context, 0, 0, devicePixelRatio));
}

function listen(plot, near, step) {
    const { over } = plot.u;
    let pressed = null;
    const find = (event) => {
        const at = over.getBoundingClientRect();
        const frame = frameOf(plot, null, 0, 0, devicePixelRatio);
        const ratio = devicePixelRatio;
        plot.found = plot.key ? near(frame, (event.clientX - at.left) * ratio, (event.clientY - at.top) * ratio) : null;
        tip(plot.found?.lines, event.clientX, event.clientY);
        hover(plot.found?.items.length === 1 ? plot.found.items[0] : null);
        mark(plot, plot.found?.mark);
    };
    over.addEventListener("pointermove", find);
    over.addEventListener("pointerleave", () => (tip(null), hover(null), mark(plot, null)));
    over.addEventListener("pointerdown", (event) => (pressed = [event.clientX, event.clientY]));
    over.addEventListener("click", (event) => {
        const isDrag = pressed && Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 5;
        find(event);
        if (!isDrag && plot.found) toggle(plot.found.items);
    });
    plot.box.addEventListener("keydown", (event) => onKey(plot, event, step));
    plot.box.addEventListener("blur", () => hover(null));
}

/** Arrows go from item to item, Enter pins. */
function onKey(plot, event, step) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by && step) {
        const all = step();
        if (!all.length) return;
        const at = all.indexOf(state.hovered);
        const next = all[(at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by + all.length) % all.length];
        hover(next);
        say(describe(next).join(", "));
        event.preventDefault();
    } else if ((event.key === "Enter" || event.key === " ") && state.hovered) {
        toggle([state.hovered]);
        event.preventDefault();
    }
}

/** A cross at a place in device pixels. */
function cross({ context, ratio }, x, y) {
    const size = 3.2 * ratio;
    context.beginPath();
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x - size, y + size);
    context.lineTo(x + size, y - size);
    context.strokeStyle = theme.diverged;
    context.lineWidth = 1.3 * ratio;
    context.stroke();
}

/** Text that lines behind it do not cross. */
function haloed(context, text, x, y, ratio = 1) {
    context.strokeStyle = theme.paper;
    context.lineWidth = 3.5 * ratio;
    context.lineJoin = "round";
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
}
