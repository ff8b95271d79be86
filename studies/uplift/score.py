"""Qini coefficients of predictions on left-out folds, and paired bootstraps of their differences.

    score.py DATA.parquet OURS NAME=PREDICTED.parquet…

The curve tells, by the share of people treated in the order of their predicted uplift, the
outcomes gained per person: (treated who bought − controls who bought × treated / controls) / people. The
coefficient is the area between it and the straight line to its end. People with the same prediction
are treated together. It is worked out within each fold and averaged, since two folds' models are not
on one scale. Resampled are people, within their fold, the same for all.
"""

import json
import sys

import numpy as np
import pandas as pd

RESAMPLES = 500


def main():
    data, ours = pd.read_parquet(sys.argv[1]), sys.argv[2]
    predicted = {}
    for argument in sys.argv[3:]:
        name, path = argument.split("=")
        predicted[name] = pd.read_parquet(path)["uplift"].to_numpy()
    parts = [prepared(data, fold, predicted) for fold in range(5)]
    people = np.array([len(part["treated"]) for part in parts])
    point = {name: value(parts, people, name, None) for name in predicted}
    random = np.random.default_rng(1)
    drawn = {name: [] for name in predicted}
    for _ in range(RESAMPLES):
        weights = [random.multinomial(n, np.full(n, 1 / n)).astype(float) for n in people]
        for name in predicted:
            drawn[name].append(value(parts, people, name, weights))
    print(json.dumps(reported(point, {k: np.array(v) for k, v in drawn.items()}, ours)))


def prepared(data, fold, predicted):
    """The treatment and outcome of a fold, and per model the order and where ties end."""
    within = (data["fold"] == fold).to_numpy()
    part = {"treated": data["treatment"].to_numpy()[within].astype(float),
            "outcome": data["outcome"].to_numpy()[within].astype(float)}
    for name, scores in predicted.items():
        scores = scores[within]
        order = np.argsort(-scores, kind="stable")
        ends = np.append(np.flatnonzero(np.diff(scores[order]) != 0), len(order) - 1)
        part[name] = order, ends
    return part


def value(parts, people, name, weights):
    weights = weights or [np.ones(n) for n in people]
    each = [qini(part, *part[name], weight) for part, weight in zip(parts, weights)]
    return float(np.average(each, weights=people))


def qini(part, order, ends, weight):
    weight = weight[order]
    treated, outcome = part["treated"][order], part["outcome"][order]
    sums = [np.cumsum(weight * one)[ends] for one in
            (treated, 1 - treated, treated * outcome, (1 - treated) * outcome)]
    arms, controls, bought, controls_bought = sums
    ratio = np.divide(arms, controls, out=np.zeros_like(arms), where=controls > 0)
    people = weight.sum()
    gained = np.append(0, (bought - controls_bought * ratio) / people)
    share = np.append(0, (arms + controls) / people)
    return np.trapezoid(gained, share) - gained[-1] / 2


def reported(point, drawn, ours):
    """Coefficients times 10,000, with 95 % intervals, and the differences from ours."""
    def interval(values):
        return [round(10_000 * float(v), 2) for v in np.quantile(values, [0.025, 0.975])]
    models = {}
    for name in sorted(point, key=lambda name: -point[name]):
        models[name] = {"qini": round(10_000 * point[name], 2), "interval": interval(drawn[name])}
        if name != ours:
            models[name]["ours_less_this"] = round(10_000 * (point[ours] - point[name]), 2)
            models[name]["difference_interval"] = interval(drawn[ours] - drawn[name])
    return models


if __name__ == "__main__":
    main()
