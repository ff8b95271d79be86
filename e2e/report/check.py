#!/usr/bin/env python3
"""Holds a finished access report against the lines of law that it must carry.

Usage: check.py REPORT.html REPORT.json [--mutate]

It reads the page as a person would, knows from the JSON what must stand there, and says for each of the
57 lines of law (GDPR, CCPA, PIPEDA, Quebec, CASL, UK) whether it is there, missing, or none of an access
report. With --mutate it removes each paragraph, row and list item once and expects to find that out.
"""

import datetime
import json
import pathlib
import re
import sys
import zoneinfo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from law import Page, flat, judge, read, readable  # noqa: E402

# Lines that other documents carry (a notice, the record of processing, an assessment), or that bind how
# the controller acts and not what it writes here.
ELSEWHERE = {
    "L07": "record of processing", "L14": "notice", "L17": "notice", "L18": "notice", "L22": "how it reads, tested apart",
    "L32": "notice", "L33": "notice", "L35": "record of processing", "L36": "notice and record of processing",
    "L39": "record of processing", "L40": "record of processing", "L41": "record of processing", "L42": "breaches",
    "L43": "breaches", "L44": "impact assessment", "L45": "notice", "L52": "risk assessment", "L53": "brokers",
}
# A right that a line asks to be told of, by the law that stands below it.
RIGHTS = {
    "L11": ["GDPR Art. 15", "GDPR Art. 16", "GDPR Art. 17", "GDPR Art. 18", "GDPR Art. 20", "GDPR Art. 21(1)"],
    "L12": ["GDPR Art. 7(3)"], "L13": ["GDPR Art. 13(2)(d), 77"], "L23": ["GDPR Art. 12(3)"],
    "L24": ["GDPR Art. 12(3) to (6)"], "L25": ["GDPR Art. 16"], "L26": ["GDPR Art. 17"], "L27": ["GDPR Art. 18"],
    "L28": ["GDPR Art. 19"], "L29": ["GDPR Art. 20"], "L30": ["GDPR Art. 21(1)"], "L31": ["GDPR Art. 21(2)"],
    "L34": ["GDPR Art. 22"], "L47": ["CCPA 1798.105"], "L48": ["CCPA 1798.106"], "L49": ["CCPA 1798.120"],
    "L50": ["1798.121"], "L51": ["CCPA 1798.130"], "L54": ["PIPEDA 4.3.8", "PIPEDA 4.9", "PIPEDA s. 8(3)"],
    "L55": ["Quebec s. 27", "Quebec s. 12.1", "Quebec s. 32"], "L56": ["CASL s. 11"], "L57": ["UK Data (Use and Access) Act 2025"],
}


# What the page calls topics that are not the charter's.
TOPICS = {"all": "every use of your data", "sale": "selling and sharing your data", "marketing": "marketing with your data"}
# Where the shop of the sample is.
ZONE = zoneinfo.ZoneInfo("Europe/London")


def shown(value):
    """A value of the file as the page has it: days and instants in words, numbers with their thousands apart."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = datetime.date.fromisoformat(value)
        return f"{day.day} {day:%B} {day.year}"
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        at = datetime.datetime.fromisoformat(value).astimezone(ZONE)
        return f"{at.day} {at:%B} {at.year}, {at:%H:%M}"
    if re.fullmatch(r"-?\d+\.\d+", value):
        whole, part = value.split(".")
        return f"{int(whole):,}.{part}" if whole not in ("-0", "0") else value
    return value


def evidence(page, report):
    """For each line of law whether the page carries it."""
    own, record = report["controller"], report["record"]
    found = {}

    def line(number, held):
        found[number] = found.get(number, True) and bool(held)

    line("L01", page.has(own["name"], own["email"], own["address"] or "", own["country"] or ""))
    line("L01", page.has("Who answers for your data"))
    if own["representative"]:
        line("L01", page.has(own["representative"]) and page.has("Who stands for us"))
    line("L02", page.has(own["privacy_contact"], own["data_protection_officer"] or ""))
    line("L02", page.has("Questions about your data"))
    line("L19", page.has("Yes, we hold and use data about you"))
    line("L20", page.has("a copy of all of it", "free of charge", record["person"]))
    line("L21", page.has("left out"))

    for entry in record["entries"]:
        part = page.part(readable(entry["column"]))
        line("L06", part and part.has(entry["label"]))
        value = (shown(entry["value"]) + (" (your word)" if entry["corrected"] else "")) if entry["value"] else "We use nothing here."
        line("L20", part and part.is_block(value))
        line("L20", part or False)
        for said in entry["said"]:
            line("L15", part and part.has(said["called"], shown(said["value"]), said["origin"]))
            if not said["admitted"]:
                line("L15", part and part.has(shown(said["value"]), "We do not use this."))
        for one in entry.get("informed", []):
            line("L28", part and part.has(one["name"], "old value" if not one["is_source"] else "hanged in"))
        # Each purpose in the words of the promise, and how exactly.
        says = {one["name"].replace("_", " "): one["says"] for one in record["purposes"]}
        used = [f"{says[name]}{mark}{how}" for name, mark, how in (one.partition(" (") for one in entry["used_for"])]
        line("L03", part and part.has(*(["Used for this:", *used] if used else ["Not used for anything."])))
        if entry.get("contested"):
            line("L27", part and part.has("You said that this may be wrong", entry["contested"]["stage"]))
    worked_out = [e for e in record["entries"] if e["category"].startswith("inferred.")]
    part = page.part("What we worked out about you")
    for entry in worked_out:
        line("L16", part and part.has(readable(entry["column"]), "a guess"))
    if record["household"]:
        line("L16", part and part.has(record["household"]["shares"]))
    line("L16", part and part.blocks)
    part = page.part("Kinds of data, where each is from, and how long we keep it")
    for kind in report["categories"]:
        for origin in kind["from"]:
            held = part and part.has(kind["label"], origin["called"], origin["origin"], origin["acquired"], origin["kept"])
            for number in ("L06", "L10", "L15", "L46"):
                line(number, held)
        if kind.get("special"):
            line("L38", part and part.has(kind["label"], "the law protects this specially"))
            line("L50", part and part.has(kind["label"], "the law protects this specially"))
    found.setdefault("L38", True)
    for source in record["sources"]:
        part = page.part("Where it comes from", "h2")
        line("L15", part and part.has(source["called"], source["acquired"], source.get("because") or ""))
    line("L15", page.has("We have one entry" if len(record["sources"]) == 1 else f"We joined {len(record['sources'])} entries"))

    for activity in record["activities"]:
        part = page.part(f"{activity['called']} ({len(activity['rows'])})")
        line("L20", part and part.has(activity["label"], activity["acquired"]))
        line("L46", part and part.has(*[readable(column) for column in activity["columns"]]))
        rows = [flat(" ".join(map(shown, row))) for row in activity["rows"]]
        there = [text for tag, text in part.blocks if tag == "tr"] if part else []
        for row in rows:
            if row in there:
                there.remove(row)
            else:
                line("L20", False)
    for purpose in record["purposes"]:
        part = page.part(purpose["says"])
        line("L03", part)
        line("L46", part)
        line("L03", part and part.has("We do this with your data." if purpose["active"] else "We do not do this with your data"))
        line("L04", part and part.has(f"We may do it {purpose['basis']}."))
        if "fair reason" in purpose["basis"]:
            line("L05", part and purpose.get("interest") and part.has(purpose["interest"]))
        line("L10", part and part.has(f"kept for {purpose['keep']}"))
        if picks := purpose.get("picks"):
            # The page says the rule in words; what it counts stands in both.
            numbers = re.findall(r"\d+", picks["rule"])
            told = ["A rule picks people for this", *numbers, picks["reason"], picks["to"]]
            held = part and part.has(*told, "a person to look at it")
            line("L16", held)
            line("L34", held)
        if purpose["consent"]:
            held = part and part.has(readable(purpose["consent"]), "You may take it back")
            line("L12", held)
            line("L37", held)
    line("L49", page.has("Global Privacy Control" if report["is_sold"] else "We sell your data to nobody"))
    line("L46", page.has("sells or shares data" if report["is_sold"] else "We sell your data to nobody"))
    line("L55", page.has("looks at where you are"))
    part = page.part("What you said yes or no to")
    for choice in report["choices"]:
        for number in ("L37", "L54", "L56"):
            line(number, part and part.has(TOPICS.get(choice["topic"], choice["topic"].replace("_", " ")), choice["said"]))
    for number in ("L37", "L54", "L56"):
        line(number, part and part.blocks)

    for receiver in report["receivers"]:
        part = page.part(receiver["name"])
        line("L08", part)
        line("L46", part)
        if receiver["country"]:
            line("L09", part and part.has(receiver["country"], receiver["safeguard"] or "protects your data"))
        for key in ("role", "contact", "does"):
            if receiver[key]:
                line("L08", part and part.has(receiver[key]))
        for given in receiver["given"]:
            names = [name.replace("_", " ") for name in given["columns"] + given["activities"]]
            line("L08", part and part.has(given["use_id"], given["why"] or "", *names))
            line("L28", part and part.has(given["use_id"]))
        if not receiver["given"]:
            line("L08", part and part.has("It was given nothing of yours so far."))
        if receiver["may_receive_for"]:
            line("L08", part and part.has("It may be given data for this", *receiver["may_receive_for"]))
    if not report["receivers"]:
        line("L08", page.has("We gave your data to nobody"))
    found.setdefault("L09", True)
    for deed in report["history"]:
        line("L03", page.has(deed["sentence"], deed.get("says") or "", deed["use_id"]))
        line("L46", page.has(deed["sentence"], deed["use_id"]))

    part = page.part("What you asked of us", "h2")
    line("L20", part and part.blocks)
    for one in report["requests"]:
        line("L20", part and part.has(one["text"] or "", one["answer"] or "", "you asked"))

    told = [(right, page.part(right["name"])) for right in report["rights"]]
    for number, laws in RIGHTS.items():
        for law in laws:
            named = [(right, part) for right, part in told if law in right["law"]]
            line(number, named and all(part and part.has(right["how"]) and part.has(right["law"]) for right, part in named))
    if own["authority"]:
        line("L13", page.has(own["authority"]["name"], own["authority"]["contact"]))
    return found


# What only leads the reader, and holds nothing that a law asks for.
GUIDES = [
    r"^Who we are$", r"^What we know about you$", r"^Where it comes from$", r"^What you did with us$", r"^What we use your data for$",
    r"^What you asked of us$", r"^Who got your data$", r"^What was done with your data$", r"^What you can ask for$", r"^Everything we hold about you$",
    r"^Each line stands in a log", r"^This copy is on record as", r"^Kind Where from How long$",
    r"^We have written down nothing that you did\.$",
]


def main():
    page, data = sys.argv[1:3]
    blocks = read(open(page, encoding="utf-8").read())
    report = json.load(open(data, encoding="utf-8"))
    judge("an access report", blocks, lambda page: evidence(page, report), ELSEWHERE, GUIDES, "--mutate" in sys.argv)


if __name__ == "__main__":
    main()
