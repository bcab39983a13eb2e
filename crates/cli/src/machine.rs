//! The machine and the version of etascape, for the manifest.

use std::path::Path;
use std::time::{Duration, SystemTime};

use etascape_core::InstructionSet;
use etascape_report::{Here, Holder, Host, Provenance};
use etascape_sweep::Execution;
use etascape_sweep::program::{Program, Surroundings};

use crate::refusal::Refusal;

/// The environment variable that chooses an instruction set, by its name in the manifest.
const CHOICE: &str = "ETASCAPE_INSTRUCTION_SET";

/// The environment variable with the seconds between two saves.
const PAUSE: &str = "ETASCAPE_SAVE_SECONDS";

/// Threads and instructions for training. Defaults: one thread per processor, and the best instruction set;
/// `ETASCAPE_INSTRUCTION_SET` names another.
pub fn execution(threads: Option<u16>) -> anyhow::Result<Execution> {
    Ok(Execution { threads: threads.map_or_else(processors, usize::from), instructions: instructions()? })
}

fn instructions() -> Result<InstructionSet, Refusal> {
    let Some(name) = std::env::var_os(CHOICE) else { return Ok(InstructionSet::best()) };
    let available = InstructionSet::available();
    let names: Vec<&str> = available.iter().map(|set| set.name()).collect();
    let chosen = available.iter().find(|set| Some(set.name()) == name.to_str()).copied();
    let reason =
        || format!("{CHOICE} = {name:?} is not an instruction set of this machine; it has {}", names.join(", "));
    chosen.ok_or_else(|| Refusal(reason()))
}

/// The time between two saves, which is the most that a power cut can cost: two seconds, or `ETASCAPE_SAVE_SECONDS`.
pub fn save_pause() -> Result<Duration, Refusal> {
    let Some(text) = std::env::var_os(PAUSE) else { return Ok(Duration::from_secs(2)) };
    let seconds = text.to_str().and_then(|text| text.parse().ok());
    let pause = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    pause.ok_or_else(|| Refusal(format!("{PAUSE} = {text:?} is not a number of seconds, 0 or more")))
}

/// The provenance of results: version, command line, machine, threads, and the engine's instructions. It holds no other
/// values of the environment. `config_folder` is the folder that the config's paths start from.
pub fn provenance(config_folder: &Path, threads: usize, instructions: Option<InstructionSet>) -> Provenance {
    Provenance {
        command_line: std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect(),
        config_folder: config_folder.to_path_buf(),
        version: env!("CARGO_PKG_VERSION").into(),
        git_commit: option_env!("ETASCAPE_GIT_COMMIT").map(String::from),
        git_dirty: option_env!("ETASCAPE_GIT_DIRTY").map(|dirty| dirty == "true"),
        started: now(),
        host: Host {
            os: std::env::consts::OS.into(),
            arch: std::env::consts::ARCH.into(),
            cpus: processors(),
            threads,
            instruction_set: instructions.map_or("", |set| set.name()).into(),
            name: Some(host_name()),
            cpu: processor_model(),
        },
    }
}

/// This process, as the holder of a lock.
pub fn holder() -> Holder {
    Holder { pid: std::process::id(), host: host_name(), since: now() }
}

/// This machine, and the time.
pub fn here() -> Here {
    Here { host: host_name(), now: SystemTime::now() }
}

/// Now, as RFC 3339 in UTC.
pub fn now() -> String {
    time(SystemTime::now())
}

/// A time, as RFC 3339 in UTC.
pub fn time(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}

/// How many runs of a program go on at once: as many as asked for, else as its config says, else one per processor.
pub fn parallel(program: &Program, threads: Option<u16>) -> usize {
    threads.map(usize::from).or(program.parallel).unwrap_or_else(processors)
}

/// What the processes of a program inherit.
pub fn surroundings() -> Surroundings {
    /// Where programs are where `PATH` is not set.
    const USUAL: &str = "/usr/local/bin:/bin:/usr/bin";
    let path = std::env::var_os("PATH").unwrap_or_else(|| USUAL.into());
    Surroundings {
        search_path: std::env::split_paths(&path).filter(|folder| !folder.as_os_str().is_empty()).collect(),
        variables: std::env::vars_os().map(|(name, _)| name).collect(),
        processors: processors(),
    }
}

/// How many processors there are.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn host_name() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

#[cfg(target_arch = "x86_64")]
fn processor_model() -> Option<String> {
    let brand = raw_cpuid::CpuId::new().get_processor_brand_string()?;
    Some(brand.as_str().trim().to_string()).filter(|name| !name.is_empty())
}

#[cfg(not(target_arch = "x86_64"))]
fn processor_model() -> Option<String> {
    None
}
