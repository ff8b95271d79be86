#!/usr/bin/env python3
"""Signing in as in the shop, by OpenID Connect: a provider made here, honest and not.

Usage: login.py PATH_TO_THEIRS
"""

import base64
import hashlib
import http.client
import http.server
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from browsing import Browser, check, serving

COLLEAGUE = "noor"
CLIENT, SECRET = "theirs-portal", "correct horse battery staple"


def packed(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Provider(http.server.BaseHTTPRequestHandler):
    """Signs in whoever it is told to; `lie` says how it does so wrongly."""

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject, lie, codes = "", None, {}

    def log_message(self, *_):
        pass

    @property
    def issuer(self):
        return f"http://localhost:{self.server.server_port}"

    def say(self, value, status=200):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/.well-known/openid-configuration":
            issuer = self.issuer
            self.say({"issuer": "http://localhost:1" if self.lie == "issuer" else issuer,
                      "authorization_endpoint": f"{issuer}/sign-in", "token_endpoint": f"{issuer}/token",
                      "jwks_uri": f"{issuer}/keys", "response_types_supported": ["code"],
                      "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]})
        elif path == "/keys":
            numbers = self.key.public_key().public_numbers()
            self.say({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one",
                                "n": packed(numbers.n.to_bytes(256)), "e": packed(numbers.e.to_bytes(3))}]})
        elif path == "/sign-in":
            asked = dict(urllib.parse.parse_qsl(query))
            code = f"code-{len(self.codes)}"
            self.codes[code] = asked
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?code={code}&state={asked['state']}")
            self.end_headers()
        else:
            self.say({}, 404)

    def do_POST(self):
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        asked = self.codes.pop(form.get("code"), None)
        basic = base64.b64encode(":".join(map(urllib.parse.quote_plus, (CLIENT, SECRET))).encode()).decode()
        proven = packed(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if not asked or self.headers["Authorization"] != f"Basic {basic}" or proven != asked["code_challenge"]:
            self.say({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "exp": now + 300, "iat": now,
                  "auth_time": now, "nonce": asked["nonce"]}
        claims |= {"audience": {"aud": "another"}, "nonce": {"nonce": "another"}, "past": {"exp": now - 300},
                   "stale": {"auth_time": now - 3600}}.get(self.lie, {})
        if self.lie == "no time":
            del claims["auth_time"]
        head = packed(json.dumps({"alg": "RS256", "typ": "JWT", "kid": "one"}).encode())
        signed = f"{head}.{packed(json.dumps(claims).encode())}"
        key = self.other if self.lie == "signature" else self.key
        if self.lie == "unsigned":
            token = packed(b'{"alg":"none"}') + "." + signed.split(".")[1] + "."
        else:
            token = f"{signed}.{packed(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"
        self.say({"access_token": "nothing", "token_type": "Bearer", "id_token": token})


class Visitor(Browser):
    """Whoever signs in with an account of the shop."""

    def away(self, door="/login"):
        """To the provider, and with what it sends back."""
        status, url, _ = self.ask("GET", door)
        check(status == 303 and "code_challenge_method=S256" in url, f"from {door} one is sent to the login, with PKCE")
        place = urllib.parse.urlparse(url)
        connection = http.client.HTTPConnection(place.hostname, place.port)
        connection.request("GET", f"{place.path}?{place.query}")
        back = urllib.parse.urlparse(connection.getresponse().headers["Location"])
        return f"{back.path}?{back.query}"


def main():
    theirs = str(pathlib.Path(sys.argv[1]).resolve())
    provider = http.server.ThreadingHTTPServer(("localhost", 0), Provider)
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([theirs, "-C", folder, "demo", "--no-serve"], check=True, capture_output=True)
        folder = next(pathlib.Path(folder).iterdir())
        secret = folder / "login.secret"
        secret.write_text(SECRET + "\n")
        secret.chmod(0o600)
        (folder / "theirs.yaml").write_text(
            f"login:\n  issuer: http://localhost:{provider.server_port}\n  client_id: {CLIENT}\n"
            f"  client_secret_file: login.secret\n  source: web_shop\n"
            f"staff_login:\n  issuer: http://localhost:{provider.server_port}\n  client_id: {CLIENT}\n"
            f"  client_secret_file: login.secret\n  people:\n    {COLLEAGUE}: at-work-7\n    gone: at-work-8\n")
        people = accounts(folder)
        with serving(theirs, folder) as port:
            story(port, people)
            colleagues(port, people[0][0])
        said = (folder / "said.txt").read_text()
        check(not any(name in said for name, _ in people), "nothing that was said names an account")
    print("clients sign in as in the shop, colleagues as at work")


def accounts(folder):
    """Accounts of the web shop of the sample with the names that were typed there."""
    file = next(folder.rglob("shop.sqlite"))
    with sqlite3.connect(file) as shop:
        return shop.execute("select customer_id, name from customers order by customer_id limit 40").fetchall()


def story(port, people):
    front = Visitor(port).ask("GET", "/")[2]
    check('href="/login"' in front, "the front page has the way")
    opened = 0
    for account, name in people:
        Provider.subject, Provider.lie = account, None
        browser = Visitor(port)
        status, _, text = browser.ask("GET", browser.away())
        found = re.search(r'action="(/open/[0-9a-f]{64})"', text)
        if not found:
            check(status == 403, "an account that is nobody's for sure opens nothing")
            continue
        check(browser.ask("POST", found[1])[1] == "/me", "the page opens by a button")
        text = browser.ask("GET", "/me")[2]
        check(account in text and "Ask to see everything" not in text, "all of it, of whoever signed in")
        opened += 1
        if opened == 3:
            break
    check(opened == 3, "the accounts of the shop open their pages")
    Provider.subject, Provider.lie = "nobody", None
    browser = Visitor(port)
    check(browser.ask("GET", browser.away())[0] == 403, "an account that is unknown opens nothing")
    Provider.subject = people[0][0]
    for lie in ("issuer",):
        Provider.lie = lie
        check(Browser(port).ask("GET", "/login")[0] == 502, f"a provider with another {lie} is not believed")
    for lie in ("audience", "nonce", "past", "stale", "no time", "signature", "unsigned"):
        Provider.lie = lie
        browser = Visitor(port)
        status, _, text = browser.ask("GET", browser.away())
        check(status == 502 and "/open/" not in text, f"what it says is not believed ({lie})")
    Provider.lie = None
    browser, other = Visitor(port), Visitor(port)
    back = browser.away()
    check(other.ask("GET", back)[0] == 403, "another browser cannot come back with it")
    check(browser.ask("GET", back.replace("state=", "state=x"))[0] == 403, "nor this one with another state")
    check(browser.ask("GET", back)[0] == 403, "and then it is used up")
    browser = Visitor(port)
    back = browser.away()
    check(browser.ask("GET", back)[0] == 200 and browser.ask("GET", back)[0] == 403, "it works once")


def colleagues(port, account):
    """The company's login lets in whoever has a name here, and nobody else."""
    door = "/staff/login"
    check(f'href="{door}"' in Visitor(port).ask("GET", "/staff")[2], "the way in for colleagues has it")
    Provider.subject, Provider.lie = "at-work-7", None
    browser = Visitor(port)
    status, _, text = browser.ask("GET", browser.away(door))
    check(status == 200 and f"Here you are {COLLEAGUE}" in text, "a colleague comes in by it")
    check(f"Sign out {COLLEAGUE}" in browser.ask("GET", "/staff/passkeys")[2], "and works under their name")
    for called, why in ((account, "a client's account"), ("at-work-8", "a name that nobody has here"),
                        (COLLEAGUE, "a name in place of a number")):
        Provider.subject = called
        browser = Visitor(port)
        status, _, text = browser.ask("GET", browser.away(door))
        check(status == 403 and "no name here" in text, f"{why} opens nothing")
        check("Sign out" not in browser.ask("GET", "/staff/passkeys")[2], "and begins no session")
    Provider.subject = "at-work-7"
    browser = Visitor(port)
    back = browser.away()
    check(browser.ask("GET", back.replace("/login/back", "/staff/login/back"))[0] == 403,
          "whoever left by the clients' door does not come back by the colleagues'")
    Provider.lie = "signature"
    browser = Visitor(port)
    check(browser.ask("GET", browser.away(door))[0] == 502, "what it says is not believed here either")
    Provider.lie = None


if __name__ == "__main__":
    main()
