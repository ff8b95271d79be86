"""PostgreSQL, Redis and Fides on this machine alone, in a folder that goes with them, and what each of them used.

Every program listens on the loopback address, on a port that is free. Fides is started as its own `fides webserver` would
(which binds to all addresses, so uvicorn is called with the same application instead), with `fides worker` beside it.
"""

import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]


class Servers:
    def __init__(self, folder, fides):
        self.folder, self.bin = folder, fides
        self.ports = {name: free() for name in ("postgres", "redis", "fides")}
        self.words = {name: secrets.token_hex(16) for name in ("postgres", "redis", "key", "client", "root")}
        self.started, self.most = {}, {}

    def start(self):
        self.folder.chmod(0o711)
        self.postgres()
        self.redis()
        self.configure()
        self.webserver()
        self.run("fides worker", [self.bin / "fides", "worker"], self.environment())
        self.wait("fides worker", lambda: "ready" in self.log("fides worker"), 120)

    def without_worker(self):
        """Fides again, as one program that carries requests out itself; both ways are its own."""
        for name in ("fides worker", "fides webserver"):
            self.end(name)
        self.most = {}
        self.webserver(FIDES__CELERY__TASK_ALWAYS_EAGER="true")

    def webserver(self, **more):
        self.run("fides webserver", [self.bin / "python", "-m", "uvicorn", "fides.api.main:app", "--host", "127.0.0.1",
                                     "--port", str(self.ports["fides"]), "--log-level", "warning"], self.environment() | more)
        self.wait("fides webserver", self.is_healthy, 600)

    def postgres(self):
        user = "postgres" if os.getuid() == 0 else None
        home = self.folder / "postgres"
        home.mkdir(mode=0o700)
        if user:
            shutil.chown(home, user)
        word = home / "word"
        word.write_text(self.words["postgres"])
        if user:
            shutil.chown(word, user)
        subprocess.run([POSTGRES / "initdb", "-D", home / "data", "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={word}", "-E", "UTF8"],
                       check=True, stdout=subprocess.DEVNULL, user=user, cwd=home)
        self.run("postgresql", [POSTGRES / "postgres", "-D", home / "data", "-h", "127.0.0.1", "-p", str(self.ports["postgres"]),
                                "-k", home, "-c", "max_connections=300"], {}, user, home)
        self.wait("postgresql", lambda: self.psql("postgres", "select 1"), 30)
        for name in ("fides", "shop"):
            self.psql("postgres", f"create database {name}")

    def psql(self, database, text, check=False, **more):
        """What PostgreSQL answers, as bare text; nothing if it does not."""
        told = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-f", "-"], input=text,
                              check=check, text=True, capture_output=not check, stdout=subprocess.PIPE if check else None, **more)
        return told.stdout if told.returncode == 0 else ""

    def url(self, database):
        return f"postgresql://postgres:{self.words['postgres']}@127.0.0.1:{self.ports['postgres']}/{database}"

    def redis(self):
        self.run("redis", ["redis-server", "--bind", "127.0.0.1", "--port", str(self.ports["redis"]), "--dir", self.folder,
                           "--requirepass", self.words["redis"]], {})

    def configure(self):
        (self.folder / "fides.toml").write_text(f"""
[database]
server = "127.0.0.1"
port = "{self.ports['postgres']}"
user = "postgres"
password = "{self.words['postgres']}"
db = "fides"
[redis]
host = "127.0.0.1"
port = {self.ports['redis']}
password = "{self.words['redis']}"
[security]
env = "prod"
app_encryption_key = "{self.words['key']}"
oauth_root_client_id = "study"
oauth_root_client_secret = "{self.words['client']}"
root_username = "root_user"
root_password = "Study-{self.words['root']}!"
[cli]
server_host = "127.0.0.1"
server_port = {self.ports['fides']}
[user]
analytics_opt_out = true
username = "root_user"
password = "Study-{self.words['root']}!"
[logging]
level = "INFO"
[celery]
task_always_eager = false
""", encoding="utf-8")

    def environment(self):
        return {"FIDES__CONFIG_PATH": str(self.folder / "fides.toml"), "FIDES__USER__ANALYTICS_OPT_OUT": "true", "NO_COLOR": "1",
                "FIDES__CELERY__TASK_ALWAYS_EAGER": "false", "PATH": f"{self.bin}:{os.environ['PATH']}"}

    def is_healthy(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['fides']}/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def run(self, name, command, environment, user=None, folder=None):
        log = open(self.folder / f"{name}.log", "wb")
        self.started[name] = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder or self.folder, user=user, start_new_session=True,
                                              env=os.environ | environment)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def wait(self, name, is_there, seconds):
        end = time.monotonic() + seconds
        while not is_there():
            if self.started[name].poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{name} does not run:\n{self.log(name)[-4000:]}")
            time.sleep(0.2)

    def stop(self):
        for name in reversed(list(self.started)):
            self.end(name)

    def end(self, name):
        process = self.started.pop(name)
        if process.poll() is not None:
            return
        os.killpg(process.pid, signal.SIGINT if name == "postgresql" else signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def cpu_s(self):
        """Seconds of processor so far, of each program with its children."""
        return {name: sum(map(seconds, tree(process.pid))) for name, process in self.started.items()}

    def peak_mib(self):
        """The most memory of each program, its processes added up."""
        return {name: round(sum(map(peak, tree(process.pid)))) for name, process in self.started.items()}

    def look(self):
        """Notes the memory of each program now, where what its processes share counts once, if it is the most so far."""
        for name, process in self.started.items():
            self.most[name] = max(self.most.get(name, 0), round(sum(map(share, tree(process.pid)))))


def free():
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        return port.getsockname()[1]


def tree(pid):
    """A process and those that it started; some may be gone by the time they are looked at, and then say nothing."""
    found = [pid]
    for pid in found:
        for thread in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in asked(thread).split()]
    return found


def asked(path):
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def seconds(pid):
    """Processor time of a process, and of its children that ended."""
    parts = asked(Path(f"/proc/{pid}/stat")).rpartition(") ")[2].split()
    return sum(map(int, parts[11:15])) / os.sysconf("SC_CLK_TCK")


def peak(pid):
    """The most memory that a process ever had, pages that it shares with others included."""
    return mib(r"^VmHWM:\s+(\d+)", f"/proc/{pid}/status")


def share(pid):
    """The memory that a process has now, where a page that n share counts a nth."""
    return mib(r"^Pss:\s+(\d+)", f"/proc/{pid}/smaps_rollup")


def mib(what, path):
    found = re.search(what, asked(Path(path)), re.M)
    return int(found.group(1)) / 1024 if found else 0
