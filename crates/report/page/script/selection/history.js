// Earlier selections, to go back to; and the selection in the fragment of the address, to share.

import { byId, say } from "../elements.js";
import { restore, snapshot } from "./snapshot.js";
import { changed } from "./state.js";

/** Milliseconds without a change after which a selection is one to go back to: a drag or a word is one change. */
const QUIET = 300;
/** Selections to go back to, at most. */
const MOST = 200;

/** @type {string[]} */
const past = [];
let current = "";
let timer = 0;

/** Notes that something may have changed. */
export function noteChange() {
    clearTimeout(timer);
    timer = setTimeout(keep, QUIET);
}

function keep() {
    clearTimeout(timer);
    const now = snapshot();
    if (now === current) return;
    past.push(current);
    if (past.length > MOST) past.shift();
    become(now);
}

/** @param {string} text */
function become(text) {
    current = text;
    const place = `#${text}`;
    if (location.hash !== place && (text || location.hash)) history.replaceState(null, "", place);
}

/** Whether what is selected now is in the address, and can be gone back to. */
export const isKept = () => snapshot() === current;

/** Whether there is a selection to go back to. */
export const canUndo = () => past.length > 0 || !isKept();

/** Goes back to the selection before the last change. */
export function undo() {
    keep();
    const before = past.pop();
    if (before === undefined) return;
    restore(before);
    become(before);
    changed();
    say("The selection is as it was before.");
}

/** Selects what the fragment of the address says; where it does not fit this page, a notice says so. */
export function readFragment() {
    const text = location.hash.slice(1);
    if (text === current || (text && document.getElementById(text))) return;
    keep();
    const wrong = restore(text);
    const notice = byId("notice");
    notice.hidden = wrong === null;
    notice.textContent = wrong === null ? "" : `The selection in the address does not fit this page, and is ignored: ${wrong.slice(0, 80)}`;
    if (wrong !== null) return;
    past.push(current);
    current = text;
    changed();
}
