// The table of runs: sorted, filtered, pinned, copied. Only the rows in view exist.

const ROW = 30; // pixels
const tableView = { sort: null, rising: true, rows: [], active: 0 };

function makeTable() {
    const section = document.getElementById("table");
    const copy = element("button", { type: "button", onclick: copyTable }, "copy as CSV");
    const pin = element("button", { type: "button", onclick: () => toggle(tableView.rows) }, "pin all / none");
    heading(section, "Runs", pin, copy);
    const head = element("thead");
    const body = element("tbody");
    const table = element("table", { className: "runs", role: "grid" }, head, body);
    const scroll = element("div", { className: "scroll", tabIndex: 0, "aria-label": "Runs; up and down go from row to row, space pins" }, table);
    const note = element("p", { className: "caption" });
    section.append(scroll, note);
    Object.assign(tableView, { copy, head, body, scroll, note });
    scroll.addEventListener("scroll", drawRows);
    scroll.addEventListener("keydown", tableKey);
    scroll.addEventListener("pointerleave", () => hover(null));
    views.push({ draw: drawTable, hover: markRow });
}

function tableColumns() {
    const swept = PARAMETERS.filter((one) => !(state.grouped && one.is_seed));
    return ["run", ...swept.map((one) => one.path), "status", ...FILLED.map(({ name }) => name)];
}

/** By what an item is sorted in a column; diverged losses last, as what does not exist. */
function sortValue(item, name) {
    if (name === "run") return DATA.ids[item.rows[0]];
    if (name === "status") return ending(item);
    const value = valueOf(item, name);
    return value !== null && Number.isNaN(value) ? null : value;
}

function compareItems(name, rising) {
    const sign = rising ? 1 : -1;
    return (a, b) => {
        const [x, y] = [sortValue(a, name), sortValue(b, name)];
        if (x === null || y === null) return (x === null) - (y === null);
        return x < y ? -sign : x > y ? sign : 0;
    };
}

function drawTable() {
    tableView.rows = filtered();
    if (tableView.sort) tableView.rows.sort(compareItems(tableView.sort, tableView.rising));
    if (state.selected.size) tableView.rows.sort((a, b) => state.selected.has(b) - state.selected.has(a));
    tableView.active = Math.min(tableView.active, Math.max(0, tableView.rows.length - 1));
    tableView.head.replaceChildren(element("tr", {}, ...tableColumns().map(headCell)));
    const words = [counted(tableView.rows.length, "row")];
    if (items.some((item) => item.rows.length > 1)) words.push("a row per setting: median, and quartiles beside it, over its seeds");
    words.push("click a row to pin it: the other views then show pinned runs only");
    words.push(`a copy has what is ${state.selected.size ? "pinned" : "shown"} ${copyWords()}`);
    tableView.note.textContent = `${words.join(" · ")}.`;
    drawRows();
}

function headCell(name) {
    const isSorted = tableView.sort === name;
    const arrow = isSorted ? (tableView.rising ? " ↑" : " ↓") : "";
    const onclick = () => {
        tableView.rising = isSorted ? !tableView.rising : true;
        tableView.sort = name;
        changed();
    };
    const sort = isSorted ? (tableView.rising ? "ascending" : "descending") : "none";
    return element("th", { scope: "col", "aria-sort": sort }, element("button", { type: "button", onclick }, name + arrow));
}

function drawRows() {
    const { scroll, body, rows } = tableView;
    const first = Math.max(0, Math.floor(scroll.scrollTop / ROW) - 8);
    const last = Math.min(rows.length, first + Math.ceil((scroll.clientHeight || 480) / ROW) + 16);
    const spacer = (count) => {
        const cell = element("td", { colSpan: tableColumns().length });
        cell.style.height = `${count * ROW}px`;
        return element("tr", { className: "space", "aria-hidden": "true" }, cell);
    };
    body.replaceChildren(spacer(first), ...rows.slice(first, last).map((item, k) => tableRow(item, first + k)), spacer(rows.length - last));
}

function tableRow(item, index) {
    const row = element("tr", { role: "row", "aria-selected": String(state.selected.has(item)) }, ...tableColumns().map((name) => bodyCell(item, name)));
    row.onclick = () => ((tableView.active = index), toggle([item]));
    row.onpointerenter = () => hover(item);
    row.dataset.index = index;
    row.classList.toggle("active", index === tableView.active);
    return row;
}

function bodyCell(item, name) {
    const isOne = item.rows.length === 1;
    if (name === "run") return element("td", {}, isOne ? String(DATA.ids[item.rows[0]]) : counted(item.rows.length, "seed"));
    if (name === "status") {
        return element("td", { className: item.diverged ? "gone" : "" }, ending(item));
    }
    const swept = parameter(name);
    if (swept) return element("td", {}, swept.names ? (swept.names[swept.at[item.rows[0]]] ?? "") : rounded(valueAt(swept, item.rows[0]), 6));
    if (isOne) return element("td", {}, rounded(column(name).values[item.rows[0]], 6));
    const [low, middle, high] = statistic(item, name);
    const spread = low === high ? "" : ` ${rounded(low, 3)} – ${rounded(high, 3)}`;
    return element("td", {}, rounded(middle, 4), element("small", {}, spread));
}

function markRow() {
    for (const row of tableView.body.children) {
        row.classList.toggle("hovered", !!state.hovered && tableView.rows[row.dataset.index] === state.hovered);
    }
}

function tableKey(event) {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key];
    if (by) {
        tableView.active = Math.min(tableView.rows.length - 1, Math.max(0, tableView.active + by));
        tableView.scroll.scrollTop = Math.min(tableView.active * ROW, Math.max(tableView.scroll.scrollTop, (tableView.active - 8) * ROW));
        drawRows();
        hover(tableView.rows[tableView.active]);
        say(describe(tableView.rows[tableView.active]).join(", "));
    } else if (event.key === " " || event.key === "Enter") {
        if (event.target !== tableView.scroll) return;
        if (tableView.rows[tableView.active]) toggle([tableView.rows[tableView.active]]);
    } else return;
    event.preventDefault();
}

/** A CSV cell, quoted where it must be (RFC 4180). */
const quoted = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What a copy is. */
function copyWords() {
    const table = IS_COMPARISON ? "as the runs.csv of each experiment has it" : "as runs.csv has it";
    const { left_out } = DATA.copy;
    return left_out.length ? `${table}, but for ${left_out.join(", ")}, which this page does not hold` : table;
}

/** The runs shown as runs.csv has them, its columns, its cells and, where the table is not sorted, its order; and how many. */
function csv() {
    const wanted = state.selected.size ? tableView.rows.filter((item) => state.selected.has(item)) : tableView.rows;
    const rows = wanted.flatMap((item) => item.rows);
    if (!tableView.sort) rows.sort((a, b) => a - b);
    const { head } = DATA.copy;
    const lines = rows.map((row) => head.map((name) => textAt(name, row)));
    return [`${[head, ...lines].map((cells) => cells.map(quoted).join(",")).join("\n")}\n`, rows.length];
}

async function copyTable() {
    const [text, copied] = csv();
    try {
        await navigator.clipboard.writeText(text);
    } catch {
        const area = element("textarea", { value: text, className: "hidden" });
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
    }
    tableView.copy.textContent = `copied ${counted(copied, "run")}`;
    setTimeout(() => (tableView.copy.textContent = "copy as CSV"), 2000);
}
