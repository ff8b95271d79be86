"""Scores what the rules raised: each precedent by its own finding, nothing on what people accept."""

import csv
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent


def expected():
    """The finding that each bad flow must raise, and for a precedent the id that it must cite."""
    with open(HERE / "expected.csv", newline="") as file:
        return {row["flow"]: row["finding"] for row in csv.DictReader(file)}


def right(case, finding, must_cite):
    named = [one for one in case["raised"] if one["finding"] == finding]
    return any(not must_cite or case["flow"] in one["precedents"] for one in named)


def group_of(path):
    good = path.stem.endswith("accepted")
    if path.parent.name == "stranger":
        group = "sixth" if path.stem.startswith("sixth") else "stranger"
    elif path.parent.name == "held_out":
        first = path.stem.split("_")[0]
        group = first if first in ("second", "third", "fourth", "fifth") else "held_out"
    else:
        return "accepted" if good else "precedents"
    return f"{group}_accepted" if good else group


def main():
    cases = json.loads(Path(sys.argv[1]).read_text())
    wanted = expected()
    rounds = ("held_out", "second", "stranger", "third", "fourth", "fifth", "sixth")
    groups = {name: [] for name in ("precedents", "accepted", *rounds, *(f"{one}_accepted" for one in rounds))}
    for case in cases:
        groups[group_of(Path(case["path"]))].append(case)
    missed = {
        group: [c["flow"] for c in groups[group] if not right(c, wanted[c["flow"]], group == "precedents")]
        for group in ("precedents", "held_out")
    }
    silent = [c["flow"] for c in groups["held_out"] if not c["raised"]]
    raised = {
        group: {c["flow"]: [one["finding"] for one in c["raised"]] for c in groups[group] if c["raised"]}
        for group in ("accepted", *(f"{one}_accepted" for one in rounds))
    }
    first = sum(
        1
        for c in groups["precedents"]
        if any(one["precedents"][:1] == [c["flow"]] for one in c["raised"] if one["finding"] == wanted[c["flow"]])
    )
    results = {
        "precedents": len(groups["precedents"]),
        "precedents_with_their_own_finding": len(groups["precedents"]) - len(missed["precedents"]),
        "precedents_cited_first": first,
        "accepted": len(groups["accepted"]),
        "accepted_with_a_finding": raised["accepted"],
        "held_out": len(groups["held_out"]),
        "held_out_with_the_finding_expected": len(groups["held_out"]) - len(missed["held_out"]),
        "held_out_with_any_finding": len(groups["held_out"]) - len(silent),
        "held_out_accepted": len(groups["held_out_accepted"]),
        "held_out_accepted_with_a_finding": raised["held_out_accepted"],
        **{
            key: value
            for one in rounds[1:]
            for key, value in (
                (one, len(groups[one])),
                (f"{one}_silent", [c["flow"] for c in groups[one] if not c["raised"]]),
                (f"{one}_accepted", len(groups[f"{one}_accepted"])),
                (f"{one}_accepted_with_a_finding", raised[f"{one}_accepted"]),
            )
        },
        "missed": missed,
        "raised": {c["flow"]: [one["finding"] for one in c["raised"]] for c in cases if c["raised"]},
    }
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "results.json"
    target.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps({k: v for k, v in results.items() if k != "raised"}, indent=2))
    if missed["precedents"] or raised["accepted"]:
        sys.exit("a bar is missed")


main()
