"""One line for each thing that a client does: `ok` with what held, or `FAIL` with what did not."""

import contextlib
import os
import sys

failed = []


@contextlib.contextmanager
def check(what):
    """Runs one check; whatever goes wrong in it is its failure alone."""
    try:
        yield
    except Exception as error:  # a client may raise anything
        first = (str(error) or type(error).__name__).strip().splitlines()[0]
        failed.append(what)
        print(f"FAIL {what} | {first[:300]}", flush=True)
    else:
        print(f"ok   {what}", flush=True)


def section(name):
    """What the checks that follow belong to, a column of the table in docs/sql.md."""
    print(f"== {name}", flush=True)


def expect(held, seen=None):
    if not held:
        raise AssertionError(f"not so; seen: {seen!r}")


def same(seen, expected):
    expect(seen == expected, seen)


def finish():
    sys.exit(1 if failed else 0)


def object_to_all(person="crm:HB-10001"):
    """Somebody objects while clients are connected."""
    return theirs("object", person, "all", "--as", "noor")


def take_back(person="crm:HB-10001"):
    return theirs("object", person, "all", "--withdraw", "--as", "noor")


def theirs(*words):
    import subprocess

    command = [os.environ["THEIRS"], "-C", os.environ["THEIRS_FOLDER"], *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
