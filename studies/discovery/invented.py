"""What the invented tables are made of: people, numbers with right check digits, moments."""

import csv
import datetime
import random
from collections import namedtuple

GIVEN = {
    "female": ["Emma", "Olivia", "Isla", "Marie", "Camille", "Petra", "Lucía", "Noor", "Xanthe", "Tamsin"],
    "male": ["Oliver", "Jack", "Hugo", "Lukas", "Pablo", "Omar", "Bram", "Peregrine", "Arthur", "Yann"],
}
FAMILY = ["Smith", "Osgood", "Dupont", "Marlowe", "Weber", "García", "Quill", "Thackery", "Bakker", "Ojo",
          "Whitlock", "Lefebvre", "Tregenza", "Novak", "Hale"]
STREETS = ["Quay Street", "Rope Walk", "Church Lane", "Harbour Road", "Mill Rise"]
TOWNS = ["Saltmouth", "Northhaven", "Quayford", "Pellsea"]
TODAY = datetime.date(2026, 3, 2)

Person = namedtuple("Person", "title given family full gender born email street town")


def person(rng):
    gender = rng.choice(["female", "male"])
    given, family = rng.choice(GIVEN[gender]), rng.choice(FAMILY)
    born = TODAY - datetime.timedelta(days=rng.randrange(19 * 365, 84 * 365))
    name = f"{given}.{family}{rng.randrange(99)}".lower().replace("í", "i")
    title = "Mr" if gender == "male" else rng.choice(["Mrs", "Ms", "Miss"])
    return Person(title, given, family, f"{given} {family}", gender, born, f"{name}@mail.example",
                  f"{rng.randrange(1, 99)} {rng.choice(STREETS)}", rng.choice(TOWNS))


def born_child(rng):
    return TODAY - datetime.timedelta(days=rng.randrange(10 * 365, 12 * 365))


def recent(rng, days):
    return TODAY - datetime.timedelta(days=rng.randrange(days))


def moment(rng):
    at = datetime.datetime.combine(recent(rng, 400), datetime.time())
    return (at + datetime.timedelta(seconds=rng.randrange(86400))).strftime("%Y-%m-%dT%H:%M:%SZ")


def mobile(rng):
    return f"07700 900{rng.randrange(1000):03}"


def french_mobile(rng):
    return f"06 39 98 {rng.randrange(100):02} {rng.randrange(100):02}"


def postcode(rng):
    return f"QZ{rng.randrange(1, 30)} {rng.randrange(10)}{rng.choice('ABDE')}{rng.choice('LNPQ')}"


def nino(rng):
    return f"{rng.choice('ABCEGHJ')}{rng.choice('ABCEGHJ')}{rng.randrange(10**6):06}{rng.choice('ABCD')}"


def nir(rng):
    number = int(f"{rng.choice('12')}{rng.randrange(50, 99)}{rng.randrange(1, 13):02}{rng.randrange(1, 95):02}"
                 f"{rng.randrange(1, 990):03}{rng.randrange(1, 999):03}")
    return f"{number}{97 - number % 97:02}"


def luhn_digit(digits):
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if at % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def card(rng):
    body = "4" + "".join(str(rng.randrange(10)) for _ in range(14))
    return body + luhn_digit(body)


def iban(rng):
    bank = f"ZZZZ00000000{rng.randrange(10**6):06}"[:18]
    number = "".join(str(int(c, 36)) for c in bank + "GB00")
    return f"GB{98 - int(number) % 97:02}{bank}"


def write(folder, schemas, seed):
    """Writes `FOLDER/SCHEMA/TABLE.csv` for each schema."""
    for name, make in schemas.items():
        rng = random.Random(f"{seed} {name}")
        people = [person(rng) for _ in range(60)]
        (folder / name).mkdir(parents=True, exist_ok=True)
        for table, rows in make(rng, people).items():
            with open(folder / name / f"{table}.csv", "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
