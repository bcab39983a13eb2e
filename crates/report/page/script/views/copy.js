// The copy of the table: rows as runs.csv has them.

import { IS_COMPARISON, textAt } from "../data/columns.js";
import { DATA } from "../data/data.js";

/**
 * A CSV cell, quoted where it must be (RFC 4180).
 * @param {string} text
 */
const quoted = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What a copy is. */
export function copyWords() {
    const table = IS_COMPARISON ? "as the runs.csv of each experiment has it" : "as runs.csv has it";
    const { left_out } = DATA.copy;
    return left_out.length ? `${table}, but for ${left_out.join(", ")}, which this page does not hold` : table;
}

/**
 * Rows of the page with the columns and the cells of runs.csv.
 * @param {number[]} rows
 */
export function csvOf(rows) {
    const { head } = DATA.copy;
    const lines = rows.map((row) => head.map((name) => textAt(name, row)));
    return `${[head, ...lines].map((cells) => cells.map(quoted).join(",")).join("\n")}\n`;
}

/**
 * Puts text where it can be pasted from.
 * @param {string} text
 */
export async function toClipboard(text) {
    try {
        await navigator.clipboard.writeText(text);
    } catch {
        toClipboardByHand(text);
    }
}

/**
 * For pages that the browser does not trust with the clipboard, as those from a disk.
 * @param {string} text
 */
function toClipboardByHand(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "hidden";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
}
