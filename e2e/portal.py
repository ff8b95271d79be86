#!/usr/bin/env python3
"""The portal as a person meets it: in Chromium, with JavaScript off and on, from the one-time link to a correction.
Every page is held against WCAG 2.2 AA by axe, by day and in the dark, at 320 pixels and on a desk, against its size,
and against what a reader of 14 can read.

Usage: portal.py PATH_TO_THEIRS [FOLDER_FOR_SCREENSHOTS]
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import axe_core_python
import jsonschema
import textstat
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
    labels = page.locator("form input:not([type=hidden]), form select, form textarea").count()
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
        asking.get_by_label("Your e-mail address, as you gave it to us").fill(to)
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


def delete(page):
    """One value goes, for good."""
    card = page.locator("article.card", has=page.get_by_role("heading", name="Phone", exact=True))
    number = card.locator(".value").inner_text()
    card.get_by_role("button", name="Delete this: Phone").click()
    check("We cannot bring it back" in page.content(), "before a value goes they read what will happen")
    page.get_by_role("button", name="Yes, delete it").click()
    check("You had this deleted on" in card.inner_text() and number not in page.content(), "a deleted value is gone")
    check("You had your phone deleted." in page.content(), "and that stands in the history")


def agree(page, host):
    """A yes is taken back, and a receipt of that kept."""
    page.get_by_role("button", name="Take back my yes to: newsletter").first.click()
    receipt = page.request.get(host + "/me/consent.json").json()
    schema = json.loads((pathlib.Path(__file__).parent.parent / "docs/consent.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(receipt, schema, format_checker=jsonschema.FormatChecker())
    (record,) = receipt["consent_records"]
    check(record["event"][-1]["event_state"] == "dpv:ConsentWithdrawn", "a yes that is taken back is a record by the standard")
    text = page.request.get(host + "/me/consent.html").text()
    check("you took your yes back" in text and record["record"]["record_id"] in text, "and a page to keep")
    page.goto(host + "/me")


def wish(page):
    """They ask something that a person has to answer."""
    page.get_by_label("I ask").select_option("complaint")
    page.get_by_label("In your words").fill("Nobody answered my letter.")
    page.get_by_role("button", name="Send").click()
    asked = page.locator("#ask li")
    check("Nobody answered my letter." in asked.inner_text(), "what they ask is taken down")
    check("We answer by" in asked.inner_text(), "and says by when it is answered")


def take_home(page, host):
    """All of it goes home, in three forms, and can be browsed."""
    for name in ("html", "json", "csv"):
        answer = page.request.get(f"{host}/me/copy.{name}")
        check(answer.ok and "Maud" in answer.text(), f"a copy of everything is taken home as {name}")
    page.goto(host + "/me")
    check("You took a copy of all your data." in page.content(), "and that stands in the history")
    page.get_by_role("link", name="All of it, line by line").click()
    page.get_by_role("link", name="yours", exact=True).click()
    check("You took a copy" in page.content(), "the history can be narrowed")
    check("Our marketing team" not in page.locator("ol.history").inner_text(), "to one sort of use")
    page.goto(host + "/me")
    for summary in page.locator("#did summary").all():
        summary.click()
    page.locator("#did").get_by_role("link", name=re.compile("^All ")).first.click()
    check(page.locator("tbody tr").count() > 10, "what is too long for the page opens on one of its own")
    page.goto(host + "/me")


AXE = (pathlib.Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def for_everyone(browser, page, host):
    """Each page for whoever cannot see it well, has a small screen, prefers the dark, or reads little."""
    cookies = page.context.cookies()
    pages = ["/", "/me", "/me/history", "/me/did/orders", "/nowhere", "/me/copy.html"]
    worst, sizes = [], {}
    for scheme in ("light", "dark"):
        for width in (320, 1200):
            # Scripts run here, for axe alone.
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
            context.add_cookies(cookies)
            read = context.new_page()
            for path in pages:
                if path == "/me/copy.html":
                    read.set_content(context.request.get(host + path).text())
                else:
                    answer = read.goto(host + path)
                    sizes[path] = len(answer.body())
                wide = read.evaluate("document.documentElement.scrollWidth")
                check(wide <= width, f"{path} fits a screen of {width} pixels ({scheme})")
                read.evaluate(AXE)
                for details in ("closed", "open"):
                    found = read.evaluate(
                        "tags => axe.run(document, {runOnly: tags}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))",
                        WCAG,
                    )
                    worst += [f"{path} ({scheme}, {width}, {details}): {one}" for one in found]
                    read.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            context.close()
    check(not worst, "axe finds nothing wrong" + "".join("\n     " + one for one in worst[:10]))
    check(all(size < 100_000 for size in sizes.values()), f"every page is under 100 kB (the largest has {max(sizes.values()) // 1000})")
    read = browser.new_context(java_script_enabled=False)
    read.add_cookies(cookies)
    read = read.new_page()
    for path in ("/", "/me", "/me/copy.html"):
        if path == "/me/copy.html":
            read.set_content(page.request.get(host + path).text())
        else:
            read.goto(host + path)
        # Sentences alone: names, values and labels would make it look easier than it is.
        texts = [" ".join(text.split()) for text in read.locator("main").locator("p, li").all_inner_texts()]
        text = " ".join(text for text in texts if len(text.split()) > 5 and text[-1] in ".?!")
        grade = textstat.flesch_kincaid_grade(text)
        check(grade <= 8, f"{path} reads at grade {grade:.1f}, at most 8")
    read.goto(host + "/me")
    read.keyboard.press("Tab")
    check(read.evaluate("document.activeElement.textContent") == "Skip to the page", "the first key leads past the head")


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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        for scripts in (False, True):
            print(f"-- JavaScript {'on' if scripts else 'off'}")
            with tempfile.TemporaryDirectory() as folder:
                story(browser, theirs, folder, scripts, shots)
        browser.close()
    print("the portal works in a browser, without JavaScript and with it")


def story(browser, theirs, folder, scripts, shots):
    server, link = begin(theirs, folder)
    host = re.match(r"http://localhost:\d+", link).group()
    try:
        context = browser.new_context(viewport={"width": 1200, "height": 1000}, java_script_enabled=scripts)
        page = context.new_page()
        visit(page, link, shots)
        if not scripts:
            ask(browser, page, host, folder)
        take_home(page, host)
        put_right(page)
        hold(page)
        delete(page)
        agree(page, host)
        wish(page)
        if not scripts:
            for_everyone(browser, page, host)
        send_away(page)
        again = browser.new_context(java_script_enabled=scripts).new_page()
        check(again.goto(link).status == 403, "the link works once")
        context.close()
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
