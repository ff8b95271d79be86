"""People: the governed view beside the engine alone and beside DuckDB, by processor time.

Each question is asked in turn through the door (`ours`), of the engine alone with the condition on
consent written into the query (`raw`), of the engine alone over nobody but those who may be seen
(`eligible`), and of DuckDB with the condition. A ratio is formed within each round; what counts is
the upper bound, at 95 %, of their geometric mean.
"""

import ctypes
import math
import os
import statistics
import subprocess
import time

ROUNDS = 21
# Student's t, one-sided 95 %, for 20 degrees of freedom.
T = 1.725
ALLOWED = "newsletter and not no_marketing"
QUESTIONS = {
    "group": "select city, count(*) n from {person} {where} group by city",
    "two_keys": "select segment, gender, avg(basket) a from {person} {where} group by segment, gender",
    "selective": "select count(*) n, sum(points) s from {person} {where_and} city = 'City 7' and points > 5000",
    "wide": "select count(*) n, sum(points) s from {person} {where_and} points >= 2000",
    "top": "select email, spent from {person} {where} order by spent desc, email limit 10",
    "join": "select p.segment, sum(o.total) t from {person} p join {orders} o on {on} {where} "
            "group by p.segment",
}


def texts(question):
    """The same question for the door, for all rows with the condition, and for eligible rows."""
    def text(person, orders, on, condition):
        where = f"where {condition}" if condition else ""
        where_and = f"where {condition} and" if condition else "where"
        return question.format(person=person, orders=orders, on=on, where=where,
                               where_and=where_and)
    on = "o.person = p.person_id"
    return {
        "ours": text("offer.person", "offer.orders", "o.person_id = p.person_id", ""),
        "raw": text("person", "orders", on, ALLOWED),
        "eligible": text("person", "orders", on, ""),
    }


class Engine:
    """The process that answers, and the clock of its processor time."""

    def __init__(self, harness, folder):
        self.process = subprocess.Popen([harness, "answer", folder], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        clock = ctypes.c_int()
        ctypes.CDLL(None).clock_getcpuclockid(self.process.pid, ctypes.byref(clock))
        self.clock = clock.value
        assert self.process.stdout.readline().strip() == "ready"

    def ask(self, way, sql):
        """Rows, CPU-seconds and wall seconds of one answer."""
        before = time.clock_gettime(self.clock)
        self.process.stdin.write(f"{way} {sql}\n")
        self.process.stdin.flush()
        rows, wall = self.process.stdout.readline().split()
        return int(rows), time.clock_gettime(self.clock) - before, int(wall) / 1e6

    def memory_mib(self):
        """What the process holds now and held at most, in MiB."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            found = dict(line.split(":", 1) for line in status)
        return {name: round(int(found[key].split()[0]) / 1024)
                for name, key in (("now", "VmRSS"), ("peak", "VmHWM"))}

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Duck:
    """DuckDB over the same rows, in memory, with as many threads."""

    def __init__(self, folder):
        import duckdb  # pylint: disable=import-outside-toplevel
        self.version = duckdb.__version__
        self.connection = duckdb.connect(config={"threads": 2})
        self.connection.execute(f"create table person as from '{folder}/person.parquet'")
        self.connection.execute(f"create view orders as from '{folder}/orders.parquet'")

    def ask(self, sql):
        before = time.process_time()
        self.connection.execute(sql).fetchall()
        return time.process_time() - before


def upper(ratios):
    """The upper bound, at 95 %, of the geometric mean."""
    logs = [math.log(ratio) for ratio in ratios]
    return math.exp(statistics.mean(logs) + T * statistics.stdev(logs) / math.sqrt(len(logs)))


def measure(harness, folder, rounds=ROUNDS):
    """All questions; figures for `results.json`."""
    engine, duck = Engine(harness, folder), Duck(folder)
    found = {"load_average": [round(one, 1) for one in os.getloadavg()], "duckdb": duck.version}
    for name, question in QUESTIONS.items():
        asked = texts(question)
        took = {way: [] for way in ("ours", "raw", "eligible", "duckdb")}
        for turn in range(-2, rounds):
            rows = set()
            ways = list(asked) if turn % 2 else list(reversed(asked))
            for way in ways:
                count, cpu, _ = engine.ask(way, asked[way])
                rows.add(count)
                if turn >= 0:
                    took[way].append(cpu)
            assert len(rows) == 1, (name, rows)
            cpu = duck.ask(asked["raw"])
            if turn >= 0:
                took["duckdb"].append(cpu)
        found[name] = figures(took)
        print(name, found[name], flush=True)
    found["memory_mib"] = engine.memory_mib()
    engine.close()
    return found


def figures(took):
    """The medians in ms, and ours against each of the others."""
    found = {f"{way}_ms": round(statistics.median(all_) * 1000, 2) for way, all_ in took.items()}
    for other in [way for way in took if way != "ours"]:
        ratios = [ours / theirs for ours, theirs in zip(took["ours"], took[other])]
        found[f"of_{other}"] = round(statistics.median(ratios), 3)
        found[f"of_{other}_upper_95"] = round(upper(ratios), 3)
    return found
