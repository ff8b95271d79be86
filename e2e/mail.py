#!/usr/bin/env python3
"""Messages as a real mail server takes them: aiosmtpd, with STARTTLS under an authority made here, and a login.

Usage: mail.py PATH_TO_THEIRS
"""

import contextlib
import email
import email.policy
import json
import logging
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from browsing import Browser, check, serving, waited

ADDRESS = "ada@mail.example"
LOGIN = (b"shop", b"correct horse battery staple")


class Post:
    """Puts each recipient off once, and then takes messages."""

    def __init__(self):
        self.heard, self.taken = [], []

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.heard.append(address)
        if self.heard.count(address) == 1:
            return f"451 4.7.1 {address} is put off"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        check(session.ssl is not None and session.authenticated, "it came in secret, from somebody who is known")
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 Taken"


@contextlib.contextmanager
def listening(authority, post):
    """A mail server that speaks to nobody in the clear, and to nobody it does not know."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    known = lambda server, session, envelope, mechanism, data: AuthResult(
        success=(data.login, data.password) == LOGIN, handled=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port, tls_context=context,
                            require_starttls=True, authenticator=known, auth_required=True)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextlib.contextmanager
def discreet(theirs, folder):
    """The portal, which names no address in what it says meanwhile."""
    with serving(theirs, folder) as port:
        yield port
    check(ADDRESS not in (folder / "said.txt").read_text(), "nothing that was said names the address")


def settle(theirs, folder):
    """A shop with one client."""
    run = lambda *words: subprocess.run([theirs, "-C", folder, *words], check=True, capture_output=True, text=True)
    run("init")
    (folder / "customers.csv").write_text(
        f"customer_id,first_name,last_name,email,city,newsletter\nC1,Ada,Bold,{ADDRESS},Saltmouth,yes\n")
    for words in (["charter", "apply"], ["load"], ["resolve"]):
        run(*words)


def settings(folder, port, authority):
    authority.cert_pem.write_to_path(folder / "authority.pem")
    (folder / "password").write_bytes(LOGIN[1] + b"\n")
    (folder / "password").chmod(0o600)
    (folder / "theirs.yaml").write_text(
        f"mail:\n  smtp: localhost:{port}\n  security: starttls\n  user: {LOGIN[0].decode()}\n"
        "  password_file: password\n  ca_file: authority.pem\n")


def status(theirs, folder):
    said = subprocess.run([theirs, "-C", folder, "--json", "status"], check=True, capture_output=True, text=True)
    if ADDRESS in said.stdout:
        raise AssertionError("the status names an address")
    return json.loads(said.stdout)["mail"]


def delivered(theirs, folder, post):
    with discreet(theirs, folder) as port:
        browser = Browser(port)
        known, _, _ = browser.ask("POST", "/ask", address=ADDRESS)
        check(known == 200, "the page answers")
        check(waited(lambda: post.taken), "the message arrives, though it was put off at first")
        check(waited(lambda: not list(folder.glob("outbox/mail/*.eml"))), "and has left the outbox")
        time.sleep(2)
        check(len(post.taken) == 1, "it arrived once")
        sender, recipients, content = post.taken[0]
        check(recipients == [ADDRESS] and sender.endswith("@your-organisation.example"), "from us, to the address alone")
        message = email.message_from_bytes(content, policy=email.policy.default)
        check(message["To"] == ADDRESS and message["Auto-Submitted"] == "auto-generated", "and says so in its head")
        check(message["Message-ID"].startswith(f"<{message['X-Theirs-Use']}@"), "it is named by its use")
        link = re.search(r"http://localhost:\d+(/open/[0-9a-f]{64})", message.get_content()).group(1)
        check(browser.ask("POST", link)[0] == 303, "its link opens the page")
        check("Ada" in browser.ask("GET", "/me")[2], "which is theirs")
        mail = status(theirs, folder)
        check((mail["waiting"], mail["refused"], mail["failure"]) == (0, 0, None), "nothing waits")


def held(theirs, folder, why, waiting):
    with discreet(theirs, folder) as port:
        Browser(port).ask("POST", "/ask", address=ADDRESS)
        mail = waited(lambda: (found := status(theirs, folder))["failing_since"] and found["waiting"] == waiting and found)
        check(why in mail["failure"], f"it waits, as {mail['failure']}")


def main():
    # What it thinks of a client that hangs up.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    theirs = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as root:
        folder = pathlib.Path(root)
        settle(theirs, folder)
        authority, post = trustme.CA(), Post()
        with listening(authority, post) as port:
            settings(folder, port, authority)
            delivered(theirs, folder, post)
            settings(folder, port, trustme.CA())
            held(theirs, folder, "certificate is not trusted", 1)
            settings(folder, port, authority)
            (folder / "password").write_text("guess\n")
            held(theirs, folder, "does not let us in (535)", 2)
            (folder / "password").chmod(0o644)
            said = subprocess.run([theirs, "-C", folder, "serve", "--port", "0"], capture_output=True, text=True)
            check(said.returncode == 1 and "chmod 600" in said.stderr, "a password that others may read is not used")
            check(len(post.taken) == 1, "nothing more was sent")
    print("messages go out by a real mail server, in secret")


if __name__ == "__main__":
    main()
