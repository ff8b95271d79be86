"""A client of S3 of a few lines, and the server that it speaks to: Versity's gateway, a program in Go over a folder.

Requests are signed by AWS's Signature Version 4, over the standard library alone."""

import datetime
import hashlib
import hmac
import http.client
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.parse
from pathlib import Path

GATEWAY = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"
REGION = "us-east-1"


def gateway():
    """The server's program, built once from the Go module proxy. That it cannot be had is a failure."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "theirs" / "go"
    program = cache / "versitygw"
    if not program.exists():
        print("== building versitygw (go install)", flush=True)
        go = shutil.which("go")
        if not go:
            raise SystemExit("This needs Go; install it and run this again.")
        subprocess.run([go, "install", GATEWAY], check=True, env={**os.environ, "GOBIN": str(cache)})
    return program


class Server:
    """A server of one bucket over a folder, with one key."""

    KEY, SECRET = "shop-key", "correct-horse-battery"

    def __init__(self, folder, bucket):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder, self.bucket = Path(folder), bucket
        self.folder.mkdir(exist_ok=True)
        self.start()
        status, body = self.ask("PUT", "")
        assert status == 200, (status, body)

    def start(self):
        arguments = ["--quiet", "--port", f"127.0.0.1:{self.port}", "posix", str(self.folder)]
        keys = {"ROOT_ACCESS_KEY": self.KEY, "ROOT_SECRET_KEY": self.SECRET}
        self.process = subprocess.Popen(
            [gateway(), *arguments], env={**os.environ, **keys}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise SystemExit("The server did not start.")
                time.sleep(0.05)

    def stop(self):
        self.process.kill()
        self.process.wait()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def put(self, name, body):
        status, answer = self.ask("PUT", name, body)
        assert status == 200, (status, answer)

    def delete(self, name):
        status, answer = self.ask("DELETE", name)
        assert status == 204, (status, answer)

    def names(self, prefix=""):
        """The names of all objects, page by page."""
        token, names = None, []
        while True:
            query = {"list-type": "2", "prefix": prefix, **({"continuation-token": token} if token else {})}
            status, body = self.ask("GET", "", query=query)
            assert status == 200, (status, body)
            text = body.decode()
            names += [urllib.parse.unquote(name) for name in re.findall("<Key>(.*?)</Key>", text)]
            more = re.search("<NextContinuationToken>(.*?)</NextContinuationToken>", text)
            if not more:
                return names
            token = more[1]

    def ask(self, method, name, body=b"", query=None):
        now = datetime.datetime.now(datetime.timezone.utc)
        stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
        path = "/" + self.bucket + ("/" + urllib.parse.quote(name) if name else "")
        pairs = sorted((urllib.parse.quote(k, safe=""), urllib.parse.quote(v, safe="")) for k, v in (query or {}).items())
        asked = "&".join(f"{key}={value}" for key, value in pairs)
        digest = hashlib.sha256(body).hexdigest()
        headers = {"host": f"127.0.0.1:{self.port}", "x-amz-content-sha256": digest, "x-amz-date": stamp}
        signed = ";".join(sorted(headers))
        canonical = "".join(f"{key}:{headers[key]}\n" for key in sorted(headers))
        scope = f"{day}/{REGION}/s3/aws4_request"
        request = "\n".join([method, path, asked, canonical, signed, digest])
        text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
        key = ("AWS4" + self.SECRET).encode()
        for part in (day, REGION, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.new(key, text.encode(), "sha256").hexdigest()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.KEY}/{scope}, SignedHeaders={signed}, Signature={signature}"
        )
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path + ("?" + asked if asked else ""), body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
