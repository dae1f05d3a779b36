"""What is masked, and what only looks like an identifier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.gb import nhs

from handlers.privacy import mask

MASKED = {
    "pt 943 476 5919 wants a note": ("pt [NHS number] wants a note", ("nhs-number",)),
    "9434765919": ("[NHS number]", ("nhs-number",)),
    "943-476-5919, ring me": ("[NHS number], ring me", ("nhs-number",)),
    "DOB 01/02/1980 943 476 5919": ("DOB 01/02/1980 [NHS number]", ("nhs-number",)),
    "943\t476\n5919": ("[NHS number]", ("nhs-number",)),
    "943\u2013476\u20135919.": ("[NHS number].", ("nhs-number",)),
    "NHS9434765919": ("NHS[NHS number]", ("nhs-number",)),
    "write to a.b@nhs.example.uk": ("write to [e-mail]", ("email",)),
}
KEPT = [
    "943 476 5918 has a wrong check digit",
    "reg 17(4)-(5), SC11 and 1000 mg",
    "the fee was 133.90 in 2026/27",
    "a job number of 12 digits 943476591912",
    "ODS code A81001",
]


@pytest.mark.parametrize("text", MASKED)
def test_an_identifier_is_masked(text: str) -> None:
    found = mask(text)
    assert (found.text, found.kinds) == MASKED[text]


@pytest.mark.parametrize("text", KEPT)
def test_a_look_alike_is_kept(text: str) -> None:
    assert mask(text).text == text


@given(st.integers(100_000_000, 999_999_999), st.sampled_from(["", " ", "-"]))
def test_every_valid_nhs_number_is_masked(digits: int, gap: str) -> None:
    for number in (f"{digits}{check}" for check in range(10)):
        typed = gap.join((number[:3], number[3:6], number[6:]))
        assert mask(f"for {typed} please").kinds == (("nhs-number",) if nhs.is_valid(number) else ())
