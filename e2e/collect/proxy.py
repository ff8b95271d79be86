"""Stands between a client and the collector and makes trouble, so that the client sends again: of five requests that carry
events, one is refused with 429 and Retry-After before the collector sees it, and of one the answer is never given although
the collector has it. Whatever else is asked passes."""

import http.client
import http.server
import itertools
import threading


class Proxy(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behind, self.turns, self.lock = port, itertools.count(), threading.Lock()
        self.refused = self.cut = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def turn(self):
        with self.lock:
            turn = next(self.turns) % 5
            self.refused += turn == 1
            self.cut += turn == 3
            return turn

    def handle_error(self, request, client_address):
        """Clients that hang up are what this is about."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        turn = self.server.turn() if self.command == "POST" else 0
        if turn == 1:
            return self.refuse()
        answer, text = self.forward(body)
        if turn == 3:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def forward(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer, text

    def refuse(self):
        body = b'{"code":"too_many_requests","message":"Later, please."}'
        self.send_response_only(429)
        if origin := self.headers["Origin"]:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Credentials", "true")
            self.send_header("Access-Control-Expose-Headers", "Retry-After")
        self.send_header("Retry-After", "1")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_OPTIONS = pass_on
