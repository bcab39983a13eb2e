// Bundles the page's modules and its style into the two files that Rust includes. `npm run build`; a folder as argument
// takes them instead of dist/.

import { build } from "esbuild";
import { readFileSync } from "node:fs";

const outdir = process.argv[2] ?? "dist";
const licence = readFileSync("node_modules/uplot/LICENSE", "utf8").trim();
const source = "/*! With uPlot, https://github.com/leeoniya/uPlot";

await build({
    entryPoints: { page: "script/main.js" },
    outdir,
    bundle: true,
    minify: true,
    charset: "utf8",
    target: "es2022",
    format: "iife",
    globalName: "etascape",
    banner: { js: `${source}\n\n${licence} */` },
});
/** Classes of uPlot that no page has: it shows no title, no legend and no cursor. */
const UNUSED = /\.u-(title|legend|inline|series|cursor|hz|vt)\b/;

/** Its font, of which the page has its own. */
const FONT = /font-family:[^;]+;line-height:[^;]+;/;

/** The rules of uPlot's style that a page needs. */
const needed = {
    name: "needed",
    setup: ({ onLoad }) =>
        onLoad({ filter: /uPlot\.min\.css$/ }, ({ path }) => {
            const style = readFileSync(path, "utf8").replace(/\/\*.*?\*\//g, "").replace(FONT, "");
            const contents = style.replace(/([^{}]+)(\{[^{}]*\})/g, (_, selectors, rule) => {
                const used = selectors.split(",").filter((one) => !UNUSED.test(one));
                return used.length ? used.join() + rule : "";
            });
            return { contents, loader: "css" };
        }),
};

await build({
    entryPoints: { page: "style.css" },
    outdir,
    bundle: true,
    minify: true,
    charset: "utf8",
    loader: { ".woff2": "dataurl" },
    plugins: [needed],
    banner: { css: "/*! With uPlot, see page.js */" },
});
