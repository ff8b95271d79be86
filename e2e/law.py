"""What a finished page says, read as a person would: the ground on which papers are held against lines of law."""

import html.parser
import re
import sys

BLOCKS = {"p", "li", "tr", "h1", "h2", "h3", "dt", "dd"}


class Reader(html.parser.HTMLParser):
    """The page as a list of (tag, text), the smallest blocks alone."""

    def __init__(self):
        super().__init__()
        self.blocks, self.open = [], []

    def handle_starttag(self, tag, attributes):
        if tag in BLOCKS:
            self.open.append([tag, ""])

    def handle_endtag(self, tag):
        if self.open and self.open[-1][0] == tag:
            tag, text = self.open.pop()
            self.blocks.append((tag, " ".join(text.split())))

    def handle_data(self, data):
        if self.open:
            self.open[-1][1] += data + (" " if self.open[-1][0] == "tr" else "")


def read(page):
    reader = Reader()
    reader.feed(page)
    return reader.blocks


def flat(text):
    return " ".join(str(text).split())


def readable(name):
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


class Page:
    def __init__(self, blocks):
        self.blocks = blocks

    def has(self, *texts):
        """Whether one block holds all of these."""
        texts = [flat(text) for text in texts]
        return any(all(text in block for text in texts) for _, block in self.blocks)

    def is_block(self, text):
        """Whether a block is just this."""
        return any(block == flat(text) for _, block in self.blocks)

    def part(self, heading, level="h3"):
        """The blocks below a heading, up to the next; None if there is no such heading."""
        heading = flat(heading)
        for at, (tag, text) in enumerate(self.blocks):
            if tag == level and text == heading:
                below = []
                for tag, text in self.blocks[at + 1 :]:
                    if tag in ("h2", "h3"):
                        break
                    below.append((tag, text))
                return Page(below)
        return None


def silent(blocks, is_missed, guides):
    """Removes each block once; those that nobody missed and that do not only lead the reader."""
    unmissed = [blocks[at] for at in range(len(blocks)) if not is_missed(blocks[:at] + blocks[at + 1 :])]
    return unmissed, [text for _, text in unmissed if not any(re.search(guide, text) for guide in guides)]


def judge(what, blocks, evidence, elsewhere, guides, mutate):
    """Says of a finished paper which of the 57 lines it carries, and fails if one is missing; `evidence` says of a
    page, line by line, whether it is there. With `mutate` each block that is removed has to be missed."""
    def missing(rest):
        return [number for number, held in evidence(Page(rest)).items() if not held]

    found = evidence(Page(blocks))
    lines = [f"L{number:02}" for number in range(1, 58)]
    unknown = [number for number in lines if number not in found and number not in elsewhere]
    told = [number for number in lines if found.get(number)]
    gone = sorted([number for number in found if not found[number]] + unknown)
    print(f"{len(told)} of the {len(lines) - len(elsewhere)} lines that {what} carries are there; {len(elsewhere)} belong elsewhere")
    if gone:
        sys.exit(f"missing: {', '.join(gone)}")
    if mutate:
        unmissed, gone = silent(blocks, missing, guides)
        print(f"{len(blocks)} paragraphs, rows and headings were each removed once; {len(blocks) - len(unmissed)} were missed,"
              f" {len(unmissed) - len(gone)} only lead the reader")
        if gone:
            sys.exit("removed and not missed:\n  " + "\n  ".join(text[:120] for text in gone[:20]))
