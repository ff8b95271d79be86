"""The wire: ten thousand people from `theirs serve` and from PostgreSQL, by the same client.

PostgreSQL shows the same rows by row security, and commits a row of an audit table in the same
exchange before the first row leaves, which `theirs` does with its ledger. Both flush to disk. The
processor time is that of the process that answers; what PostgreSQL's background writers take is
not counted.
"""

import ctypes
import json
import os
import secrets
import statistics
import subprocess
import time

import psycopg
from cluster import Cluster
from person import figures

ROWS = 10_000
NOW = "2026-03-02T09:00:00Z"
QUESTIONS = {
    "ten_thousand_rows": f"select * from {{person}} limit {ROWS}",
    "ten_thousand_names": f"select email, city, points from {{person}} limit {ROWS}",
    "one_row": "select count(*) from {person}",
}
GUARD = """
create table audit (id bigserial primary key, at timestamptz default now(), who text, says text);
alter table person enable row level security;
create policy consented on person for select to marketing
  using (newsletter and not no_marketing);
grant select on person to marketing;
grant insert on audit to marketing;
grant usage on sequence audit_id_seq to marketing;
"""


def measure(harness, folder, rounds):
    """All questions; figures for `results.json`."""
    ours = Ours(harness.parents[1] / "theirs", folder)
    theirs = Theirs(folder, ours.columns())
    found = {"load_average": [round(one, 1) for one in os.getloadavg()]}
    try:
        for name, question in QUESTIONS.items():
            took = {way: {"cpu": [], "wall": []} for way in ("ours", "postgresql")}
            for turn in range(-2, rounds):
                ways = [("ours", ours), ("postgresql", theirs)]
                rows = set()
                for way, server in ways if turn % 2 else reversed(ways):
                    count, cpu, wall = server.ask(question)
                    rows.add(count)
                    if turn >= 0:
                        took[way]["cpu"].append(cpu)
                        took[way]["wall"].append(wall)
                assert len(rows) == 1, (name, rows)
            found[name] = {
                kind: figures({way: took[way][kind] for way in took}) for kind in ("cpu", "wall")}
            print(name, found[name], flush=True)
    finally:
        ours.stop()
        theirs.stop()
    return found


class Server:
    """A connection, and the clock of the process at its other end."""

    def __init__(self, connection, pid):
        self.connection, self.pid = connection, pid
        clock = ctypes.c_int()
        ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock))
        self.clock = clock.value

    def timed(self, text):
        """The number of rows, CPU-seconds and wall seconds of one exchange."""
        cpu, wall = time.clock_gettime(self.clock), time.perf_counter()
        cursor = self.connection.execute(text)
        while cursor.description is None and cursor.nextset():
            pass
        rows = len(cursor.fetchall())
        wall = time.perf_counter() - wall
        # What is still to be written behind the answer belongs to it too.
        time.sleep(.02)
        return rows, time.clock_gettime(self.clock) - cpu, wall


class Ours(Server):
    """`theirs serve` on the town."""

    def __init__(self, binary, folder):
        self.words = [binary, "-C", folder]
        environment = {**os.environ, "THEIRS_NOW": NOW}
        name = f"study_{secrets.token_hex(4)}"
        subprocess.run([*self.words, "principal", "add", name, "--role", "marketing", "--save"],
                       env=environment, check=True, stdout=subprocess.DEVNULL)
        token = (folder / "tokens" / name).read_text().strip()
        self.process = subprocess.Popen(
            [*self.words, "--json", "serve", "--port", "0", "--sql", "127.0.0.1:0"],
            env=environment, stdout=subprocess.PIPE, text=True)
        text = ""
        while not text.rstrip().endswith("}"):
            text += self.process.stdout.readline()
        port = json.loads(text)["sql"].rsplit(":", 1)[1]
        connection = psycopg.connect(host="127.0.0.1", port=port, user=name, password=token,
                                     dbname="theirs", sslmode="disable", autocommit=True)
        super().__init__(connection, self.process.pid)
        self.settle()

    def settle(self):
        """Waits until the server has done what it does at its start: it looks for what is past its time
        and for what is to be joined."""
        resting = 0
        while resting < 10:
            before = time.clock_gettime(self.clock)
            time.sleep(.3)
            resting = resting + 1 if time.clock_gettime(self.clock) - before < .003 else 0

    def columns(self):
        return [one.name for one in self.connection.execute(
            "select * from offer.person limit 0").description]

    def ask(self, question):
        return self.timed(question.format(person="offer.person"))

    def stop(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait()


class Theirs(Server):
    """PostgreSQL with the same people."""

    def __init__(self, folder, columns):
        import duckdb  # pylint: disable=import-outside-toplevel
        self.cluster = Cluster("shared_buffers=1GB", "max_wal_size=8GB")
        duck = duckdb.connect()
        table = f"'{folder}/person.parquet'"
        kinds = {name: kind for name, kind, *_ in duck.execute(f"describe from {table}").fetchall()}
        names = ", ".join(f"{name} {PG.get(kind, kind)}" for name, kind in kinds.items())
        csv = self.cluster.folder / "person.csv"
        duck.execute(f"copy (from {table}) to '{csv}' (header false)")
        text = (f"create role marketing login;\ncreate table person ({names});\n"
                f"\\copy person from '{csv}' (format csv)\n{GUARD}\n"
                "vacuum analyze person;\ncheckpoint;\n")
        self.cluster.psql("postgres", "postgres", text, strict=True)
        self.shown = ", ".join(columns)
        connection = psycopg.connect(host=str(self.cluster.folder), user="marketing",
                                     dbname="postgres", autocommit=True)
        super().__init__(connection, connection.info.backend_pid)

    def ask(self, question):
        question = question.replace("*", self.shown, 1) if "select *" in question else question
        return self.timed(
            "begin; insert into audit (who, says) values ('marketing', 'We send you offers.'); "
            f"commit; {question.format(person='person')}")

    def stop(self):
        self.connection.close()
        self.cluster.stop()


PG = {"VARCHAR": "text", "DOUBLE": "double precision", "BIGINT": "bigint", "BOOLEAN": "boolean",
      "DATE": "date", "INTEGER": "integer"}
