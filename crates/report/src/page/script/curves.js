// The loss curves, and the sharpness beside 2/η.

const NONE = new Map();

const curveView = {
    id: "curves",
    heading: "Loss curves",
    word: FINAL.replace("final_", "").replaceAll("_", " "),
    title: DATA.title,
    curves: decoded(DATA.curves),
    limits: NONE,
    most: MOST,
    x: "log",
    y: "log",
    smoothing: 0,
    height: 500,
    lines: [],
};

const sharpnessView = {
    id: "sharpness",
    heading: "Sharpness",
    word: "sharpness",
    title: "sharpness λmax",
    curves: decoded(DATA.sharpness.curves),
    limits: new Map(DATA.sharpness.curves.curves.map(([row], k) => [row, DATA.sharpness.limits[k]]).filter(([, limit]) => limit !== null)),
    limit: "2/η",
    meaning: "above which plain gradient descent is unstable on a quadratic of this sharpness",
    most: Infinity,
    x: "linear",
    y: "log",
    smoothing: 0,
    height: 420,
    lines: [],
};

function makeCurves() {
    const isBelowZero = ({ values }) => values.some((value) => value < 0);
    if (DATA.maximise || [...curveView.curves.values()].some(isBelowZero)) curveView.y = "linear";
    if (curveView.curves.size) makeLines(curveView);
}

function makeSharpness() {
    if (sharpnessView.curves.size) makeLines(sharpnessView);
}
