// Elements of the page.

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
    const found = document.getElementById(id);
    if (!found) throw new Error(`no element ${id}`);
    return found;
}

/**
 * An element with properties, attributes where a name has a dash, and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} properties
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (name.includes("-") || name === "role") made.setAttribute(name, String(value));
        else Object.assign(made, { [name]: value });
    }
    made.append(...children);
    return made;
}

/**
 * A choice: what it stands for, and its text.
 * @typedef {[value: string | number, text: string]} Choice
 */

/**
 * A select with a label.
 * @param {string} label
 * @param {Choice[]} choices
 * @param {string | number} value
 * @param {(value: string) => void} onchange
 */
export function chooser(label, choices, value, onchange) {
    const select = element("select", { "aria-label": label }, ...choices.map(([value, text]) => element("option", { value }, text)));
    select.value = String(value);
    select.onchange = () => onchange(select.value);
    return element("label", { className: "choice" }, label, select);
}

/**
 * A section's heading, with its controls and the key of its colours, which is returned.
 * @param {HTMLElement} section
 * @param {string} title
 * @param {HTMLElement[]} controls
 */
export function heading(section, title, ...controls) {
    const key = element("div", { className: "key" });
    const head = element("div", { className: "controls" }, ...controls);
    section.replaceChildren(element("div", { className: "head" }, element("h2", {}, title), head, key));
    section.hidden = false;
    return key;
}

/**
 * A paragraph of words below a chart.
 * @param {string} text
 */
export const caption = (text = "") => element("p", { className: "caption" }, text);

/**
 * Shows lines of text beside a point of the window; the first is the title. Hides the text box if there are none.
 * @param {string[] | null | undefined} lines
 * @param {number} x
 * @param {number} y
 */
export function tip(lines, x = 0, y = 0) {
    const box = byId("tip");
    box.hidden = !lines;
    if (!lines) return;
    box.replaceChildren(...lines.map((line, index) => element(index ? "div" : "b", {}, line)));
    const { width, height } = box.getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(x + 16, innerWidth - width - 8))}px`;
    box.style.top = `${y + 20 + height > innerHeight ? y - height - 12 : y + 20}px`;
}

/**
 * Announces a text to screen readers.
 * @param {string} text
 */
export function say(text) {
    byId("live").textContent = text;
}

/**
 * What draws on a canvas.
 * @param {HTMLCanvasElement} canvas
 */
export function contextOf(canvas) {
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    return context;
}
