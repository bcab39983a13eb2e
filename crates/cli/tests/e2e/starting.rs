//! How a program's runs are started: folder, words, variables, templates; and what `check` finds before.

use std::process::{Command, Stdio};

use crate::bench::{Bench, Said};

/// An experiment with lines for `[program]` and for its parameters, and a shell script `work.sh` beside it, which prints a loss at
/// its end.
fn bench(program: &str, parameters: &str, script: &str) -> Bench {
    let bench = Bench::with(&format!("name = \"t\"\n[program]\n{program}\n[sweep.parameters]\n{parameters}\n"));
    bench.write("work.sh", format!("{script}\n{LOSS}"));
    bench
}

/// What every script ends with, so that its runs have an objective.
const LOSS: &str = "echo loss 1";

/// What a run printed before its loss.
#[track_caller]
fn printed_by(bench: &Bench, run: u64) -> String {
    let text = bench.read(&format!("results/t/runs/{run:05}/stdout.txt"));
    text.strip_suffix("loss 1\n").unwrap_or(&text).to_string()
}

/// What run 0 printed.
fn printed(bench: &Bench) -> String {
    printed_by(bench, 0)
}

/// The full path of what is beside the experiment.
fn full(bench: &Bench, name: &str) -> String {
    bench.path("").canonicalize().unwrap().join(name).display().to_string()
}

/// Runs the experiment and gives what run 0 printed.
#[track_caller]
fn ran(bench: &Bench) -> String {
    bench.done(&["run", "e.toml", "--force"]);
    printed(bench)
}

/// Changes the environment of `etascape run`.
fn run_with(bench: &Bench, change: impl Fn(&mut Command)) -> String {
    let mut command = bench.command(&["run", "e.toml", "--force"]);
    change(&mut command);
    assert!(command.status().unwrap().success());
    printed(bench)
}

#[test]
fn the_python_of_a_virtual_environment_is_started_by_its_link() {
    let python = |words: &[&str], bench: &Bench| {
        let mut command = Command::new("python3");
        command.current_dir(bench.path("")).args(words).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let bench = bench("command = [\".venv/bin/python\", \"p.py\", \"{eta}\"]", "eta = [0.1, 1.0]", "");
    if !python(&["-m", "venv", "--without-pip", ".venv"], &bench) {
        println!("skipped: python3 cannot make a virtual environment");
        return;
    }
    let module = "import sysconfig; open(sysconfig.get_paths()['purelib'] + '/only_there.py', 'w').write('X = 7')";
    let status = Command::new(bench.path(".venv/bin/python")).args(["-c", module]).status().unwrap();
    assert!(status.success());
    bench.write("p.py", "import sys, only_there\nprint('{\"loss\": %r}' % (only_there.X * float(sys.argv[1])))");
    assert_eq!(ran(&bench), "{\"loss\": 0.7000000000000001}\n");
    bench.write("e.toml", bench.read("e.toml").replace(".venv/bin/python", &full(&bench, ".venv/bin/python")));
    assert_eq!(ran(&bench), "{\"loss\": 0.7000000000000001}\n");
}

#[test]
fn floats_stay_floats_and_whole_numbers_whole_wherever_they_go() {
    let program = "command = [\"sh\", \"work.sh\", \"{a}\", \"{b}\", \"{c}\", \"{d}\"]\nenv = { A = \"<{a}>\" }\n\
                   templates = [\"t.yaml\"]";
    let parameters = "a = { geomspace = [1.0, 1e-6, 2] }\nb = [1, 2.5]\nc = [3]\nd = [true]";
    let bench =
        bench(program, parameters, "echo \"$@\" \"$A\" $ETASCAPE_A $ETASCAPE_B; cat t.yaml \"$ETASCAPE_PARAMETERS\"");
    bench.write("t.yaml", "lr: {a}\nkeep: {x: [{c}], y: \"{{a}}\"}\n");
    let text = "1.0 1.0 3 true <1.0> 1.0 1.0\nlr: 1.0\nkeep: {x: [3], y: \"{a}\"}\n\
                {\"a\":1.0,\"b\":1.0,\"c\":3,\"d\":true}\n";
    assert_eq!(ran(&bench), text);
    let last = printed_by(&bench, 2);
    assert!(last.starts_with("1.0e-6 1.0 3 true <1.0e-6> 1.0e-6 1.0\n"), "{last}");
    // The logs write numbers as they always did.
    assert!(bench.read("results/t/runs.csv").contains("\n2,1e-6,1,3,true,"));
}

#[test]
fn a_program_starts_in_its_own_folder_or_in_one_that_is_named() {
    let script =
        "env pwd; echo \"$1\"; test \"$PWD\" = \"$(env pwd)\" || exit 9; echo 'step,loss\n1,0.5' > \"$1/m.csv\"";
    let program = "command = [\"sh\", \"work.sh\", \"{run_dir}\"]\nmetrics = { csv = \"{run_dir}/m.csv\" }";
    let bench = bench(program, "i = [1, 2]", script);
    let own = full(&bench, "results/t/runs/00000");
    assert_eq!(ran(&bench), format!("{own}\n{own}\n"));
    let config = bench.read("e.toml");
    std::fs::create_dir(bench.path("a b")).unwrap();
    for (folder, path) in [(".", ""), ("a b", "a b")] {
        bench.write("e.toml", config.replace("[program]", &format!("[program]\nfolder = {folder:?}")));
        let path = full(&bench, path);
        assert_eq!(ran(&bench), format!("{}\n{own}\n", path.trim_end_matches('/')));
        let names: Vec<String> = bench.files("results/t/runs/00001").keys().map(|p| p.display().to_string()).collect();
        assert_eq!(names, ["m.csv", "parameters.json", "stderr.txt", "stdout.txt"]);
        assert!(bench.read("results/t/runs.csv").contains(",0.5,"));
    }
    bench.write("e.toml", config.replace("[program]", "[program]\nfolder = \"no\""));
    let said = bench.etascape(&["check", "e.toml"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr.contains("e.toml:3: program.folder: ") && said.stderr.contains("no is no folder"),
        "{}",
        said.stderr
    );
    bench.write("e.toml", config.replace("{run_dir}", "x").replace("[program]", "[program]\nfolder = \".\""));
    let said = bench.done(&["check", "e.toml"]);
    assert!(said.stderr.contains("tell the program to write {run_dir}/x/m.csv"), "{}", said.stderr);
}

#[test]
fn variables_are_given_and_some_are_set_where_nobody_sets_them() {
    let script = "echo \"$A|$B|$PYTHONUNBUFFERED|$OMP_NUM_THREADS|$MKL_NUM_THREADS\"";
    let program = "command = [\"sh\", \"work.sh\"]\nenv = { A = \"{i} a\\nb\", B = 2.0 }\nparallel = 1000";
    let bench = bench(program, "i = [0.5]", script);
    let names = ["PYTHONUNBUFFERED", "OMP_NUM_THREADS", "MKL_NUM_THREADS"];
    let none = |command: &mut Command| {
        for name in names {
            command.env_remove(name);
        }
    };
    assert_eq!(run_with(&bench, none), "0.5 a\nb|2.0|1|1|1\n");
    let some = |command: &mut Command| {
        none(command);
        command.env("PYTHONUNBUFFERED", "").env("OMP_NUM_THREADS", "5");
    };
    assert_eq!(run_with(&bench, some), "0.5 a\nb|2.0||5|\n");
    let mut check = bench.command(&["check", "e.toml"]);
    none(&mut check);
    let said = String::from_utf8(check.stdout(Stdio::piped()).output().unwrap().stdout).unwrap();
    assert!(
        said.contains("PYTHONUNBUFFERED=1 OMP_NUM_THREADS=1 ") && said.contains("since you do not set them"),
        "{said}"
    );
    bench.write("e.toml", bench.read("e.toml").replace("2.0", "3.0"));
    let said = bench.etascape(&["run", "e.toml"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("program.env.B: 2.0 there, 3.0 here"), "{}", said.stderr);
}

#[test]
fn templates_are_copies_of_the_runs_and_belong_to_the_experiment() {
    let program = "command = [\"sh\", \"work.sh\", \"conf/a.json\", \"--config=conf/a.json\", \"b.txt\"]\n\
                   templates = [\"conf/a.json\", \"b.txt\"]";
    let bench = bench(program, "i = [1, 2]", "echo \"$@\"; cat $1 b.txt");
    bench.write("conf/a.json", "{\"i\": {i}, \"o\": {\"p\": {}}}\r\n");
    bench.write("b.txt", "{run_dir} é");
    let said = bench.done(&["run", "e.toml"]);
    assert!(!said.stderr.contains("{i} is not in"), "{}", said.stderr);
    let own = full(&bench, "results/t/runs/00001");
    let words = format!("{own}/conf/a.json --config={own}/conf/a.json {own}/b.txt");
    let text = format!("{words}\n{{\"i\": 2, \"o\": {{\"p\": {{}}}}}}\r\n{own} é");
    assert_eq!(printed_by(&bench, 1), text);
    bench.write("b.txt", "{i}");
    let said = bench.etascape(&["run", "e.toml"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("it differs in\n  b.txt: digest "), "{}", said.stderr);
    bench.done(&["report", "results/t"]);
    let wrong = |name: &str, bytes: &[u8], expected: &[&str]| {
        bench.write(name, bytes);
        let Said { code, stderr, .. } = bench.etascape(&["check", "e.toml"]);
        assert_eq!(code, Some(2), "{stderr}");
        assert!(expected.iter().all(|text| stderr.contains(text)), "{expected:?}: {stderr}");
    };
    wrong(
        "conf/a.json",
        b"{\n{i}\n {ii}}",
        &["conf/a.json:3: {ii} is no swept parameter", "{{ii}} for {ii} itself", "nearest  {i}"],
    );
    wrong("conf/a.json", b"a\n\xff", &["e.toml:4: program.templates: ", "conf/a.json is not UTF-8 text, in line 2"]);
    wrong("conf/a.json", b"\x00", &["conf/a.json is a binary file"]);
    // Results are read also where templates are no longer right.
    bench.done(&["report", "results/t"]);
    std::fs::remove_file(bench.path("conf/a.json")).unwrap();
    bench.done(&["report", "results/t"]);
    let said = bench.etascape(&["reproduce", "results/t"]);
    assert!(said.code == Some(1) && said.stderr.contains("conf/a.json"), "{}", said.stderr);
}

#[test]
fn only_the_script_and_what_is_named_become_full_paths() {
    let program = "command = [\"sh\", \"-u\", \"work.sh\", \"metrics.csv\", \"data\", \"old.txt\", \"--data=data/x.txt\"]\n\
                   metrics = { csv = \"metrics.csv\" }";
    let bench = bench(program, "i = [1]", "echo \"$0 $@\"; printf 'loss\n1\n' > $1");
    for name in ["metrics.csv", "data/x.txt", "old.txt"] {
        bench.write(name, "");
    }
    let script = full(&bench, "work.sh");
    let said = bench.done(&["run", "e.toml"]);
    assert_eq!(printed(&bench), format!("{script} metrics.csv data old.txt --data=data/x.txt\n"));
    let note = "data, old.txt, --data=data/x.txt: beside the config, but";
    assert!(said.stderr.contains(note) && said.stderr.contains("files = [\"data\"]"), "{}", said.stderr);
    let config = bench.read("e.toml").replace("metrics =", "files = [\"./data\", \"data/x.txt\"]\nmetrics =");
    bench.write("e.toml", &config);
    let data = full(&bench, "data");
    assert_eq!(ran(&bench), format!("{script} metrics.csv {data} old.txt --data={data}/x.txt\n"));
    let said = bench.done(&["check", "e.toml"]);
    assert!(said.stdout.contains(&format!("data → {data}\n")), "{}", said.stdout);
    bench.write("data/__pycache__/a.pyc", "");
    assert!(bench.done(&["run", "e.toml"]).stderr.contains("complete already"));
    bench.write("data/y.txt", "");
    let said = bench.etascape(&["run", "e.toml"]);
    assert!(said.code == Some(2) && said.stderr.contains("./data: digest "), "{}", said.stderr);
    bench.write("e.toml", config.replace("./data", "."));
    let said = bench.etascape(&["check", "e.toml"]);
    assert!(said.code == Some(2) && said.stderr.contains("holds the config itself"), "{}", said.stderr);
}

#[test]
fn a_launchers_file_does_not_hide_the_script() {
    let bench = bench(
        "command = [\"sh\", \"-c\", 'echo $@; echo loss 1', \"sh\", \"a.yaml\", \"work.sh\", \"old.txt\"]",
        "i = [1]",
        "",
    );
    bench.write("a.yaml", "");
    bench.write("old.txt", "");
    assert_eq!(ran(&bench), format!("{} {} old.txt\n", full(&bench, "a.yaml"), full(&bench, "work.sh")));
}

#[test]
fn what_cannot_be_started_is_said_before_and_nothing_is_trained() {
    let said_of = |command: &str| {
        let bench = bench(&format!("command = {command}"), "i = [1]", "");
        bench.write("train.py", "");
        bench.write("pkg/train.py", "");
        let check = bench.done(&["check", "e.toml"]);
        let run = bench.etascape(&["run", "e.toml"]);
        assert_eq!(bench.path("results/t/runs.csv").exists(), run.code != Some(2), "{}", run.stderr);
        (check.stderr, run.code)
    };
    let (said, code) = said_of("[\"tru\", \"trian.py\"]");
    assert!(said.contains("there is no program tru in PATH or beside the config; the nearest is "), "{said}");
    assert!(said.contains("trian.py names no file beside the config; the nearest is train.py"), "{said}");
    assert_eq!(code, Some(2));
    let (said, code) = said_of("[\"./work.sh\"]");
    assert!(said.contains("work.sh is not executable") && code == Some(2), "{said}");
    let (said, code) = said_of("[\"bin/{i}\"]");
    assert!(said.contains("there is no program ") && code == Some(1), "{said}");
    let (said, code) = said_of("[\"true\", \"-m\", \"pkg.train\"]");
    assert!(said.contains("-m pkg.train: Python looks for pkg where it starts") && code == Some(1), "{said}");
    let (said, _) = said_of("[\"true\", \"work.sh\"]");
    assert_eq!(said.lines().filter(|line| !line.contains("{i}")).count(), 0, "{said}");
}

#[test]
fn dots_in_names_need_no_quotes() {
    let parameters =
        "model.depth = [1, 2]\nmodel.width.linspace = [0.5, 1.5, 2]\nopt = { a = [3], b = { range = [4, 5] } }";
    let bench =
        bench("command = [\"sh\", \"work.sh\", \"{model.depth}\"]", parameters, "echo $1 $ETASCAPE_MODEL_DEPTH");
    bench.done(&["run", "e.toml", "--set", "sweep.parameters.model.depth=[7]"]);
    assert_eq!(printed(&bench), "7 7\n");
    assert!(bench.read("results/t/runs.csv").starts_with("run_id,model.depth,model.width,opt.a,opt.b,status,"));
}
