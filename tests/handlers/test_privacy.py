"""What is masked, and what only looks like an identifier."""

import re
from collections.abc import Iterator
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.gb import nhs

from handlers import COMMANDS
from handlers.letter import WORDINGS
from handlers.privacy import SHOWN, _found, mask
from handlers.privacy.said import NAMES
from handlers.privacy.vocabulary import given as given_names
from handlers.privacy.vocabulary import surnames
from knowledge.library import Library
from knowledge.model import Role

MASKED = {
    # NHS numbers: any spacing, any mark, any digits; a label makes one of a wrong check digit too
    "pt 943 476 5919 wants a note": ("pt [NHS number] wants a note", "nhs-number"),
    "9434765919": ("[NHS number]", "nhs-number"),
    "943-476-5919, ring me": ("[NHS number], ring me", "nhs-number"),
    "943\t476\n5919": ("[NHS number]", "nhs-number"),
    "943\u2013476\u20135919.": ("[NHS number].", "nhs-number"),
    "943 / 476 / 5919": ("[NHS number]", "nhs-number"),
    "9 4 3 4 7 6 5 9 1 9": ("[NHS number]", "nhs-number"),
    "9434 765 919 for pt": ("[NHS number] for pt", "nhs-number"),
    "NHS9434765919": ("NHS[NHS number]", "nhs-number"),
    "NHSNo9434765919": ("NHSNo[NHS number]", "nhs-number"),
    "\uff19\uff14\uff13\uff14\uff17\uff16\uff15\uff19\uff11\uff19": ("[NHS number]", "nhs-number"),
    "\u096f\u096a\u0969\u096a\u096d\u096c\u096b\u096f\u0967\u096f": ("[NHS number]", "nhs-number"),
    "NHS number is 943 476 5918": ("NHS number is [NHS number]", "nhs-number"),
    "NHS no 943 476 591": ("NHS no [NHS number]", "nhs-number"),
    # Scotland and Northern Ireland
    "CHI 010 175 0005": ("CHI [CHI number]", "chi-number"),
    "1407883399 in Glasgow": ("[CHI number] in Glasgow", "chi-number"),
    "H&C no. 342 499 5567": ("H&C no. [H&C number]", "hsc-number"),
    "HCN:3424995568": ("HCN:[H&C number]", "hsc-number"),
    # Hospital numbers
    "hosp no RXH123456 from A&E": ("hosp no [hospital number] from A&E", "hospital-number"),
    "MRN 0012345": ("MRN [hospital number]", "hospital-number"),
    "Hosp No: A123456": ("Hosp No: [hospital number]", "hospital-number"),
    "unit number B 12 34 56": ("unit number [hospital number]", "hospital-number"),
    "re K123456 and the scan": ("re [hospital number] and the scan", "hospital-number"),
    # Phones and e-mail
    "call 07700.900.123": ("call [phone]", "phone"),
    "on +44 (0)20 7946 0112 now": ("on [phone] now", "phone"),
    "00353 86 123 4567 abroad": ("[phone] abroad", "phone"),
    "(028) 9012 3456": ("[phone]", "phone"),
    "ring 086 123 4567": ("ring [phone]", "phone"),
    "tel 496 0123": ("tel [phone]", "phone"),
    "write to a.b@nhs.example.uk": ("write to [e-mail]", "email"),
    "joe.o'neill (at) example.com": ("[e-mail]", "email"),
    "7700900123 call back": ("[phone] call back", "phone"),
    "text 7700 900 123": ("text [phone]", "phone"),
    "jane dot doe at example dot com": ("[e-mail]", "email"),
    "jane.doe at example.com": ("[e-mail]", "email"),
    "email is jane (at) example (dot) com": ("email is [e-mail]", "email"),
    # Papers and record systems
    "NI number QQ123456C": ("NI number [NI number]", "ni-number"),
    "National Insurance no: TN 01 02 03 M": ("National Insurance no: [NI number]", "ni-number"),
    "AB 12 34 56 C for the form": ("[NI number] for the form", "ni-number"),
    "ab123456c for the form": ("[NI number] for the form", "ni-number"),
    "passport no 123456789": ("passport no [passport number]", "passport-number"),
    "passport: C01X00T47": ("passport: [passport number]", "passport-number"),
    "EMIS number 12345": ("EMIS number [record number]", "record-number"),
    "SystmOne no. 98 76 54": ("SystmOne no. [record number]", "record-number"),
    # Dates of birth
    "d.o.b 1 Jan 1950": ("d.o.b [date of birth]", "dob"),
    "born 03-04-1962": ("born [date of birth]", "dob"),
    "DOB: 030462": ("DOB: [date of birth]", "dob"),
    "date of birth is March 3rd, 1962": ("date of birth is [date of birth]", "dob"),
    "pt 12/11/58 wants a note": ("pt [date of birth] wants a note", "dob"),
    "12/11/1958 wants a note": ("[date of birth] wants a note", "dob"),
    # Places
    "she lives at bs1 4dj now": ("she lives at [postcode] now", "postcode"),
    "CR2 6xh is out of area": ("[postcode] is out of area", "postcode"),
    "moved to N19GU": ("moved to [postcode]", "postcode"),
    "visit to Flat 2, 14 Nowhere Rd": ("visit to [address]", "address"),
    "visit to 22 high street": ("visit to [address]", "address"),
    "address: The Old Rectory, Church Lane": ("address: [address]", "address"),
    "the farm is Hill Cottage, Mill Lane, Anytown": ("the farm is [address]", "address"),
    # Names: after a title
    "Mrs J Smith wants bloods": ("[name] wants bloods", "name"),
    "Mr. & Mrs. Ali want jabs": ("[name] want jabs", "name"),
    "Master T. Lee's letter": ("[name]'s letter", "name"),
    "mr kowalczyk wants a letter": ("[name] wants a letter", "name"),
    "miss patel is off": ("[name] is off", "name"),
    "MRS SMITH": ("[name]", "name"),
    "baby Ahmed at 8 weeks": ("[name] at 8 weeks", "name"),
    # after who they are
    "pt John Smith needs it": ("pt [name] needs it", "name"),
    "pt john smith needs it": ("pt [name] needs it", "name"),
    "pt Zqarbel needs it": ("pt [name] needs it", "name"),
    "patient: SMITH, John today": ("patient: [name] today", "name"),
    "our lady Mary Jones": ("our [name]", "name"),
    "carer's name is Pat Brown": ("carer's name is [name]", "name"),
    "her name is wren": ("her name is [name]", "name"),
    "her name is wren and she rang": ("her name is [name] and she rang", "name"),
    "his name is grace, not": ("his name is [name], not", "name"),
    "his mum, Sandra, rang": ("his mum, [name], rang", "name"),
    "pt A.B. is off": ("pt [name] is off", "name"),
    "pt \u738b\u5c0f\u660e needs one": ("pt [name] needs one", "name"),
    "patient \u041d\u0430\u0442\u0430\u043b\u044c\u044f needs one": ("patient [name] needs one", "name"),
    "re: Jane O'Neill-Jones": ("re: [name]", "name"),
    # by themselves
    "Smith, Jane is off": ("[name] is off", "name"),
    "Jan van der Berg is off": ("[name] is off", "name"),
    "Khalid al-Rashid is off": ("[name] is off", "name"),
    "Si\u00e2n Pugh-Williams is off": ("[name] is off", "name"),
    "R. Patel is off": ("[name] is off", "name"),
    "Will Martin is off": ("[name] is off", "name"),
    "Kowalczyk needs prescription": ("[name] needs prescription", "name"),
    "OKAFOR rang": ("[name] rang", "name"),
    "Begum has lost hers": ("[name] has lost hers", "name"),
    "Okafor is requesting a visit": ("[name] is requesting a visit", "name"),
    "mohammed wants sick note": ("[name] wants sick note", "name"),
    "Smith J wants one": ("[name] wants one", "name"),
    "saw Frank today": ("saw [name] today", "name"),
    "Maureen's insurer": ("[name]'s insurer", "name"),
}
KEPT = [
    "943 476 5918 has a wrong check digit",
    "reg 17(4)-(5), SC11, clause 5.1.2, 17.5 and 1000 mg",
    "the fee was 133.90 in 2026/27, and \u00a3125.50 in 2025-26",
    "a job number of 12 digits 943476591912",
    "ODS code A81001, trust RXH, ICB QHM",
    "MED3, FP10, DS1500, SR1, FP92A, MATB1, HC2 and CP1",
    "from 1 April 2026 to 31/03/2027, signed on 01/04/2004",
    "for those born on or after 1 January 2020, or born 1 Jan 2025 or later",
    "the NHS Act 1946 of 5 July 1948",
    "doors open 8-6.30, BP 130/80 at 14:30, eGFR 45, HbA1c 48",
    "ring 999, 111, 101, 112 or 0300 123 4567",
    "GMC 1234567, UTR 1234567890, SNOMED 1240581000000104",
    "UTR 7700900123, SNOMED 7700900125, 770 090 0123 in groups of an NHS number with a wrong check digit",
    "look at gov dot uk, e.g. at nhs.uk, at 5.30 to nhs.net",
    "on 12 34 56 a day, NI GPs, NI number wanted, passport form 2026, passport 01/04/2026, EMIS no longer 1200",
    "B12 1mg, E10 5bd, day L4 5th, SR1 2pm",
    "10 minutes down the road, 5 Crown Court summonses, 3 patients in Church Street",
    "12 Park Road Surgery and 42 Harley Street",
    "Dr Patel asks us, nurse Jane Brown too, and the consultant, Mr Smith, does",
    "Mr Patel's clinic; Mr Smith (consultant orthopaedic surgeon)",
    "Bell's palsy, Addison's, Cushing's, Down syndrome, Holter, Jaydess, Gilbert's syndrome",
    "Barts, St Thomas', Guy's, the Christie and Royal Victoria",
    "Lloyd George notes, Martha's rule, Oliver McGowan training, Nigel's surgery",
    "mr spine, ms nurse, MS patient, miss appointments, pt wants, patient asks, Mr scan",
    "Will the trust, May I, Can we, Mark it, Grant of probate, Chase results, Sue them, Rob from",
    "Patient Participation Group, Patient Access, Baby Check, Lady wants one",
    "her name is on the list, his name is down, the name is new, the surgery's name is grace",
    "Pastor has a question, Lister wants bloods, Birmingham asks, Slack says so, Whitty said",
    "in April, on Monday, from India, to Chelsea, at Preston",
    "AccuRx, SystmOne, EMIS, Ardens, IgE, FeNO, ECGs and CCGs",
    "thanks, Sarah",
]
# Each grows without end: a pattern that tries each start against the whole rest would show here.
HOSTILE = [
    "1", "1 ", "a", "Aa ", "A.", "a@", "a.", "Smith, ", "John Smith ", "pt ", "mr ", "Mr. ", "J. ", "dob ",
    "nhs no ", "0113 ", "+1", "1/2/50 ", "1 a b c d ", "14 Nowhere Road, ", "flat 2, ", "The Old ", "hosp no ",
    " ", "\0", "[name]", "tel ", "Al-", "O'", "lives at A ", "John de ", "1 jan ", "943476591 ",
    "NHS 9434765919 ", "re ", "(0", "NI no ", "AB 12 ", "passport 1a", "EMIS no 1 ", "a dot ", "a at ", "77", "email ",
    "Kowalczyk has ", "her name is ", "is is was ",
]  # fmt: skip


@pytest.mark.parametrize("text", MASKED)
def test_an_identifier_is_masked(text: str) -> None:
    found = mask(text)
    assert (found.text, found.kinds) == (MASKED[text][0], (MASKED[text][1],))


@pytest.mark.parametrize("text", KEPT)
def test_a_look_alike_is_kept(text: str) -> None:
    assert mask(text).text == text


def test_all_kinds_in_one_letter_are_masked_in_order() -> None:
    letter = (
        "Re: Mrs Jane Smith (01/02/1980), 12 Acacia Avenue, Anytown BS1 2AB\n"
        "NHS no 943 476 5919, hosp no K123456, tel 01632 960123, jane@example.org"
    )
    found = mask(letter)
    assert found.text == (
        "Re: [name] ([date of birth]), [address] [postcode]\n"
        "NHS no [NHS number], hosp no [hospital number], tel [phone], [e-mail]"
    )
    assert found.kinds == ("name", "dob", "address", "postcode", "nhs-number", "hospital-number", "phone", "email")


def test_a_date_beside_a_number_is_of_birth_and_does_not_hide_it() -> None:
    assert mask("01/02/1980 943 476 5919").text == "[date of birth] [NHS number]"


def test_a_letter_of_this_year_beside_a_name_keeps_its_date() -> None:
    assert mask("Mrs Smith 12/11/2025").text == "[name] 12/11/2025"


def test_each_kind_is_named_to_the_sender() -> None:
    assert set(NAMES) == set(SHOWN)


def test_what_stands_for_an_identifier_is_none() -> None:
    shown = " ".join(SHOWN.values())
    assert mask(f"pt {shown} Mr {shown}").kinds == ()


@given(st.integers(100_000_000, 999_999_999), st.sampled_from(["", " ", "-"]))
def test_every_number_with_a_right_check_digit_is_masked(digits: int, gap: str) -> None:
    for number in (f"{digits}{check}" for check in range(10)):
        typed = gap.join((number[:3], number[3:6], number[6:]))
        kinds = mask(f"for {typed} please").kinds
        mobile = not gap and re.match("7[1-57-9]", number)
        assert bool(kinds) == (nhs.is_valid(number) or bool(mobile)) or len(set(number)) == 1
        assert set(kinds) <= {"nhs-number", "chi-number", "hsc-number"} | ({"phone"} if mobile else set())


@given(st.integers(1, 28), st.integers(1, 12), st.integers(0, 99), st.integers(0, 999))
def test_a_number_that_begins_with_a_date_is_a_chi_number(day: int, month: int, year: int, rest: int) -> None:
    digits = f"{day:02}{month:02}{year:02}{rest:03}"
    for number in (digits + str(check) for check in range(10)):
        if nhs.is_valid(number):
            assert mask(f"for {number} please").kinds == ("chi-number",)


_SNIPPETS = st.sampled_from(
    [*MASKED, *KEPT, *SHOWN.values(), "Mr", "pt", "NHS no", "DOB", "1/2/50", "Jane", "Smith", ", ", " (", "07700", "\0"]
)


@given(st.lists(st.one_of(_SNIPPETS, st.text(max_size=12)), max_size=8), st.sampled_from(["", " ", "\n"]))
def test_a_masked_text_holds_nothing_more(pieces: list[str], gap: str) -> None:
    masked = mask(gap.join(pieces))
    assert mask(masked.text) == type(masked)(masked.text, ())


@given(st.lists(st.one_of(_SNIPPETS, st.text(max_size=12)), max_size=8))
def test_what_is_not_masked_stays_as_it_was_typed(pieces: list[str]) -> None:
    text = " ".join(pieces)
    finds = _found(text)
    assert all(a.end <= b.start for a, b in pairwise(finds))
    assert all(0 <= find.start < find.end <= len(text) for find in finds)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_is_read_a_few_times_and_no_more(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = count()
    read = _found

    def counted(text: str) -> object:
        next(passes)
        return read(text)

    monkeypatch.setattr("handlers.privacy._found", counted)
    mask(piece * (2_000 // len(piece)))
    assert next(passes) <= 4


def test_no_command_and_no_button_is_masked(library: Library) -> None:
    for sentence in _sentences(library):
        assert mask(sentence).text == sentence


def _sentences(library: Library) -> Iterator[str]:
    for word, command in COMMANDS.items():
        yield word
        if command.names_rule:
            yield from (f"{word} {ident}" for ident in library.rules)
    yield from ("join BCDFG-HJKLM", "link bcdfg-hjklm", "invite A81001 manager", "forget me yes", "settings role gp")
    for ident in library.rules:
        yield from (f"letter {ident} {wording}" for wording in WORDINGS)
        yield from (f"rule {ident} {role}" for role in Role)


def test_nothing_in_the_book_is_a_patient(library: Library) -> None:
    texts = [text for rule in library.rules.values() for text in (rule.title, rule.answer, rule.why, *rule.unless)]
    texts += [text for rule in library.rules.values() for text in (*rule.asks, *rule.words)]
    texts += [line for letter in library.letters.values() for line in re.split(r"\n+", str(letter))]
    assert [text for text in texts if mask(text).kinds] == []


def test_names_are_in_small_letters_without_accents() -> None:
    for table in (given_names(), surnames()):
        assert all(re.fullmatch(r"[a-z'-]+", name) for name in table)
