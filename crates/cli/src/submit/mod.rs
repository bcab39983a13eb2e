//! `etascape submit`: the shards of a sweep as a Slurm job array, and a job behind it that merges them.

mod options;
mod script;
mod shards;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use etascape_report::{
    Cut, Lock, Standing, State, Submitted, SubmittedArray, SubmittedJob, shard_folder, write_atomically,
};
use etascape_sweep::{AnyExperiment, differences, runs_together};
use etascape_text::counted;

use crate::arguments::Submit;
use crate::check::seconds_on_one_thread;
use crate::machine::{here, holder, now, surroundings};
use crate::output::{duration, grouped, print, tell};
use crate::refusal::Refusal;
use crate::run::other;
use crate::shard::differs;
use crate::slurm::{self, Queue, command_line, quoted};
use options::refuse_options;
use script::Work;
use shards::{found, listed};

/// The file with the config, beside the scripts.
const CONFIG: &str = "experiment.toml";

/// A sweep as far as its shards need it.
struct Sweep {
    name: String,
    /// The text of the config, with `--set` applied.
    toml: String,
    runs: u64,
    /// How many runs stay together.
    unit: u64,
    /// Seconds of one thread for all runs, if none ends early; `None` for programs.
    seconds: Option<f64>,
    /// Whether a program's config says how many runs go on at once.
    says_parallel: bool,
    notices: Vec<String>,
}

impl Sweep {
    fn load(arguments: &Submit) -> anyhow::Result<Sweep> {
        Ok(match AnyExperiment::load(&arguments.config.config, &arguments.config.set)? {
            AnyExperiment::Engine(experiment) => Sweep {
                runs: experiment.plan.runs(),
                unit: runs_together(&experiment.plan)?,
                seconds: Some(seconds_on_one_thread(&experiment.plan)?),
                says_parallel: false,
                name: experiment.name,
                toml: experiment.toml,
                notices: experiment.notices,
            },
            AnyExperiment::Program(experiment) => Sweep {
                runs: experiment.plan.runs(),
                unit: 1,
                seconds: None,
                says_parallel: experiment.program.parallel.is_some(),
                notices: {
                    let refusal = experiment.refusal(&surroundings()).into_iter();
                    let cut = differs(&experiment.program.rules).map(str::to_owned);
                    refusal.chain(experiment.notices.clone()).chain(cut).collect()
                },
                name: experiment.name,
                toml: experiment.toml,
            },
        })
    }

    /// The number of shards where none is given. Of the engine, each has about ten minutes of one processor; of a program, four
    /// runs. There are 64 at most.
    fn shards(&self) -> u64 {
        const MOST: u64 = 64;
        const SECONDS: f64 = 600.0;
        const RUNS: u64 = 4;
        let wanted = self.seconds.map_or(self.runs / RUNS, |seconds| (seconds / SECONDS).ceil() as u64);
        wanted.clamp(1, MOST).min(self.units())
    }

    /// The most shards that have runs.
    fn units(&self) -> u64 {
        self.runs.div_ceil(self.unit)
    }

    /// What a number of shards means, in words.
    fn in_words(&self, shards: u64) -> String {
        let each = grouped(self.runs.div_ceil(shards), "run");
        let time = self
            .seconds
            .map_or_else(String::new, |seconds| format!(", {} of one processor", duration(seconds / shards as f64)));
        format!("{} of about {each}{time}; --shards takes another number", counted(shards, "shard"))
    }
}

/// Submits the shards that are not complete, and prints the jobs' numbers and how to look at them.
pub fn submit(arguments: &Submit) -> anyhow::Result<()> {
    submit_left(arguments).map_err(|error| match error.downcast_ref::<slurm::Missing>() {
        Some(missing) => anyhow::anyhow!(
            "{missing}: submit where Slurm is; --dry-run prints the script and the command; docs/cluster.md has other ways \
             onto a cluster"
        ),
        None => error,
    })
}

fn submit_left(arguments: &Submit) -> anyhow::Result<()> {
    refuse_options(&arguments.options)?;
    let sweep = Sweep::load(arguments)?;
    sweep.notices.iter().for_each(|text| tell(&format!("note: {text}")));
    let out = arguments.out.clone().unwrap_or_else(|| Path::new("results").join(&sweep.name));
    let results = full(&out)?;
    // The folder of the results is left to the job that merges, which may begin at any time.
    let locked = results.join(Submitted::FOLDER);
    let _lock = if arguments.dry_run { None } else { Some(Lock::take(&locked, &holder())?) };
    // Slurm is asked before files are read: a shard that ends between the two is complete by its files.
    let queue = Queue::of_folder(&results)?.unwrap_or_default();
    let standing = Standing::of(&results, &here())?;
    let submitted = standing.as_ref().and_then(|standing| standing.submitted.clone());
    if let Some(standing) = &standing {
        check(&results, &sweep, standing, arguments.shards)?;
        if standing.whole.state == State::Done && standing.shards.is_empty() {
            return print(&format!("{} is complete already: nothing to submit\n", out.display()));
        }
    }
    let cut = standing.as_ref().and_then(|standing| cut_of(standing, &sweep));
    let cut = cut.unwrap_or_else(|| new_cut(&sweep, arguments.shards));
    let found = found(cut, standing.as_ref(), &queue);
    let left = &found.left;
    let job = Job { arguments, sweep: &sweep, cut, results: &results };
    found.tell();
    if arguments.dry_run {
        return job.show(left);
    }
    if left.is_empty() && queue.is_merge_active() {
        return print(&format!("nothing to submit\n{}", look(&out, submitted.as_ref())));
    }
    let record = job.submit(left, submitted.unwrap_or_else(|| job.nothing_submitted()), &queue)?;
    print(&look(&out, Some(&record)))
}

/// Checks that what a results folder holds is this sweep, in as many shards.
fn check(results: &Path, sweep: &Sweep, standing: &Standing, shards: Option<u64>) -> anyhow::Result<()> {
    let folder = results.display();
    let pinned = results.join(Submitted::FOLDER);
    let trained = standing.shards.iter().map(|(shard, _)| shard_folder(results, *shard));
    let mut stored = trained.chain([pinned, results.to_owned()]).map(|folder| folder.join(CONFIG));
    if let Some(stored) = stored.find(|path| path.exists()) {
        is_same(results, &stored, sweep)?;
    }
    let Some((shard, _)) = standing.shards.first() else {
        let why = "holds runs that no shard trained: `etascape run` goes on with them; --out names another folder";
        return match standing.whole.state {
            State::Done => Ok(()),
            _ => Err(Refusal(format!("{folder} {why}")).into()),
        };
    };
    // A sweep that was submitted in more shards than it can have has fewer.
    match shards.filter(|&wanted| wanted != shard.of() && wanted.min(sweep.units()) != shard.of()) {
        Some(wanted) => {
            let of = shard.of();
            let why = format!("{folder} holds a sweep cut into {of} shards, not {wanted}: --out names another folder");
            Err(Refusal(why).into())
        }
        None => Ok(()),
    }
}

/// The cut of a sweep that is there already.
fn cut_of(standing: &Standing, sweep: &Sweep) -> Option<Cut> {
    let (shard, _) = standing.shards.first()?;
    Some(Cut { shards: shard.of(), runs: sweep.runs, unit: sweep.unit })
}

/// Refuses a folder with another experiment.
fn is_same(results: &Path, stored: &Path, sweep: &Sweep) -> anyhow::Result<()> {
    let text = fs::read_to_string(stored).with_context(|| format!("cannot read {}", stored.display()))?;
    match &differences(&text, &sweep.toml)[..] {
        [] => Ok(()),
        differing => Err(Refusal(other(results, differing)).into()),
    }
}

/// A cut of a sweep of which nothing is there yet, and a note on it.
fn new_cut(sweep: &Sweep, shards: Option<u64>) -> Cut {
    let shards = match shards {
        None => {
            let shards = sweep.shards();
            tell(&format!("note: {}", sweep.in_words(shards)));
            shards
        }
        Some(wanted) if wanted > sweep.units() => {
            let units = sweep.units();
            tell(&format!("note: {}, since there are no more runs", counted(units, "shard")));
            units
        }
        Some(wanted) => wanted,
    };
    Cut { shards, runs: sweep.runs, unit: sweep.unit }
}

/// What is to be submitted.
struct Job<'a> {
    arguments: &'a Submit,
    sweep: &'a Sweep,
    cut: Cut,
    /// The results folder, as a full path.
    results: &'a Path,
}

impl Job<'_> {
    fn work(&self) -> anyhow::Result<Work<'_>> {
        let config = &self.arguments.config.config;
        let folder = config.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(Work {
            name: &self.sweep.name,
            shards: self.cut.shards,
            etascape: text(&std::env::current_exe().context("cannot tell where etascape is")?)?,
            results: text(self.results)?,
            config: text(&self.path(CONFIG))?,
            config_folder: text(&full(folder)?)?,
            says_parallel: self.sweep.says_parallel,
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.results.join(Submitted::FOLDER).join(name)
    }

    /// The words for sbatch of the array.
    fn array(&self, left: &[u64]) -> anyhow::Result<Vec<String>> {
        let throttle = self.arguments.at_most.map_or_else(String::new, |most| format!("%{most}"));
        let mut words = self.common("%A-%a.txt", &self.sweep.name)?;
        words.extend(["--requeue", "--open-mode=append", "--signal=B:USR1@60"].map(String::from));
        words.extend(self.arguments.options.iter().cloned());
        words.push(format!("--array={}{throttle}", listed(left)));
        words.push(text(&self.path("shards.sh"))?);
        Ok(words)
    }

    /// The words for sbatch of the job behind some arrays.
    fn merge(&self, arrays: &[String]) -> anyhow::Result<Vec<String>> {
        let mut words = self.common("%j-merge.txt", &format!("{}-merge", self.sweep.name))?;
        words.extend(self.arguments.options.iter().cloned());
        words.extend((!arrays.is_empty()).then(|| format!("--dependency=afterany:{}", arrays.join(":"))));
        words.push(text(&self.path("merge.sh"))?);
        Ok(words)
    }

    /// The words that both have. In names of logs, `%` begins a pattern of Slurm's.
    fn common(&self, log: &str, name: &str) -> anyhow::Result<Vec<String>> {
        let folder = text(&self.results.join(Submitted::FOLDER))?;
        if folder.contains('\\') {
            let why = format!("{folder} has a backslash, which Slurm takes out of the names of a job's output files");
            return Err(Refusal(format!("{why}: --out names another folder")).into());
        }
        let folder = folder.replace('%', "%%");
        Ok(vec!["--parsable".into(), format!("--job-name={name}"), format!("--output={folder}/{log}")])
    }

    /// Prints the scripts and the commands.
    fn show(&self, left: &[u64]) -> anyhow::Result<()> {
        let work = self.work()?;
        let (shards, merge) = (self.path("shards.sh"), self.path("merge.sh"));
        let array = (!left.is_empty()).then(|| self.array(left)).transpose()?;
        let behind: Vec<String> = array.iter().map(|_| "JOB".to_owned()).collect();
        let commands = array.into_iter().chain([self.merge(&behind)?]);
        let commands: String = commands.map(|words| format!("sbatch {}\n", command_line(&words))).collect();
        print(&format!(
            "# {}\n{}\n# {}\n{}\n# JOB is the number that the first command prints\n{commands}",
            shards.display(),
            work.of_shard(),
            merge.display(),
            work.of_merge()
        ))
    }

    fn nothing_submitted(&self) -> Submitted {
        Submitted { experiment: self.sweep.name.clone(), cut: self.cut, arrays: Vec::new(), merge: None }
    }

    /// Writes the scripts and the config, submits, and records what was submitted.
    fn submit(&self, left: &[u64], mut record: Submitted, queue: &Queue) -> anyhow::Result<Submitted> {
        let work = self.work()?;
        let folder = self.results.join(Submitted::FOLDER);
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        write_atomically(&self.path(CONFIG), self.sweep.toml.as_bytes())?;
        write_atomically(&self.path("shards.sh"), work.of_shard().as_bytes())?;
        write_atomically(&self.path("merge.sh"), work.of_merge().as_bytes())?;
        let mut before: Vec<String> = queue.arrays.iter().cloned().collect();
        if !left.is_empty() {
            let array = slurm::sbatch(&self.array(left)?)?;
            let SubmittedJob { job, cluster } = array.clone();
            before.push(job.clone());
            let most = self.arguments.at_most.map_or_else(String::new, |most| format!(", at most {most} at a time"));
            print(&format!("job {job}: {} of {}{most}\n", counted(left.len() as u64, "shard"), self.sweep.name))?;
            record.arrays.push(SubmittedArray { job, cluster, shards: left.to_vec(), at: now() });
            self.keep(&record, &array)?;
        }
        let merge = slurm::sbatch(&self.merge(&before)?)?;
        print(&format!("job {}: merges them and reports\n", merge.job))?;
        let earlier = record.merge.replace(merge.clone()).filter(|_| queue.is_merge_active());
        self.keep(&record, &merge)?;
        earlier.iter().for_each(slurm::cancel);
        Ok(record)
    }

    /// Keeps the record. Where that fails the job that was submitted last is cancelled: the same command would submit it twice.
    fn keep(&self, record: &Submitted, last: &SubmittedJob) -> anyhow::Result<()> {
        record.write(self.results).map_err(|error| {
            slurm::cancel(last);
            anyhow::Error::from(error).context(format!("job {} cannot be recorded, and is cancelled", last.job))
        })
    }
}

/// How to look at what was submitted.
fn look(out: &Path, submitted: Option<&Submitted>) -> String {
    let jobs = submitted.map_or_else(String::new, |submitted| format!("  squeue -j {}\n", submitted.jobs().join(",")));
    let folder = quoted(&out.to_string_lossy());
    format!("  etascape status {folder}\n{jobs}")
}

/// A path that starts at the root. Links in it stay, for they may lead elsewhere on another machine.
fn full(path: &Path) -> anyhow::Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("{} is no path", path.display()))
}

/// A path as a text.
fn text(path: &Path) -> Result<String, Refusal> {
    let refusal = || Refusal(format!("{} is not UTF-8, so it cannot go into a batch script", path.display()));
    path.to_str().map(str::to_owned).ok_or_else(refusal)
}
