//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use etascape_report::{DrawOptions, Format};
use etascape_sweep::Shard;

/// Maps the landscape of learning rates.
///
/// One TOML file says what to train and which learning rates and initialisations to try; etascape trains every
/// combination in parallel, logs every curve to CSV and draws the charts.
#[derive(Debug, Parser)]
#[command(version, about, long_about)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// The command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented starter experiment
    New {
        /// Where to write it
        #[arg(default_value = "experiment.toml")]
        path: PathBuf,
    },
    /// Validate; print the plan: parameters, number of runs, cost and disk estimate
    Check {
        #[command(flatten)]
        config: Config,
        /// For programs: start run 0 for some seconds, and say what is understood of its output
        #[arg(long = "try", conflicts_with = "json")]
        trial: bool,
        #[command(flatten)]
        json: Json,
    },
    /// Work the first steps by hand, and the theory
    Explain {
        #[command(flatten)]
        config: Config,
    },
    /// Train every run, log, draw, print the findings
    Run(Run),
    /// Train again from the stored config; compare byte for byte
    Reproduce(Reproduce),
    /// End the processes of another etascape if it is killed (started by `run`)
    #[command(name = crate::guard::GUARD, hide = true)]
    GuardProcesses,
    /// Draw everything again from the logs alone
    Report {
        /// The results folder of a run
        results: PathBuf,
        #[command(flatten)]
        charts: Charts,
        #[command(flatten)]
        json: Json,
    },
    /// Say where sweeps stand: runs done, failed and going on, time left, the best so far
    Status {
        /// The results folders of runs, one or more
        #[arg(required = true)]
        results: Vec<PathBuf>,
        #[command(flatten)]
        json: Json,
    },
    /// Submit the shards of a sweep as a Slurm job array, and a job behind it that merges them and reports
    ///
    /// Repeat the command to submit the shards that are left: not complete, not waiting, and not running.
    Submit(Submit),
    /// Make the tables of a whole sweep from its shards, which `run --shard` trained; draw; print the findings
    Merge(Merge),
    /// Write a sweep's tables for other tools: Parquet, or TensorBoard's event files
    Export(Export),
    /// List the results folders below a folder, newest first
    List(List),
    /// Put several results folders into one table and on one page
    Compare {
        /// The results folders of runs, two or more
        #[arg(required = true, num_args = 2..)]
        results: Vec<PathBuf>,
        /// The page
        #[arg(long, value_name = "FILE", default_value = "compare.html")]
        out: PathBuf,
        #[command(flatten)]
        json: Json,
    },
}

impl Command {
    /// The name of the command, where it is to print a JSON document.
    pub fn json(&self) -> Option<&'static str> {
        let (name, json) = match self {
            Command::Check { json, .. } => ("check", json),
            Command::Run(run) => ("run", &run.json),
            Command::Reproduce(reproduce) => ("reproduce", &reproduce.json),
            Command::Report { json, .. } => ("report", json),
            Command::Status { json, .. } => ("status", json),
            Command::Compare { json, .. } => ("compare", json),
            Command::List(list) => ("list", &list.json),
            Command::New { .. }
            | Command::Explain { .. }
            | Command::Submit(_)
            | Command::Merge(_)
            | Command::Export(_)
            | Command::GuardProcesses => {
                return None;
            }
        };
        json.json.then_some(name)
    }
}

/// Whether the output is for programs.
#[derive(Debug, Clone, Copy, Args)]
pub struct Json {
    /// Print one JSON document on stdout, and nothing else there
    #[arg(long)]
    pub json: bool,
}

/// An experiment file, and overrides of its keys.
#[derive(Debug, Args)]
pub struct Config {
    /// The experiment's TOML file; - for standard input, whose paths start from the current folder
    pub config: PathBuf,
    /// Override a key of the file: dotted path and TOML value, a text with or without quotes (repeatable)
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// How charts are drawn.
#[derive(Debug, Args)]
pub struct Charts {
    /// Formats of the charts; charts in other formats are removed
    #[arg(long, value_name = "FORMAT,…", value_enum, value_delimiter = ',', default_value = "png")]
    pub format: Vec<ChartFormat>,
    /// Also draw the fit as an animation: charts/fit-animation.png (APNG)
    #[arg(long)]
    pub animate: bool,
}

/// A format of charts.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ChartFormat {
    Png,
    Svg,
}

impl Charts {
    /// The options for drawing.
    pub fn options(&self) -> DrawOptions {
        let format = |format: &ChartFormat| match format {
            ChartFormat::Png => Format::Png,
            ChartFormat::Svg => Format::Svg,
        };
        DrawOptions { formats: self.format.iter().map(format).collect(), animation: self.animate }
    }
}

/// The arguments of `run`.
#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    pub config: Config,
    /// Results folder [default: results/NAME under the current folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Threads that train [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Print errors only
    #[arg(long)]
    pub quiet: bool,
    /// Start over, even if the results folder holds results already
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub charts: Charts,
    /// For programs: repeat only the runs that failed
    #[arg(long)]
    pub retry_failed: bool,
    /// For programs: start no further run after one has failed
    #[arg(long)]
    pub fail_fast: bool,
    /// Train only part I of N, into DIR/shards/I-of-N, without charts; `etascape merge` makes one table of all parts
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// The folder that paths in CONFIG start from, where it is a copy (used by `submit`)
    #[arg(long, value_name = "DIR", hide = true)]
    pub paths_from: Option<PathBuf>,
    #[command(flatten)]
    pub json: Json,
}

/// The arguments of `merge`.
#[derive(Debug, Args)]
pub struct Merge {
    /// The results folder of the whole sweep, which holds `shards/`
    pub results: PathBuf,
    /// Print errors only
    #[arg(long)]
    pub quiet: bool,
    #[command(flatten)]
    pub charts: Charts,
}

/// The arguments of `submit`.
#[derive(Debug, Args)]
pub struct Submit {
    #[command(flatten)]
    pub config: Config,
    /// Results folder [default: results/NAME under the current folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How many shards: elements of the job array [default: by the number of runs and their cost]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=Shard::MOST))]
    pub shards: Option<u64>,
    /// How many shards run at a time, at most
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u64).range(1..))]
    pub at_most: Option<u64>,
    /// Print the batch scripts and the commands, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Options for sbatch, behind `--`: they are passed as they are, for both jobs
    #[arg(last = true, value_name = "SBATCH OPTIONS")]
    pub options: Vec<String>,
}

/// The arguments of `reproduce`.
#[derive(Debug, Args)]
pub struct Reproduce {
    /// The results folder of a run
    pub results: PathBuf,
    /// Train only this many runs again, spread evenly over the sweep
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub sample: Option<u64>,
    /// Threads that train [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    #[command(flatten)]
    pub json: Json,
}

/// The arguments of `list`.
#[derive(Debug, Args)]
pub struct List {
    /// The folder to look below [default: results]
    pub dir: Option<PathBuf>,
    /// Only sweeps with runs that have this value, of the config or swept (repeatable: all must hold)
    #[arg(long = "where", value_name = "KEY=VALUE")]
    pub conditions: Vec<String>,
    /// The order
    #[arg(long, value_name = "ORDER", value_enum, default_value = "when")]
    pub sort: SortKey,
    #[command(flatten)]
    pub json: Json,
}

/// What folders are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SortKey {
    /// Newest first
    When,
    /// By their names
    Folder,
    /// Running ones first, then interrupted ones
    State,
    /// Most runs first
    Runs,
    /// Best first, for each objective by itself
    Best,
}

/// The arguments of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The results folder of a run
    pub results: PathBuf,
    /// The format
    #[arg(long, value_enum)]
    pub format: ExportFormat,
    /// Where to write [default: export in the results folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// A format of other tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// runs.parquet and curves.parquet, for DuckDB, pandas, polars and others
    Parquet,
    /// tensorboard/: a folder of event files for each run, with its curves and hyperparameters
    Tensorboard,
}
