"""Writes one data set as the study wants it: features, `treatment`, `outcome` and `fold`.

    prepare.py DATA_FOLDER NAME OUT.parquet

The fold is a hash of the row's number, so that everybody who reads the same file deals the same folds.
"""

import hashlib
import sys
from pathlib import Path

import pandas as pd

FOLDS = 5
FILES = {"hillstrom": "hillstrom_womens", "starbucks": "starbucks_half", "insurance": "insurance_train"}


def main():
    folder, name, out = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    table = pd.read_parquet(folder / f"{FILES[name]}.parquet")
    treatment, outcome, features = {
        "hillstrom": hillstrom, "starbucks": starbucks, "insurance": insurance,
    }[name](table)
    written = features.assign(
        treatment=treatment.astype("int8"), outcome=outcome.astype("int8"),
        fold=[fold(row) for row in range(len(table))])
    written.to_parquet(out, index=False)


def hillstrom(table):
    """E-mail for women against none; did they visit?"""
    features = table.drop(columns=["segment", "visit", "conversion", "spend"])
    return table["segment"] == "Womens E-Mail", table["visit"], features


def starbucks(table):
    """A promotion; did they buy? The ID carries nothing."""
    features = table.drop(columns=["ID", "Promotion", "purchase"])
    return table["Promotion"] == "Yes", table["purchase"], features


def insurance(table):
    """A campaign; did they buy a policy? The ID carries nothing."""
    features = table.drop(columns=["TREATMENT", "PURCHASE", "UNIQUE_ID"])
    return table["TREATMENT"] == 1, table["PURCHASE"], features


def fold(row):
    digest = hashlib.sha256(f"row {row}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % FOLDS


if __name__ == "__main__":
    main()
