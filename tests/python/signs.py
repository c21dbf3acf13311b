"""Which files pyHanko signs, in one process: an invisible PAdES B-B signature in a new field, by a throwaway key.

Standard input: {"files": [PDF], "passwords": {PDF: text}}
Standard output, one line per file: {"path", "signed": bool, "error": null | text}
"""

import io
import json
import logging
import signal
import sys
from datetime import datetime, timedelta, timezone

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

SECONDS_PER_FILE = 60


class TooLong(BaseException):
    """Not an Exception, so that nothing underway takes it for a broken file."""


def signer():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Penanda Tangan Uji")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    der = serialization.Encoding.DER
    private = key.private_bytes(
        der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate.public_bytes(der)),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )


def sign(path, password, by):
    with open(path, "rb") as file:
        writer = IncrementalPdfFileWriter(io.BytesIO(file.read()), strict=False)
    if writer.prev.encrypted:
        writer.encrypt(password)
    metadata = signers.PdfSignatureMetadata(
        field_name="Uji", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    signers.sign_pdf(writer, metadata, signer=by)


def too_long(_number, _frame):
    raise TooLong


def main():
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGALRM, too_long)
    order = json.load(sys.stdin)
    by = signer()
    for path in order["files"]:
        error = None
        signal.alarm(SECONDS_PER_FILE)
        try:
            sign(path, order.get("passwords", {}).get(path, ""), by)
        except TooLong:
            error = "more than a minute"
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}"
        finally:
            signal.alarm(0)
        print(json.dumps({"path": path, "signed": error is None, "error": error}), flush=True)


main()
