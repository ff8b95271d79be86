"""The collector that the clients talk to: a folder with the charter, served, killed and asked."""

import json
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).parent
# The field that tells an event from all others, by the type of call.
MARKED = {"track": "event", "page": "name", "screen": "name", "identify": "user_id", "group": "group_id", "alias": "previous_id"}
EVENTS = "select message_id, type, event, name, user_id, group_id, previous_id from site_figures.web_events"
PEOPLE = "select web_account, given_name from site_figures.person where web_account is not null"


class House:
    def __init__(self, theirs, folder):
        self.theirs, self.folder, self.server = theirs, pathlib.Path(folder), None
        self.port, self.sql_port = free_port(), free_port()
        shutil.copy(HERE / "charter.yaml", self.folder)
        self.run("init")
        self.run("charter", "apply")
        self.run("principal", "add", "ana", "--role", "analyst", "--save")
        self.browser_key = self.run("collect", "key", "add", "web").split()[-1]
        self.server_key = self.run("collect", "key", "add", "web", "--server").split()[-1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments):
        done = subprocess.run([self.theirs, "-C", self.folder, *arguments], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"theirs {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def start(self):
        self.said = open(self.folder / "said.txt", "a")
        self.server = subprocess.Popen(
            [self.theirs, "-C", self.folder, "serve", "--port", str(self.port), "--sql", f"127.0.0.1:{self.sql_port}"],
            stdout=self.said, stderr=self.said)
        for _ in range(600):
            if self.answers():
                return
            if self.server.poll() is not None:
                break
            time.sleep(.05)
        raise RuntimeError(f"the server did not start: {(self.folder / 'said.txt').read_text()[-2000:]}")

    def answers(self):
        try:
            urllib.request.urlopen(f"{self.url}/v1/projects/{self.browser_key}/settings", timeout=5)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def end(self, how=signal.SIGKILL):
        """Ends the server, without notice unless it is told otherwise."""
        self.server.send_signal(how)
        self.server.wait(timeout=60)
        self.said.close()

    def said_wrong(self):
        """What the server said of panics, and of events that it could not take over; each once."""
        lines = (self.folder / "said.txt").read_text().splitlines()
        return sorted({line[:300] for line in lines if "panicked" in line or "taking over events" in line})

    def arrived(self):
        """Every event that can be asked for: what its client called it, its type and its mark."""
        return [(row["message_id"], row["type"], row[MARKED[row["type"]]]) for row in self.ask(EVENTS)]

    def named(self):
        """The given name of everybody who has an account, by that."""
        return {row["web_account"]: row["given_name"] for row in self.ask(PEOPLE)}

    def ask(self, question):
        return json.loads(self.run("sql", "--as", "ana", "--json", question))["rows"]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
