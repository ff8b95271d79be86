"""What the checks of the portal share: a server of its own, and a browser without a screen."""

import contextlib
import http.client
import re
import subprocess
import time
import urllib.parse


def check(held, what):
    if not held:
        raise AssertionError(what)
    print(f"ok   {what}")


def waited(look):
    """What is looked for, once it is there."""
    for _ in range(200):
        if found := look():
            return found
        time.sleep(.05)
    return None


@contextlib.contextmanager
def serving(theirs, folder):
    """The portal, on the port that is given; what it says is in `said.txt`."""
    with open(folder / "said.txt", "w") as said:
        server = subprocess.Popen([theirs, "-C", folder, "serve", "--port", "0", "--sql", "127.0.0.1:0"],
                                  stdout=said, stderr=said)
        try:
            place = waited(lambda: re.search(r"http://localhost:(\d+)", (folder / "said.txt").read_text()))
            yield int(place.group(1))
        finally:
            server.terminate()
            server.wait()


class Browser:
    """Sends forms as a browser does, and keeps cookies."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def ask(self, method, path, **form):
        """The status, where it leads to, and the page."""
        connection = http.client.HTTPConnection("localhost", self.port)
        headers = {"Origin": f"http://localhost:{self.port}", "Content-Type": "application/x-www-form-urlencoded",
                   "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        connection.request(method, path, urllib.parse.urlencode(form), headers)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location"), answer.read().decode()
