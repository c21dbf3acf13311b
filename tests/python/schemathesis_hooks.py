"""What schemathesis cannot know of our interface, so that its cases reach what lies behind the door.

Who asks is chosen by the operation, each person with a key of their own. A value of valid form is exchanged for one that
exists: ids, digests, passwords. What was made invalid on purpose stays as it is. At the end `tally.json` says how often
each operation answered with which status.
"""

import atexit
import collections
import json
import os
import re
import uuid
import zlib

import requests
import schemathesis
from schemathesis.transport.serialization import Binary, serialize_binary

ACCOUNTS = json.loads(os.environ["PENA_ACCOUNTS"])
"""Of each account: its key, its password, its passphrase."""

with open(os.environ["PENA_PDF"], "rb") as file:
    PDF = Binary(file.read())

ROLES = [
    (r"^(GET|POST|PUT|DELETE) /api/v1/(accounts|api-keys|webhooks)", "admin"),
    (r"^POST /api/v1/office/", "admin"),
    (r"^GET /api/v1/(audit|archive)/", "auditor"),
    (r"^(POST|PUT) /api/v1/letters(/imports|/\{id\}|/\{id\}/submit|/\{id\}/withdraw)?$", "konseptor-kominfo"),
    (r"^POST /api/v1/letters/\{id\}/(dispatch|file)$", "tu-kominfo"),
    (r"^POST /api/v1/agenda$", "tu-kominfo"),
    (r"^(GET|POST) /api/v1/agenda/", "kadis-kesehatan"),
    (r"^GET /api/v1/books/", "tu-kesehatan"),
    (r"", "kadis-kominfo"),
]
"""Who does what; the first line that fits."""

ID = re.compile(r"^([a-z]{3})_[0-9a-f]{32}$")
DIGEST = re.compile(r"^[0-9a-f]{64}$")
KEY = re.compile(r"^[!-~]{1,255}$")
TAG = re.compile(r'^(\*|(W/)?"[!#-~]{0,100}"( *, *(W/)?"[!#-~]{0,100}")*)$')
KEPT = 400
"""How many ids of a kind are remembered: the newest."""


class Known:
    """What exists, as far as answers told."""

    def __init__(self):
        self.ids = collections.defaultdict(lambda: collections.deque(maxlen=KEPT))
        self.digests = {}
        self.codes = collections.deque(maxlen=KEPT)
        # The run would end itself if it revoked its own keys or closed its own accounts.
        self.spared = set()
        self.home = {}
        self.makers = {}

    def learn(self, account, value):
        """Remembers every id in an answer, and the digests that belong to a letter."""
        if isinstance(value, dict):
            if value.get("problem"):
                # It repeats an id that may be made up.
                return
            letter = value.get("letter") or value.get("id")
            for name in ("content_digest", "version_sha256"):
                inner = value.get("prepared") or value
                digest = inner.get(name) if isinstance(inner, dict) else None
                if isinstance(letter, str) and isinstance(digest, str):
                    self.digests[(letter, name)] = digest
            if isinstance(value.get("code"), str):
                self.codes.append(value["code"])
            for part in value.values():
                self.learn(account, part)
        elif isinstance(value, list):
            for part in value:
                self.learn(account, part)
        elif isinstance(value, str) and (form := ID.match(value)) and value not in self.spared:
            for pool in (self.ids[(account, form[1])], self.ids[("", form[1])]):
                if value not in pool:
                    pool.append(value)

    def id(self, account, value):
        """An id that exists, mostly one that this account has met; now and then the made-up one."""
        kind, choice = ID.match(value)[1], zlib.crc32(value.encode())
        if choice % 8 == 0:
            return value
        own, all_of = self.ids[(account, kind)], self.ids[("", kind)]
        if value in all_of:
            return value
        if kind in ("opd", "jbt") and choice % 8 < 6:
            own = self.home.get((account, kind), own)
        pool = own if own and choice % 8 != 7 else all_of
        return pool[(choice >> 3) % len(pool)] if pool else value


KNOWN = Known()
TALLY = collections.defaultdict(collections.Counter)


def account_of(case):
    """Whoever made the object a link leads to, since it may be theirs alone; else whoever has that role."""
    made = KNOWN.makers.get((case.path_parameters or {}).get("id"))
    return made or next(account for form, account in ROLES if re.search(form, case.operation.label))


@schemathesis.auth(refresh_interval=None)
class Keys:
    """The key of whoever does this."""

    def get(self, case, context):
        return ACCOUNTS[account_of(case)]["key"]

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def after_load_schema(context, schema):
    """Looks around once, as each account."""
    base = schema.raw_schema["servers"][0]["url"].rstrip("/")
    read = [
        "/api/v1/office",
        "/api/v1/tasks",
        "/api/v1/letters?limit=100",
        "/api/v1/webhooks",
        "/api/v1/api-keys",
        "/api/v1/accounts",
    ]

    def ask(account, path):
        key = ACCOUNTS[account]["key"]
        answer = requests.get(base + path, headers={"Authorization": f"Bearer {key}"}, timeout=60)
        return answer.json() if answer.ok else {}

    KNOWN.spared = {ask(account, "/api/v1/me")["account"] for account in ACCOUNTS}
    keys = ask("admin", "/api/v1/api-keys")
    KNOWN.spared |= {key["id"] for key in keys["items"]}
    for account in ACCOUNTS:
        answers = {path: ask(account, path) for path in read}
        for answer in answers.values():
            KNOWN.learn(account, answer)
        for item in answers["/api/v1/letters?limit=100"].get("items", []):
            KNOWN.learn(account, ask(account, f"/api/v1/letters/{item['id']}"))
        place = account.rpartition("-")[2]
        office = answers["/api/v1/office"]
        for opd in office.get("opd", []):
            if place in opd["kode_unit"].lower() or place in opd["name"].lower():
                KNOWN.home[(account, "opd")] = [opd["id"]]
                there = [position["id"] for position in office["jabatan"] if position["opd"] == opd["id"]]
                KNOWN.home[(account, "jbt")] = there


@schemathesis.hook
def before_call(context, case, **kwargs):
    """Exchanges values of valid form for values that exist."""
    account = account_of(case)
    # What links and this hook put in is valid where what stood there was valid: the case still is what it was made for.
    # Looked at anew, bytes would count as a breach of any schema.
    case._sync_validated_hashes()
    is_positive = case.meta.generation.mode.is_positive
    headers = case.headers or {}
    if KEY.match(str(headers.get("Idempotency-Key", ""))):
        # A key names one request and is not used for another.
        headers["Idempotency-Key"] = str(uuid.uuid4())
    if TAG.match(str(headers.get("If-Match", ""))):
        headers["If-Match"] = "*"
    for values in (case.path_parameters, case.query):
        for name, value in (values or {}).items():
            values[name] = exchanged(account, name, value)
    if isinstance(case.body, dict):
        for name, value in case.body.items():
            case.body[name] = exchanged(account, name, value)
        exchange_secrets(case.body, ACCOUNTS[account])
        exchange_digests(case.body, (case.path_parameters or {}).get("id"))
        if "file" in case.body and takes_pdf(is_positive, case.body["file"]):
            case.body["file"] = PDF
    elif case.media_type == "application/pdf" and takes_pdf(is_positive, case.body):
        object.__setattr__(case, "body", PDF)
    case._sync_validated_hashes()


def exchange_secrets(body, account):
    """Wrong ones are a matter of other tests: after a few nobody is listened to for a while."""
    confirmation = body.get("confirmation")
    if isinstance(confirmation, dict) and is_secret(confirmation.get("password")):
        confirmation["password"] = account["password"]
    if is_secret(body.get("passphrase")):
        body["passphrase"] = account["passphrase"]


def is_secret(value):
    return isinstance(value, str) and 1 <= len(value) <= 1000


def exchange_digests(body, letter):
    """Names the version that exists of each letter, unless two that differ would become one."""
    letters = body.get("letters")
    letters = letters if isinstance(letters, list) else []
    for one in [body, *letters]:
        if not isinstance(one, dict):
            continue
        for name in ("content_digest", "version_sha256"):
            known = KNOWN.digests.get((str(one.get("letter", letter)), name))
            if known and DIGEST.match(str(one.get(name))) and {**one, name: known} not in letters:
                one[name] = known


def takes_pdf(is_positive, value):
    """Every second file that may be any is a real one."""
    return is_positive and zlib.crc32(repr(value).encode()) % 2 == 0


def exchanged(account, name, value):
    """A value with everything in it that has the form of an id exchanged for an id that exists."""
    if isinstance(value, dict):
        return {name: exchanged(account, name, part) for name, part in value.items()}
    if isinstance(value, list):
        parts = [exchanged(account, name, part) for part in value]
        # Two ids that differ shall not become one.
        return parts if len(set(map(repr, parts))) == len(set(map(repr, value))) else value
    if not isinstance(value, str) or not value:
        return value
    if ID.match(value):
        return KNOWN.id(account, value)
    if name == "code" and KNOWN.codes:
        return KNOWN.codes[zlib.crc32(value.encode()) % len(KNOWN.codes)]
    return value


def presents(response, key):
    return response.request.headers.get("Authorization") == f"Bearer {key}"


@schemathesis.hook
def after_call(context, case, response):
    """Counts, and learns what exists."""
    TALLY[case.operation.label][response.status_code] += 1
    if response.status_code < 300 and "json" in response.headers.get("content-type", [""])[0]:
        account = next((name for name, kept in ACCOUNTS.items() if presents(response, kept["key"])), "")
        KNOWN.learn(account, response.json())
        if response.status_code == 201 and isinstance(response.json().get("id"), str):
            KNOWN.makers[response.json()["id"]] = account


@atexit.register
def tell():
    with open("tally.json", "w", encoding="utf-8") as file:
        json.dump(TALLY, file)


@schemathesis.serializer("application/pdf")
def pdf(context, value):
    """Any bytes will do."""
    return {"data": serialize_binary(value)}


@schemathesis.deserializer("application/pdf", "application/zip", "image/png")
def file_of(context, response):
    """Begins as files of its kind do."""
    kinds = {"application/pdf": b"%PDF-", "application/zip": b"PK", "image/png": b"\x89PNG"}
    kind = response.headers["content-type"][0].partition(";")[0]
    if not response.content.startswith(kinds[kind]):
        raise ValueError(f"these bytes are no {kind}")
    return "file"
