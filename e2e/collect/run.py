#!/usr/bin/env python3
"""Real clients of Segment and RudderStack send what they have to the collector: as it runs, while it is killed and started
again, and through a proxy that refuses some requests and cuts off the answers of others. Every event must arrive exactly once.
One row for each client; one that cannot be installed has failed.

Usage: run.py PATH_TO_THEIRS [CLIENT]     (CLIENT: only those whose name contains it)
"""

import collections
import pathlib
import shutil
import signal
import sys
import tempfile
import time

from playwright.sync_api import sync_playwright

from clients import CLIENTS, Page
from house import House
from proxy import Proxy

EVENTS, PACE_MS = 300, 20
# Seconds, of the six that a client takes, and how the server is ended then.
ENDED = [(1.5, signal.SIGKILL), (3.5, signal.SIGTERM), (5, signal.SIGKILL)]
PATIENCE = 90                  # seconds for the clients to end, and for what is left to arrive


def undisturbed(house, clients, jobs):
    started = start(clients, {client: {**job, "host": house.url} for client, job in jobs.items()})
    return finish(started)


def killed(house, clients, jobs):
    started = start(clients, {client: {**job, "host": house.url} for client, job in jobs.items()})
    began = time.monotonic()
    for at, how in ENDED:
        time.sleep(max(0, began + at - time.monotonic()))
        house.end(how)
        house.start()
    return finish(started)


def refused(house, clients, jobs):
    proxies = {client: Proxy(house.port) for client in clients}
    started = start(clients, {client: {**job, "host": proxies[client].url} for client, job in jobs.items()})
    said = finish(started)
    for client, proxy in proxies.items():
        print(f"   {client.name}: {proxy.refused} requests refused, {proxy.cut} answers cut off", flush=True)
        if not proxy.cut and client not in said[1]:
            said[1][client] = "it went around the proxy"
    return said


WAYS = {"undisturbed": undisturbed, "killed and started again": killed, "refused and cut off": refused}


def start(clients, jobs):
    """The clients that could be started, and why the others could not."""
    started, failed = [], {}
    for client in clients:
        try:
            client.start(jobs[client])
            started.append(client)
        except Exception as error:
            failed[client] = first_line(error)
    return started, failed


def finish(of):
    """What the clients gave up, and which of them failed."""
    started, failed = of
    given_up, until = {}, time.monotonic() + PATIENCE
    for client in started:
        try:
            said = client.finish(max(1, until - time.monotonic()))
            given_up[client] = {mark: why for mark, why in said.items() if why}
        except Exception as error:
            failed[client] = first_line(error)
    return given_up, failed


def first_line(error):
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def calls(client, way):
    """What a client sends: each event with a mark that no other has."""
    place = f"{CLIENTS.index(client)}-{way[0]}"
    return [[client.calls[n % len(client.calls)], f"{place}-{n}"] for n in range(EVENTS)]


def counted(house, jobs):
    """How often each mark arrived with its type, once all are there or nothing more comes."""
    wanted = {(type, mark) for job in jobs.values() for type, mark in job["calls"]}
    until, seen = time.monotonic() + PATIENCE, collections.Counter()
    while time.monotonic() < until:
        seen = collections.Counter((type, mark) for _, type, mark in house.arrived())
        if wanted <= seen.keys():
            break
        time.sleep(1)
    time.sleep(1)      # for what arrives a second time
    return collections.Counter((type, mark) for _, type, mark in house.arrived())


def cell(job, seen, given_up):
    """What became of a job's events, and whether that is right."""
    times = [seen[tuple(call)] for call in job["calls"]]
    missing = [mark for type, mark in job["calls"] if not seen[(type, mark)]]
    lost = [mark for mark in missing if mark not in given_up]
    parts = [str(sum(n == 1 for n in times))]
    if doubled := sum(n > 1 for n in times):
        parts.append(f"{doubled} doubled")
    if lost:
        kinds = collections.Counter(type for type, mark in job["calls"] if mark in lost)
        parts.append(f"{len(lost)} lost ({', '.join(f'{n} {kind}' for kind, n in kinds.items())})")
    if dropped := len(missing) - len(lost):
        parts.append(f"{dropped} given up by the client ({next(given_up[mark] for mark in missing if mark in given_up)})")
    return ", ".join(parts), len(parts) == 1


def is_able(client, way):
    """Whether a client is made for this: some send once, whatever becomes of it."""
    return way == "undisturbed" or not client.once


def attempt(house, way, clients):
    """The cells of one way of sending, by client."""
    print(f"-- {way}", flush=True)
    able = [client for client in clients if is_able(client, way)]
    keys = {"browser": house.browser_key, "server": house.server_key}
    jobs = {client: {"key": keys[client.key], "person": {"userId": f"reader-{CLIENTS.index(client)}",
                                                          "anonymousId": f"visitor-{CLIENTS.index(client)}"},
                     "calls": calls(client, way), "pace_ms": PACE_MS} for client in able}
    given_up, failed = WAYS[way](house, able, jobs)
    seen = counted(house, {client: jobs[client] for client in able if client not in failed})
    cells = {client: ("it never tries again", True) for client in clients if client not in able}
    for client in able:
        cells[client] = (f"FAILED: {failed[client]}", False) if client in failed else cell(jobs[client], seen, given_up[client])
        print(f"{'ok  ' if cells[client][1] else 'FAIL'} {client.name}: {cells[client][0]}", flush=True)
        if isinstance(client, Page) and hasattr(client, "context"):
            client.close()
    return cells


def known(house, clients):
    """Of how many of those who signed in the name is known that the client gave: cells by client, as of a way."""
    named, cells = house.named(), {}
    for client in clients:
        accounts = [mark for way in WAYS if is_able(client, way) for type, mark in calls(client, way) if type == "identify"]
        right = sum(named.get(account) == "Ottoline" for account in accounts)
        cells[client] = (f"{right} of {len(accounts)}" if accounts else "nobody signs in", right == len(accounts))
    return cells


def installed(clients):
    """The clients that are there, and why the others are not."""
    there, missing = [], {}
    for client in clients:
        try:
            client.install()
            there.append(client)
        except Exception as error:
            missing[client] = f"FAILED: it cannot be installed: {first_line(error)}"
            print(f"FAIL {client.name}: {missing[client]}", flush=True)
    return there, missing


def table(clients, missing, ways):
    lines = ["| client | version | tries again, here (by itself) | " + " | ".join(ways) + " |", "|---" * (len(ways) + 3) + "|"]
    for client in clients:
        texts = [missing[client], *[""] * (len(ways) - 1)] if client in missing else [cells[client][0] for cells in ways.values()]
        lines.append(f"| {client.name} | {client.version} | {client.tries} | " + " | ".join(texts) + " |")
    return "\n".join(lines)


def main():
    theirs = str(pathlib.Path(sys.argv[1]).resolve())
    clients = [client for client in CLIENTS if not sys.argv[2:] or sys.argv[2] in client.name]
    there, missing = installed(clients)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        Page.chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        house = House(theirs, folder)
        house.start()
        try:
            ways = {way: attempt(house, way, there) for way in WAYS}
            ways["their names"] = known(house, there)
        finally:
            house.end()
    print(f"\n{EVENTS} events of each client: how many arrived exactly once\n{table(clients, missing, ways)}\n")
    failed = [client.name for client in clients
              if client in missing or not all(cells[client][1] for cells in ways.values())]
    if failed:
        sys.exit(f"FAILED: {', '.join(failed)}")
    print("real clients of Segment and RudderStack are collected from")


if __name__ == "__main__":
    main()
