#!/usr/bin/env python3
"""The portal as a person meets it: in Chromium, in English and in French, with JavaScript off and on, from the
one-time link to the erasure. Every page is held against WCAG 2.2 AA by axe, by day and in the dark, at 320 pixels and
on a desk, against its size, against what a reader of 14 can read, and against the outline that a screen reader gives
(`outline/`; UPDATE=1 writes it anew).

Usage: portal.py PATH_TO_THEIRS [FOLDER_FOR_SCREENSHOTS]
"""

import difflib
import email
import email.policy
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import axe_core_python
import jsonschema
import textstat
from fluent.runtime import FluentBundle, FluentResource
from playwright.sync_api import sync_playwright

from browsing import check, waited


def browser_path():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    sys.exit("e2e: no Chromium found")


HERE = pathlib.Path(__file__).resolve().parent
WORDS = HERE.parent / "crates/theirs-words/words"


class Reader:
    """What the pages say in a language, by the name of the message, as they say it."""

    def __init__(self, code, scripts):
        self.code, self.scripts = code, scripts
        self.bundle = FluentBundle([code], use_isolating=False)
        for file in sorted((WORDS / code).glob("*.ftl")):
            self.bundle.add_resource(FluentResource(file.read_text()))

    def __call__(self, name, **values):
        message = self.bundle.get_message(name)
        text, errors = self.bundle.format_pattern(message.value, {k.replace("_", "-"): v for k, v in values.items()})
        if errors:
            sys.exit(f"e2e: {name} in {self.code}: {errors}")
        return text

    def label(self, name, **values):
        """The same as a pattern: spaces that do not break stand for spaces."""
        return re.compile("^" + r"\s".join(map(re.escape, self(name, **values).split())) + "$")

    def shows(self, page, name, **values):
        return plain(self(name, **values)) in plain(page.locator("body").inner_text())


def plain(text):
    return " ".join(text.split())


# What the sample and the vocabulary call things.
NAMES = {
    "en": {"city": "City", "email": "Your email address", "newsletter": "Our newsletter", "team": "Our marketing team",
           "born": "3 December 1961", "objected": "you objected", "held": "you put it on hold",
           "open": "waits for a decision", "topic": "Newsletter", "phone": "Phone", "postcode": "Postcode",
           "income": "Income band", "birth date": "Birth date", "took back": "you took your yes back"},
    "fr": {"city": "Ville", "email": "Votre adresse e-mail", "newsletter": "Notre lettre", "team": "notre équipe de vente",
           "born": "3 décembre 1961", "objected": "vous vous y êtes opposé", "held": "vous l'avez mis en pause",
           "open": "attend une décision", "topic": "Lettre", "phone": "Numéro de téléphone", "postcode": "Code postal",
           "income": "Tranche de revenu", "birth date": "Date de naissance",
           "took back": "vous avez repris votre oui"},
}


# What the languages call themselves.
OWN = {"en": "English", "fr": "Français"}
OTHER = {"en": "Français", "fr": "English"}


def begin(theirs, folder):
    """Starts the demonstration and waits for the link that it prints."""
    server = subprocess.Popen(
        [theirs, "-C", folder, "demo", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    for line in server.stdout:
        if found := re.search(r"http://localhost:\d+/open/[0-9a-f]{64}", line):
            return server, found.group()
    sys.exit("e2e: the demonstration printed no link")


def press(scope, w, name, **values):
    scope.get_by_role("button", name=w.label(name, **values)).first.click()


def fetched(page, w, url):
    """A file, asked for in the language of the reader."""
    return page.request.get(url, headers={"Accept-Language": w.code})


def card_of(page, w, column):
    return page.locator("article", has=page.get_by_role("heading", name=NAMES[w.code].get(column, column), exact=True))


def visit(page, w, link, shots):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    check(w.shows(page, "knock-lead"), "the link shows a button, and opens nothing by itself")
    outline(page, w, "knock")
    press(page, w, "open-my-page")
    check(page.get_by_role("heading", name=w.label("me")).is_visible(), "the button opens the page")
    check(page.url.endswith("/me"), "the address says nothing about the person")
    check(NAMES[w.code]["born"] in plain(page.content()), "the corrected birth date is shown")
    check(w.shows(page, "not-admitted"), "outside data is marked as not used")
    check("Royal Letters" in page.content(), "who was given the data is named")
    cookies = page.context.cookies()
    check([c["name"] for c in cookies] == ["__Host-theirs"] and cookies[0]["httpOnly"] and cookies[0]["secure"],
          "one cookie, bound to the host, out of reach of scripts")
    outline(page, w, "me")
    if shots:
        page.screenshot(path=str(shots / f"portal-{w.code}.png"), full_page=True)
    host = re.match(r"http://localhost:\d+", link).group()
    check(all(url.startswith(host) for url in asked), "nothing was loaded from anybody else")
    labels = page.locator("form input:not([type=hidden]), form select, form textarea").count()
    check(labels == page.locator("form label").count() and labels > 5, "every field has a label")
    areas = page.locator("#known section > h3").all_inner_texts()
    known = [w(f"area-{area}") for area in ("contact", "you", "home", "money", "bought", "visits", "likes", "guesses", "numbers")]
    check([plain(area) for area in areas] == [plain(area) for area in known], "what is known stands by area of life")


def opened(page, w, column, name):
    """The card of a value, with what its line of this name folds away."""
    card = card_of(page, w, column)
    card.locator("summary", has_text=w(name)).click()
    return card


def told(page, w, name, **values):
    """What was just done stands at the top, and leads to where it was done."""
    said = page.get_by_role("status")
    check(plain(w(name, **values)) in plain(said.inner_text()), "what was done is told at the top")
    said.get_by_role("link").click()


def put_right(page, w):
    card = opened(page, w, "city", "about")
    for name in ("about-from", "about-used", "about-given", "about-next", "about-kept"):
        check(w(name) in card.inner_text(), f"a value says: {w(name)}")
    card = opened(page, w, "phone", "wrong")
    card.get_by_label(w.label("right-value")).fill("abc")
    press(card, w, "put-right")
    card = card_of(page, w, "phone")
    field = card.get_by_label(w.label("right-value"))
    check(field.input_value() == "abc" and field.get_attribute("aria-invalid"), "what cannot be right is given back as it was typed")
    check(plain(card.locator(".error").inner_text()) in plain(page.get_by_role("alert").inner_text()), "with help beside it and at the top")
    outline(page, w, "slip")
    card = opened(page, w, "city", "wrong")
    card.get_by_label(w.label("right-value")).fill("Oldhaven")
    press(card, w, "put-right")
    told(page, w, "done-changed", what=NAMES[w.code]["city"])
    check("Oldhaven" in card_of(page, w, "city").inner_text(), "a correction is seen at once")
    card = opened(page, w, "birth date", "wrong")
    card.get_by_label(w.label("right-date")).fill({"en": "4 December 1961", "fr": "04/12/1961"}[w.code])
    press(card, w, "put-right")
    told(page, w, "done-changed", what=NAMES[w.code]["birth date"])
    check(NAMES[w.code]["born"].replace("3", "4", 1) in plain(card_of(page, w, "birth date").inner_text()), "a day is read as they write it")
    card = opened(page, w, "income", "wrong")
    card.get_by_label(w.label("right-value")).fill("9999")
    press(card, w, "propose")
    told(page, w, "done-proposed", what=NAMES[w.code]["income"])
    check("9999" in card_of(page, w, "income").inner_text(), "what is not theirs to set waits for a colleague")
    press(card_of(page, w, "postcode"), w, "stop-using-this-one", column=NAMES[w.code]["postcode"])
    told(page, w, "done-unused", what=NAMES[w.code]["postcode"])
    card = opened(page, w, "postcode", "about")
    check(w("used-for-nothing") in card.inner_text(), "a value that they stopped is used for nothing")
    press(card, w, "use-again-this-one", column=NAMES[w.code]["postcode"])
    card = opened(page, w, "postcode", "about")
    check(w("used-for-nothing") not in card.inner_text(), "until they allow it again")
    press(page, w, "stop-all")
    check(NAMES[w.code]["objected"] in plain(page.locator("#used").inner_text()), "saying no takes effect at once")


def agree(page, w, host):
    """A yes is given and taken back as easily."""
    used = page.locator("#used")
    back = w.label("take-back-yes", topic=NAMES[w.code]["topic"])
    given = w.label("say-yes", topic=NAMES[w.code]["topic"])
    if used.get_by_role("button", name=given).count():
        used.get_by_role("button", name=given).first.click()
    used.get_by_role("button", name=back).first.click()
    page.get_by_role("status").wait_for()
    check(used.get_by_role("button", name=given).count() == 1, "a yes is taken back")
    receipt = fetched(page, w, host + "/me/consent.json").json()
    schema = json.loads((HERE.parent / "docs/consent.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(receipt, schema, format_checker=jsonschema.FormatChecker())
    (record,) = [one for one in receipt["consent_records"] if one["record"]["said"] == "you"]
    check(record["pii_processing"]["language"] == w.code, "in the language of the page")
    check(any(one["record"]["said"] == "newsletter" for one in receipt["consent_records"]), "what a source tells is one too")
    check(record["event"][-1]["event_state"] == "dpv:ConsentWithdrawn", "a yes that is taken back is a record by the standard")
    text = fetched(page, w, host + "/me/consent.html").text()
    check(NAMES[w.code]["took back"] in text and record["record"]["record_id"] in text, "and a page to keep")
    used.get_by_role("button", name=given).first.click()
    used.get_by_role("button", name=back).first.wait_for()
    check(used.get_by_role("button", name=back).count() == 1, "and given, with one click each")


def hold(page, w):
    """What may be wrong is not used, and everything rests for as long as the person wants."""
    held = NAMES[w.code]["held"]
    press(page, w, "hold-all")
    check(held in plain(page.locator("#used").inner_text()), "a hold takes effect at once")
    press(page, w, "end-all-hold")
    check(held not in plain(page.locator("#used").inner_text()), "and ends when the person says so")
    card = opened(page, w, "city", "wrong")
    card.get_by_label(w.label("what-is-wrong")).fill("I am not sure")
    press(card, w, "do-not-use")
    card = opened(page, w, "city", "about")
    check(NAMES[w.code]["open"] in plain(card.inner_text()), "a value that may be wrong is marked")
    check(plain(w("used-for-nothing")) in plain(card.inner_text()), "and is used for nothing")


def delete(page, w):
    """One value goes, for good."""
    card = card_of(page, w, "phone")
    number = card.locator(".value").inner_text()
    press(card, w, "delete-this-one", column=NAMES[w.code]["phone"])
    check(w.shows(page, "delete-lead"), "before a value goes they read what will happen")
    outline(page, w, "delete")
    press(page, w, "delete-yes")
    told = plain(w("deleted", day="|")).split("|")[0]
    check(told in plain(card.inner_text()) and number not in page.content(), "a deleted value is gone")
    done = plain(w("deed-deletion-own", columns="|")).split("|")[0]
    check(done in plain(page.locator("#history").inner_text()), "and that stands in the history")


def send_away(page, w):
    """One entry is somebody else's: it goes at once, and the others stay."""
    entries = page.locator("#from li")
    before = entries.count()
    name = re.compile("^" + NAMES[w.code]["newsletter"])
    entry = page.locator("#from li", has=page.locator("strong", has_text=name))
    entry.locator("summary").click()
    press(entry, w, "not-me-do")
    check(page.locator("#from li").count() == before - 1, "an entry that is somebody else's goes at once")
    check(page.locator("#from li", has=page.locator("strong", has_text=name)).count() == 0, "and it is the right one")


def new_context(browser, w, **options):
    return browser.new_context(locale={"en": "en-GB", "fr": "fr-FR"}[w.code], **options)


def ask(browser, page, w, host, folder):
    """They come by their own e-mail address: the link works where they asked, and hides what is most private."""
    card = page.locator("article", has=page.get_by_text(NAMES[w.code]["email"], exact=True)).first
    address = re.search(r"[^\s@]+@[^\s@]+\.example", card.locator(".value").inner_text()).group()
    context = new_context(browser, w, java_script_enabled=False)
    asking = context.new_page()

    def send(to):
        asking.goto(host + "/")
        asking.get_by_label(w.label("address")).fill(to)
        press(asking, w, "send-link")
        return asking.content()

    asking.goto(host + "/")
    outline(asking, w, "welcome")
    check(send("nobody@mail.example") == send(address), "a known address is answered as an unknown one")
    outline(asking, w, "asked")
    asking.get_by_role("button", name=OTHER[w.code]).click()
    check(asking.url.endswith("/ask") and asking.locator("#code").is_visible(), "the other language stays where the code is typed")
    asking.get_by_role("button", name=OWN[w.code]).click()
    check(w.shows(asking, "asked-lead"), "and so does the way back")
    mails = waited(lambda: list(pathlib.Path(folder).rglob("outbox/mail/*.eml"))) or []
    check(len(mails) == 1, "one message is sent, to the address that is known")
    message = email.message_from_bytes(mails[0].read_bytes(), policy=email.policy.default)
    check(plain(message["Subject"]) == plain(w("mail-link")), "in the language in which they asked")
    text = message.get_content()
    link = re.search(r"http://localhost:\d+/open/[0-9a-f]{64}", text).group()
    other = new_context(browser, w, java_script_enabled=False).new_page()
    other.goto(link)
    press(other, w, "open-my-page")
    check(w.shows(other, "other-browser"), "in another browser the link is of no use")
    asking.goto(link)
    press(asking, w, "open-my-page")
    check(asking.get_by_role("heading", name=w.label("me")).is_visible(), "where they asked it opens the page")
    check("1961" not in card_less(asking) and "•••" in asking.content(), "the most private values are hidden")
    check(asking.goto(host + "/me/receipt").status == 403, "and nothing can be taken home yet")
    by_post(asking, w, host, folder)
    asking.goto(host + "/")
    asking.get_by_label(w.label("your-address")).fill("nobody@mail.example")
    press(asking, w, "no-marketing-send")
    check(w.shows(asking, "stopping-text"), "a no to marketing needs no proof")
    context.close()


def by_post(page, w, host, folder):
    """Whoever would rather not wait a day gets a code by post."""
    page.goto(host + "/me")
    press(page, w, "me-letter-ask")
    check(w.shows(page, "letter-sent-text"), "a letter is on its way")
    letters = list(pathlib.Path(folder).rglob("outbox/letters/*.html"))
    check(len(letters) == 1 and letters[0].stat().st_mode & 0o77 == 0, "it lies there to be printed, for us alone")
    text = letters[0].read_text()
    digits = re.search(r'class="code">(\d{5}) (\d{5})<', text)
    page.goto(host + "/me")
    page.get_by_label(w.label("me-letter-code")).fill("00000 00000")
    press(page, w, "me-letter-use")
    check(w.shows(page, "letter-wrong"), "another code is of no use")
    page.get_by_label(w.label("me-letter-code")).fill(" ".join(digits.groups()))
    press(page, w, "me-letter-use")
    check(page.get_by_role("button", name=w.label("erase-do")).is_visible(), "the code shows everything")
    page.set_content(text)
    check(not ENGLISH.search(page.locator("body").inner_text()) or w.code == "en", "the letter is in their language")


def card_less(page):
    return page.locator("#known").inner_text()


def wish(page, w):
    """They ask something that a person has to answer."""
    page.get_by_label(w.label("i-ask")).select_option("complaint")
    page.get_by_label(w.label("in-your-words")).fill("Nobody answered my letter.")
    press(page, w, "send")
    asked = page.locator("#ask li")
    check("Nobody answered my letter." in asked.inner_text(), "what they ask is taken down")
    due = plain(w("request-due", day="|")).split("|")[0]
    check(due in plain(asked.inner_text()), "and says by when it is answered")


def take_home(page, w, host):
    """All of it goes home, in three forms, and can be browsed."""
    for name in ("html", "json", "csv"):
        answer = fetched(page, w, f"{host}/me/copy.{name}")
        check(answer.ok and "Maud" in answer.text(), f"a copy of everything is taken home as {name}")
    page.goto(host + "/me")
    check(w.shows(page, "deed-report-own"), "and that stands in the history")
    page.locator("#history").get_by_role("link").last.click()
    outline(page, w, "history")
    page.get_by_role("link", name=w.label("sort-yours"), exact=True).click()
    history = plain(page.locator("ol.history").inner_text())
    check(plain(w("deed-report-own")) in history, "the history can be narrowed")
    check(NAMES[w.code]["team"] not in history, "to one sort of use")
    page.goto(host + "/me")
    for summary in page.locator(".did > summary").all():
        summary.click()
    page.locator(".did a[href^='/me/did/']").first.click()
    check(page.locator("tbody tr").count() > 10, "what is too long for the page opens on one of its own")
    page.goto(host + "/me")


def other_language(page, w, host):
    """The other language is one click away, on the same page, and stays."""
    page.goto(host + "/me/history")
    page.get_by_role("button", name=OTHER[w.code]).click()
    check(page.url.endswith("/me/history"), "the other language comes on the same page")
    there = page.evaluate("document.documentElement.lang") if w.scripts else re.search('lang="(..)"', page.content())[1]
    check(there != w.code, "and it is the other one")
    page.goto(host + "/me")
    page.get_by_role("button", name=OWN[w.code]).click()
    check(page.get_by_role("heading", name=w.label("me")).is_visible(), "as is the way back")


def device(page):
    """A device that keeps passkeys and is always agreed to."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True}})


def passkey(browser, page, w, host):
    """A device of theirs opens the page from then on, and no longer once they say so."""
    device(page)
    page.locator("#take a[href='/me/passkeys']").click()
    press(page, w, "passkey-make")
    page.wait_for_selector("ul.purposes li")
    check(page.locator("ul.purposes li").count() == 1, "a passkey is made on the page")
    outline(page, w, "passkeys")
    page.goto(host + "/me")
    press(page, w, "me-leave")
    check(page.goto(host + "/me").status == 403, "the visit is over")
    page.goto(host + "/")
    page.get_by_role("link", name=w.label("passkey-way")).click()
    outline(page, w, "passkey")
    press(page, w, "passkey-use")
    page.wait_for_url(host + "/me")
    check(page.get_by_role("button", name=w.label("erase-do")).is_visible(), "the passkey opens all of the page")
    page.goto(host + "/me/passkeys")
    press(page, w, "passkey-remove")
    check(w.shows(page, "passkeys-none"), "it is removed with one click")
    page.goto(host + "/passkey")
    press(page, w, "passkey-use")
    page.wait_for_selector(".notice[role=alert]:visible")
    check(w.shows(page, "passkey-unknown"), "and opens nothing any more")
    page.goto(host + "/me")


def colleague(browser, w, host, folder):
    """A colleague's device lets them in to work, nowhere else, and no longer once they say so."""
    context = new_context(browser, w)
    page = context.new_page()
    device(page)
    signed_in(page, host, folder)
    page.get_by_role("link", name="Your passkeys").click()
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_selector("ul.purposes li")
    check(page.locator("ul.purposes li").count() == 1, "a colleague makes a passkey")
    page.get_by_role("button", name="Sign out noor").click()
    page.goto(host + "/passkey")
    press(page, w, "passkey-use")
    page.wait_for_selector(".notice[role=alert]:visible")
    check(w.shows(page, "passkey-unknown"), "it opens no client's page")
    page.goto(host + "/staff")
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(host + "/staff")
    check(page.get_by_role("button", name="Sign out noor").is_visible(), "it lets them in without the token")
    page.goto(host + "/staff/passkeys")
    page.get_by_role("button", name="Remove this passkey").click()
    check("You have none yet" in page.locator("main").inner_text(), "it is removed with one click")
    page.goto(host + "/staff/passkey")
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_selector(".notice[role=alert]:visible")
    check("opens nothing here" in page.locator("main").inner_text(), "and lets nobody in any more")
    context.close()


def erase(page, w):
    """Everything goes, after one more question."""
    press(page, w, "erase-do")
    check(w.shows(page, "erase-text"), "before all is erased it is asked once more")
    outline(page, w, "erase")
    press(page, w, "erase-yes")
    check(w.shows(page, "erased-lead"), "then it is done, and said what was done")
    check(w.shows(page, "erased-return"), "and what is kept")
    receipt = page.request.get(page.locator("main a").evaluate("a => a.href")) if w.scripts else None
    check(receipt is None or receipt.ok and receipt.json()["format"], "with the last receipt, to keep")
    outline(page, w, "erased")


def outline(page, w, name):
    """What a screen reader is led by: landmarks, headings, and what can be pressed or filled in."""
    kinds = ("banner", "main", "contentinfo", "navigation", "region", "heading", "button", "textbox", "combobox", "option", "link", "alert", "status")
    lines = page.locator("body").aria_snapshot().splitlines()
    lines = [line for line in lines if line.strip().removeprefix("- ").split(" ")[0].rstrip(":") in kinds]
    seen = plain_lines("\n".join(lines))
    file = HERE / "outline" / w.code / f"{name}.yaml"
    if os.environ.get("UPDATE"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(seen)
    known = file.read_text() if file.exists() else ""
    changed = "\n".join(difflib.unified_diff(known.splitlines(), seen.splitlines(), lineterm="", n=1))
    check(seen == known, f"the outline of {name} is as it was{changed}")


def plain_lines(text):
    text = re.sub("[\u00a0\u202f]", " ", text)
    # Ids, counts and days differ from run to run.
    text = re.sub(r"u-[0-9a-f]{32}|p-[0-9a-f]{12}", "#", text)
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    months += "|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    text = re.sub(rf"\b(\d+|1er) ({months}) \d{{4}}", "DAY", text)
    return re.sub(r"\d+", "#", text) + "\n"


AXE = (pathlib.Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Words that stand in every English text, and in no French one.
ENGLISH = re.compile(r"\b(the|your|you|and|with|was|were|have|from|which|this|that|because)\b", re.IGNORECASE)


def faults(page):
    """What axe finds wrong with a page, with its details closed and open."""
    page.evaluate(AXE)
    found = []
    for details in ("closed", "open"):
        wrong = page.evaluate(
            "tags => axe.run(document, {runOnly: tags}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))",
            WCAG,
        )
        found += [f"{details}: {one}" for one in wrong]
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    return found


def one_more_question(page, w, host):
    """Leads to the page that asks before a value is deleted."""
    page.goto(host + "/me")
    press(card_of(page, w, "city"), w, "delete-this-one", column=NAMES[w.code]["city"])
    check(w.shows(page, "delete-lead"), "it is asked once more")


def signed_in(page, host, folder):
    """Lets a colleague in by name and token."""
    (token,) = pathlib.Path(folder).rglob("tokens/noor")
    page.goto(host + "/staff")
    page.locator("#name").fill("noor")
    page.locator("#token").fill(token.read_text().strip())
    page.locator("main button").click()


def at_work(page, host, folder):
    """Leads a colleague to the list of what is not sure enough."""
    signed_in(page, host, folder)
    page.goto(host + "/staff/review")
    check(page.locator("tbody tr").count() > 0, "something waits to be looked at")


def matter(page):
    """Leads from that list to the first matter of an entry in doubt."""
    page.locator("tbody tr", has_text="withheld").first.get_by_role("link").click()
    check("(in doubt)" in page.locator("thead").inner_text(), "the entry in doubt is marked")


def record(page, host):
    """Leads a colleague to the record of somebody in that list."""
    page.goto(host + "/staff/review")
    somebody = re.search(r"p-[0-9a-f]{12}", page.locator("tbody").first.inner_text()).group()
    page.goto(host + "/staff/people/" + somebody)
    check(page.locator("tbody tr").count() > 0, "a record is opened by its number")


def for_everyone(browser, page, w, host, folder):
    """Each page for whoever cannot see it well, has a small screen, prefers the dark, or reads little."""
    cookies = page.context.cookies()
    pages = ["/", "/notice", "/trust", "/me", "/me/history", "/me/did/orders", "/nowhere", "/me/copy.html"]
    worst, sizes = [], {}
    for scheme in ("light", "dark"):
        for width in (320, 1200):
            # Scripts run here, for axe alone.
            context = new_context(browser, w, viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
            context.add_cookies(cookies)
            read = context.new_page()
            for path in pages:
                if path == "/me/copy.html":
                    read.set_content(fetched(context, w, host + path).text())
                else:
                    answer = read.goto(host + path)
                    sizes[path] = len(answer.body())
                fits(read, path, width, scheme)
                worst += [f"{path} ({scheme}, {width}) {one}" for one in faults(read)]
            # Pages that are reached by a form alone, or by colleagues.
            ways = {"/me/delete": lambda: one_more_question(read, w, host),
                    "/staff/review": lambda: at_work(read, host, folder), "/staff/review/N": lambda: matter(read),
                    "/staff/people/ID": lambda: record(read, host),
                    "/staff/passkeys": lambda: read.goto(host + "/staff/passkeys"),
                    "/staff/passkey": lambda: read.goto(host + "/staff/passkey")}
            for path, lead in ways.items():
                lead()
                fits(read, path, width, scheme)
                worst += [f"{path} ({scheme}, {width}) {one}" for one in faults(read)]
            context.close()
    check(not worst, "axe finds nothing wrong" + "".join("\n     " + one for one in worst[:10]))
    check(all(size < 100_000 for size in sizes.values()), f"every page is under 100 kB (the largest has {max(sizes.values()) // 1000})")
    context = new_context(browser, w, java_script_enabled=False)
    context.add_cookies(cookies)
    read = context.new_page()
    for path in ("/", "/notice", "/trust", "/me", "/me/copy.html"):
        if path == "/me/copy.html":
            read.set_content(fetched(context, w, host + path).text())
        else:
            read.goto(host + path)
        # Sentences alone: names, values and labels would make it look easier than it is.
        texts = [plain(text) for text in read.locator("main").locator("p, li").all_inner_texts()]
        text = " ".join(text for text in texts if len(text.split()) > 5 and text[-1] in ".?!")
        readable(w, path, text)
        if w.code == "fr":
            # Pages, titles and letters of the sample are in English.
            left = read.locator("main, header, footer").locator("p, li, h1, h2, h3, summary, button, label, th, dt, a, option")
            left = [plain(text) for text in left.all_inner_texts()]
            found = [text for text in left if ENGLISH.search(text)]
            check(not found, f"{path} has no English in it" + "".join("\n     " + one for one in found[:20]))
    read.goto(host + "/me")
    read.keyboard.press("Tab")
    check(plain(read.evaluate("document.activeElement.textContent")) == plain(w("skip")), "the first key leads past the head")
    context.close()


def fits(page, path, width, scheme):
    wide = page.evaluate("document.documentElement.scrollWidth")
    check(wide <= width, f"{path} fits a screen of {width} pixels ({scheme})")


def readable(w, path, text):
    """English by grade (Flesch and Kincaid), French by ease (Flesch, as Kandel and Moles fitted it): 60 is plain."""
    if w.code == "en":
        textstat.set_lang("en_US")
        grade = textstat.flesch_kincaid_grade(text)
        check(grade <= 8, f"{path} reads at grade {grade:.1f}, at most 8")
    else:
        textstat.set_lang("fr_FR")
        ease = textstat.flesch_reading_ease(text)
        check(ease >= 60, f"{path} reads in French with ease {ease:.0f}, at least 60")


def main():
    theirs = str(pathlib.Path(sys.argv[1]).resolve())
    shots = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        for code in ("en", "fr"):
            for scripts in (False, True):
                print(f"-- {code}, JavaScript {'on' if scripts else 'off'}")
                with tempfile.TemporaryDirectory() as folder:
                    story(browser, theirs, folder, Reader(code, scripts), shots)
        browser.close()
    print("the portal works in a browser, in English and in French, without JavaScript and with it")


def story(browser, theirs, folder, w, shots):
    server, link = begin(theirs, folder)
    host = re.match(r"http://localhost:\d+", link).group()
    try:
        context = new_context(browser, w, viewport={"width": 1200, "height": 1000}, java_script_enabled=w.scripts)
        page = context.new_page()
        visit(page, w, link, shots)
        if not w.scripts:
            ask(browser, page, w, host, folder)
        take_home(page, w, host)
        put_right(page, w)
        agree(page, w, host)
        hold(page, w)
        delete(page, w)
        wish(page, w)
        other_language(page, w, host)
        if w.scripts:
            passkey(browser, page, w, host)
            colleague(browser, w, host, folder)
        else:
            for_everyone(browser, page, w, host, folder)
        send_away(page, w)
        again = new_context(browser, w, java_script_enabled=w.scripts).new_page()
        check(again.goto(link).status == 403, "the link works once")
        erase(page, w)
        context.close()
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
