"""LightGBM or interpret's Explainable Boosting Machine on the same folds.

    baseline.py IN.parquet OUT.parquet MODEL SPLIT

MODEL is `lightgbm` (200 trees of 8 leaves), `lightgbm-slow` (the same at half the rate) or `ebm` (as
it comes, one process); SPLIT is `fold` (all others are trained on) or `batch` (only earlier ones).
Prints the CPU-seconds of fitting and predicting, imports not counted.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from interpret.glassbox import ExplainableBoostingClassifier
from lightgbm import LGBMClassifier

warnings.filterwarnings("ignore")


def main():
    source, out, name, split = sys.argv[1:5]
    table = pd.read_parquet(source)
    features = table.drop(columns=["outcome", "fold", "batch"])
    if name != "ebm":
        texts = features.select_dtypes(exclude="number").columns
        features = features.astype({column: "category" for column in texts})
    outcome, part = table["outcome"].to_numpy(), table[split].to_numpy()
    chance = np.full(len(table), np.nan)
    since = time.process_time()
    for fold in range(5):
        known = part < fold if split == "batch" else part != fold
        if not known.any():
            continue
        model = made(name)
        model.fit(features[known], outcome[known])
        chance[part == fold] = model.predict_proba(features[part == fold])[:, 1]
    took = time.process_time() - since
    pd.DataFrame({"chance": chance}).to_parquet(out, index=False)
    print(json.dumps({"model": name, "cpu_seconds": took}))


def made(name):
    match name:
        case "lightgbm":
            return LGBMClassifier(n_estimators=200, num_leaves=8, n_jobs=1, random_state=1,
                                  verbose=-1)
        case "lightgbm-slow":
            return LGBMClassifier(n_estimators=200, num_leaves=8, learning_rate=0.05, n_jobs=1,
                                  random_state=1, verbose=-1)
        case "ebm":
            return ExplainableBoostingClassifier(n_jobs=1, random_state=1)
    raise ValueError(name)


if __name__ == "__main__":
    main()
