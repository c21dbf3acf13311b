"""Holds reports of `pena verify` against what is published of their form.

Standard input: {"schema": path, "json": [line], "xml": [document]}
Standard output: a JSON list of complaints.

The order and number of the elements of TS 119 102-2 are those of its XML schema (version 1.2.1).
"""

import json
import sys
import xml.etree.ElementTree as ET

import jsonschema_rs

VR = "{http://uri.etsi.org/19102/v1.2.1#}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"

# Element: its children in order, each with the fewest and the most of it.
ONE, MAYBE, SOME, ANY = (1, 1), (0, 1), (1, None), (0, None)
STRUCTURE = {
    VR + "ValidationReport": [
        (VR + "SignatureValidationReport", SOME),
        (VR + "SignatureValidationObjects", MAYBE),
        (VR + "SignatureValidator", MAYBE),
        (DS + "Signature", MAYBE),
    ],
    VR + "SignatureValidationReport": [
        (VR + "SignatureIdentifier", MAYBE),
        (VR + "ValidationConstraintsEvaluationReport", MAYBE),
        (VR + "ValidationTimeInfo", MAYBE),
        (VR + "SignersDocument", MAYBE),
        (VR + "SignatureAttributes", MAYBE),
        (VR + "SignerInformation", MAYBE),
        (VR + "SignatureQuality", MAYBE),
        (VR + "SignatureValidationProcess", MAYBE),
        (VR + "SignatureValidationStatus", ONE),
    ],
    VR + "SignatureIdentifier": [
        (VR + "DigestAlgAndValue", MAYBE),
        (DS + "SignatureValue", MAYBE),
        (VR + "HashOnly", ONE),
        (VR + "DocHashOnly", ONE),
        (VR + "DAIdentifier", MAYBE),
    ],
    VR + "DigestAlgAndValue": [(DS + "DigestMethod", ONE), (DS + "DigestValue", ONE)],
    VR + "ValidationTimeInfo": [
        (VR + "ValidationTime", ONE),
        (VR + "BestSignatureTime", ONE),
    ],
    VR + "BestSignatureTime": [
        (VR + "POETime", ONE),
        (VR + "TypeOfProof", ONE),
        (VR + "POEObject", MAYBE),
    ],
    VR + "SignatureAttributes": [(VR + "SigningTime", ANY)],
    VR + "SigningTime": [(VR + "AttributeObject", ANY), (VR + "Time", ONE)],
    VR + "SignerInformation": [
        (VR + "SignerCertificate", ONE),
        (VR + "Signer", MAYBE),
    ],
    VR + "SignatureValidationProcess": [
        (VR + "SignatureValidationProcessID", MAYBE),
        (VR + "SignatureValidationServicePolicy", MAYBE),
        (VR + "SignatureValidationPracticeStatement", MAYBE),
    ],
    VR + "SignatureValidationStatus": [
        (VR + "MainIndication", ONE),
        (VR + "SubIndication", ANY),
        (VR + "AssociatedValidationReportData", ANY),
    ],
    VR + "AssociatedValidationReportData": [
        (VR + "TrustAnchor", MAYBE),
        (VR + "CertificateChain", MAYBE),
        (VR + "RelatedValidationObject", ANY),
        (VR + "RevocationStatusInformation", MAYBE),
        (VR + "CryptoInformation", MAYBE),
        (VR + "AdditionalValidationReportData", MAYBE),
    ],
    VR + "CertificateChain": [
        (VR + "SigningCertificate", ONE),
        (VR + "IntermediateCertificate", ANY),
        (VR + "TrustAnchor", MAYBE),
    ],
    VR + "AdditionalValidationReportData": [(VR + "ReportData", SOME)],
    VR + "ReportData": [(VR + "Type", ONE), (VR + "Value", ONE)],
    VR + "SignatureValidationObjects": [(VR + "ValidationObject", SOME)],
    VR + "ValidationObject": [
        (VR + "ObjectType", ONE),
        (VR + "ValidationObjectRepresentation", ONE),
        (VR + "POE", MAYBE),
        (VR + "POEProvisioning", MAYBE),
        (VR + "ValidationReport", MAYBE),
    ],
    VR + "ValidationObjectRepresentation": [(VR + "base64", ONE)],
}
MAIN = ("total-passed", "indeterminate", "total-failed")


def structure(element):
    allowed = STRUCTURE.get(element.tag)
    children = [child.tag for child in element]
    if allowed is None:
        if children:
            yield f"{element.tag} has children"
        return
    place = 0
    for tag, (fewest, most) in allowed:
        count = 0
        while place < len(children) and children[place] == tag:
            place, count = place + 1, count + 1
        if count < fewest or (most is not None and count > most):
            yield f"{element.tag} has {count} of {tag}"
    if place < len(children):
        yield f"{element.tag} has {children[place]} out of its place"
    for child in element:
        yield from structure(child)


def references(root):
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    for element in root.iter():
        for name in (element.get("VOReference") or "").split():
            if name not in ids:
                yield f"{element.tag} refers to {name}, which is not there"


def document(text):
    root = ET.fromstring(text)
    if root.tag != VR + "ValidationReport":
        yield f"the root is {root.tag}"
    yield from structure(root)
    yield from references(root)
    for element in root.iter(VR + "MainIndication"):
        if element.text not in [f"urn:etsi:019102:mainindication:{word}" for word in MAIN]:
            yield f"no main indication: {element.text}"
    for element in root.iter(VR + "SubIndication"):
        if not (element.text or "").startswith("urn:etsi:019102:subindication:"):
            yield f"no sub-indication: {element.text}"


def main():
    asked = json.load(sys.stdin)
    complaints = []
    with open(asked["schema"], encoding="utf-8") as file:
        validator = jsonschema_rs.validator_for(json.load(file))
    for line in asked["json"]:
        for error in validator.iter_errors(line):
            complaints.append(f"{line['path']}: {error.message} at {list(error.instance_path)}")
    for number, text in enumerate(asked["xml"]):
        try:
            complaints.extend(f"document {number}: {what}" for what in document(text))
        except ET.ParseError as error:
            complaints.append(f"document {number}: {error}")
    json.dump(complaints, sys.stdout)


main()
