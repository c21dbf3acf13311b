"""pyHanko's verdicts on many files, in one process.

Standard input: {"trust": [PEM], "crls": [DER], "revocation": "require" | "soft-fail", "files": [PDF], "passwords": {PDF: text}}
Encrypted files are opened with their password, or the empty one.
Standard output, one line per file:
  {"path", "error": null | text, "timed_out": bool, "signatures": [
     {"field", "byte_range", "accepted", "intact", "valid", "trusted", "coverage", "modification", "error"}]}
"""

import json
import logging
import signal
import sys

from asn1crypto import crl, pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

SECONDS_PER_FILE = 60


class TooLong(BaseException):
    """Not an Exception, so that nothing underway takes it for a broken file."""


def certificate(path):
    with open(path, "rb") as file:
        data = file.read()
    if pem.detect(data):
        _, _, data = pem.unarmor(data)
    return x509.Certificate.load(data)


def revocation_list(path):
    with open(path, "rb") as file:
        return crl.CertificateList.load(file.read())


def judge_signature(signature, context):
    verdict = {
        "field": signature.field_name,
        "byte_range": [int(number) for number in signature.byte_range],
        "accepted": False,
        "intact": None,
        "valid": None,
        "trusted": None,
        "coverage": None,
        "modification": None,
        "error": None,
    }
    try:
        status = validate_pdf_signature(signature, signer_validation_context=context)
    except Exception as error:
        verdict["error"] = f"{type(error).__name__}: {error}"
        return verdict
    level = status.modification_level
    verdict.update(
        accepted=status.bottom_line,
        intact=status.intact,
        valid=status.valid,
        trusted=status.trusted,
        coverage=status.coverage.name if status.coverage else None,
        modification=level.name if level else None,
    )
    return verdict


def opened(file, password):
    reader = PdfFileReader(file, strict=False)
    if reader.encrypted:
        reader.decrypt(password)
    return reader


def judge_file(path, context, password):
    verdict = {"path": path, "error": None, "timed_out": False, "signatures": []}
    signal.alarm(SECONDS_PER_FILE)
    try:
        with open(path, "rb") as file:
            for signature in opened(file, password).embedded_signatures:
                verdict["signatures"].append(judge_signature(signature, context()))
    except TooLong:
        verdict["timed_out"] = True
    except Exception as error:
        verdict["error"] = f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
    return verdict


def too_long(_number, _frame):
    raise TooLong


def main():
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGALRM, too_long)
    order = json.load(sys.stdin)
    roots = [certificate(path) for path in order["trust"]]
    crls = [revocation_list(path) for path in order["crls"]]

    def context():
        return ValidationContext(
            trust_roots=roots,
            crls=crls,
            allow_fetching=False,
            revocation_mode=order["revocation"],
        )

    for path in order["files"]:
        password = order.get("passwords", {}).get(path, "")
        print(json.dumps(judge_file(path, context, password)), flush=True)


main()
