"""What both studies share: a working folder, commands that are measured, and the figures written.

A command's CPU-seconds and peak memory are those that the kernel counts for the finished process
(`wait4`). The kernel counts the memory of the process that started it too, so this one stays small:
whatever needs pyarrow runs in a child of its own (`apart`).
"""

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# How often a working folder is made, loaded and resolved, and how often a person is shown.
CYCLES = 5
SHOWS = 11
MEASURES = ("wall_seconds", "cpu_seconds", "peak_mib")


class Theirs:
    """The command line on one working folder."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder

    def run(self, *words):
        """Runs a command for programs; gives its answer and what it took."""
        return run([self.binary, "-C", self.folder, "--json", *words])

    def answer(self, *words):
        """The answer alone, read as JSON if there is one."""
        text, _ = self.run(*words)
        return json.loads(text) if text.strip() else None

    def measured(self, *words):
        """The answer read as JSON, and what it took."""
        text, took = self.run(*words)
        return json.loads(text), took

    def shown(self, person, asker):
        """The median of several `show`, each from the start of the process to its end, in ms."""
        words = [self.binary, "-C", self.folder, "show", "--as", asker, person]
        took = [run(words)[1] for _ in range(SHOWS)]
        walls, cpus = ([one[name] * 1000 for one in took] for name in MEASURES[:2])
        return {"runs": SHOWS, "median_ms": round(statistics.median(walls), 1),
                "slowest_ms": round(max(walls), 1), "cpu_ms": round(statistics.median(cpus), 1)}


def run(words):
    """Runs a process to its end; gives its output and what it took. A failure ends the study."""
    with tempfile.TemporaryFile() as out:
        since = time.perf_counter()
        process = subprocess.Popen([str(word) for word in words], stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - since
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode()
    if process.returncode != 0:
        shown = " ".join(str(word) for word in words[1:])
        sys.exit(f"`theirs {shown}` ended with {process.returncode}\n{text}")
    took = (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
    return text, dict(zip(MEASURES, took))


def begun(binary, folder, study):
    """A new working folder with the study's charter in force and two colleagues who may ask."""
    theirs = Theirs(binary, folder)
    theirs.answer("init")
    (Path(folder) / "charter.yaml").write_bytes((study / "charter.yaml").read_bytes())
    theirs.answer("check")
    theirs.answer("charter", "apply")
    theirs.answer("principal", "add", "ana", "--role", "analyst", "--save")
    theirs.answer("principal", "add", "pia", "--role", "privacy", "--save")
    return theirs


def median(runs):
    """The median of each measure, rounded to what it is good for."""
    digits = {"wall_seconds": 2, "cpu_seconds": 2, "peak_mib": 0}
    middle = {name: statistics.median(took[name] for took in runs) for name in MEASURES}
    rounded = {name: round(value, digits[name] or None) for name, value in middle.items()}
    return {"runs": len(runs), **rounded}


def apart(function, *arguments):
    """Calls a function in a child process; gives what it returns."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(function, arguments)


def held_to(figures, bars):
    """Says which bars are met; `bars` maps a path into the figures to the most it may be."""
    met = {}
    for path, most in bars.items():
        value = figures
        for step in path.split("."):
            value = value[step]
        met[path] = {"at_most": most, "is": value, "met": value <= most}
    return met


def parse(description, files):
    """The folder of the data, which must hold the files, and the binary."""
    parser = argparse.ArgumentParser(description=description)
    default = os.environ.get("THEIRS_STUDY_DATA")
    parser.add_argument("--input", type=Path, default=default, metavar="FOLDER",
                        help="the folder of the data; else THEIRS_STUDY_DATA")
    asked = parser.parse_args()
    if asked.input is None:
        parser.error("say where the data is: --input FOLDER, or THEIRS_STUDY_DATA")
    missing = [name for name in files if not (asked.input / name).exists()]
    if missing:
        lacking = f"{asked.input} lacks {', '.join(missing)}"
        parser.error(f"{lacking}; the README says where to get it")
    return asked.input.resolve(), binary()


def binary():
    """THEIRS, else the debug build, which is made if there is none."""
    if named := os.environ.get("THEIRS"):
        return Path(named).resolve()
    built = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "theirs"
    if not built.exists():
        subprocess.run(["cargo", "build", "--package", "theirs"], cwd=ROOT, check=True)
    return built.resolve()


def written(study, figures):
    """Writes results.json beside the charter, and prints it."""
    text = json.dumps(figures, indent=2) + "\n"
    (study / "results.json").write_text(text)
    print(text, end="")
    failed = [path for path, bar in figures["bars"].items() if not bar["met"]]
    if failed:
        sys.exit(f"over the bar: {', '.join(failed)}")
