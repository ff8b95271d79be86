"""Average linkage of random graphs by SciPy: clusters.py > clusters.tsv

    python3 -m venv venv && venv/bin/pip install scipy && venv/bin/python clusters.py > clusters.tsv

Pairs that no link joins have probability 0; clusters are cut where the mean probability falls below one half. Columns:
number of records, links as a-b-probability, and per record the smallest record of its cluster.
"""

import random

import numpy as np
import scipy
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform


def main():
    rng = random.Random(11)
    print(f"# scipy {scipy.__version__}, by oracle/clusters.py")
    for records in (2, 3, 5, 8, 13, 21, 34, 55):
        for density in (0.1, 0.4, 0.9):
            links, distances = [], np.ones((records, records))
            np.fill_diagonal(distances, 0)
            groups = [rng.randrange(1 + records // 4) for _ in range(records)]
            for a in range(records):
                for b in range(a + 1, records):
                    is_one = groups[a] == groups[b]
                    if rng.random() < (0.9 if is_one else density / 4):
                        p = round(rng.uniform(0.4, 1) if is_one else rng.uniform(0.01, 0.9), 9)
                        links.append(f"{a}-{b}-{p!r}")
                        distances[a, b] = distances[b, a] = 1 - p
            labels = fcluster(linkage(squareform(distances), "average"), 0.5, "distance")
            first = {}
            clusters = [first.setdefault(label, at) for at, label in enumerate(labels)]
            print(records, " ".join(links), " ".join(map(str, clusters)), sep="\t")


main()
