"""A PostgreSQL server of one's own, to compare with."""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BIN = Path(os.environ.get("POSTGRESQL_BIN", "/usr/lib/postgresql/15/bin"))


class Cluster:
    """A server in a temporary folder, run by a user who is not root."""

    def __init__(self, *settings):
        self.user = next((u for u in ("postgres", "nobody") if known(u)), None)
        self.folder = Path(tempfile.mkdtemp(prefix="theirs-pg-"))
        if os.getuid() == 0:
            shutil.chown(self.folder, self.user)
        self.data = self.folder / "data"
        self.as_user(BIN / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                     "--locale=C", "--no-sync")
        options = f"-k {self.folder} -c listen_addresses="
        options += "".join(f" -c {setting}" for setting in settings)
        self.as_user(BIN / "pg_ctl", "-D", self.data, "-o", options, "-l", self.folder / "log",
                     "-w", "start")

    def as_user(self, *command):
        command = [str(part) for part in command]
        if os.getuid() == 0:
            command = ["setpriv", f"--reuid={self.user}", f"--regid={gid(self.user)}",
                       "--clear-groups", *command]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              cwd=self.folder, text=True)
        if done.returncode:
            sys.exit(f"{command}: {done.stderr}")

    def psql(self, database, role, text, strict=False):
        """Everything that comes back from a text."""
        command = ["psql", "-X", "-h", self.folder, "-U", role, "-d", database, "-f", "-"]
        if strict:
            command += ["-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(command, input=text, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        if strict and done.returncode:
            sys.exit(done.stdout)
        return re.sub(r"psql:<stdin>:\d+: ", "", done.stdout).replace(database, "theirs")

    def stop(self):
        self.as_user(BIN / "pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def known(user):
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False


def gid(user):
    return pwd.getpwnam(user).pw_gid
