"""pyHanko's judgement of how long signatures stay provable, with nothing fetched and revocation evidence required.

Arguments: ROOTS.pem FILE.pdf [YEARS]
Standard output, one line per signature:
{"field", "timed": bool, "now": bool, "archived": indication, "later": indication | null}
"timed": valid and trusted, with a trusted timestamp, revocation aside; "now": valid, trusted and with a trusted timestamp, by the evidence of the document security store alone; "archived" is
the judgement of the archive form (EN 319 102-1 5.6) today; "later" the same YEARS from now, assuming that the timestamps
were kept up.
"""

import asyncio
import json
import logging
import sys
from datetime import datetime, timedelta, timezone

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import ades, async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec, ValidationContext
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy


def told(result):
    return str(result.ades_subindic)


async def timed(signature, roots):
    context = ValidationContext(
        trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail"
    )
    return await judged(signature, lambda: context)


async def now(reader, signature, roots):
    known = {"trust_roots": roots, "allow_fetching": False, "revocation_mode": "require"}
    return await judged(
        signature,
        lambda: DocumentSecurityStore.read_dss(reader).as_validation_context(known),
    )


async def judged(signature, make_context):
    try:
        context = make_context()
        status = await async_validate_pdf_signature(
            signature, context, ts_validation_context=context
        )
        stamp = status.timestamp_validity
        return status.bottom_line and stamp is not None and stamp.trusted
    except Exception as problem:
        print(problem, file=sys.stderr)
        return False


async def main():
    logging.disable(logging.CRITICAL)
    with open(sys.argv[1], "rb") as file:
        blocks = pem.unarmor(file.read(), multiple=True)
        roots = [x509.Certificate.load(der) for _, _, der in blocks]
    spec = PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build(trust_roots=roots),
                revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
            ),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
            ),
        )
    )
    years = int(sys.argv[3]) if len(sys.argv) > 3 else None
    with open(sys.argv[2], "rb") as file:
        reader = PdfFileReader(file)
        if reader.encrypted:
            reader.decrypt(b"")
        for signature in reader.embedded_regular_signatures:
            archived = await ades.ades_lta_validation(signature, spec)
            later = None
            if years is not None:
                at = datetime.now(tz=timezone.utc) + timedelta(days=366 * years)
                later = told(
                    await ades.simulate_future_ades_lta_validation(signature, spec, at)
                )
            print(
                json.dumps(
                    {
                        "field": signature.field_name,
                        "timed": await timed(signature, roots),
                        "now": await now(reader, signature, roots),
                        "archived": told(archived),
                        "later": later,
                    }
                )
            )


asyncio.run(main())
