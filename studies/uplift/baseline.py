"""T, S, X and R learners of causalml on LightGBM, cross-fitted on the folds of the file.

    baseline.py IN.parquet OUT.parquet LEARNER

Prints the CPU-seconds of fitting and predicting, imports not counted. LEARNER is a letter and a
size of tree: `default` is LightGBM as it comes, `small` 200 trees of 8 leaves at a rate of .05.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from causalml.inference.meta import (
    BaseRClassifier, BaseSClassifier, BaseTClassifier, BaseXClassifier)
from lightgbm import LGBMClassifier, LGBMRegressor

warnings.filterwarnings("ignore")
SIZES = {"default": {}, "small": {"n_estimators": 200, "num_leaves": 8, "learning_rate": 0.05}}


def main():
    source, out, learner = sys.argv[1:4]
    table = pd.read_parquet(source)
    features = encoded(table.drop(columns=["treatment", "outcome", "fold"]))
    treatment, outcome = table["treatment"].to_numpy(), table["outcome"].to_numpy()
    uplift = np.zeros(len(table))
    since = time.process_time()
    for fold in range(5):
        test = table["fold"].to_numpy() == fold
        known = ~test
        share = np.full(known.sum(), treatment[known].mean())
        model = made(*learner.split("-"))
        model.fit(X=features[known], treatment=treatment[known], y=outcome[known],
                  **({} if learner[0] in "ts" else {"p": share}))
        given = {} if learner[0] != "x" else {"p": np.full(test.sum(), treatment[known].mean())}
        uplift[test] = np.asarray(model.predict(X=features[test], **given)).ravel()
    took = time.process_time() - since
    pd.DataFrame({"uplift": uplift}).to_parquet(out, index=False)
    print(json.dumps({"learner": learner, "cpu_seconds": took}))


def made(kind, size):
    def classifier():
        return LGBMClassifier(**SIZES[size], n_jobs=1, random_state=1, verbose=-1)

    def regressor():
        return LGBMRegressor(**SIZES[size], n_jobs=1, random_state=1, verbose=-1)

    match kind:
        case "s":
            return BaseSClassifier(learner=classifier(), control_name=0)
        case "t":
            return BaseTClassifier(learner=classifier(), control_name=0)
        case "x":
            return BaseXClassifier(outcome_learner=classifier(), effect_learner=regressor(),
                                   control_name=0)
        case "r":
            return BaseRClassifier(outcome_learner=classifier(), effect_learner=regressor(),
                                   control_name=0, random_state=1)
    raise ValueError(kind)


def encoded(features):
    """Texts as indicator columns, since causalml takes arrays of numbers."""
    return pd.get_dummies(features, dtype=float).to_numpy(dtype=float)


if __name__ == "__main__":
    main()
