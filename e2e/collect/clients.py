"""The clients of Segment and RudderStack that are already in people's sites and servers: installed from their registries,
started with a job, and what each of them said of it.

A job is {host, key, person, calls: [[type, mark], …], pace_ms}. Each call carries its mark, which tells it from all others.
"""

import functools
import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "theirs" / "collect"
ESBUILD = "0.28.2"
EVERY_CALL = ["track", "identify", "track", "page", "screen", "track", "group", "alias", "track", "track"]


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["it failed"]
        raise RuntimeError(next((line for line in lines if "ERR" in line or "error" in line), lines[-1]))


def npm(package, version):
    """Installs one package for Node.js, unless it is there."""
    there = CACHE / "node_modules" / package / "package.json"
    if not there.exists() or json.loads(there.read_text())["version"] != version:
        CACHE.mkdir(parents=True, exist_ok=True)
        run(["npm", "install", "--loglevel=error", "--no-audit", "--no-fund", "--prefix", str(CACHE), f"{package}@{version}"])


class Program:
    """A client in a program of its own, which ends when the client has delivered or given up."""

    calls, key, once = EVERY_CALL, "server", False

    def __init__(self, name, version, tries):
        self.name, self.package, self.version, self.tries, self.process = name, name, version, tries, None

    def start(self, job):
        self.process = subprocess.Popen(self.command(json.dumps(job)), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, env={**os.environ, "NODE_PATH": str(CACHE / "node_modules")})

    def finish(self, seconds):
        """What the client gave up, by mark, with its reason."""
        try:
            out, errors = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise RuntimeError("it did not end")
        if self.process.returncode:
            raise RuntimeError((errors.strip().splitlines() or ["it stopped"])[-1])
        return json.loads(out.splitlines()[-1])


class Node(Program):
    def install(self):
        npm(self.package, self.version)

    def command(self, job):
        return ["node", str(HERE / "node.js"), self.package, job]


class Python(Program):
    def install(self):
        run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{self.package}=={self.version}"])

    def command(self, job):
        return [sys.executable, str(HERE / "python_.py"), self.package, job]


class Page:
    """A client in a page of Chromium, on another host than the collector's. One that sends `once` never sends again what
    failed, and sends the last of it when its page is left."""

    key, chromium = "browser", None

    def __init__(self, name, package, version, script, calls, tries="never", once=False, **options):
        self.name, self.package, self.version, self.script = name, package, version, script
        self.calls, self.tries, self.once, self.options = calls, tries, once, options

    def install(self):
        npm("esbuild", ESBUILD)
        if self.package:
            npm(self.package, self.version)
        os.environ["NODE_PATH"] = str(CACHE / "node_modules")
        run([str(CACHE / "node_modules" / ".bin" / "esbuild"), str(HERE / self.script), "--bundle", "--format=iife",
             "--target=chrome110", "--log-level=error", f"--outfile={CACHE / 'pages' / self.script}"])

    def start(self, job):
        self.strangers, self.complaints = set(), []
        self.context = self.chromium.new_context()
        self.page = self.context.new_page()
        self.page.on("request", self.look)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"http://localhost:{site()}/{self.script}.html")
        self.page.evaluate("job => { run(job) }", {**job, **self.options})

    def look(self, request):
        host = request.url.split("/")[2].split(":")[0]
        if host not in ("localhost", "127.0.0.1"):
            self.strangers.add(host)

    def finish(self, seconds):
        self.page.wait_for_function("window.finished", timeout=seconds * 1000)
        if self.once:
            self.page.goto("about:blank")
        if self.strangers:
            raise RuntimeError(f"the page asked {', '.join(sorted(self.strangers))}")
        if self.complaints:
            raise RuntimeError(self.complaints[0])
        return {}

    def close(self):
        self.context.close()


@functools.cache
def site():
    """The port of a small site that has the pages."""
    class Pages(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            name = self.path.removeprefix("/").removesuffix(".html")
            script = CACHE / "pages" / name
            page = f'<!doctype html><title>Lantern Books</title><script src="/{name}"></script>'.encode()
            if not script.is_file() or "/" in name:
                return self.send_error(404)
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if self.path.endswith(".html") else "text/javascript")
            self.end_headers()
            self.wfile.write(page if self.path.endswith(".html") else script.read_bytes())

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


NO_SCREEN = [call for call in EVERY_CALL if call != "screen"]
SEGMENT, RUDDER = ("@segment/analytics-next", "1.84.3"), ("@rudderstack/analytics-js", "3.34.1")
# How often each tries again, as its own options say here, and by itself.
CLIENTS = [
    Node("@segment/analytics-node", "3.1.0", tries="30 (10)"),
    Node("@rudderstack/rudder-sdk-node", "3.0.13", tries="12 (3)"),
    Node("analytics-node", "6.2.0", tries="12 (3)"),
    Python("segment-analytics-python", "2.4.0", tries="30 (10)"),
    Python("rudder-sdk-python", "2.1.9", tries="30 (10)"),
    Page("@segment/analytics-next", *SEGMENT, "segment_browser.js", EVERY_CALL, tries="100 (10)"),
    Page("@segment/analytics-next, batches, credentials", *SEGMENT, "segment_browser.js", EVERY_CALL, tries="100 (10)", batching=True),
    Page("@rudderstack/analytics-js", *RUDDER, "rudder_browser.js", NO_SCREEN, tries="100 (10)"),
    Page("@rudderstack/analytics-js, batches", *RUDDER, "rudder_browser.js", NO_SCREEN, tries="100 (10)", batching=True),
    Page("@rudderstack/analytics-js, beacons", *RUDDER, "rudder_browser.js", NO_SCREEN, once=True, beacon=True),
    Page("pictures in a page", None, "", "pictures.js", ["track", "page"], once=True),
]
