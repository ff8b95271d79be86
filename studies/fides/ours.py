"""Our side of the comparison: the same files loaded, the same reports by `theirs report`, with and without a server."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import lines
import servers

CHECK = Path(__file__).resolve().parents[2] / "e2e" / "report" / "check.py"


class Ours:
    def __init__(self, theirs, folder):
        self.theirs, self.folder, self.server = theirs, folder, None

    def prepare(self, files, charter):
        self.say("init")
        (self.folder / "charter.yaml").write_bytes(charter.read_bytes())
        for command in (["charter", "apply"], ["principal", "add", "noor", "--role", "privacy", "--save"],
                        ["principal", "add", "ana", "--role", "marketing", "--save"], ["load", "--input", files], ["resolve"], ["compact"],
                        ["decide", "newsletter", "--as", "ana"]):
            self.say(*command)

    def command(self, words):
        return [self.theirs, "-C", self.folder, *words]

    def say(self, *words):
        return subprocess.run(self.command(words), check=True, capture_output=True, text=True).stdout.strip()

    def serve(self):
        self.server = subprocess.Popen(self.command(["serve", "--port", "0", "--sql", "127.0.0.1:0"]), stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while not (self.folder / "data" / "theirs.sock").exists():
            if self.server.poll() is not None or time.monotonic() > end:
                raise RuntimeError("theirs serve does not run")
            time.sleep(0.05)

    def stop(self):
        if self.server:
            self.server.terminate()
            self.server.wait()
            self.server = None

    def report(self, person, forms):
        """The forms of a person's report, and the seconds that they took, the server's part included."""
        paths = {form: self.folder / f"report.{form}" for form in forms}
        begun, before = time.monotonic(), self.server_s()
        status, used = self.wait(self.begin(person, paths))
        wall = time.monotonic() - begun
        if status:
            raise RuntimeError(f"no report of {person}")
        return ({form: path.read_text(encoding="utf-8") for form, path in paths.items()},
                {"wall_s": wall, "cpu_s": used.ru_utime + used.ru_stime + self.server_s() - before})

    def peak_mib(self, person):
        """The most memory of the command. It is read while it runs: what the system tells afterwards counts our own, before it became the command."""
        process, most = self.begin(person, {"html": self.folder / "report.html"}), 0
        while process.poll() is None:
            most = max(most, servers.peak(process.pid))
            time.sleep(0.001)
        return round(most)

    def begin(self, person, paths, **more):
        wanted = [word for path in paths.values() for word in ("--output", path)]
        return subprocess.Popen(self.command(["report", f"customers:{person}", "--as", "noor", *wanted]), stdout=subprocess.DEVNULL, **more)

    @staticmethod
    def wait(process):
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, used

    def server_s(self):
        return servers.seconds(self.server.pid) if self.server else 0

    def reports(self, sample, at_a_time):
        """Everybody's page, so many commands side by side."""
        waiting, running = list(enumerate(sample)), []
        while waiting or running:
            while waiting and len(running) < at_a_time:
                number, person = waiting.pop(0)
                running.append(self.begin(person, {"html": self.folder / f"page-{number}.html"}))
            if self.wait(running.pop(0))[0]:
                raise RuntimeError("no report")

    def strict(self, report):
        """What the checker says that asks our page for every word and finds each removed block."""
        for form in ("html", "json"):
            (self.folder / f"held.{form}").write_text(report[form], encoding="utf-8")
        told = subprocess.run([sys.executable, CHECK, self.folder / "held.html", self.folder / "held.json", "--mutate"], capture_output=True, text=True)
        there = re.match(r"(\d+) of the (\d+) lines", told.stdout)
        return f"{there[1]} of {there[2]}, {'each block that was removed was missed' if told.returncode == 0 else 'and it fails'}"

    def rights(self, person, couple):
        """A correction, and an erasure of somebody alone and of one of a couple, as answered."""
        corrected = self.say("correct", f"customers:{person}", "city", "Oldhaven", "--as", "noor")
        shown = "Oldhaven (your word)" in lines.text(self.report(person, ("html",))[0]["html"])
        erased, took = self.erase(person)
        self.erase(couple[0])
        return {"correction": {"answer": plain(corrected), "next_report_shows_it": shown},
                "erasure": {"answer": erased, "wall_s": took, "is_gone": not self.is_known(person),
                            "takes_the_other_of_a_couple_along": not self.is_known(couple[1])}}

    def erase(self, person):
        begun = time.monotonic()
        told = self.say("erase", f"customers:{person}", "--at-their-request", "--as", "noor")
        return plain(told).split(" This confirmation")[0], round(time.monotonic() - begun, 2)

    def is_known(self, person):
        return self.wait(self.begin(person, {"html": self.folder / "after.html"}, stderr=subprocess.DEVNULL))[0] == 0


def plain(text):
    return " ".join(text.split())
