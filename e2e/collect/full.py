#!/usr/bin/env python3
"""Fills the disk under the collector: it refuses what it cannot keep, says so in /health, and goes on by itself once there is room;
nothing that was acknowledged is lost, nothing comes twice.

Usage: full.py PATH_TO_THEIRS     (as root, which mounts a disk of 48 MiB in memory)
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from house import House

MIB = 48


class Sender:
    def __init__(self, house):
        self.house, self.sent, self.acknowledged = house, 0, []

    def batch(self):
        marks = [f"e{self.sent + n}" for n in range(50)]
        self.sent += len(marks)
        events = [{"type": "track", "userId": f"u-{mark}", "event": mark, "messageId": mark} for mark in marks]
        body = json.dumps({"writeKey": self.house.browser_key, "batch": events}).encode()
        try:
            with urllib.request.urlopen(f"{self.house.url}/v1/batch", body, timeout=30) as answer:
                status, later = answer.status, None
        except urllib.error.HTTPError as refusal:
            status, later = refusal.code, refusal.headers.get("Retry-After")
        if status == 200:
            self.acknowledged += marks
        return status, later


def health(house):
    try:
        return urllib.request.urlopen(f"{house.url}/health").status
    except urllib.error.HTTPError as refusal:
        return refusal.code


def fill(path):
    with open(path, "wb", buffering=0) as ballast:
        try:
            while ballast.write(b"x" * 4096):
                pass
        except OSError:
            pass


def waits_for(what, seconds=30):
    since = time.monotonic()
    while not what():
        if time.monotonic() - since > seconds:
            return False
        time.sleep(.1)
    return True


def check(theirs, folder):
    house, wrong = House(theirs, folder), []
    house.start()
    sender = Sender(house)
    expect = lambda what, is_so: wrong.append(what) if not is_so else None
    expect("it takes events while there is room", all(sender.batch()[0] == 200 for _ in range(20)))
    expect("they are in answers", waits_for(lambda: len(house.arrived()) == 1000))
    ballast = pathlib.Path(folder) / "ballast"
    fill(ballast)
    refused = [answer for answer in (sender.batch() for _ in range(40)) if answer[0] != 200]
    expect("it refuses on a full disk", refused)
    expect("it says when to come again", all(status == 503 and later.isdigit() for status, later in refused))
    expect("health says so", health(house) == 503)
    ballast.unlink()
    expect("it goes on by itself", waits_for(lambda: sender.batch()[0] == 200))
    expect("health is well", health(house) == 200)
    expect("all that was acknowledged is there", waits_for(lambda: {row[2] for row in house.arrived()} >= set(sender.acknowledged)))
    found = [row[2] for row in house.arrived()]
    expect("nothing came twice", len(found) == len(set(found)))
    house.end(15)
    expect("the ledger is sound", "sound" in house.run("ledger", "verify"))
    print(f"{len(sender.acknowledged)} acknowledged, {len(refused)} batches refused, {len(wrong)} wrong")
    return wrong


def main():
    theirs = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MIB}m", "tmpfs", folder])
        if mounted.returncode:
            sys.exit("FAILED  no small disk: run this as root")
        try:
            wrong = check(theirs, folder)
        finally:
            subprocess.run(["umount", "--lazy", folder])
    for what in wrong:
        print(f"FAILED  {what}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
