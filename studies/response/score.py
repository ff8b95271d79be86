"""Log loss and AUC of predictions on left-out rows.

    score.py DATA.parquet SPLIT NAME=PREDICTED.parquet…

On random folds both are over all rows; forward in time AUC is the mean over batches as well, since a
batch is what one decides about at a time.
"""

import json
import sys

import numpy as np
import pandas as pd
from sklearn.metrics import log_loss, roc_auc_score


def main():
    data, split = pd.read_parquet(sys.argv[1]), sys.argv[2]
    outcome, part = data["outcome"].to_numpy(), data[split].to_numpy()
    scores = {}
    for argument in sys.argv[3:]:
        name, path = argument.split("=")
        chance = pd.read_parquet(path)["chance"].to_numpy()
        scores[name] = scored(outcome, part, chance)
    print(json.dumps(scores))


def scored(outcome, part, chance):
    known = ~np.isnan(chance)
    within = [roc_auc_score(outcome[here], chance[here])
              for fold in np.unique(part[known]) for here in [known & (part == fold)]]
    return {"log_loss": round(log_loss(outcome[known], chance[known]), 5),
            "auc": round(roc_auc_score(outcome[known], chance[known]), 5),
            "auc_within_parts": round(float(np.mean(within)), 5)}


if __name__ == "__main__":
    main()
