"""Numbers that point at one person.

    sure(line)      numbers that a label, a form or a check digit proves
    likely(line)    numbers of that form in odd groups; phone numbers that are short, or lack their 0

NHS, CHI and H&C numbers are ten digits with the same check digit (modulus 11). By the NHS Data Model and Dictionary a
CHI number begins with a date of birth and an H&C number lies from 320 000 0010 to 399 999 9999. A labelled number is
masked with a wrong check digit too: mistyped, it still points at somebody.
"""

import re
from collections.abc import Iterator

from stdnum.gb import nhs

from handlers.privacy.spans import Find

_KINDS = {"nhs": "nhs-number", "chi": "chi-number"}  # by the label's first three letters; all others are H&C
_LABEL = re.compile(
    r"(?<![a-z])(nhs|chi|h ?& ?c|hcn|hsc(?:n|ni)?|health (?:and|&)(?: social)? care)(?!\w* ?(?:111|999|119))"
    r"([\W_]{0,3}(?:number|numb|num|nos?|id|ref|#)(?![a-z])|(?:number|num|no)(?=\d)|#)?"
    r"[\W_]{0,4}(?:(?:is|was)[\W_]{1,3})?(?=\d)",
    re.I,
)
_TEN = re.compile(r"\d(?:[ ./_-]{0,3}\d){9}(?!\d)")
_NEAR_TEN = re.compile(r"\d(?:[ ._-]{0,3}\d){8}(?:[ ._-]{0,3}\d\d)?(?!\d)")  # one digit lost or doubled
_GROUPED = re.compile(r"(?<!\d)(?:\d{10}|\d{3}[\W_]{1,3}\d{3}[\W_]{1,3}\d{4})(?!\d)")
# In any other groups, but with one and the same mark between them: lists of figures and links have several.
_ODD = re.compile(r"(?<![\d./-])(?=(\d(?:[ ._\t\n-]{0,2}\d){9}(?![\d/-])))")

_HOSPITAL_LABEL = re.compile(
    r"(?<![a-z])(?:(?:hosp(?:ital)?|unit|pas|case ?(?:note|sheet)s?|district|patient|pt|clinic|record|crn|mrn|k|x)"
    r"[ .]{0,2}(?:number|num|no|nr|id|ref(?:erence)?|identifier|#)s?(?![a-z])"
    r"|mrn|crn|hosp(?=[ .:#]{1,3}[a-z]{1,3}\d{5}))"
    r"[\W_]{0,4}(?:(?:is|was)[\W_]{1,3})?(?=[a-z\d])",
    re.I,
)
_HOSPITAL = re.compile(r"[a-z]{0,4}[ /-]?\d(?:[ /-]?\d){3,11}(?:[ /-]?[a-z]{1,2}(?![a-z]))?(?![\w])", re.I)
# A letter and six digits is a hospital's; a publication of NHS England has its own letters.
_REFERENCE = re.compile(
    r"(?<![a-z])(?:ref(?:erence)?|re|pt|patient|for|in)[\W_]{1,3}(?:(?:no|number)[\W_]{1,3})?"
    r"(?!(?:prn|par|cqc|po|inv|so|gms|pms|si|bw|id)[-\d])([a-z]{1,3}\d{6,8})(?!\w)",
    re.I,
)

_PHONE_WORD = r"(?:tel(?:ephone|e)?|phone|ph|mob(?:ile)?|landline|cell|home|ring|rang|call|contact|text|sms)"
_INTERNATIONAL = re.compile(r"(?<![\w.+])(?:\+|00(?=[1-9]))\d(?:[ .()/-]{0,3}\d){7,14}(?!\d)")
_ABROAD_44 = re.compile(r"(?<![\d.,/-])44 ?(?:\(0\) ?)?[127]\d(?:[ .-]?\d){8}(?!\d)")
_NATIONAL = re.compile(r"(?<![\d.,/£+-])\(?0(?:[127]\d{1,4}|8[35-9])\)?(?:[ .()-]{0,3}\d){4,9}(?!\d)")
_LABELLED_PHONE = re.compile(
    rf"(?<![a-z]){_PHONE_WORD}(?: (?:him|her|them|on|no|number|is|me|at)){{0,3}}[ .:#]{{0,3}}"
    r"(\(?\d{3,6}\)?(?:[ .-]?\d{2,4}){1,3})(?![\w/])",
    re.I,
)
_LABELLED_SURELY = re.compile(r"(?<![a-z])(?:tel(?:ephone|e)?|phone|mob(?:ile)?|landline|cell)\b", re.I)
# A mobile without its 0, in a telephone's groups; ten digits in three, three and four are an NHS number's.
_NO_TRUNK = re.compile(
    r"(?<![\d.,/£+-])(?<!\d )7[1-57-9](?:\d{8}|\d\d ?\d{3} ?\d{3}|\d\d ?\d{6}|\d{3} ?\d{5})(?![\d/-]| \d)"
)
_OTHERS = re.compile(
    r"(?:utr|snomed|sctid|code|concept|gmc|nmc|gphc|vat|invoice|order|account|acc)(?:[\W_]|no|number|id)*$", re.I
)
_PUBLIC = ("03", "08", "09", "0500")  # bodies and premium lines, no patient's
_DATE = re.compile(r"\(?\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)(?!\d)")


def sure(line: str) -> Iterator[Find]:
    """Find numbers that a label, a form or a check digit proves.

    Args:
        line: a plain text (`spans.plain`).
    """
    for label in _LABEL.finditer(line):
        number = _TEN.match(line, label.end()) or (label[2] and _NEAR_TEN.match(line, label.end()))
        if number:
            yield Find(*number.span(), _KINDS.get(label[1][:3].lower(), "hsc-number"))
    for label in _HOSPITAL_LABEL.finditer(line):
        if number := _HOSPITAL.match(line, label.end()):
            kind = _kind(number[0]) if _proved(number[0]) else "hospital-number"
            yield Find(*number.span(), kind)
    for found in _REFERENCE.finditer(line):
        yield Find(*found.span(1), "hospital-number")
    for pattern in (_INTERNATIONAL, _ABROAD_44, _NATIONAL):
        for found in pattern.finditer(line):
            if _rings(found[0]):
                yield Find(*found.span(), "phone")
    for found in _GROUPED.finditer(line):
        if _proved(found[0]):
            yield Find(*found.span(), _kind(found[0]))


def likely(line: str) -> Iterator[Find]:
    """Find ten digits in odd groups with a right check digit; mobiles without their 0, local ones behind a word."""
    for found in _ODD.finditer(line):
        if _proved(found[1]) and len(set(_marks(found[1]))) <= 1 and not _DATE.match(found[1]):
            yield Find(*found.span(1), _kind(found[1]))
    for found in _NO_TRUNK.finditer(line):
        if not _proved(found[0]) and not _OTHERS.search(line, max(0, found.start() - 24), found.start()):
            yield Find(*found.span(), "phone")
    for found in _LABELLED_PHONE.finditer(line):
        digits = _digits(found[1])
        long_enough = 10 <= len(digits) <= 11 or (len(digits) >= 6 and _LABELLED_SURELY.match(found[0]))
        if long_enough and not digits.startswith(_PUBLIC) and not _DATE.match(found[1]):
            yield Find(*found.span(1), "phone")


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _marks(text: str) -> list[str]:
    return re.findall(r"\D+", text)


def _proved(text: str) -> bool:
    """Say whether ten digits have the right check digit."""
    digits = _digits(text)
    return len(digits) == 10 and len(set(digits)) > 1 and bool(nhs.is_valid(digits))


def _kind(text: str) -> str:
    """Name a number that has no label by its range."""
    digits = _digits(text)
    if "01" <= digits[:2] <= "31" and "01" <= digits[2:4] <= "12":
        return "chi-number"
    return "hsc-number" if "3200000010" <= digits <= "3999999999" else "nhs-number"


def _rings(text: str) -> bool:
    """Say whether a number could be somebody's phone.

    Eleven digits from 0 are one by their length, since numbers kept for examples are in no plan; ten are one only where
    a plan of the United Kingdom or of Ireland has them: a CHI number and a date begin with 0 too.
    """
    digits = _digits(text)
    if _DATE.match(text) or _proved(text):
        return False
    if digits.startswith("0") and not digits.startswith("00"):
        if len(digits) == 11:
            return not digits.startswith(_PUBLIC)
        if len(digits) not in {9, 10}:
            return False
    # Most messages hold no phone number, and reading the plans takes a tenth of a question's time.
    import phonenumbers

    typed = text.replace("(0)", "")
    for region in ("GB", "IE"):
        try:
            number = phonenumbers.parse(typed, region)
        except phonenumbers.NumberParseException:
            return False
        possible = (
            phonenumbers.is_possible_number
            if text.lstrip().startswith(("+", "00", "44"))
            else phonenumbers.is_valid_number
        )
        if possible(number):
            return True
    return False
