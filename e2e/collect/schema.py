#!/usr/bin/env python3
"""Holds the collector to its description (docs/collect.openapi.yaml): Schemathesis sends what the description allows and what
it does not, for a while. No answer of the 500s, each of a status, a type and a shape that is described, no panic; and
afterwards it still takes events.

Usage: schema.py PATH_TO_THEIRS [--seconds N] [--seed N]     (by default 30 seconds)
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import fuzz
from house import House

DESCRIPTION = pathlib.Path(__file__).parent.parent.parent / "docs" / "collect.openapi.yaml"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("theirs")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--seed", type=int)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = House(asked.theirs, folder)
        house.start()
        try:
            command = [
                pathlib.Path(sys.executable).parent / "schemathesis", "run", DESCRIPTION, "--url", house.url,
                "--auth", f"{house.server_key}:", "--checks", CHECKS, "--max-time", str(asked.seconds), "--max-examples", "100000",
                "--workers", "2", "--no-color", "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all",
                "--warnings", "off", "--request-timeout", "30",
            ]
            if asked.seed is not None:
                command += ["--seed", str(asked.seed)]
            done = subprocess.run(command, cwd=folder)
            fuzz.still_collects(house, "afterwards")
            wrong = house.said_wrong()
        finally:
            house.end()
    for line in wrong:
        print(f"FAIL {line}")
    if done.returncode or wrong:
        sys.exit("FAILED: the collector does not keep to its description")
    print("the collector keeps to its description")


if __name__ == "__main__":
    main()
