"""Sweeps on a real Slurm, whose jobs are killed, cancelled, sent back into the queue and left without room on the disk. The
tables must be those of one machine, byte for byte. Started by `run`."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

# Progress is to be seen soon.
os.environ["ETASCAPE_SAVE_SECONDS"] = "0.2"
ETASCAPE = str(Path(os.environ["ETASCAPE"]).resolve())
SHARDS = 16

ENGINE = """
name = "engine"
data.points = [[3, 1, 7], [9, 2, 13]]
train.steps = 120000
stop.converged_below = 0.0
log.curve_points = 3
sweep.parameters = { "train.learning_rate" = { geomspace = [1e-9, 1e-6, RUNS] } }
"""

# A run takes half a second; every tenth fails.
PROGRAM = """
name = "program"
[program]
command = ["sh", "-c", "for step in 1 2 3; do echo step=$step loss={i}.$step; done; sleep 0.5; test $(({i} % 10)) != 3"]
retries = 0
parallel = 1
[sweep.parameters]
i = { range = [0, 320] }
"""


def call(*words, folder):
    done = subprocess.run([*map(str, words)], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{words}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def etascape(*words, folder):
    return call(ETASCAPE, *words, folder=folder)


def status(folder, results):
    return json.loads(etascape("status", results, "--json", folder=folder))["sweeps"][0]


def shards(folder, results):
    return {int(one["shard"].split("/")[0]): one for one in status(folder, results)["shards"]}


def jobs(folder, results):
    return json.loads((folder / results / "slurm/jobs.json").read_text())


def queue(job):
    """The state of each element of an array that Slurm still lists."""
    listed = subprocess.run(["squeue", "-h", "-r", "-j", job, "-o", "%K %T"], capture_output=True, text=True).stdout
    return {int(line.split()[0]): line.split()[1] for line in listed.splitlines() if line[0].isdigit()}


def wait_until(what, is_so, seconds=90):
    end = time.monotonic() + seconds
    while not (found := is_so()):
        if time.monotonic() > end:
            sys.exit(f"waited {seconds} s for: {what}\n{subprocess.run(['squeue', '-r'], capture_output=True, text=True).stdout}")
        time.sleep(0.1)
    return found


def at_work(folder, results):
    """The shards of which some runs have ended, and many have not: those with the fewest first."""
    def is_begun(one):
        return one["state"] == "running" and 0 < one["runs"] < one["planned_runs"] * 0.7
    begun = [(number, one) for number, one in shards(folder, results).items() if is_begun(one)]
    return dict(sorted(begun, key=lambda pair: pair[1]["runs"]))


def at_once(job, element):
    """Slurm waits two minutes before it starts again what went back into the queue: not here."""
    wait_until(f"{job}_{element} in the queue again", lambda: queue(job).get(element) == "PENDING")
    subprocess.run(["scontrol", "update", f"JobId={job}_{element}", "StartTime=now"], check=True)


def finish(folder, results, one):
    """Submits until every shard is complete, waits until they are merged, and compares with one machine."""
    for _ in range(5):
        merge = jobs(folder, results)["merge"]["job"]
        wait_until("the job that merges", lambda: not subprocess.run(
            ["squeue", "-h", "-j", merge], capture_output=True, text=True).stdout.strip())
        if status(folder, results)["state"] == "done" and (folder / results / "runs.csv").exists():
            break
        etascape("submit", "e.toml", "--out", results, folder=folder)
    for table in ["runs.csv", "curves.csv"]:
        if (folder / results / table).read_bytes() != (folder / one / table).read_bytes():
            sys.exit(f"{results}/{table} is not that of one machine")
    assert (folder / results / "report.html").exists()
    assert "complete already" in etascape("submit", "e.toml", "--out", results, folder=folder)


def held(folder, array):
    """Of what waits in the queue, and of what is held there, status says so."""
    def job(element):
        return shards(folder, "many")[element]["job"]
    waiting = [element for element, state in queue(array).items() if state == "PENDING"][-1]
    assert job(waiting)["state"] == "waiting", job(waiting)
    # Held by root, the reason would be JobHeldAdmin.
    call("scontrol", "uhold", f"{array}_{waiting}", folder=folder)
    expected = {"id": f"{array}_{waiting}", "state": "held", "slurm_state": "PENDING", "reason": "JobHeldUser"}
    assert job(waiting) == expected, job(waiting)
    call("scontrol", "release", f"{array}_{waiting}", folder=folder)
    assert job(waiting)["state"] == "waiting", job(waiting)
    assert status(folder, "many")["merge_job"]["reason"] == "Dependency"


def disturbed(folder):
    """A sweep of which three workers are killed at once, one element cancelled, one sent back by Slurm, one warned."""
    etascape("run", "e.toml", "--out", "one", "--quiet", "--threads", 16, folder=folder)
    said = etascape("submit", "e.toml", "--out", "many", "--shards", SHARDS, "--at-most", 12, folder=folder)
    array = jobs(folder, "many")["arrays"][0]["job"]
    assert f"job {array}: {SHARDS} shards" in said, said
    held(folder, array)
    found = wait_until("six shards at work", lambda: (
        found if len(found := at_work(folder, "many")) >= 6 else None))
    warned, cancelled, requeued, *killed = list(found)[:6]
    # What Slurm does a minute before the time is over. scancel itself goes on to try although the signal has arrived.
    warning = subprocess.Popen(["scancel", "--batch", "--signal=USR1", f"{array}_{warned}"], stderr=subprocess.DEVNULL)
    call("scancel", f"{array}_{cancelled}", folder=folder)
    call("scontrol", "requeue", f"{array}_{requeued}", folder=folder)
    for one in killed:
        os.kill(found[one]["pid"], signal.SIGKILL)
    wait_until("the killed and the cancelled to leave the queue", lambda: not {*killed, cancelled} & set(queue(array)))
    wait_until("the warned one to save and to wait again", lambda: queue(array).get(warned) == "PENDING")
    warning.kill()
    warning.wait()
    stand = shards(folder, "many")
    assert [stand[one]["state"] for one in [*killed, cancelled]] == ["crashed"] * 3 + ["stopped"], stand
    assert [stand[one]["job"]["state"] for one in [*killed, cancelled, warned]] == ["ended"] * 4 + ["waiting"], stand
    etascape("submit", "e.toml", "--out", "many", folder=folder)
    again = jobs(folder, "many")["arrays"][1]["shards"]
    assert again == sorted([*killed, cancelled]), f"{again} were submitted again, not {killed} and {cancelled}"
    said = etascape("submit", "e.toml", "--out", "many", folder=folder)
    assert said.startswith("nothing to submit"), said
    for element in [requeued, warned]:
        at_once(array, element)
    finish(folder, "many", "one")


def runs_in(seconds, folder):
    """How many runs of the engine's sweep this machine trains in a time."""
    runs = 5000
    (folder / "e.toml").write_text(ENGINE.replace("RUNS", str(runs)))
    etascape("run", "e.toml", "--out", "measured", "--quiet", folder=folder)
    manifest = json.loads((folder / "measured/manifest.json").read_text())
    return int(runs * seconds / manifest["times"]["seconds"])


def without_room(folder):
    """A sweep whose results are on a small disk, which gets larger later."""
    etascape("run", "e.toml", "--out", "one", "--quiet", folder=folder)
    small = folder.parent / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", small], capture_output=True).returncode != 0:
        print("left out: a full disk, since no file system can be mounted here")
        return
    results = small / "results"
    etascape("submit", "e.toml", "--out", results, "--shards", 4, folder=folder)
    array = jobs(folder, results)["arrays"][0]["job"]
    wait_until("the shards to meet the end of the disk", lambda: not queue(array))
    stand = shards(folder, results)
    assert any(one["state"] == "crashed" for one in stand.values()), stand
    subprocess.run(["mount", "-o", "remount,size=128M", small], check=True)
    etascape("submit", "e.toml", "--out", results, folder=folder)
    finish(folder, results, "one")


def refused(folder):
    """What Slurm refuses is shown, with advice."""
    words = [ETASCAPE, "submit", "e.toml", "--out", "other", "--shards", "100"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1 and "Invalid job array specification" in done.stderr, done.stderr
    assert "choose fewer --shards" in done.stderr, done.stderr


def main():
    work = Path(sys.argv[1])
    tests = [
        ("engine", ENGINE.replace("RUNS", str(runs_in(20, work))), disturbed),
        ("program", PROGRAM, disturbed),
        ("full disk", ENGINE.replace("RUNS", "20000").replace("60000", "6000"), without_room),
        ("refused", ENGINE.replace("RUNS", "20000"), refused),
    ]
    for name, config, test in tests:
        folder = work / f"{name}, it's $HOME"
        folder.mkdir()
        (folder / "e.toml").write_text(config)
        clock = time.monotonic()
        test(folder)
        print(f"{name}: as it must be, {time.monotonic() - clock:.0f} s", flush=True)


main()
