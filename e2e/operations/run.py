#!/usr/bin/env python3
"""What IT sees and bears: log lines and spans, of which none says anything of anybody; slow and wrong clients, who keep nobody else
waiting; and an end that loses nothing.

A receiver of OTLP stands beside the server. Names, addresses and words that nobody else uses ("canaries") are sent in through every
door; then each log line must be JSON of known fields, each span must have known attributes and its parent, and no canary may be
anywhere.

Usage: run.py PATH_TO_THEIRS
"""

import base64
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path[:0] = [str(pathlib.Path(__file__).parent.parent), str(pathlib.Path(__file__).parent.parent / "collect")]
from browsing import Browser, check, waited
from house import House, free_port
from receiver import Receiver

CANARIES = {
    "name": "Quillonca", "e-mail": "quillon@canarywood.example", "IPv4": "203.0.113.77", "IPv6": "2001:db8:77::cafe",
    "id": "canary-user-4711", "event": "Canary Bought", "property": "canary-property-7f3a", "SQL": "canary_in_sql_91",
    "path": "canary-path-55", "query": "canary-query-66", "header": "canary-header-88", "login": "canary_login_12",
    "token": "canary-token-31", "method": "CANARYMETHOD", "trace state": "canary=trace", "visitor": "canary-visitor-5",
}
# Of these no words lie about in what is told: the fields of a log line, and the attributes of a span.
FIELDS = {"timestamp", "level", "message", "version", "connections", "cut", "ms", "request", "method", "route", "status", "bytes",
          "stream", "events", "purpose", "role", "use", "rows", "why", "door", "source", "set_aside", "records", "people",
          "considered", "work", "kind", "cause", "file", "line", "spans", "lines"}
ATTRIBUTES = {"http.request.method", "http.route", "http.response.status_code", "http.response.body.size", "theirs.events",
              "theirs.rows", "theirs.records", "theirs.people", "theirs.source", "theirs.purpose", "theirs.role", "theirs.use",
              "error.type"}
TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SLOW = 200                     # connections
HEAD, BODY = 10, 30            # seconds that a head and a body may take


class Watched(House):
    """The house of the collector, whose log is apart from what it says at its start."""

    def start(self, **environment):
        self.said = open(self.folder / "said.txt", "a")
        self.log = open(self.folder / "log.txt", "a")
        command = [self.theirs, "-C", self.folder, "serve", "--port", str(self.port), "--sql", f"127.0.0.1:{self.sql_port}",
                   "--log", "json", "--log-level", "debug"]
        self.server = subprocess.Popen(command, stdout=self.said, stderr=self.log, env={**os.environ, **environment})
        check(waited(self.answers), "it answers")

    def end(self, how=signal.SIGTERM):
        super().end(how)
        self.log.close()

    def lines(self):
        return [json.loads(line) for line in (self.folder / "log.txt").read_text().splitlines()]

    def post(self, path, body, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", path, body if isinstance(body, bytes) else json.dumps(body).encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def psql(self, statement, user="ana", password=None):
        password = password or (self.folder / "tokens" / "ana").read_text().strip()
        return subprocess.run(["psql", "-At", f"host=127.0.0.1 port={self.sql_port} dbname=theirs user={user}", "-c", statement],
                              env={**os.environ, "PGPASSWORD": password}, capture_output=True, text=True)

    def memory(self):
        """What it holds in memory, in MiB."""
        lines = pathlib.Path(f"/proc/{self.server.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) // 1024


def message(house, number, **more):
    return {"writeKey": house.browser_key, "type": "track", "event": "Seen", "anonymousId": "v1", "messageId": str(number), **more}


def sent_in(house):
    """Sends the canaries in through every door."""
    c = CANARIES
    traced = {"traceparent": f"00-{TRACE}-{CALLER}-01", "tracestate": c["trace state"]}
    everywhere = {"User-Agent": c["header"], "X-Forwarded-For": c["IPv4"], "Cookie": c["header"], "X-Request-Id": c["id"]}
    one = message(house, "one", event=c["event"], userId=c["id"], anonymousId=c["visitor"], properties={"total": c["property"]},
                  context={"ip": c["IPv6"], "page": {"path": c["path"]}},
                  traits={"email": c["e-mail"], "firstName": c["name"], "born": c["property"]})
    check(house.post("/v1/track", one, **traced, **everywhere)[0] == 200, "an event is taken")
    check(house.post("/v1/identify", {**one, "messageId": "two"}, **everywhere)[0] == 200, "and who it is of")
    half = (json.dumps({"writeKey": house.browser_key, "batch": [{**one, "messageId": "three"}, {"type": c["event"]}]})
            .replace(c["property"], c["property"] + "\\ud83d").encode())
    check(house.post("/v1/batch", half, **everywhere)[0] == 200, "half an emoji loses no other")
    check(house.post("/v1/track", b"{" + c["property"].encode())[0] == 400, "what cannot be read is refused")
    check(house.post(f"/v1/{c['path']}?{c['query']}=1", one)[0] == 404, "there is no such way in")
    data = base64.urlsafe_b64encode(json.dumps({**one, "messageId": "four"}).encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", house.port)
    for method, path in [("GET", f"/pixel/v1/track?data={data}&email={c['e-mail']}"), (c["method"], f"/{c['path']}"),
                         ("GET", f"/open/{c['token']}"), ("GET", f"/{c['path']}?{c['query']}"), ("GET", f"/me/did/{c['path']}"),
                         ("GET", f"/why/{c['token']}"), ("GET", f"/v1/projects/{c['token']}/settings")]:
        connection.request(method, path, headers={**traced, **everywhere})
        connection.getresponse().read()
    browser = Browser(house.port)
    browser.ask("POST", "/ask", address=c["e-mail"])
    browser.ask("POST", "/staff", name=c["login"], token=c["token"])
    browser.ask("POST", f"/open/{c['token']}")
    check(house.post("/v1/decide", {"campaign": c["name"], "source": c["id"], "key": c["id"]},
                     authorization=f"Bearer {c['token']}")[0] == 401, "a wrong token decides nothing")
    check(waited(lambda: len(house.arrived()) == 4), "the events are there")
    found = house.psql(f"select count(*) from site_figures.web_events where event <> '{c['SQL']}'")
    check(found.stdout.strip().endswith("4"), f"SQL is answered {found.stdout}{found.stderr}")
    for statement in [f"select {c['SQL']} from site_figures.person", f"select cast('{c['SQL']}' as integer) from site_figures.person",
                      f"select email from site_figures.person where given_name = '{c['name']}'", f"selec '{c['SQL']}'"]:
        check(house.psql(statement).returncode != 0, "or refused")
    check(house.psql("select 1", c["login"], c["token"]).returncode != 0, "a wrong login is turned away")


def hold(text, where):
    for what, canary in CANARIES.items():
        for form in {canary, canary.lower(), canary.encode().hex(), canary.replace("@", "%40")}:
            check_quietly(form.encode() not in text, f"{where} tell of the {what}")
    check(True, f"{where} tell of nobody")


def check_quietly(held, what):
    if not held:
        raise AssertionError(what)


def logged(house):
    text = (house.folder / "log.txt").read_bytes()
    lines = house.lines()
    for line in lines:
        check_quietly(set(line) <= FIELDS, f"{line} has fields that are not known")
        check_quietly({"timestamp", "level", "message"} <= set(line), f"{line} has no time, level or word")
    of = lambda word: [line for line in lines if line["message"] == word]
    for word in ["serving", "answered", "took over", "collected", "asked", "not asked", "turned away", "stopping", "stopped"]:
        check(of(word), f"\"{word}\" is logged")
    routes = {line["route"] for line in of("answered")}
    check({"/v1/track", "/open/{token}", "/ask", "none", "/v1/projects/{key}/settings"} <= routes, "requests by the pattern of their path")
    check({line["method"] for line in of("answered")} >= {"GET", "POST", "_OTHER"}, "and by a method that there is")
    asked = of("asked")[-1]
    check((asked["purpose"], asked["role"], asked["rows"]) == ("site_figures", "analyst", 1), "a statement by purpose, role and rows")
    check(len(asked["use"]) >= 16 and {line["door"] for line in of("turned away")} == {"sql", "staff", "decide"}, "its use, and who was turned away where")
    check(sum(line["events"] for line in of("collected")) == 4 and {line["stream"] for line in of("collected")} == {"web"}, "events by their number")
    hold(text, "the lines of the log")


def traced(house, receiver):
    spans = receiver.spans
    by_id = {span.span_id: span for span in spans}
    named = lambda name: [span for span in spans if span.name == name]
    parent = lambda span: by_id[span.parent_span_id].name if span.parent_span_id in by_id else None
    for child, wanted in [("journal commit", "POST /v1/track"), ("intake people", "intake"), ("intake activities", "intake"),
                          ("intake change", "intake"), ("statement plan", "statement"), ("statement log", "statement"),
                          ("statement run", "statement")]:
        check(wanted in {parent(span) for span in named(child)}, f"\"{child}\" lies within \"{wanted}\"")
    mine = [span for span in spans if span.trace_id.hex() == TRACE]
    check({"POST /v1/track", "journal commit"} <= {span.name for span in mine}, "a caller's trace goes on here")
    check(CALLER in {span.parent_span_id.hex() for span in mine}, "below the span that the caller names")
    check("GET /open/{token}" not in {span.name for span in mine}, "but not through the pages of a person")
    check({key for span in spans for key in (pair.key for pair in span.attributes)} <= ATTRIBUTES, "attributes are those on the list")
    check(all(span.end_time_unix_nano >= span.start_time_unix_nano > 0 and not span.trace_state for span in spans), "each has its time")
    check(receiver.services == {"theirs"}, "the service is called theirs")
    hold(b"".join(receiver.bodies), "the spans")


def drip(connection, began, until):
    """A byte of a head now and then, until it is hung up on or the time is over; says how long after its beginning that was."""
    while time.monotonic() < until:
        try:
            connection.sendall(b"x")
            connection.settimeout(1)
            if connection.recv(1) == b"":
                return time.monotonic() - began
        except TimeoutError:
            continue
        except OSError:
            return time.monotonic() - began
    return None


def slow(house):
    """Slow clients of three kinds, and an honest one beside them."""
    before = house.memory()
    began, gone, connections = time.monotonic(), [], []
    def begin(head):
        since = time.monotonic()
        connection = socket.create_connection(("127.0.0.1", house.port))
        connection.sendall(head)
        connections.append(connection)
        return connection, since
    heads = [begin(b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ") for _ in range(SLOW // 2)]
    body = f"POST /v1/batch HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4000000\r\n\r\n{'x' * 1000}".encode()
    bodies = [begin(body) for _ in range(SLOW // 4)]
    deaf = [begin(b"GET /style.css HTTP/1.1\r\nhost: localhost\r\n\r\n" * 200) for _ in range(SLOW // 4)]
    threads = [threading.Thread(target=lambda one=one: gone.append(drip(*one, began + HEAD + 60))) for one in heads]
    for thread in threads:
        thread.start()
    waits = []
    while time.monotonic() < began + HEAD + 4:
        since = time.monotonic()
        check_quietly(house.post("/v1/track", message(house, f"honest-{len(waits)}"))[0] == 200, "an honest client is answered")
        waits.append(time.monotonic() - since)
        time.sleep(.05)
    check(max(waits) < HEAD / 2, f"of {len(waits)} events of an honest client beside {SLOW} slow ones the slowest waited {max(waits) * 1000:.0f} ms")
    for thread in threads:
        thread.join()
    check(all(gone), "heads that drip are hung up on")
    check(min(gone) > HEAD - .1, f"but not before their {HEAD} s: after {min(gone):.1f} to {max(gone):.1f} s")
    answers = []
    for one, _ in bodies:
        one.settimeout(BODY + 60)
        answers.append(one.recv(4096))
    after = time.monotonic() - began
    check(all(b" 408 " in answer and b"too_slow" in answer for answer in answers), f"bodies that stop are answered 408 within {after:.0f} s")
    grown = house.memory() - before
    check(grown < 96, f"memory grew by {grown} MiB")
    for one in connections:
        one.close()
    return len(waits)


def ended(house):
    """Told to stop while events come in: what was acknowledged is kept, and what is under way is answered."""
    kept, over = [], threading.Event()
    def send():
        while not over.is_set():
            name = f"last-{len(kept)}"
            try:
                if house.post("/v1/track", message(house, name))[0] == 200:
                    kept.append(name)
            except (OSError, http.client.HTTPException):
                return
    sender = threading.Thread(target=send)
    sender.start()
    check(waited(lambda: len(kept) > 50), "events come in")
    body = json.dumps(message(house, "half-way")).encode()
    under_way = socket.create_connection(("127.0.0.1", house.port))
    under_way.sendall(f"POST /v1/track HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body[:20])
    time.sleep(.3)
    began = time.monotonic()
    house.server.send_signal(signal.SIGTERM)
    time.sleep(1)
    check(house.server.poll() is None, "it waits for what is under way")
    under_way.sendall(body[20:])
    under_way.settimeout(10)
    check(b" 200 " in under_way.recv(4096), "which is answered")
    house.server.wait(timeout=30)
    over.set()
    sender.join()
    check(house.server.returncode == 0, f"it ends well, after {time.monotonic() - began:.1f} s")
    house.log.close()
    house.said.close()
    return [*kept, "half-way"]


def away(house):
    """A collector that is away holds up nobody; one that cannot be sent to is said at once."""
    nobody = f"http://127.0.0.1:{free_port()}"
    house.start(OTEL_EXPORTER_OTLP_ENDPOINT=nobody, OTEL_BSP_SCHEDULE_DELAY="200")
    began = time.monotonic()
    for number in range(200):
        check_quietly(house.post("/v1/track", message(house, f"away-{number}"))[0] == 200, "it answers without a collector")
    check(time.monotonic() - began < 60, "a collector that is away holds up nobody")
    check(waited(lambda: any(line["message"] == "spans lost" for line in house.lines())), "that spans were lost is logged")
    check(sum(line["message"] == "spans lost" for line in house.lines()) == 1, "once")
    house.end()
    refused = subprocess.run([house.theirs, "-C", house.folder, "serve", "--port", "0"], capture_output=True, text=True,
                             env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example"})
    check(refused.returncode == 2 and "without TLS" in refused.stderr, "a collector behind TLS is refused in words")


def main():
    theirs = str(pathlib.Path(sys.argv[1]).resolve())
    for name in [name for name in os.environ if name.startswith(("OTEL_", "THEIRS_LOG"))]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as root, Receiver() as receiver:
        house = Watched(theirs, root)
        house.start(OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url, OTEL_BSP_SCHEDULE_DELAY="500")
        check("The portal is at" in (house.folder / "said.txt").read_text(), "at its start it says where it is, as ever")
        sent_in(house)
        time.sleep(1)
        house.end()
        logged(house)
        traced(house, receiver)
        spans = len(receiver.spans)
        house.start()
        honest = slow(house)
        kept = ended(house)
        check(len(receiver.spans) == spans, "without the variable nothing is sent")
        house.start()
        there = {client_id.rsplit(":", 1)[-1] for client_id, _, _ in house.arrived()}
        check(set(kept) <= there, f"all of {len(kept)} acknowledged events are there, and {honest} of before")
        house.end()
        away(house)
    print("IT sees what runs and nothing of anybody; slow clients keep nobody waiting; an end loses nothing")


if __name__ == "__main__":
    main()
