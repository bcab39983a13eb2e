// Items: what a line, a mark or a row of the table stands for. A run; or, where seeds are swept, the runs that differ in
// nothing else.

const PARAMETERS = DATA.parameters.map((parameter) => ({ ...parameter, levels: parameter.levels.map(number) }));
PARAMETERS.forEach((parameter) => {
    if (parameter.names) parameter.levels = parameter.names.map((_, index) => index);
    parameter.varies = new Set(parameter.at).size > 1;
    parameter.text = DATA.parameters.find((one) => one.path === parameter.path).levels;
});
const COLUMNS = DATA.columns.map((one) => ({ ...one, values: one.values.map(number) }));
const FILLED = COLUMNS.filter(({ values }) => values.some((value) => value !== null)); // those that say anything
const column = (name) => COLUMNS.find((one) => one.name === name);
const parameter = (path) => PARAMETERS.find((one) => one.path === path);
const LOST = new Set(["diverged", "failed", "timeout"]); // ends after which the other columns say nothing

const IS_COMPARISON = PARAMETERS[0]?.path === "experiment";
const ROWS = DATA.ids.map((_, row) => row);

let items = [];

/** Makes the items anew, grouped by seed or not. Pins stay with their runs. */
function makeItems() {
    const pinned = new Set([...state.selected].flatMap((item) => item.rows));
    const others = PARAMETERS.filter((one) => !(state.grouped && one.is_seed));
    const groups = new Map();
    DATA.ids.forEach((_, row) => {
        const key = state.grouped ? others.map((one) => one.at[row]).join() : row;
        groups.has(key) ? groups.get(key).push(row) : groups.set(key, [row]);
    });
    items = [...groups.values()].map((rows) => ({
        rows,
        diverged: rows.filter((row) => DATA.status[row] === "diverged").length,
        cache: new Map(),
    }));
    state.selected = new Set(items.filter((item) => item.rows.some((row) => pinned.has(row))));
    state.hovered = null;
}

/** The value of a parameter in a row, as a number; `null` where it was not swept. */
function valueAt(parameter, row) {
    return parameter.at[row] < 0 ? null : parameter.levels[parameter.at[row]];
}

const SPELT = new Map(DATA.copy.spelt.map(({ name, cells }) => [name, new Map(cells)]));

/** The cell of a row in a column of runs.csv, as the table has it. */
function textAt(name, row) {
    if (name === "run_id") return String(DATA.ids[row]);
    if (name === "status") return DATA.status[row];
    const spelt = SPELT.get(name)?.get(row);
    if (spelt !== undefined) return spelt;
    const swept = parameter(name);
    if (swept?.names) return swept.at[row] < 0 ? "" : String(swept.text[swept.at[row]]);
    const value = swept ? valueAt(swept, row) : (column(name)?.values[row] ?? null);
    return value === null ? "" : exact(value);
}

/** Numbers of a column that mean something: not the losses of diverged and failed runs, and only steps that converged. */
function settled(rows, name) {
    const { values, of_all } = column(name) ?? { values: [] };
    const counts = (row) => (name === "steps" ? DATA.status[row] === "converged" : of_all || !LOST.has(DATA.status[row]));
    return rows.filter(counts).map((row) => values[row]).filter((value) => value !== null && Number.isFinite(value));
}

/** Losses above this are as good as diverged: a scale that held them would show nothing else. */
const MOST = (() => {
    const starts = (column("initial_loss")?.values ?? []).filter((value) => value !== null && Number.isFinite(value));
    return starts.length ? 1000 * starts.reduce((a, b) => Math.max(a, b), 0) : Infinity;
})();

/** Of losses, those that a scale is to hold; all of them where it would hold none. */
function inScale(values, name) {
    if (!/loss/.test(name)) return values;
    const held = values.filter((value) => value <= MOST);
    return held.length ? held : values;
}

/** Quartiles of a column over an item's runs. */
function statistic(item, name) {
    if (!item.cache.has(name)) item.cache.set(name, quartiles(settled(item.rows, name)));
    return item.cache.get(name);
}

/** The number by which an item is placed, sorted and filtered. */
function valueOf(item, name) {
    const swept = parameter(name);
    if (swept) return valueAt(swept, item.rows[0]);
    if (item.rows.length === 1) return column(name)?.values[item.rows[0]] ?? null;
    return statistic(item, name)[1];
}

/** How an item ended, in a word or in counts. */
function ending(item) {
    if (item.rows.length === 1) return DATA.status[item.rows[0]];
    const counts = STATUSES.map((status) => [item.rows.filter((row) => DATA.status[row] === status).length, status]);
    return counts.filter(([count]) => count).map(([count, status]) => `${count} ${status}`).join(", ");
}

function nameOf(item) {
    if (item.rows.length === 1) return `run ${DATA.ids[item.rows[0]]}`;
    return `${counted(item.rows.length, "seed")}, runs ${DATA.ids[item.rows[0]]} …`;
}

/** What a pointer at an item reads. */
function describe(item) {
    const swept = PARAMETERS.filter((one) => one.varies && !(state.grouped && one.is_seed && item.rows.length > 1));
    const shown = (one) => {
        const at = one.at[item.rows[0]];
        return `${one.short} = ${at < 0 ? "–" : one.names ? one.names[at] : rounded(one.levels[at], 5)}`;
    };
    return [nameOf(item), ...swept.map(shown), ending(item), ...outcomeOf(item)];
}

function outcomeOf(item) {
    const word = item.rows.length > 1 ? "median " : "";
    const steps = item.rows.length > 1 ? statistic(item, "steps")[1] : column("steps")?.values[item.rows[0]];
    const loss = item.rows.length > 1 ? statistic(item, FINAL)[1] : column(FINAL)?.values[item.rows[0]];
    const lines = [];
    if (steps !== null && steps !== undefined) lines.push(`${word}${rounded(steps)} ${noun(steps, "step")}${word && " to converge"}`);
    if (loss !== null && loss !== undefined) lines.push(`${word}${FINAL.replaceAll("_", " ")} ${rounded(loss)}`);
    return lines;
}

/** The number by which ranges take an item: where 0 means all, it is more than any other. */
function amountOf(item, name) {
    const value = valueOf(item, name);
    return value === 0 && parameter(name)?.has_all ? Infinity : value;
}

/** Whether a row passes the filters for words and ends. */
function rowPasses(row, text) {
    if (!state.statuses.has(DATA.status[row]) || (state.only >= 0 && FACET.at[row] !== state.only)) return false;
    return !text || `${DATA.ids[row]}` === text || rowText(row).includes(text);
}

const rowTexts = [];
function rowText(row) {
    rowTexts[row] ??= [...PARAMETERS.map((one) => textAt(one.path, row)), DATA.status[row]].join("\n").toLowerCase();
    return rowTexts[row];
}

/** The items that pass the filters. */
function filtered() {
    const text = state.text.trim().toLowerCase();
    const passes = (item) => {
        if (!item.rows.some((row) => rowPasses(row, text))) return false;
        return [...state.ranges].every(([name, [low, high]]) => {
            const value = amountOf(item, name);
            return value !== null && value >= low && value <= high;
        });
    };
    return items.filter(passes);
}

/** Whether all runs are shown, those too that the page does not hold. */
function isUnfiltered() {
    return !state.selected.size && !state.ranges.size && state.only < 0 && !state.text.trim() && state.statuses.size === new Set(DATA.status).size;
}

/** The pinned items that pass the filters; all that pass where none is pinned. */
function shown() {
    const passing = filtered();
    const pinned = passing.filter((item) => state.selected.has(item));
    return pinned.length ? pinned : passing;
}

/** The axis of a parameter or column. Diverged runs are left out of it. */
function axisOf(name, options = {}) {
    const swept = parameter(name);
    if (swept?.names) return makeAxis({ names: swept.names, title: swept.title, ...options });
    if (swept) return makeAxis({ values: swept.levels, log: swept.is_log, title: swept.title, whole: swept.is_whole, all: swept.has_all, ...options });
    const converged = settled(ROWS, name);
    const values = converged.length ? converged : (column(name)?.values ?? []);
    const log = /loss|steps/.test(name) && values.every((value) => value >= 0);
    return makeAxis({ values: inScale(values, name), log, title: name.replaceAll("_", " "), whole: name === "steps", ...options });
}

/** What can be put on an axis or shown as colour: pairs of name and text. */
function quantities({ parameters = true, columns = true } = {}) {
    const swept = parameters ? PARAMETERS.filter((one) => one.varies && !(state.grouped && one.is_seed)) : [];
    return [...swept.map((one) => [one.path, one.path]), ...(columns ? FILLED.map(({ name }) => [name, name]) : [])];
}

const isRate = (path) => path === "train.learning_rate" || path.startsWith("train.learning_rate.");

/** The parameter across: the one asked for, the learning rate, the first number. */
function defaultAcross() {
    const varying = PARAMETERS.filter((one) => one.varies);
    const asked = varying.find((one) => one.path === DATA.x);
    const numbers = varying.filter((one) => !one.names && !one.is_seed);
    return asked ?? numbers.find((one) => isRate(one.path)) ?? numbers[0] ?? varying.find((one) => !one.is_seed) ?? varying[0];
}

/** The parameter beside it. */
function defaultBeside(across, asked) {
    const others = PARAMETERS.filter((one) => one.varies && one !== across);
    return others.find((one) => one.path === asked) ?? others.find((one) => !one.is_seed);
}

/** The parameter of which one value alone can be shown: the one asked for, else the first of a few names. */
const FACET = (() => {
    const some = PARAMETERS.filter((one) => one.varies && one.levels.length <= 60);
    return some.find((one) => one.path === DATA.facet) ?? some.find((one) => one.names);
})();
