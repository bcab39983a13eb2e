// The bar of filters, light and dark, and the start.

function makeBar() {
    const bar = document.getElementById("bar");
    bar.hidden = false;
    const found = element("input", { type: "search", placeholder: "run number or text", "aria-label": "Show runs with this text" });
    found.oninput = () => ((state.text = found.value), changed());
    const chips = element("span", { className: "chips" }, ...STATUSES.filter((status) => DATA.status.includes(status)).map(statusChip));
    const ranges = element("span", { className: "chips" });
    const tally = element("output");
    const clear = element("button", { type: "button", onclick: clearAll }, "show all");
    const only = facetChooser();
    bar.append(chips, found, ...only, rangeMaker(), ...seedSwitch(), ranges, clear, tally, themeSwitch());
    views.push({ draw: () => drawBar({ found, only, ranges, tally, clear, chips }) });
}

function statusChip(status) {
    const count = DATA.status.filter((one) => one === status).length;
    const chip = element("button", { type: "button", className: `chip ${status}` }, `${status.replace("_", " ")} ${count}`);
    chip.dataset.status = status;
    chip.onclick = () => (state.statuses.has(status) ? state.statuses.delete(status) : state.statuses.add(status), changed());
    return chip;
}

/** Fields that keep a range of a parameter or column. */
function rangeMaker() {
    const numeric = quantities().filter(([name]) => !parameter(name)?.names);
    const select = element("select", { "aria-label": "Quantity of the range" }, ...numeric.map(([value, text]) => element("option", { value }, text)));
    const [low, high] = ["from", "to"].map((word) => element("input", { size: 7, inputMode: "decimal", placeholder: word, "aria-label": `Range ${word}` }));
    const keep = () => {
        const ends = [low, high].map(({ value }, k) => (value.trim() === "" || Number.isNaN(Number(value)) ? (k ? Infinity : -Infinity) : Number(value)));
        if (ends[0] === -Infinity && ends[1] === Infinity) state.ranges.delete(select.value);
        else state.ranges.set(select.value, ends);
        changed();
    };
    low.onchange = high.onchange = keep;
    select.onchange = () => ((low.value = high.value = ""));
    return element("span", { className: "range" }, select, low, high);
}

/** A choice among the values of the facet's parameter. */
function facetChooser() {
    if (!FACET) return [];
    const text = (_, index) => FACET.names?.[index] ?? rounded(FACET.levels[index], 5);
    const values = FACET.levels.map((level, index) => [index, text(level, index)]);
    return [chooser(FACET.short, [[-1, "all"], ...values], state.only, (value) => ((state.only = Number(value)), changed()))];
}

function seedSwitch() {
    if (!PARAMETERS.some((one) => one.is_seed)) return [];
    const box = element("input", { type: "checkbox", checked: state.grouped });
    box.onchange = () => ((state.grouped = box.checked), makeItems(), changed());
    return [element("label", { className: "choice" }, box, "seeds as one")];
}

function clearAll() {
    state.statuses = new Set(DATA.status);
    state.text = "";
    state.only = -1;
    state.ranges.clear();
    state.selected.clear();
    document.querySelectorAll(".range input").forEach((input) => (input.value = ""));
    changed();
}

function drawBar({ found, only, ranges, tally, clear, chips }) {
    if (found.value !== state.text) found.value = state.text;
    only.forEach((label) => (label.querySelector("select").value = state.only));
    for (const chip of chips.children) chip.setAttribute("aria-pressed", String(state.statuses.has(chip.dataset.status)));
    const words = (name, [low, high]) => {
        const short = parameter(name)?.short ?? name;
        if (low === -Infinity) return `${short} ≤ ${rounded(high, 3)}`;
        return high === Infinity ? `${short} ≥ ${rounded(low, 3)}` : `${short} ${rounded(low, 3)} – ${rounded(high, 3)}`;
    };
    const chip = ([name, ends]) => {
        const onclick = () => (state.ranges.delete(name), changed());
        return element("button", { type: "button", className: "chip", onclick, "aria-pressed": "true" }, `${words(name, ends)} ✕`);
    };
    ranges.replaceChildren(...[...state.ranges].map(chip));
    clear.hidden = isUnfiltered();
    const passing = filtered();
    const one = items.some((item) => item.rows.length > 1) ? "setting" : "run";
    const pinned = passing.filter((item) => state.selected.has(item)).length;
    tally.textContent = `${passing.length} of ${counted(items.length, one)}${pinned ? ` · ${pinned} pinned` : ""}`;
}

function themeSwitch() {
    const button = element("button", { type: "button", className: "theme", "aria-label": "Light or dark", title: "Light or dark" }, "◐");
    button.onclick = () => setTheme(theme.isDark ? "light" : "dark");
    return button;
}

/** Whether an element takes keys for itself, Escape among them. */
const isField = (target) => target.matches?.("input:not([type=checkbox]), select, textarea") ?? false;

/** Light, dark, or ("") as the system has it. */
function setTheme(name) {
    document.documentElement.dataset.theme = name;
    readTheme();
    views.forEach((view) => view.draw());
    plots.forEach((plot) => plot.u.redraw(false));
}

function start() {
    readTheme();
    makeItems();
    if (items.length) [makeBar, makeCurves, makeSharpness, makeOutcomes, makeHeat, makeParallel, makeTable].forEach((make) => make());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme(document.documentElement.dataset.theme ?? ""));
    addEventListener("keydown", (event) => event.key === "Escape" && !isField(event.target) && clearAll());
    let before = "";
    addEventListener("beforeprint", () => ((before = document.documentElement.dataset.theme ?? ""), setTheme("light")));
    addEventListener("afterprint", () => setTheme(before));
    drawInTurn(0);
}

/** The first drawing, a view a frame, so that what is at the top is soon there. */
function drawInTurn(index) {
    if (index === views.length) {
        performance.mark("drawn");
        document.documentElement.dataset.ready = "yes";
        return;
    }
    views[index].draw();
    setTimeout(() => drawInTurn(index + 1));
}

const fonts = ["13px Inter", "600 13px Inter"].map((font) => document.fonts.load(font));
Promise.allSettled(fonts).then(() => setTimeout(start));
