// The data of the page: the JSON that was written into it.

/**
 * A number. JSON has no infinity, so numbers that are not finite are the words of the logs.
 * @typedef {number | "inf" | "-inf" | "NaN"} Written
 */

/**
 * A swept parameter.
 * @typedef {object} ParameterData
 * @property {string} path dotted path, as in the config
 * @property {string} title title of an axis
 * @property {string} short name where there is little room
 * @property {boolean} is_log whether its axis is logarithmic
 * @property {boolean} is_seed whether it only chooses random streams
 * @property {boolean} is_whole whether its values are whole numbers
 * @property {boolean} has_all whether 0 means "all", and comes after the others
 * @property {string[] | null} names short names, where values are names
 * @property {(Written | string)[]} levels the different values: numbers in rising order, names in the order of the plan
 * @property {number[]} at index among `levels` for each row; −1 where the experiment of the row does not sweep it
 */

/**
 * A column of numbers.
 * @typedef {object} ColumnData
 * @property {string} name
 * @property {boolean} of_all whether diverged runs count in it like the others
 * @property {boolean} is_log whether its axis may be logarithmic
 * @property {(Written | null)[]} values the number of each row; `null` where there is none
 */

/**
 * Curves over the steps that most of them share.
 * @typedef {object} CurveTable
 * @property {number[]} grid steps, rising
 * @property {[row: number, shared: number, rest: number[]][]} curves the row of each, how many points follow the grid, the
 *   other steps
 * @property {string} values losses of one curve after another: little-endian 32-bit floats in base64
 * @property {boolean} thinned whether points between were left out
 */

/**
 * A metric that has curves.
 * @typedef {object} MetricData
 * @property {string} name its column in curves.csv
 * @property {string | null} last its column in runs.csv after the last step
 * @property {string} title the title of its axis
 * @property {boolean} is_log whether its axis may be logarithmic
 * @property {CurveTable} curves
 */

/**
 * Sharpness over the steps.
 * @typedef {object} SharpnessData
 * @property {CurveTable} curves
 * @property {(number | null)[]} limits 2/η of each curve, where descent is plain
 */

/**
 * The steps that theory predicts from one start.
 * @typedef {object} PredictedSetting
 * @property {(Written | string | null)[]} values the value of each parameter, as among its levels
 * @property {(number | null)[]} steps steps to converge at each rate; `null` where runs do not converge within their steps
 */

/**
 * The steps that theory predicts over η.
 * @typedef {object} Prediction
 * @property {number[]} rates
 * @property {PredictedSetting[]} settings
 */

/**
 * Statistics over all runs of a sweep that is too long for the page, for one pair of parameters.
 * @typedef {object} HeldCells
 * @property {string} x path of the parameter across
 * @property {string} y path of the parameter up
 * @property {number[]} across values of the bins on the x axis, rising
 * @property {number[]} up values of the bins on the y axis, rising
 * @property {string[]} columns what the quartiles are of
 * @property {[across: number, up: number, runs: number, diverged: number, quartiles: (Written | null)[][]][]} cells
 */

/**
 * What a copy of the table needs beside the numbers.
 * @typedef {object} CopyData
 * @property {string[]} head names of the columns, in the order of runs.csv
 * @property {{ name: string, cells: [row: number, text: string][] }[]} spelt cells that are not written as their number is
 * @property {string[]} left_out columns that the page does not hold
 * @property {string} new_line what stands for the end of a line in a cell
 */

/**
 * The initial state of the views: paths of parameters, names of columns.
 * @typedef {object} StartData
 * @property {string | null} across the parameter across
 * @property {string | null} beside the parameter with a line per value in the convergence chart
 * @property {string | null} up the parameter that goes up in the heat map
 * @property {string | null} lines what colours lines over steps
 * @property {string} cells the column that colours cells
 * @property {string | null} alone the parameter of which one value alone can be shown
 * @property {boolean} of_kinds whether one value of it is always shown alone: losses of different kinds have no axis in common
 */

/**
 * The colours of the charts, as `#rrggbb`.
 * @typedef {object} PaletteData
 * @property {string[]} scale the continuous scale at even shares, linear between them
 * @property {number} brightest the share of it that is visible on white
 * @property {string[]} names
 * @property {(string | null)[]} names_on_dark `null` where it is the same
 */

/**
 * A way in which runs end.
 * @typedef {object} Ending
 * @property {string} name the word in the status column
 * @property {boolean} is_lost whether the other columns are not meaningful for such a run
 * @property {boolean} is_worst whether the objective of such a run counts as infinitely bad
 */

/**
 * When runs came near the least loss, where almost none converged.
 * @typedef {object} WithinData
 * @property {string} column the column with the first step at which each run was near
 * @property {string} title the title of an axis
 * @property {string} words what the steps lead to
 */

/**
 * All data of the page. `page/data.rs` writes it.
 * @typedef {object} PageData
 * @property {number} total runs logged, in the page or not
 * @property {number | null} limit the largest stable η, where theory gives one
 * @property {Prediction | null} prediction
 * @property {WithinData | null} within
 * @property {string} objective the column that runs are ranked by
 * @property {Written} worst the value in it that is infinitely bad
 * @property {StartData} start
 * @property {PaletteData} palette
 * @property {Ending[]} endings how runs end, in the order in which that is listed
 * @property {ParameterData[]} parameters
 * @property {number[]} ids the run of each row
 * @property {string[]} status how the run of each row ended
 * @property {ColumnData[]} columns
 * @property {MetricData[]} metrics the objective first
 * @property {SharpnessData} sharpness
 * @property {HeldCells[]} cells
 * @property {CopyData} copy
 */

/** @type {PageData} */
export const DATA = JSON.parse(document.getElementById("data")?.textContent ?? "");

/** The column that runs are ranked by: final_loss, or another. */
export const FINAL = DATA.objective;

/** The column of the steps that the convergence chart shows: until runs converge, or are near the least loss. */
export const STEPS = DATA.within?.column ?? "steps";
