"""Which signed files pyHanko accepts when it trusts whatever certificates their signatures bring along, at a time when all of
them were valid or the youngest is, by any algorithm, with revocation left aside where nothing is known of it.

Standard input: [[PDF, password], ...]
Standard output, one line per file: {"path", "accepted": bool, "said": text}
"""

import json
import logging
import signal
import sys
from datetime import datetime, timezone

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

SECONDS_PER_FILE = 60


class TooLong(BaseException):
    """Not an Exception, so that nothing underway takes it for a broken file."""


def too_long(_signal, _frame):
    raise TooLong()


def brought_along(signatures):
    choices = [choice for signature in signatures for choice in signature.signed_data["certificates"]]
    return [choice.chosen for choice in choices if choice.name == "certificate"]


def moment(certificates):
    first = max((one.not_valid_before for one in certificates), default=None)
    last = min([one.not_valid_after for one in certificates] + [datetime.now(timezone.utc)])
    return last if first is None or first <= last else first


def judged(file, password):
    reader = PdfFileReader(file, strict=False)
    if reader.encrypted:
        reader.decrypt(password)
    signatures = list(reader.embedded_regular_signatures)
    anchors = brought_along(signatures + list(reader.embedded_timestamp_signatures))
    said = []
    for signature in signatures:
        context = ValidationContext(
            trust_roots=anchors,
            moment=moment(anchors),
            allow_fetching=False,
            revocation_mode="soft-fail",
            weak_hash_algos=set(),
        )
        status = validate_pdf_signature(
            signature, signer_validation_context=context, ts_validation_context=context
        )
        said.append((status.bottom_line, status.summary()))
    return bool(said) and all(accepted for accepted, _ in said), "; ".join(text for _, text in said)


def main():
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGALRM, too_long)
    for path, password in json.load(sys.stdin):
        signal.alarm(SECONDS_PER_FILE)
        try:
            with open(path, "rb") as file:
                accepted, said = judged(file, password)
        except TooLong:
            accepted, said = False, "took too long"
        except Exception as error:
            accepted, said = False, f"{type(error).__name__}: {error}"
        finally:
            signal.alarm(0)
        print(json.dumps({"path": path, "accepted": accepted, "said": said}), flush=True)


main()
