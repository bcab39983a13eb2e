// A view as a PNG: its title, the key of its colours, its charts, its words.

import { shareOf } from "./axis.js";
import { nameColour, theme, viridis } from "./colours.js";
import { byId, contextOf, element, say } from "../elements.js";
import { keyOf } from "./key.js";
import { FONT } from "./marks.js";
import { ticks } from "./ticks.js";

/** The views that have charts. */
const VIEWS = ["curves", "sharpness", "outcomes", "heat", "parallel"];
/** Sizes in CSS pixels: around everything, of the title with the key, of a line of words. */
const [MARGIN, HEAD, LINE] = [16, 64, 18];

/**
 * Adds a button to every view with charts.
 * @param {() => string} which what of the runs is shown, behind the title
 */
export function addPictureButtons(which) {
    for (const id of VIEWS) {
        const section = byId(id);
        const controls = section.querySelector(".controls");
        const onclick = () => save(section, which());
        if (!section.hidden) controls?.append(element("button", { type: "button", onclick, title: "Save this view as a picture" }, "PNG"));
    }
}

/**
 * The charts of a view that can be seen.
 * @param {HTMLElement} section
 */
const chartsOf = (section) =>
    [...section.querySelectorAll("canvas")].filter((canvas) => !canvas.classList.contains("overlay") && canvas.checkVisibility());

/**
 * Draws a view as it is shown, at the resolution of the screen.
 * @param {HTMLElement} section
 * @param {string} which
 */
export function pictureOf(section, which = "") {
    const ratio = devicePixelRatio;
    const charts = chartsOf(section);
    const width = Math.max(320, charts.reduce((sum, { width }) => sum + width, 0) / ratio);
    const picture = element("canvas");
    const context = contextOf(picture);
    context.font = `13px ${FONT}`;
    const words = wrapped(context, wordsOf(section), width);
    const head = HEAD + drawKeyOn(context, section, width);
    const height = Math.max(0, ...charts.map((chart) => chart.height / ratio));
    picture.width = (width + 2 * MARGIN) * ratio;
    picture.height = (head + height + LINE * (words.length + 1) + MARGIN) * ratio;
    context.scale(ratio, ratio);
    context.fillStyle = theme.paper;
    context.fillRect(0, 0, picture.width, picture.height);
    context.translate(MARGIN, 0);
    context.fillStyle = theme.ink;
    context.font = `600 18px ${FONT}`;
    context.fillText(section.querySelector("h2")?.textContent + which, 0, 26);
    drawKeyOn(context, section, width);
    let left = 0;
    for (const chart of charts) {
        context.drawImage(chart, left, head, chart.width / ratio, chart.height / ratio);
        left += chart.width / ratio;
    }
    context.fillStyle = theme.quiet;
    context.font = `13px ${FONT}`;
    words.forEach((line, k) => context.fillText(line, 0, head + height + LINE * (k + 1)));
    return picture;
}

/** What says what a pointer can do, which is nothing on a picture. */
const GESTURE = /^(drag|click)\b/i;

/**
 * The words below a view.
 * @param {HTMLElement} section
 */
function wordsOf(section) {
    const parts = (section.querySelector(".caption")?.textContent ?? "").replace(/\.$/, "").split(/ · |\. /);
    return parts.filter((part) => !GESTURE.test(part)).join(" · ");
}

/**
 * Lines of a text that fit into a width.
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} width
 */
function wrapped(context, text, width) {
    /** @type {string[]} */
    const lines = [];
    for (const word of text.split(" ").filter(Boolean)) {
        const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
        if (lines.length && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
        else lines.push(word);
    }
    return lines;
}

/**
 * The key of a view's colours, below its title. Returns the height of its further lines.
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLElement} section
 * @param {number} width
 */
function drawKeyOn(context, section, width) {
    const host = section.querySelector(".key");
    const key = host instanceof HTMLElement ? keyOf(host) : null;
    if (!key) return 0;
    const { axis, title } = key;
    context.font = `13px ${FONT}`;
    context.fillText(title, 0, 50);
    let [left, top] = [context.measureText(title).width + 24, 50];
    if (!axis.names) drawScale(context, axis, left);
    axis.names?.forEach((name, index, { length }) => {
        const room = 22 + context.measureText(name).width;
        if (left + room > width) [left, top] = [0, top + LINE];
        context.fillStyle = nameColour(index, length);
        context.fillRect(left, top - 6, 16, 4);
        context.fillStyle = theme.ink;
        context.fillText(name, left + 22, top);
        left += room + 14;
    });
    return top - 50;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./axis.js").Axis} axis
 * @param {number} left
 */
function drawScale(context, axis, left) {
    const width = 210;
    for (let k = 0; k < width; k++) {
        context.fillStyle = viridis(k / (width - 1));
        context.fillRect(left + k, 36, 1.5, 9);
    }
    context.fillStyle = theme.quiet;
    context.font = `12px ${FONT}`;
    context.textAlign = "center";
    for (const [unit, text] of ticks(axis, axis.low, axis.high, 4)) context.fillText(text, left + width * shareOf(axis, unit), 58);
    context.textAlign = "left";
}

/**
 * @param {HTMLElement} section
 * @param {string} which
 */
function save(section, which) {
    const name = `${document.title.split(" · ")[0]}-${section.id}.png`.replace(/[^\p{L}\p{N}._-]+/gu, "-");
    pictureOf(section, which).toBlob((blob) => {
        if (!blob) return say("The picture is too large for this browser.");
        const href = URL.createObjectURL(blob);
        element("a", { href, download: name }).click();
        setTimeout(() => URL.revokeObjectURL(href), 1000);
        say(`Saved as ${name}.`);
    });
}
