#!/usr/bin/env python3
"""Holds a finished privacy notice against the lines of law that it must carry, and against how plainly it reads.

Usage: check.py NOTICE.html NOTICE.json [--mutate]
       check.py NOTICE.html --plain LANGUAGE

It reads the page as a person would, knows from the JSON what must stand there, and says for each of the 57 lines
of law whether it is there, missing, or none of a notice. With --mutate it removes each paragraph, row and list item
once and expects to find that out. With --plain it only measures how the page reads.
"""

import json
import pathlib
import re
import sys

import textstat

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from law import Page, flat, judge, read, readable  # noqa: E402

# Lines that other documents carry, or that bind how the controller acts and not what it writes here.
ELSEWHERE = {
    "L19": "access report", "L20": "access report", "L21": "access report", "L23": "requests", "L24": "requests", "L28": "access report",
    "L29": "access report", "L35": "record of processing", "L39": "record of processing", "L40": "record of processing",
    "L41": "record of processing", "L42": "breaches", "L43": "breaches", "L44": "impact assessment", "L51": "requests",
    "L52": "risk assessment", "L53": "brokers",
}
# A right that a line asks to be told of, by the law that stands below it.
RIGHTS = {
    "L11": ["GDPR Art. 15", "GDPR Art. 16", "GDPR Art. 17", "GDPR Art. 18", "GDPR Art. 20", "GDPR Art. 21(1)"],
    "L12": ["GDPR Art. 7(3)"], "L13": ["GDPR Art. 13(2)(d), 77"], "L25": ["GDPR Art. 16"], "L26": ["GDPR Art. 17"],
    "L27": ["GDPR Art. 18"], "L30": ["GDPR Art. 21(1)"], "L31": ["GDPR Art. 21(2)"], "L34": ["GDPR Art. 22"],
    "L37": ["GDPR Art. 7(3)"], "L46": ["CCPA 1798.110"], "L47": ["CCPA 1798.105"], "L48": ["CCPA 1798.106"],
    "L49": ["CCPA 1798.120"], "L50": ["1798.121"], "L54": ["PIPEDA 4.3.8", "PIPEDA 4.9", "PIPEDA s. 8(3)"],
    "L55": ["Quebec s. 27", "Quebec s. 12.1", "Quebec s. 32"], "L56": ["CASL s. 11"], "L57": ["UK Data (Use and Access) Act 2025"],
    "L45": ["GDPR Art. 12(3)", "GDPR Art. 19"],
}
NEEDED = {"contract": "without them we cannot do", "legal obligation": "A law asks us to hold"}


def seen(columns):
    return [one["column"].replace("_", " ") + (f" ({one['how']})" if one["how"] else "") for one in columns]


def evidence(page, notice):
    """For each line of law whether the page carries it."""
    own, found = notice["controller"], {}

    def line(numbers, held):
        for number in numbers.split():
            found[number] = found.get(number, True) and bool(held)

    line("L01", page.has("Who answers for your data"))
    line("L01", page.has(own["name"], own["email"], own["address"] or "", own["country"] or ""))
    if own["representative"]:
        line("L01", page.has("Who stands for us") and page.has(own["representative"]))
    line("L02", page.has("Questions about your data"))
    line("L02", page.has(own["privacy_contact"], own["data_protection_officer"] or ""))
    if own["authority"]:
        line("L13", page.has("Whom you may complain to"))
        line("L13", (page.part("Who we are", "h2") or Page([])).has(own["authority"]["name"], own["authority"]["contact"]))
    line("L07", page.has(own["name"], "holds about its clients"))

    line("L06 L45", page.has("kinds of data that we may hold about our clients"))
    for kind in notice["kinds"]:
        row = page.has(kind["label"], *[origin["called"] for origin in kind["from"]], *[n.replace("_", " ") for n in kind["used_for"]])
        line("L06 L45 L46", row)
        for origin in kind["from"]:
            line("L10 L15 L46", page.has(origin["called"], origin["acquired"], origin["kept"]))
        if kind.get("special"):
            line("L38 L50", page.has(kind["label"], "the law protects this specially"))
    found.setdefault("L38", True)

    line("L36", page.has("for nothing else"))
    for purpose in notice["purposes"]:
        part = page.part(readable(purpose["name"])) or Page([])
        line("L03 L45 L46", part.has(purpose["says"]))
        line("L04 L36", part.has(f"We may do it {purpose['basis_in_words']}."))
        if purpose["interest"]:
            line("L05", part.has("Our reason, and whose it is", purpose["interest"]))
        columns = seen(purpose["columns"])
        for activity in purpose["activities"]:
            columns += [activity["called"], *seen(activity["columns"])]
        line("L06", part.has("looks at", *columns))
        if purpose["consent"]:
            line("L12 L37 L56", part.has("It needs your yes to", readable(purpose["consent"]), "take it back"))
        if purpose["may_object"] or purpose["is_marketing"]:
            line("L30 L31", part.has("You may say no to this at any time"))
        if purpose["minimum_age"]:
            line("L22", part.has("younger than", str(purpose["minimum_age"])))
        if purpose["picks"]:
            picks = purpose["picks"]
            # The page says the rule in words; what it counts stands in both.
            numbers = re.findall(r"\d+", picks["rule"])
            told = ["A rule picks people for this", *numbers, picks["reason"], picks["to"]]
            line("L16 L34 L55", part.has(*told, "a person to look at it"))
        line("L08", part.has("to nobody") if not purpose["recipients"] else part.has("It may give data to", *purpose["recipients"]))
        line("L14", part.has(NEEDED.get(purpose["basis"], "you miss this and nothing else")))
        line("L10 L45", part.has(f"kept for {purpose['keep']}"))
        line("L08", part.has("Who of us may use it", *purpose["roles"]))
        if purpose.get("done") is not None:
            line("practice", part.has("Done so far"))
    line("L16 L34", (page.part("What a machine decides") or Page([])).has("rule" if any(p["picks"] for p in notice["purposes"]) else "No machine"))
    line("L55", page.has("looks at where you are"))
    line("L55", (page.part("Putting your entries together") or Page([])).has("your page says why each entry was taken as yours".capitalize()))

    for receiver in notice["recipients"]:
        part = page.part(receiver["name"]) or Page([])
        line("L08 L46", part.has(*[receiver[key] or "" for key in ("does", "role", "contact")]))
        line("L09", part.has(receiver["country"] or "", receiver["safeguard"] or ""))
        if receiver["may_receive_for"]:
            line("L08", part.has("It may be given data for this", *receiver["may_receive_for"]))
        if receiver.get("given") is not None:
            line("practice", part.has("Given so far"))
    found.setdefault("L09", True)
    line("L08", page.has("A court or an authority may order us"))
    part = page.part("Who gets data", "h2")
    sold = "sells or shares data" if notice["is_sold"] else "We sell your data to nobody"
    line("L45 L46 L49", sum(sold in text or "selling or sharing in law" in text for _, text in page.blocks) >= 2)

    for one in notice["outside"]:
        part = page.part(one["called"]) or Page([])
        line("L15", part.has(one["kind"], one["acquired"]))
        line("L15", part.has("It is locked away from every other use"))
        line("practice", one["held"] is None or part.has("Held now"))
    if notice["outside"]:
        line("L17", page.has("within a month", "before our first message"))
    found.setdefault("L17", True)
    line("L15", page.has("that did not come from you") if notice["outside"] else page.has("We hold nothing about you that came from outside"))
    if notice["unused"]:
        line("L15", (page.part("Held and not used") or Page([])).has(*[one["called"] for one in notice["unused"]]))

    part = page.part("You can say no", "h2")
    line("L32 L31", part and part.has("say no to marketing at any time", "no reason", "at once"))
    line("L33 L49", part and part.has("Global Privacy Control"))
    line("L18", page.has("something new, we tell you before it starts"))
    line("L22 L57", page.has("data about children"))
    line("L22", page.has("You have a page with all your data"))
    line("L03", page.has("Each is told below") or page.has("It is told below"))
    line("L08", page.has("nobody else") or page.has("We give your data to nobody"))
    line("practice", (page.part("What was really done") or Page([])).has("on record"))
    line("practice", page.has("check that log with programs that we did not write"))
    line("version", page.has(notice["charter"][:12]))

    told = [(right, page.part(right["name"])) for right in notice["rights"]]
    for number, laws in RIGHTS.items():
        for law in laws:
            named = [(right, part) for right, part in told if law in right["law"]]
            line(number, named and all(part and part.has(right["how"]) and part.has(right["law"]) for right, part in named))
    return found


# What only leads the reader, and holds nothing that a law asks for.
GUIDES = [
    r"^What we do with your data$", r"^In short$", r"^Who we are$", r"^What we hold$", r"^Where it comes from$", r"^What we use your data for$",
    r"^Data from outside$", r"^What you can ask for$", r"^When this changes$", r"^Kind Where from Used for$", r"^Where from How we got it How long$",
    r"^All of this is free\.", r"^Who gets data$",
]


def plain(blocks, language):
    """English by grade (Flesch and Kincaid), French by ease (Flesch, as Kandel and Moles fitted it): 60 is plain."""
    text = "\n".join(flat(text) for tag, text in blocks if tag in ("p", "li") and len(text.split()) > 3)
    if language == "en":
        textstat.set_lang("en_US")
        grade = textstat.flesch_kincaid_grade(text)
        print(f"the notice reads at grade {grade:.1f}, at most 8")
        return grade <= 8
    textstat.set_lang("fr_FR")
    ease = textstat.flesch_reading_ease(text)
    print(f"the notice reads with ease {ease:.0f}, at least 60")
    return ease >= 60


def main():
    blocks = read(open(sys.argv[1], encoding="utf-8").read())
    if sys.argv[2] == "--plain":
        sys.exit(0 if plain(blocks, sys.argv[3]) else "the notice is not plain enough")
    notice = json.load(open(sys.argv[2], encoding="utf-8"))
    judge("a notice", blocks, lambda page: evidence(page, notice), ELSEWHERE, GUIDES, "--mutate" in sys.argv)


if __name__ == "__main__":
    main()
