"""Makes the invented shop: 10,000 people in three files, and what is true of each.

Nobody in it exists. Names are made of syllables, addresses end in `.example`, towns lie nowhere. One couple in fifty
shares an e-mail address, so that a copy for one of the two can be looked at for what belongs to the other.
"""

import csv
import random
from datetime import date, datetime, timedelta

SEED = 11
TODAY = datetime(2026, 11, 20)
ONSETS = "b br c d dr f fl g gl h k l m n p pr r s st t tr v w".split()
VOWELS = "a e i o u ai ea oa".split()
TITLES = ["The Long Tide", "A Quiet Harbour", "Nine Lanterns", "Salt and Paper", "The Clockmaker's Map", "Winter Orchard"]
COLUMNS = {
    "customers": ["customer_id", "first_name", "last_name", "email", "phone", "birth_date", "city", "postcode"],
    "newsletter": ["subscriber_id", "given_name", "family_name", "email", "agreed", "said_at"],
    "orders": ["order_id", "customer_id", "ordered_at", "title", "total"],
}
KEYS = {"customers": "customer_id", "newsletter": "subscriber_id", "orders": "order_id"}


def make(count):
    """The rows of each file, and for each person those that are theirs: `{customer_id: {file: rows}}`."""
    pick = random.Random(SEED)
    files, theirs = {name: [] for name in COLUMNS}, {}
    for number in range(count):
        person = customer(pick, number)
        if number % 100 == 1:
            share(files["customers"][-1], person)
        own = {"customers": [person], "newsletter": [], "orders": []}
        if pick.random() < 0.6:
            own["newsletter"].append(subscriber(pick, number, person))
        for _ in range(pick.choice([0, 1, 1, 2, 3, 5, 8])):
            own["orders"].append(order(pick, sum(map(len, (files["orders"], own["orders"]))), person))
        for name, rows in own.items():
            files[name] += rows
        theirs[person["customer_id"]] = own
    return files, theirs


def customer(pick, number):
    first, last = word(pick, 2), word(pick, 3)
    born = date(1940, 1, 1) + timedelta(days=pick.randrange(24000))
    return {
        "customer_id": f"C-{10000 + number}", "first_name": first, "last_name": last,
        "email": f"{first}.{last}.{number}@post.example".lower(), "phone": f"0770090{pick.randrange(10000):04}",
        "birth_date": born.isoformat(), "city": f"{word(pick, 2)}haven",
        "postcode": f"ZZ{pick.randrange(1, 99)} {pick.randrange(10)}{pick.choice('ABDEFGH')}{pick.choice('JLNPQ')}",
    }


def share(first, second):
    """Makes a couple of two people: one address, one house, one family name, two telephones."""
    for column in ("email", "last_name", "city", "postcode"):
        second[column] = first[column]


def partner(person):
    """The number of whom this one would share an address with, if anybody."""
    number = int(person.split("-")[1])
    return f"C-{number + (1 if number % 100 == 0 else -1)}" if number % 100 in (0, 1) else None


def subscriber(pick, number, person):
    said = TODAY - timedelta(seconds=pick.randrange(60_000_000))
    return {
        "subscriber_id": f"N-{50000 + number}", "given_name": person["first_name"], "family_name": person["last_name"],
        "email": person["email"], "agreed": pick.choice(["yes", "yes", "no"]), "said_at": instant(said),
    }


def order(pick, number, person):
    return {
        "order_id": f"O-{700000 + number}", "customer_id": person["customer_id"],
        "ordered_at": instant(TODAY - timedelta(seconds=pick.randrange(90_000_000))),
        "title": pick.choice(TITLES), "total": f"{pick.randrange(400, 9000) / 100:.2f}",
    }


def word(pick, syllables):
    return "".join(pick.choice(ONSETS) + pick.choice(VOWELS) for _ in range(syllables)).capitalize()


def instant(when):
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def write(files, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, COLUMNS[name])
            table.writeheader()
            table.writerows(rows)
