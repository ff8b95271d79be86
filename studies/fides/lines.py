"""Reads a finished access report, whoever made it, and says which lines of law a reader finds in it.

The lines, and which of them an access report carries, are those of `e2e/report/check.py`. That checker knows how our page
is built and asks for every word; this one knows nothing of how a report is built. It takes a line as there if the report
says anything of the kind, in whichever words: a name, a key of a vocabulary, a heading. So it is generous, to both alike.
`partly` is a line of which the report has the data but not what the law wants said of them.
"""

import html
import importlib.util
import io
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

CHECK = Path(__file__).resolve().parents[2] / "e2e" / "report" / "check.py"
LEFT_OUT = {"agreed"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ZONE = ZoneInfo("Europe/London")

# Each line, and what it takes for a reader to find it: one of these, anywhere.
WORDS = {
    "L01": [r"Lantern Books", r"Lantern Row", r"controller"],
    "L02": [r"dpo@lantern", r"Oda Vaike", r"data protection officer"],
    "L03": [r"purposes? (of|for which|that we)", r"\bused for\b", r"use your data for", r"data use", r"essential\.service", r"marketing\.communications", r"send you (the books|our news)"],
    "L04": [r"(legal|lawful) bas[ie]s", r"may do it because", r"\bcontract\b", r"legitimate interest"],
    "L05": [r"legitimate interest", r"fair reason"],
    "L06": [r"categor", r"kinds of data", r"user\.contact", r"\bemail\b.*\bphone\b|\bphone\b.*\bemail\b"],
    "L08": [r"Tern Letters", r"recipient", r"third part"],
    "L09": [r"standard contractual", r"\bSCCs?\b", r"adequacy", r"United States"],
    "L10": [r"\bkept for\b", r"retention", r"retain", r"\d+ (months|years)"],
    "L11": [r"(rectif|put right|correct).*(eras|delet).*(restrict|on hold).*(object|say no)"],
    "L12": [r"withdraw", r"take (it|that|back).{0,20}(back|yes)"],
    "L13": [r"complain", r"Information Commissioner", r"supervisory authority"],
    "L15": [r"(typed|gave us) these details", r"where (it|each|your data).{0,20}from", r"source of", r"signed up for"],
    "L16": [r"automated", r"profiling", r"worked out", r"a rule picks"],
    "L19": [r"we hold", r"contains all data", r"we (use|process)"],
    "L23": [r"(one|a) month", r"(30|45) days"],
    "L24": [r"free of charge", r"without charge", r"at no cost"],
    "L25": [r"rectif", r"put right", r"correct(ed|ion)"],
    "L26": [r"\beras", r"\bdelet"],
    "L27": [r"restrict", r"on hold"],
    "L28": [r"(tell|told|inform|notif).{0,80}(recipient|everybody|third part)"],
    "L30": [r"\bobject(ion)? to", r"say no to other uses"],
    "L31": [r"direct marketing", r"no to marketing"],
    "L34": [r"human", r"a person to look", r"have a person look"],
    "L37": [r"said yes to", r"consent"],
    "L47": [r"(tell|told|inform|notif).{0,80}(erased|delet)|(erased|delet).{0,80}(tell|told|inform|notif)"],
    "L48": [r"put right", r"correct(ed|ion)"],
    "L49": [r"\bsell\b", r"\bsold\b", r"opt.?out", r"Global Privacy Control"],
    "L50": [r"sensitive", r"private facts"],
    "L51": [r"(10|45) (business )?days", r"30 days"],
    "L54": [r"PIPEDA", r"take back your yes", r"withdraw.{0,20}consent"],
    "L55": [r"Quebec", r"where you are", r"locat(e|ion)", r"profiling"],
    "L56": [r"unsubscribe", r"CASL", r"no to marketing"],
    "L57": [r"complaint", r"Data \(Use and Access\)"],
}
# What is there in part: the report was compiled from tables that it names; a row of the newsletter shows the yes and its day.
PARTS = {"L15": [r"compiled from the following areas"], "L37": [r"\bagreed\b"], "L56": [r"\bagreed\b"]}
# California's right to know is made of these, and of the data themselves.
KNOW = ["L03", "L06", "L08", "L15"]


def rows():
    """The lines that an access report carries, by the checker of our own report."""
    known = importlib.util.spec_from_file_location("check", CHECK)
    check = importlib.util.module_from_spec(known)
    known.loader.exec_module(check)
    return [f"L{number:02}" for number in range(1, 58) if f"L{number:02}" not in check.ELSEWHERE]


def text(page):
    """What a reader sees of a page, in one line."""
    bare = re.sub(r"(?is)<(style|script|head)\b.*?</\1>", " ", page)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", bare)).split())


def package(bytes_of_zip):
    """The pages and style sheets of a package, by name."""
    with zipfile.ZipFile(io.BytesIO(bytes_of_zip)) as held:
        return {name: held.read(name).decode() for name in held.namelist()}


def fetched(pages):
    """The hosts that a browser asks when each page is opened, and by how many pages."""
    asks = re.compile(r"""(?:<link\b[^>]*href|<(?:img|script|iframe)\b[^>]*src|@import\s+|url\()\s*=?\s*["'(]*(https?://([^/"')]+))""", re.I)
    hosts = {}
    for page in pages:
        for host in {found[1] for found in asks.findall(page)}:
            hosts[host] = hosts.get(host, 0) + 1
    return hosts


def values(rows_of):
    """What is held of one person, as texts; a bare yes or no is looked at as a line instead."""
    return {value for kept in rows_of.values() for row in kept for column, value in row.items() if column not in LEFT_OUT}


def shows(told, value):
    """Whether a reader finds the value. An instant is there by its day, as it is or in words, where it is or where the shop is."""
    if not INSTANT.fullmatch(value):
        return has(told, value)
    when = datetime.fromisoformat(value)
    return any(f"{day:%Y-%m-%d}" in told or f"{day.day} {day:%B %Y}" in told for day in (when, when.astimezone(ZONE)))


def keeps(data, value):
    """Whether a program finds the value: as it is, or an instant cut to its minute."""
    return "yes" if has(data, value) else "partly" if INSTANT.fullmatch(value) and value[:16].replace("T", " ") in data else "no"


def has(told, value):
    """Whether a text has just this, and not as a part of a longer word or number."""
    return bool(re.search(rf"(?<![\w.]){re.escape(value)}(?!\w|\.\w)", told))


def score(told, data, own, others):
    """For each line yes, partly or no, of a report as text, its form for programs, and what is true of that person and of others."""
    found = {line: "yes" if any(re.search(word, told, re.I) for word in words) else "no" for line, words in WORDS.items()}
    for line, words in PARTS.items():
        if found[line] == "no" and any(re.search(word, told, re.I) for word in words):
            found[line] = "partly"
    lacking = [value for value in values(own) if not shows(told, value)]
    strange = [value for value in values(others) - values(own) if has(told, value) or has(data, value)]
    found["L20"] = "no" if lacking else "yes"
    found["L21"] = "no" if strange else "yes"
    kept = {keeps(data, value) for value in values(own)} if is_data(data) else {"no"}
    found["L29"] = next(how for how in ("no", "partly", "yes") if how in kept)
    found["L38"] = "yes"  # Nothing of these people is specially protected, so nothing has to be said of it.
    parts = [found[line] for line in KNOW] + [found["L20"]]
    found["L46"] = "yes" if set(parts) == {"yes"} else "partly" if "yes" in parts else "no"
    return {line: found[line] for line in rows()}


def is_data(told):
    try:
        return isinstance(json.loads(told), dict)
    except ValueError:
        return False
