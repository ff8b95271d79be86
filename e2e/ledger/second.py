#!/usr/bin/env python3
"""A second opinion on log and receipts: aics-tlog (PyPI), which shares no code with ours nor with Go's.

Usage: second.py log FOLDER KEY [WITNESS ...] | second.py receipt FILE KEY [WITNESS ...]

It checks signature and cosignatures, every tile and bundle of a log, and every inclusion and consistency proof of a
receipt. Commitments and chains are of our own making; the Go program recomputes those.
"""

import base64
import json
import pathlib
import sys

import aics_tlog as tlog


def opened(text, key, witnesses):
    """Size and root of a checkpoint that the key signed and all witnesses cosigned."""
    note = tlog.parse_note(text)
    keys = [tlog.parse_vkey(vkey) for vkey in witnesses]
    found = tlog.verify_checkpoint(note, tlog.parse_vkey(key), keys, quorum=len(keys))
    if not found.ok:
        sys.exit(f"refused: {found.error or 'a witness did not cosign'}")
    checkpoint = tlog.parse_checkpoint(note.text)
    return checkpoint.size, checkpoint.root


def log(folder, key, witnesses):
    size, root = opened(pathlib.Path(folder, "checkpoint").read_text(), key, witnesses)
    report = tlog.audit_tiles(tlog.FileSystemTileReader(folder), size, root)
    print(f"log of {report.size} entries in {report.tiles} tiles and {report.bundles} bundles")


def receipt(file, key, witnesses):
    shown = json.loads(pathlib.Path(file).read_text())
    for vkey in witnesses:
        if vkey not in shown.get("witnesses", []):
            sys.exit("refused: a witness did not cosign")
    size, root = opened(shown["checkpoint"], key, shown.get("witnesses", []))
    data = base64.b64decode(shown["nodes"])
    nodes = [data[at:at + 32] for at in range(0, len(data), 32)]
    leaves = [shown["heads"]] if shown["heads"] else []
    for line in (line for history in shown["histories"] for line in history["lines"]):
        leaves += [line["batch"], *line["uses"]]
    leaves += [unsealed["used"] for unsealed in shown["unsealed"]]
    for leaf in leaves:
        proof = [nodes[number] for number in leaf["proof"]]
        if not tlog.verify_leaf_inclusion(base64.b64decode(leaf["entry"]), leaf["leaf"], size, proof, root):
            sys.exit(f"refused: leaf {leaf['leaf']} is not in the log")
    for grown in shown["grown"]:
        proof = [nodes[number] for number in grown["proof"]]
        if not tlog.verify_consistency(grown["size"], size, base64.b64decode(grown["root"]), root, proof):
            sys.exit("refused: the log did not only grow")
    print(f"receipt with {len(leaves)} leaves of a log of {size}")


if len(sys.argv) < 4 or sys.argv[1] not in ("log", "receipt"):
    sys.exit(__doc__)
{"log": log, "receipt": receipt}[sys.argv[1]](sys.argv[2], sys.argv[3], sys.argv[4:])
