"""Files in a bucket as a source, over a real server of S3 (Versity's gateway), while a writer adds, overwrites, moves and
deletes objects and the loader is killed again and again. At the end what is held is what the bucket holds: no row is lost,
none is there twice, none says what it said before it was overwritten.

    source.py THEIRS [--objects N] [--seconds N] [--watch SECONDS] [--seed N]
"""

import argparse
import gzip
import json
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import s3

CHARTER = """\
charter: 1
time_zone: Europe/London
controller: { name: Quay Books, email: hello@quay.example }
sources:
  crm: { kind: internal, acquired: You told us., holds: identity, key: id, columns: { city: contact.address.city } }
  visits:
    kind: internal
    acquired: You came.
    bucket: exports
    file: visits/
    every: 1 minute
    holds: activity
    category: behaviour.location_store
    key: visit
    time: at
    person: { source: crm, column: client, unknown: create }
    columns: { visit: integer, at: timestamp, seats: integer }
purposes:
  answer_you:
    category: service.support
    basis: contract
    says: We look up your details to answer you.
    columns: [city]
    activities: { visits: [visit, at, seats] }
    keep: 24 months
roles:
  service: { purposes: [answer_you] }
"""
ROWS = 20
FIRST = 400


class House:
    """A working folder whose source lies in the bucket."""

    def __init__(self, theirs, folder, server):
        self.theirs, self.folder, self.server = theirs, Path(folder), server
        self.well("init")
        (self.folder / "charter.yaml").write_text(CHARTER)
        self.secret("shop.key", server.KEY)
        self.secret("shop.secret", server.SECRET)
        self.settings()
        self.well("charter", "apply")
        self.well("principal", "add", "vera", "--role", "service", "--save")

    def secret(self, name, text, mode=0o600):
        file = self.folder / name
        file.write_text(text + "\n")
        file.chmod(mode)

    def settings(self, **more):
        fields = {
            "url": f"s3://{self.server.bucket}/exports",
            "endpoint": self.server.url,
            "region": s3.REGION,
            "allow_http": True,
            "key_file": "shop.key",
            "secret_file": "shop.secret",
            **more,
        }
        text = "".join(f"    {name}: {json.dumps(value)}\n" for name, value in fields.items() if value is not None)
        (self.folder / "theirs.yaml").write_text(f"buckets:\n  exports:\n{text}")

    def run(self, *arguments):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        environment["THEIRS_NOW"] = "2026-03-02T09:00:00Z"
        command = [self.theirs, "-C", str(self.folder), *arguments]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def say(self, *arguments):
        process = self.run(*arguments)
        out, err = process.communicate(timeout=600)
        return process.returncode, out, err

    def well(self, *arguments):
        code, out, err = self.say(*arguments)
        assert code == 0, (arguments, code, out, err)
        return out

    def load(self):
        return json.loads(self.well("--json", "load", "visits"))["loaded"][0]

    def rows(self):
        """What is held, by the number of a row; that a number stands twice is an error."""
        self.well("resolve")
        said = self.well("--json", "sql", "--as", "vera", "select visit, seats from answer_you.visits")
        held = {}
        for row in json.loads(said)["rows"]:
            number = int(row["visit"])
            assert number not in held, f"row {number} is held twice"
            held[number] = int(row["seats"])
        return held


class Writer:
    """Writes objects, and knows what stands in each."""

    def __init__(self, server, seed):
        self.server, self.random = server, random.Random(seed)
        self.objects, self.gone = {}, {}
        self.next_row, self.next_object = 1, 1
        self.counts = dict.fromkeys(("written", "overwritten", "moved", "deleted"), 0)

    def body(self, name, rows):
        at = "2026-01-01T10:00:00Z"
        if "json" in name:
            lines = [json.dumps({"visit": no, "client": no % 50, "at": at, "seats": seats}) for no, seats in rows.items()]
        else:
            lines = ["visit,client,at,seats", *(f"{no},{no % 50},{at},{seats}" for no, seats in rows.items())]
        text = ("\n".join(lines) + "\n").encode()
        return gzip.compress(text, mtime=0) if name.endswith(".gz") else text

    def put(self, name, rows):
        self.server.put(f"exports/{name}", self.body(name, rows))
        self.objects[name] = rows

    def new_name(self):
        ending = self.random.choice(["csv", "csv.gz", "jsonl", "jsonl.gz", "ndjson"])
        name = f"visits/{self.next_object:06}.{ending}"
        self.next_object += 1
        return name

    def write(self):
        rows = {self.next_row + at: self.random.randrange(1000) for at in range(ROWS)}
        self.next_row += ROWS
        self.put(self.new_name(), rows)
        self.counts["written"] += 1

    def overwrite(self):
        """Other values, and a row more, as where an export of a day is written anew."""
        name = self.random.choice(list(self.objects))
        rows = {no: self.random.randrange(1000) for no in self.objects[name]}
        rows[self.next_row] = self.random.randrange(1000)
        self.next_row += 1
        self.put(name, rows)
        self.counts["overwritten"] += 1

    def move(self):
        """The rows of two objects go into a later one, as where small files are merged."""
        some = self.random.sample(sorted(self.objects), 2)
        self.put(self.new_name(), {no: seats for name in some for no, seats in self.objects[name].items()})
        for name in some:
            self.server.delete(f"exports/{name}")
            del self.objects[name]
        self.counts["moved"] += 2

    def delete(self):
        name = self.random.choice(list(self.objects))
        self.server.delete(f"exports/{name}")
        for no in self.objects.pop(name):
            self.gone[no] = name
        self.counts["deleted"] += 1

    def step(self):
        acts = [self.write, self.overwrite, self.move, self.delete]
        self.random.choices(acts, [50, 35, 8, 7])[0]()

    def holds(self):
        held = {}
        for rows in self.objects.values():
            held.update(rows)
        return held


def what_is_wrong_is_said(house, server):
    """Faults are told with the bucket and the way out, and without a key."""

    def said(*parts):
        code, out, err = house.say("load", "visits")
        assert code != 0, out
        assert 'source "visits"' in err and all(part in err for part in parts), err
        assert server.SECRET not in err + out and "wrong-secret" not in err + out, err
        assert "StringToSign" not in err, err

    house.secret("wrong.secret", "wrong-secret")
    house.settings(secret_file="wrong.secret")
    said('the bucket "shop" at', "the secret is not that of this access key")
    house.secret("wrong.key", "nobody")
    house.settings(key_file="wrong.key")
    # Versity's gateway tells whoever it does not know that the bucket is not there.
    said('there is no bucket "shop"')
    house.settings(url="s3://shops/exports")
    said('there is no bucket "shops"')
    house.settings(url=f"s3://{server.bucket}/export")
    said('has no "visits"')
    house.settings(allow_http=None)
    said("theirs.yaml: buckets: exports: ", "has no TLS")
    house.settings(endpoint=f"http://id:{server.SECRET}@127.0.0.1:{server.port}")
    said("a key stands in its address")
    house.secret("open.secret", server.SECRET, 0o644)
    house.settings(secret_file="open.secret")
    said("others may read this secret")
    house.settings()
    left = [file.name for file in (house.folder / "data").iterdir() if file.name.startswith("fetched-")]
    assert not left, left


def killed_while(house, seconds, chance):
    """Loads and watches for so long, killed at any time. How often each came to its end, or did not."""
    ends = {"ended": 0, "killed": 0}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        arguments = ["load", "visits"] + (["--watch"] if chance.random() < 0.5 else [])
        process = house.run(*arguments)
        try:
            _, err = process.communicate(timeout=chance.uniform(0.1, 3.0))
            assert process.returncode == 0, (arguments, err)
            ends["ended"] += 1
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            ends["killed"] += 1
    return ends


def watched(house, seconds):
    """One loader that stays loads again and again, in its time."""
    process = house.run("load", "visits", "--watch")
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    loads = sum(line.startswith("visits: ") for line in out.splitlines())
    assert loads >= seconds // 60, (loads, out, err)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("theirs")
    parser.add_argument("--objects", type=int, default=1200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--watch", type=float, default=0, help="then leave one loader alone for so long")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = s3.Server(Path(folder) / "served", "shop")
        try:
            run(asked, Path(folder), server)
        finally:
            server.stop()


def run(asked, folder, server):
    theirs = str(Path(asked.theirs).resolve())
    (folder / "house").mkdir()
    house = House(theirs, folder / "house", server)
    writer = Writer(server, asked.seed)
    for _ in range(min(FIRST, asked.objects)):
        writer.write()
    what_is_wrong_is_said(house, server)

    stop = threading.Event()
    faults = []

    def write():
        try:
            pause = asked.seconds / max(1, asked.objects) / 2
            while not stop.is_set() or writer.next_object <= asked.objects:
                writer.step()
                if not stop.is_set():
                    time.sleep(pause * writer.random.random() * 2)
        except Exception as fault:  # told by the main thread
            faults.append(fault)

    began = time.monotonic()
    thread = threading.Thread(target=write)
    thread.start()
    ends = killed_while(house, asked.seconds, random.Random(asked.seed + 1))
    if asked.watch:
        watched(house, asked.watch)
    stop.set()
    thread.join()
    assert not faults, faults
    last = house.load()
    assert house.load()["same"], "what is known is not asked for again"

    should, held = writer.holds(), house.rows()
    listed = sorted(name.removeprefix("exports/") for name in server.names("exports/visits/"))
    assert listed == sorted(writer.objects), "the writer knows what the bucket holds"
    lost = [no for no in should if no not in held]
    stale = [no for no in should if no in held and held[no] != should[no]]
    made_up = [no for no in held if no not in should and no not in writer.gone]
    assert not (lost or stale or made_up), (len(lost), lost[:5], len(stale), stale[:5], made_up[:5])
    kept = sum(no in held for no in writer.gone)
    left = [file.name for file in (house.folder / "data").iterdir() if file.name.startswith("fetched-")]
    assert not left, left
    acts = ", ".join(f"{count} {what}" for what, count in writer.counts.items())
    print(
        f"bucket as a source: {len(should)} rows in {len(listed)} objects, none lost, doubled or stale; "
        f"{acts}; {kept} of {len(writer.gone)} rows of deleted objects were read before; "
        f"loads: {ends['ended']} ended, {ends['killed']} killed; the last read {last['rows']} rows; "
        f"{time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
