"""What schemathesis cannot know of our interface: an Idempotency-Key names one request and is not used for another."""

import re
import uuid

import schemathesis

NAME = "Idempotency-Key"
FORM = re.compile(r"[!-~]{1,255}")


@schemathesis.hook
def before_call(context, case, **kwargs):
    """Gives every valid key a fresh value; what was made invalid on purpose stays as it is."""
    headers = case.headers or {}
    if FORM.fullmatch(str(headers.get(NAME, ""))):
        headers[NAME] = str(uuid.uuid4())
