#!/usr/bin/env python3
"""The portal as a person meets it: in Chromium, with JavaScript off, from the one-time link to a correction.

Usage: portal.py PATH_TO_THEIRS [FOLDER_FOR_SCREENSHOTS]
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from playwright.sync_api import sync_playwright


def browser_path():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    sys.exit("e2e: no Chromium found")


def check(held, what):
    if not held:
        raise AssertionError(what)
    print(f"ok   {what}")


def begin(theirs, folder):
    """Starts the demonstration and waits for the link that it prints."""
    server = subprocess.Popen(
        [theirs, "-C", folder, "demo", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    for line in server.stdout:
        if found := re.search(r"http://localhost:\d+/open/[0-9a-f]{64}", line):
            return server, found.group()
    sys.exit("e2e: the demonstration printed no link")


def visit(page, link, shots):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    check("Open my page" in page.content(), "the link shows a button, and opens nothing by itself")
    page.get_by_role("button", name="Open my page").click()
    check(page.get_by_role("heading", name="Your data", exact=True).is_visible(), "the button opens the page")
    check(page.url.endswith("/me"), "the address says nothing about the person")
    check("1961-12-03" in page.content(), "the corrected birth date is shown")
    check("We do not use this." in page.content(), "outside data is marked as not used")
    check("Royal Letters" in page.content(), "who was given the data is named")
    cookies = page.context.cookies()
    check([c["name"] for c in cookies] == ["__Host-theirs"] and cookies[0]["httpOnly"] and cookies[0]["secure"],
          "one cookie, bound to the host, out of reach of scripts")
    if shots:
        page.screenshot(path=str(shots / "portal.png"))
    host = re.match(r"http://localhost:\d+", link).group()
    check(all(url.startswith(host) for url in asked), "nothing was loaded from anybody else")
    labels = page.locator("form input[name=value], form input[name=why]").count()
    check(labels == page.locator("form label").count() and labels > 5, "every field has a label")


def put_right(page):
    card = page.locator("article", has=page.get_by_role("heading", name="City"))
    card.locator("summary").click()
    card.get_by_label("The right value").fill("Oldhaven")
    card.get_by_role("button", name="Put it right").click()
    check("Oldhaven" in page.locator("article", has=page.get_by_role("heading", name="City")).inner_text(),
          "a correction is seen at once")
    page.get_by_role("button", name="Stop all marketing with my data").click()
    check("you objected" in page.content(), "saying no takes effect at once")


def hold(page):
    """What may be wrong is not used, and everything rests for as long as the person wants."""
    page.get_by_role("button", name="Put everything on hold").click()
    check("you put it on hold" in page.content(), "a hold takes effect at once")
    page.get_by_role("button", name="End the hold on my data").click()
    check("you put it on hold" not in page.content(), "and ends when the person says so")
    card = page.locator("article", has=page.get_by_role("heading", name="City"))
    card.locator("summary").click()
    card.get_by_label("Or what is wrong").fill("I am not sure")
    card.get_by_role("button", name="Do not use it until you have checked").click()
    card = page.locator("article", has=page.get_by_role("heading", name="City"))
    check("waits for a decision" in card.inner_text(), "a value that may be wrong is marked")
    check("Not used for anything." in card.inner_text(), "and is used for nothing")


def send_away(page):
    """One entry is somebody else's: it goes at once, and the others stay."""
    entries = page.locator("#from li")
    before = entries.count()
    entry = page.locator("#from li", has_text="Our newsletter")
    entry.locator("summary").click()
    entry.get_by_role("button", name="Take it away").click()
    check(page.locator("#from li").count() == before - 1, "an entry that is somebody else's goes at once")
    check(page.locator("#from li", has_text="Our newsletter").count() == 0, "and it is the right one")


def ask(browser, page, host, folder):
    """They come by their own e-mail address: the link works where they asked, and hides what is most private."""
    card = page.locator("article", has=page.get_by_text("Your email address", exact=True)).first
    address = re.search(r"[^\s@]+@[^\s@]+\.example", card.locator(".value").inner_text()).group()
    context = browser.new_context(java_script_enabled=False)
    asking = context.new_page()

    def send(to):
        asking.goto(host + "/")
        asking.get_by_label("Your e-mail address").fill(to)
        asking.get_by_role("button", name="Send me a link").click()
        return asking.content()

    check(send("nobody@mail.example") == send(address), "a known address is answered as an unknown one")
    mails = waited(lambda: list(pathlib.Path(folder).rglob("outbox/mail/*.eml")))
    check(len(mails) == 1, "one message is sent, to the address that is known")
    text = mails[0].read_text().replace("=\n", "")
    link = re.search(r"http://localhost:\d+/open/[0-9a-f]{64}", text).group()
    other = browser.new_context(java_script_enabled=False).new_page()
    other.goto(link)
    other.get_by_role("button", name="Open my page").click()
    check("Open this where you asked" in other.content(), "in another browser the link is of no use")
    asking.goto(link)
    asking.get_by_role("button", name="Open my page").click()
    check(asking.get_by_role("heading", name="Your data", exact=True).is_visible(), "where they asked it opens the page")
    check("1961-12-03" not in asking.content() and "•••" in asking.content(), "the most private values are hidden")
    check(asking.goto(host + "/me/receipt").status == 403, "and nothing can be taken home yet")
    context.close()


def waited(look):
    """What is looked for, once it is there."""
    for _ in range(200):
        if found := look():
            return found
        time.sleep(.05)
    return []


def main():
    theirs = str(pathlib.Path(sys.argv[1]).resolve())
    shots = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server, link = begin(theirs, folder)
        try:
            browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
            context = browser.new_context(
                viewport={"width": 1200, "height": 1000}, java_script_enabled=False
            )
            page = context.new_page()
            visit(page, link, shots)
            ask(browser, page, re.match(r"http://localhost:\d+", link).group(), folder)
            put_right(page)
            hold(page)
            send_away(page)
            again = browser.new_context(java_script_enabled=False).new_page()
            check(again.goto(link).status == 403, "the link works once")
            browser.close()
        finally:
            server.kill()
            server.wait()
    print("the portal works in a browser, without JavaScript")


if __name__ == "__main__":
    main()
