"""What a CMS signature is over, taken out of the CMS on standard input.

Standard output: {"attributes": hex of the SET that was signed, "digest": hex of the message digest, "value": hex}
"""

import json
import sys

from asn1crypto import cms


def main():
    info = cms.ContentInfo.load(sys.stdin.buffer.read(), strict=True)
    (signer,) = info["content"]["signer_infos"]
    attributes = signer["signed_attrs"]
    (digest,) = [
        attribute["values"][0].native
        for attribute in attributes
        if attribute["type"].native == "message_digest"
    ]
    json.dump(
        {
            "attributes": attributes.untag().dump().hex(),
            "digest": digest.hex(),
            "value": signer["signature"].native.hex(),
        },
        sys.stdout,
    )


main()
