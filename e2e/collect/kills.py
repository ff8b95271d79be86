#!/usr/bin/env python3
"""Kills the collector while eight writers send, again and again: no event that was acknowledged may be lost, and none may
come twice. A writer sends what was not acknowledged until it is, as clients do.

Usage: kills.py PATH_TO_THEIRS [--cycles N] [--seed N]     (by default 50 cycles)
"""

import argparse
import base64
import collections
import http.client
import json
import pathlib
import random
import sys
import tempfile
import threading
import time

from house import House

WRITERS = 8


class Writer(threading.Thread):
    """Sends small batches of ever new visitors and accounts."""

    def __init__(self, house, number, stop):
        super().__init__(daemon=True)
        self.house, self.number, self.stop, self.acknowledged = house, number, stop, []
        basic = base64.b64encode(f"{house.server_key}:".encode()).decode()
        self.headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}

    def run(self):
        line, turn = None, 0
        while not self.stop.is_set():
            turn += 1
            marks = [f"{self.number}-{turn}-{n}" for n in range(3)]
            body = json.dumps({"batch": [self.event(turn, mark) for mark in marks]})
            while True:
                try:
                    line = line or http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=30)
                    line.request("POST", "/v1/batch", body, self.headers)
                    answer = line.getresponse()
                    answer.read()
                    if answer.status == 200:
                        break
                    time.sleep(float(answer.headers.get("Retry-After") or 1))
                except (OSError, http.client.HTTPException):
                    line = None
                    time.sleep(.02)
            self.acknowledged += marks
            time.sleep(.01)

    def event(self, turn, mark):
        type, field = [("track", "event"), ("page", "name"), ("track", "event")][int(mark[-1])]
        person = {"anonymousId": f"v-{self.number}-{turn // 4}"} | ({"userId": f"u-{self.number}-{turn // 4}"} if turn % 4 > 1 else {})
        return {"type": type, field: mark, "messageId": mark, **person}


def counted(house, marks):
    """How often each came, once all are there or nothing more comes."""
    until, last = time.monotonic() + 60, None
    while time.monotonic() < until:
        seen = collections.Counter(mark for _, _, mark in house.arrived())
        if all(mark in seen for mark in marks):
            break
        if seen != last:
            until, last = time.monotonic() + 20, seen
        time.sleep(1)
    return seen


def campaign(house, cycles, chance):
    """What was acknowledged while the server was killed again and again."""
    stop = threading.Event()
    writers = [Writer(house, number, stop) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for _ in range(cycles):
        time.sleep(chance.uniform(.05, 1.2))
        house.end()
        house.start()
    stop.set()
    for writer in writers:
        writer.join(60)
    return [mark for writer in writers for mark in writer.acknowledged]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("theirs")
    parser.add_argument("--cycles", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = House(str(pathlib.Path(given.theirs).resolve()), folder)
        house.start()
        try:
            marks = campaign(house, given.cycles, random.Random(given.seed))
            seen = counted(house, marks)
        finally:
            house.end()
        said = house.said_wrong()
    lost, doubled = [mark for mark in marks if not seen[mark]], [mark for mark in seen if seen[mark] > 1]
    print(f"{given.cycles} kills, seed {given.seed}: {len(marks)} events acknowledged, {len(lost)} lost, {len(doubled)} doubled")
    for line in said:
        print(f"FAIL {line}")
    if lost or doubled or said:
        sys.exit(f"FAILED: lost {' '.join(lost[:20])}; doubled {' '.join(doubled[:20])}")
    print("what is acknowledged is kept, once")


if __name__ == "__main__":
    main()
