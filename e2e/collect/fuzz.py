#!/usr/bin/env python3
"""Sends rubbish to the collector for a while: no answer of the 500s, no panic, and afterwards it still takes events, shows
them, and does so after it was killed.

Usage: fuzz.py PATH_TO_THEIRS [--seconds N] [--seed N] [--keep FOLDER]     (by default 30 seconds and another seed each time)
"""

import argparse
import base64
import collections
import json
import pathlib
import random
import socket
import sys
import tempfile
import threading
import time
import urllib.request

import nasty
from house import House

WORKERS = 4
FINE = {200, 400, 401, 403, 404, 405, 408, 413, 414, 415, 421, 429, 431}      # 403 and 421 are of the portal, for what is not collected
POSTS = ["batch", "b", "import", "identify", "i", "track", "t", "page", "p", "screen", "s", "group", "g", "alias", "a", "m"]


class Finding(Exception):
    """Something that must not be."""


def request(chance, house):
    """The bytes of one request, and whether HTTP itself is kept to."""
    way = chance.choices(["post", "beacon", "pixel", "settings", "raw"], [70, 8, 14, 5, 3])[0]
    key = chance.choices([house.browser_key, house.server_key, "nobody"], [6, 3, 1])[0]
    if way == "post":
        name = chance.choice(POSTS)
        return post(chance, f"/v1/{name}", name in ("batch", "b", "import"), key), True
    if way == "beacon":
        return post(chance, f"/beacon/v1/batch?writeKey={key}", True, key), True
    if way == "pixel":
        return get(chance, nasty.pixel(chance, key)), True
    if way == "settings":
        paths = [f"/v1/projects/{key}/settings", f"/sourceConfig/?writeKey={key}", f"/v1/projects/{nasty.text(chance)!a}/settings"]
        return get(chance, nasty.address(chance, chance.choice(paths))), True
    whole = post(chance, "/v1/batch", True, key)
    return nasty.bitten(chance, whole), False


def post(chance, path, many, key):
    value = nasty.batch(chance) if many else nasty.event(chance)
    if chance.random() < .2:
        value["writeKey"] = key if chance.random() < .5 else nasty.anything(chance)
    body = nasty.body(chance, value)
    headers = {
        "Authorization": nasty.basic(chance, key),
        "Content-Type": chance.choice(["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "\xff"]),
    }
    if chance.random() < .4:
        headers["Content-Encoding"] = chance.choice(["gzip", "identity", "br", "deflate, gzip", ""])
    if chance.random() < .3:
        headers["Sec-GPC"] = chance.choice(["1", "0", "\xff", "1, 1"])
    if chance.random() < .3:
        headers["Origin"] = chance.choice(["http://localhost:1", "null", "http://\xe9.example", "x" * 5000])
    if chance.random() < .3:
        headers["X-Forwarded-For"] = chance.choice(["198.51.100.7", "::1, 2001:db8::1", "\xff\xfe", ",,,", "9" * 3000, "127.0.0.1"])
    return whole("POST", nasty.address(chance, path) if chance.random() < .2 else path, headers, body)


def get(chance, path):
    headers = {"Authorization": nasty.basic(chance, "nobody")} if chance.random() < .3 else {}
    return whole(chance.choices(["GET", "OPTIONS", "HEAD", "DELETE"], [20, 1, 1, 1])[0], path, headers, b"")


def whole(method, path, headers, body):
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body


def ask(port, sent, patience):
    """The status and the body of the answer; neither where there is none."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as line:
        try:
            line.sendall(sent)
        except OSError:
            pass           # it need not read to the end what is too large
        try:
            while piece := line.recv(65536):
                got += piece
        except OSError:
            pass
    head, _, body = got.partition(b"\r\n\r\n")
    status = head.split(b" ")[1:2]
    return (int(status[0]) if status and status[0].isdigit() else None), body


def judge(sent, is_http, status, body):
    if status is None:
        if is_http and len(sent) < 4 << 20:
            raise Finding("no answer")
        return
    if status not in FINE:
        raise Finding(f"the answer is {status}")
    if is_http and sent.startswith(b"POST /v1") and status in (400, 401, 413, 429):
        try:
            said = json.loads(body)
            told = isinstance(said["code"], str) and isinstance(said["message"], str)
        except (ValueError, TypeError, KeyError):
            told = False
        if not told:
            raise Finding(f"{status} does not say why as JSON: {body[:80]!r}")


class Campaign:
    def __init__(self, house, seconds, seed):
        self.house, self.until, self.seed = house, time.monotonic() + seconds, seed
        self.statuses, self.findings, self.lock = collections.Counter(), {}, threading.Lock()

    def run(self):
        workers = [threading.Thread(target=self.work, args=(number,)) for number in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def work(self, number):
        chance = random.Random(self.seed * WORKERS + number)
        while time.monotonic() < self.until:
            sent, is_http = request(chance, self.house)
            try:
                status, body = ask(self.house.port, sent, 20 if is_http else 1)
                with self.lock:
                    self.statuses[status] += 1
                judge(sent, is_http, status, body)
            except Finding as finding:
                self.found(str(finding), sent)
            except OSError as error:
                self.found(f"no connection: {error}", sent)
                time.sleep(.2)

    def found(self, what, sent):
        with self.lock:
            self.findings.setdefault(what, []).append(sent)


def still_collects(house, when):
    """Whether an ordinary event is acknowledged and can be asked for soon."""
    mark = f"after-{when}-{time.time_ns()}"
    event = {"type": "track", "event": mark, "anonymousId": "ordinary", "messageId": mark}
    basic = base64.b64encode(f"{house.server_key}:".encode()).decode()
    urllib.request.urlopen(urllib.request.Request(
        f"{house.url}/v1/track", json.dumps(event).encode(), {"Authorization": f"Basic {basic}"}), timeout=20)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if any(found == mark for _, _, found in house.arrived()):
            return
        time.sleep(.5)
    raise Finding(f"an ordinary event does not arrive {when}")


def coarse(house):
    """No address tells one household from the next."""
    places = {row["place"] for row in house.ask("select distinct place from site_figures.web_events where place is not null")}
    if fine := [place for place in places if not place.endswith((".0", "::"))]:
        raise Finding(f"{len(fine)} of {len(places)} are not")
    if "198.51.100.0" not in places:
        raise Finding("the one that was sent is not there")


def discreet(house):
    """No file holds a whole address or a write key, and what the server said holds nothing of anybody."""
    for path in house.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        if nasty.ADDRESS.encode() in content or house.browser_key.encode() in content:
            raise Finding(f"{path.relative_to(house.folder)} does")
    if "reader.example" in (house.folder / "said.txt").read_text():
        raise Finding("it said an e-mail address")


def aftermath(house, campaign):
    """What must hold once it is over."""
    def check(what, holds):
        try:
            holds()
        except Exception as error:
            campaign.found(f"{what}: {str(error)[:400]}", b"")

    check("the server runs", lambda: still_collects(house, "afterwards"))
    check("everything can be asked for", lambda: house.ask("select * from site_figures.web_events"))
    check("everybody can be asked for", lambda: house.ask("select * from site_figures.person"))
    check("everybody who agreed can be asked for", lambda: house.ask("select * from book_news.person"))
    check("addresses in the network are coarse", lambda: coarse(house))
    check("its figures can be asked for", lambda: house.run("collect", "status"))
    house.end()
    check("it starts again", house.start)
    check("the server that was killed", lambda: still_collects(house, "after a kill"))
    check("nothing more is written than may be", lambda: discreet(house))
    for line in house.said_wrong():
        campaign.found(line, b"")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("theirs")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--keep", type=pathlib.Path, help="where to write the requests that found something")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = House(str(pathlib.Path(given.theirs).resolve()), folder)
        house.start()
        try:
            campaign = Campaign(house, given.seconds, given.seed)
            campaign.run()
            aftermath(house, campaign)
            print(house.run("collect", "status"))
        finally:
            house.end()
    counts = ", ".join(f"{count} × {status}" for status, count in sorted(campaign.statuses.items(), key=str))
    print(f"{sum(campaign.statuses.values())} requests, seed {given.seed}: {counts}")
    for number, (what, requests) in enumerate(campaign.findings.items()):
        print(f"FAIL {what} ({len(requests)} times)")
        if given.keep:
            given.keep.mkdir(parents=True, exist_ok=True)
            (given.keep / f"{number}.http").write_bytes(min(requests, key=len))
    if campaign.findings:
        sys.exit("FAILED: the collector does not bear rubbish")
    print("the collector bears rubbish")


if __name__ == "__main__":
    main()
