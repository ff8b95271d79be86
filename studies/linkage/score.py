"""Scores clusters against the column `cluster` of the truth: score.py TRUTH.parquet FOUND.parquet

Closure: over all pairs of records that end up in one cluster. B-cubed: over records. A cluster is
over-merged when it holds records of two persons; its share is in records.
"""

import json
import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet


def main():
    truth, found = (parquet.read_table(path).to_pandas() for path in sys.argv[1:])
    if "unique_id" in found:
        found = truth[["unique_id"]].merge(found, on="unique_id", validate="one_to_one")
    persons = pd.factorize(truth["cluster"])[0].astype(np.int64)
    clusters = pd.factorize(found["cluster"])[0].astype(np.int64)
    both, sizes = np.unique(persons << 32 | clusters, return_counts=True)
    of_person, of_cluster = np.bincount(persons), np.bincount(clusters)
    person, cluster = both >> 32, both & 0xFFFFFFFF
    right = pairs(sizes)
    precision, recall = right / pairs(of_cluster), right / pairs(of_person)
    square, records = sizes.astype(float) ** 2, len(persons)
    b_precision = (square / of_cluster[cluster]).sum() / records
    b_recall = (square / of_person[person]).sum() / records
    overmerged = of_cluster[np.bincount(cluster) > 1].sum() / records
    figures = {"closure_f1": f1(precision, recall), "bcubed_f1": f1(b_precision, b_recall),
               "overmerged_share": overmerged, "precision": precision, "recall": recall}
    print(json.dumps({name: round(float(value), 4) for name, value in figures.items()}))


def pairs(counts):
    return (counts.astype(float) * (counts - 1) / 2).sum()


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall)


if __name__ == "__main__":
    main()
