"""What was masked, in words: for who wrote it, and for nobody else."""

from collections.abc import Sequence

NAMES = {
    "nhs-number": "an NHS number",
    "chi-number": "a CHI number",
    "hsc-number": "an H&C number",
    "hospital-number": "a hospital number",
    "ni-number": "a National Insurance number",
    "passport-number": "a passport number",
    "record-number": "a record number",
    "dob": "a date of birth",
    "postcode": "a postcode",
    "phone": "a phone number",
    "email": "an e-mail address",
    "address": "an address",
    "name": "a name",
}


def left_out(kinds: Sequence[str]) -> str:
    """Tell who wrote it what became of the identifiers alone: the words around them may have been passed on."""
    return (
        f"Your message held {in_words(kinds)}. I left that out, and did not keep or use it: please delete the message."
    )


def in_words(kinds: Sequence[str]) -> str:
    """Name the kinds of identifiers that were found, at least one: a name, a postcode and a phone number."""
    *most, last = (NAMES[kind] for kind in kinds)
    return f"{', '.join(most)} and {last}" if most else last
