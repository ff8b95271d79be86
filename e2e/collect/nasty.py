"""Events as nobody should send them."""

import base64
import gzip
import json
import urllib.parse

ADDRESS = "198.51.100.7"
TYPES = ["identify", "track", "page", "screen", "group", "alias"]
TIMES = ["2026-03-02T10:00:00Z", "0000-00-00T00:00:00Z", "-9999-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "+275760-09-13T00:00:00Z",
         "2026-02-30T00:00:00Z", "1900-01-01", "2026-03-02T10:00:00+99:99", "2026-03-02T23:59:60Z", "T", "", "2026-03-02T10:00:00[Europe/London]",
         "-009999-01-02T01:59:59Z", 0, -1, 1e300, 2**63 - 1, -2**63, 253402300799999, -377705023201000, 1772445600000, None, True, [], {}]
TEXTS = ["", " ", "\0", "a\0b", "\ufeff", "\u202e", "é" * 300, "x" * 513, "x" * 40000, "'; drop table record; --", "../../etc/passwd", "${jndi:x}",
         "<script>alert(1)</script>", "NaN", "true", "null", "-0", "1e999", "9" * 400, "0x10", "1_000", "٣", "\ud800", "👩‍👩‍👧‍👦" * 50, "$gpc", "$$times", "a.b.c"]
NUMBERS = [0, -0.0, 1, -1, 2**31, 2**53 + 1, 2**63, 2**64, 10**30, 1.5, 1e-320, 1.7976931348623157e308, 999999999999999999.99]
STRINGS = ["CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "DBABTA~1YYN", "DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", "1YYN", "1---",
           "DBABMA~", "D~~~~~", "DBACMYA~~", "BAAAAAAAAA", "C" * 9000, "DBAB" + "_" * 200, "~", "."]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~."


def text(chance):
    return chance.choice(TEXTS) if chance.random() < .7 else "".join(chr(chance.randrange(1, 0x2fff)) for _ in range(chance.randrange(20)))


def consent(chance):
    """A string of the IAB, or what is left of one."""
    whole = chance.choice(STRINGS)
    if chance.random() < .3:
        whole = "".join(chance.choices(ALPHABET, k=chance.randrange(1, 120)))
    if chance.random() < .2:
        # The header of the Global Privacy Platform with sections of any length.
        whole = chance.choice(["DBABMA", "DBABTA", "DBABrw", "DBACNYA", "DBABLA", "DBABBg", "DBABzw"]) + "~" + "".join(chance.choices(ALPHABET, k=chance.randrange(60)))
    if chance.random() < .5:
        at = chance.randrange(len(whole) + 1)
        whole = whole[:at] + chance.choice(["", chance.choice(ALPHABET), "é", "~"]) + whole[at + chance.randrange(3):]
    return whole


def anything(chance, depth=0):
    kind = chance.randrange(8 if depth < 3 else 5)
    if kind == 0:
        return text(chance)
    if kind == 1:
        return chance.choice(NUMBERS)
    if kind == 2:
        return chance.choice([None, True, False])
    if kind == 3:
        return chance.choice(TIMES)
    if kind == 4:
        return consent(chance)
    if kind == 5:
        return [anything(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {text(chance)[:100]: anything(chance, depth + 1) for _ in range(chance.randrange(4))}


def event(chance):
    """An ordinary event, with some of it replaced."""
    number = chance.randrange(50)
    made = {
        "type": chance.choice(TYPES), "messageId": f"m-{chance.randrange(10**9)}", "anonymousId": f"a-{number}", "userId": f"u-{number % 7}",
        "previousId": f"a-{number + 1}", "groupId": "g", "event": "Bought", "name": "Home", "timestamp": chance.choice(TIMES),
        "originalTimestamp": chance.choice(TIMES), "sentAt": chance.choice(TIMES),
        "properties": {"total": 12.5, "seconds": 3, "is_member": True, "due": "2026-05-04"},
        "traits": {"email": "ida@reader.example", "firstName": "Ida", "born": "1980-01-02"},
        "context": {"ip": ADDRESS, "page": {"path": "/books"}, "traits": {"email": "ida@reader.example"},
                    "consent": {"categoryPreferences": {"news": chance.random() < .5}, "gpp": consent(chance), "tcf": consent(chance)},
                    "consentManagement": {"allowedConsentIds": ["news"], "deniedConsentIds": []}, "gpc": chance.choice([True, "1", 1, None])},
    }
    for _ in range(chance.randrange(4)):
        spoil(chance, made)
    return made


def spoil(chance, within):
    """Takes away, adds or replaces something somewhere."""
    while True:
        name = chance.choice(sorted(within)) if within else "x"
        below = within.get(name)
        if not isinstance(below, dict) or not below or chance.random() < .4:
            break
        within = below
    turn = chance.random()
    if turn < .25:
        within.pop(name, None)
    elif turn < .4:
        within[text(chance)[:200]] = anything(chance)
    elif turn < .5:
        within[name] = deep(chance, chance.choice([10, 100, 126, 127, 128, 500]))
    else:
        within[name] = anything(chance)


def deep(chance, levels):
    made = "bottom"
    for _ in range(levels):
        made = [made] if chance.random() < .5 else {"a": made}
    return made


def batch(chance):
    many = chance.choices([0, 1, 3, 30, 300], [1, 6, 6, 3, 1])[0]
    made = {"batch": [event(chance) for _ in range(many)], "sentAt": chance.choice(TIMES), "timestamp": chance.choice(TIMES)}
    if chance.random() < .1:
        made["batch"] = [anything(chance) for _ in range(5)] + made["batch"][:2]
    if chance.random() < .02:
        made["batch"] = [{}] * chance.choice([9_999, 10_000, 10_001, 200_000])
    if chance.random() < .2:
        made["context"] = anything(chance)
    if chance.random() < .1:
        made[chance.choice(["batch", "sentAt"])] = anything(chance)
    return made


def body(chance, value):
    """The bytes of a body: most of the time JSON, packed or not, whole or not."""
    raw = json.dumps(value, ensure_ascii=chance.random() < .5).encode("utf-8", "surrogatepass")
    turn = chance.random()
    if turn < .02:
        raw = chance.choice([b"[" * 1_000_000, b'{"batch":' * 50_000, b"", b"null", b"{", b"\xff\xfe{}", b'{"a":1e999}', b'{"batch":[],"batch":[1]}', b"x" * 4_500_000, b'"\\ud800"'])
    elif turn < .12:
        raw = bitten(chance, raw)
    elif turn < .15:
        raw = raw.replace(b'"', b"\xc3\x28", 1) if chance.random() < .5 else raw + raw
    turn = chance.random()
    if turn < .25:
        raw = gzip.compress(raw, 1)
    elif turn < .3:
        raw = bitten(chance, gzip.compress(raw, 1))
    elif turn < .31:
        raw = gzip.compress(bytes(chance.choice([5, 300]) << 20), 1)
    elif turn < .33:
        raw = gzip.compress(gzip.compress(raw, 1), 1) + gzip.compress(raw, 1)
    return raw


def bitten(chance, raw):
    """The same with some bytes changed, taken out or cut off."""
    made = bytearray(raw)
    for _ in range(chance.randrange(1, 5)):
        if not made:
            break
        at = chance.randrange(len(made))
        turn = chance.random()
        if turn < .5:
            made[at] = chance.randrange(256)
        elif turn < .7:
            del made[at:at + chance.randrange(20)]
        elif turn < .9:
            made[at:at] = chance.choice([b"\0", b"\xff", b'"', b"{", b"\\u0000", b"\r\n\r\n", b"-", b"\\ud83d"])
        else:
            del made[at:]
    return bytes(made)


def basic(chance, key):
    right = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
    wrong = ["Basic", "Basic ", "Basic !!!", "Basic " + base64.b64encode(b"\xff\xfe:").decode(), "Bearer x", "\xff\xff", "Basic " + "A" * 20000,
             "basic " + base64.b64encode(key.encode()).decode().rstrip("="), right + " "]
    return right if chance.random() < .85 else chance.choice(wrong)


def pixel(chance, key):
    """The address of a picture, which carries an event."""
    path = chance.choice(["/pixel/v1/", "/v1/pixel/"]) + chance.choice([*TYPES, "batch", "x", "%00", "%ff"])
    if chance.random() < .6:
        made = event(chance)
        made["writeKey"] = key
        raw = base64.b64encode(json.dumps(made)[:6000].encode())
        data = bitten(chance, raw) if chance.random() < .5 else raw
        return f"{path}?data={urllib.parse.quote(data)}"
    fields = {"writeKey": key, "anonymousId": "a-1", "event": "Opened", "properties.total": "x", "context.gpp": consent(chance), text(chance): text(chance)}
    return path + "?" + urllib.parse.urlencode(fields, errors="replace")


def address(chance, path):
    path = path.replace(" ", "%20").encode("ascii", "replace").decode()
    more = chance.choice(["%ff", "%", "%00", "?", "&&&=", "?writeKey=%ff%fe", "?gdpr_consent=" + urllib.parse.quote(consent(chance)),
                          "?gpp=" + urllib.parse.quote(consent(chance)), "?" + "a=b&" * 2000, "#x", ";x", "//"])
    return path + more
