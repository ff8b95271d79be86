"""Similarities of pairs of texts by the Python package rapidfuzz: similarity.py > similarity.tsv

    python3 -m venv venv && venv/bin/pip install rapidfuzz && venv/bin/python similarity.py > similarity.tsv

Texts are compared byte by byte, as linkage does. Columns: both texts, Jaro, Jaro-Winkler, Levenshtein, optimal string
alignment, Damerau-Levenshtein.
"""

import random

import rapidfuzz
from rapidfuzz.distance import OSA, DamerauLevenshtein, Jaro, JaroWinkler, Levenshtein

PAIRS = [
    ("", ""), ("", "a"), ("a", ""), ("a", "a"), ("a", "b"), ("ab", "ba"), ("ca", "abc"),
    ("martha", "marhta"), ("dixon", "dicksonx"), ("jellyfish", "smellyfish"), ("smith", "smth"),
    ("campbell", "isabekle"), ("catherine", "katharina"), ("lovelace", "lovelace"),
    ("müller", "mueller"), ("josé", "jose"), ("łukasz", "lukasz"), ("Ωmega", "omega"), ("李小龍", "李小龙"),
    ("ada lovelace", "lovelace ada"), ("19630101", "19360101"), ("a@b.example", "a@c.example"),
    ("aaaaaaaaaa", "aaaaaaaaa"), ("abcdefghij", "jihgfedcba"),
]


def main():
    rng = random.Random(7)
    pairs = list(PAIRS)
    for length in (5, 9, 20, 63, 64, 65, 130, 300):
        for edits in (0, 1, 2, 5):
            left = "".join(rng.choice("abcdefgh ") for _ in range(length))
            pairs.append((left, changed(left, edits, rng)))
    print(f"# rapidfuzz {rapidfuzz.__version__}, by oracle/similarity.py")
    for left, right in pairs:
        one, other = left.encode(), right.encode()
        print(left, right, repr(Jaro.similarity(one, other)), repr(JaroWinkler.similarity(one, other)),
              Levenshtein.distance(one, other), OSA.distance(one, other),
              DamerauLevenshtein.distance(one, other), sep="\t")


def changed(text, edits, rng):
    letters = list(text)
    for _ in range(edits):
        at = rng.randrange(len(letters) - 1)
        match rng.randrange(4):
            case 0:
                del letters[at]
            case 1:
                letters.insert(at, rng.choice("abcdefgh"))
            case 2:
                letters[at] = rng.choice("abcdefgh")
            case _:
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


main()
