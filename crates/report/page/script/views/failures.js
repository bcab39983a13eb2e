// What failed runs wrote last.

import { hasDiverged, lastLines, LOST, ROWS, textAt } from "../data/columns.js";
import { DATA } from "../data/data.js";
import { byId, caption, element, heading } from "../elements.js";
import { shown } from "../selection/filter.js";
import { counted } from "../data/numbers.js";
import { views } from "../selection/state.js";

/** Runs whose lines are shown, at most. */
const MOST = 5;

/**
 * Whether a run failed, or was ended after its time, with something to say of it.
 * @param {number} row
 */
const hasFailed = (row) => LOST.has(DATA.status[row]) && !hasDiverged(row) && Boolean(textAt("reason", row) || lastLines(row).length);

export function makeFailures() {
    if (!ROWS.some(hasFailed)) return;
    const section = byId("failures");
    heading(section, "Last lines of failed runs");
    const host = element("div");
    const note = caption();
    section.append(host, note);
    views.push({ draw: () => showFailures(section, host, note) });
}

/**
 * @param {HTMLElement} section
 * @param {HTMLElement} host
 * @param {HTMLElement} note
 */
function showFailures(section, host, note) {
    const rows = shown().flatMap((item) => item.rows).filter(hasFailed);
    section.hidden = !rows.length;
    host.replaceChildren(...rows.slice(0, MOST).flatMap(failure));
    const words = rows.length > MOST ? [`${MOST} of ${counted(rows.length, "failed run")}: pin one to see its lines`] : [`${counted(rows.length, "failed run")} of those shown`];
    if (DATA.copy.left_out.includes("stderr")) words.push("this page does not hold what runs wrote; runs.csv has it");
    note.textContent = `${words.join(" · ")}.`;
}

/** @param {number} row */
function failure(row) {
    const lines = lastLines(row);
    const reason = textAt("reason", row);
    const head = element("h3", {}, `Run ${DATA.ids[row]} ${DATA.status[row]}${reason ? `: ${reason}` : ""}`);
    return lines.length ? [head, element("pre", {}, lines.join("\n"))] : [head];
}
