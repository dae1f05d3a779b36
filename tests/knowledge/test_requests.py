"""A pasted letter and the requests in it."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from handlers.chat import Ask, Person, plain_text
from knowledge.general import general
from knowledge.library import Library
from knowledge.matcher import Matcher
from knowledge.requests import FILE, Asked, is_letter, phrases, question, read, sender

LETTERS = {
    "a list in one line": (
        "GP to kindly repeat U&Es in 2 weeks, issue fit note, refer to physio",
        ["repeat U&Es in 2 weeks", "issue fit note", "refer to physio"],
    ),
    "bullets under a heading": (
        "Cardiology discharge\nEcho normal. Bisoprolol started.\n"
        "Actions for GP:\n- titrate bisoprolol\n- check BP in a month\nOur plan: clinic in six months.",
        ["titrate bisoprolol", "check BP in a month"],
    ),
    "sentences among findings": (
        "Seen in clinic today, doing well. Hb 121. Please could you arrange an ultrasound of the abdomen. "
        "We will see her again in May. We would be grateful if you would prescribe omeprazole 20 mg.",
        ["arrange an ultrasound of the abdomen", "prescribe omeprazole 20 mg"],
    ),
    "a list that is one thing": ("Please check FBC, U&E and LFT weekly.", ["check FBC, U&E and LFT weekly"]),
    "the result goes with its test": (
        "GP to weigh her monthly and send us the chart.",
        ["weigh her monthly and send us the chart"],
    ),
    "things without a verb under a heading": (
        "GP to do:\n- FBC in a week\n- SR1 form\nWard round daily.",
        ["FBC in a week", "SR1 form"],
    ),
    "a verb of no list after a cue": ("We ask the practice to shoulder the recall.", ["shoulder the recall"]),
    "what is asked stands before the cue": ("Fit note for a month please.", ["Fit note for a month please"]),
    "who does it stands at the end": (
        "Sutures to be removed by practice nurse at day ten.",
        ["Sutures to be removed by practice nurse at day ten"],
    ),
    "whom it is for is within it": (
        "Kindly arrange for the practice nurse to syringe both ears.",
        ["arrange for the practice nurse to syringe both ears"],
    ),
    "numbers in one line": (
        "Plan: 1. Echo here. 2. GP to stop aspirin. 3. GP to check BP monthly. 4. See us in May.",
        ["stop aspirin", "check BP monthly"],
    ),
    "courtesies and the hospital's own plans": (
        "Thank you for referring him. Please do not hesitate to contact us. We will arrange the CT. He was well.",
        [],
    ),
    "a safety net": ("Mother told to see GP if worried. See GP if symptoms persist.", []),
    "work that is done": ("Flu vaccine given by GP in October. Referred by GP with cough.", []),
    "nothing for the practice": ("ACTIONS FOR GP:\nNone\nNo action for GP.", []),
    "capitals and broken lines": (
        "THE PATIENT WAS SEEN. GP TO KINDLY\nREPEAT BLOODS IN TWO WEEKS AND REFER\nTO PHYSIO.",
        ["REPEAT BLOODS IN TWO WEEKS AND REFER TO PHYSIO"],
    ),
    "a word that the page cut in two": ("We ask the practice to ar-\nrange bloods.", ["arrange bloods"]),
    "a line that the page broke": (
        "We would be most grateful if the practice were able to check his\nblood pressure while he waits.",
        ["check his blood pressure while he waits"],
    ),
    "markup": ("<p>Dear GP,</p><ul><li>please check BP</li><li>GP to refer to SALT</li></ul>", 2),
    "quoted mail": (
        "> From: ward@hospital.example\n> To: practice\n> GP to stop&nbsp;aspirin\n> Regards",
        ["stop aspirin"],
    ),
    "nothing at all": ("", []),
}
OURS = [json.loads(line) for line in Path(__file__).with_name("letters.jsonl").read_text(encoding="utf-8").splitlines()]
ROWS = [
    (kind, row)
    for kind, rows in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    if isinstance(rows, list)
    for row in rows
]


def requests(text: str) -> list[str]:
    return [each.text for each in read(text)]


@pytest.mark.parametrize("case", LETTERS)
def test_requests_are_found(case: str) -> None:
    text, wanted = LETTERS[case]
    found = requests(text)
    assert found == wanted if isinstance(wanted, list) else len(found) == wanted


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=[f"{kind}: {row['as_in']}" for kind, row in ROWS])
def test_each_row_of_the_phrases_fits_its_words(kind: str, row: dict[str, str]) -> None:
    practice = tomllib.loads(FILE.read_text(encoding="utf-8"))["practice"]
    assert re.search(row["says"].replace("<practice>", f"(?:{practice})"), row["as_in"].lower())
    if kind == "cues":
        assert requests(row["as_in"]), "a cue with something to do asks"
    if kind == "behind":
        assert requests(row["as_in"]) == [row["as_in"]]
    if kind == "courtesies":
        assert not requests(f"Please {row['as_in']}.")
    if kind == "headings":
        assert requests(f"{row['as_in']}:\n- FBC in a week") == ["FBC in a week"]
    if kind == "others":
        assert not requests(f"GP to do:\n{row['as_in']}\nFBC in a week")
    if kind == "facts":
        assert not requests(f"GP to do:\n- {row['as_in']}")
    if kind == "senders":
        assert sender(row["as_in"]) == row["name"]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower()))


def _paired(letter: dict[str, Any]) -> tuple[list[tuple[dict[str, Any], Asked]], int]:
    """Pair what a person marked with what was found: half the words of the shorter must be shared; and the rest."""
    rest = list(read(letter["text"]))
    pairs = []
    for wanted in letter["requests"]:
        mine = _words(wanted["span"])
        shared = {n: len(mine & _words(each.text)) for n, each in enumerate(rest)}
        best = max(shared, key=lambda n: shared[n] / len(mine | _words(rest[n].text)), default=None)
        if best is not None and 2 * shared[best] >= min(len(mine), len(_words(rest[best].text))):
            pairs.append((wanted, rest.pop(best)))
    return pairs, len(rest)


def test_most_requests_of_our_letters_are_found_and_little_else() -> None:
    marked = sum(len(letter["requests"]) for letter in OURS)
    found = [_paired(letter) for letter in OURS]
    assert sum(len(pairs) for pairs, _ in found) >= 0.94 * marked
    assert sum(rest for _, rest in found) <= 0.06 * marked


def test_most_requests_of_our_letters_reach_their_rule(matcher: Matcher) -> None:
    marked = sum(len(letter["requests"]) for letter in OURS)
    right = 0
    for letter in OURS:
        who = sender(letter["text"])
        for wanted, asked in _paired(letter)[0]:
            match = matcher.match(question(asked, who))
            offered = {match.rule, *match.choices} if match.outcome == "choice" else {match.rule}
            right += bool(offered & set(wanted["rules"]))
    assert right >= 0.82 * marked


def test_every_rule_that_our_letters_name_stands_in_the_book(library: Library) -> None:
    named = {rule for letter in OURS for wanted in letter["requests"] for rule in wanted["rules"]}
    assert named <= {rule.id for rule in library.live}


def test_a_question_is_no_letter() -> None:
    for text in (
        "Please can you tell me if we have to do this?",
        "GP to arrange bloods - do I have to?",
        "Ward says GP to arrange bloods, chase the swab and refer to physio. Whose job is that?",
        'Clinic wrote "GP to kindly repeat the MRI and refer to pain clinic if worse". Is that so?',
    ):
        assert not is_letter(text, requests(text)), text


def test_one_request_in_a_few_words_is_matched_whole() -> None:
    text = "GP to refer to physio please."
    assert requests(text)
    assert not is_letter(text, requests(text))


@pytest.mark.parametrize(
    ("asked", "asker", "rule"),
    [
        ("community nurse asks gp to prescribe a thing", "nurse", "community-nurse-prescription-request"),
        ("nhs physiotherapist asks gp to refer", "therapist", "physio-ahp-request"),
        ("podiatry wants a swab", "therapist", "physio-ahp-request"),
        ("dietitian asks gp to prescribe a powder", "dietitian", "dietitian-ons-request"),
        ("mental health team asks gp to test him", "mental", "antipsychotic-monitoring-first-year"),
        ("hospital clinic asks gp to refer to physio", "hospital", "onward-referral-related"),
    ],
)
def test_a_sender_has_a_general_rule(matcher: Matcher, library: Library, asked: str, asker: str, rule: str) -> None:
    cell = general(matcher.match(asked).reading.terms, library.general)
    assert cell
    assert (cell.asker, cell.rule) == (asker, rule)


def test_who_is_asked_for_is_not_who_asks() -> None:
    assert sender("Gynaecology clinic\nPessary fitted.\nGP to refer to physiotherapy.") == "hospital clinic"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked("refer to physio"), "hospital asks gp to refer to physio"),
        (Asked("start ramipril 2.5 mg"), "hospital asks gp to prescribe start ramipril 2.5 mg"),
        (Asked("continue bloods"), "hospital asks gp to continue bloods"),
        (
            Asked("repeat this in a month", "TSH 6.2 today."),
            "hospital asks gp to repeat this in a month (TSH 6.2 today.)",
        ),
        (Asked("refer to physio", "TSH 6.2 today."), "hospital asks gp to refer to physio"),
    ],
)
def test_a_request_is_worded_as_the_book_words_it(asked: Asked, said: str) -> None:
    assert question(asked, "hospital") == said


def test_this_is_what_was_named_last() -> None:
    asked = read("Started on ramipril from clinic. Carotids clear. Please continue this.\nPlease repeat it in May.")
    assert [each.before for each in asked] == ["Started on ramipril from clinic."] * 2


BAD = {
    "no full stop": "please repeat bloods in two weeks and refer to physio he was well ",
    "one word": "x",
    "spaces": " ",
    "cues": "gp to ",
    "please": "please ",
    "articles": "the your own family ",
    "markup": "<a <br &amp; ",
    "numbers": "1. 2) - * ",
    "colons": "a: ",
    "quotes": '" > ',
    "what is no letter": "\x00\u202e\ufeff\U0001f600",
    "broken lines": "please\nthe\nGP TO\n",
}


@pytest.mark.parametrize("kind", BAD)
def test_the_worst_paste_is_borne(kind: str) -> None:
    text = (BAD[kind] * 10_000)[:10_000]
    found = requests(text)
    assert is_letter(text, found) in (True, False)
    assert sender(text) == "hospital"
    assert all(len(each.split()) <= 40 for each in found)


def test_each_request_is_answered_in_a_line(app: App) -> None:
    letter = "Discharge summary\nActions for GP:\n- remove clips at day 12\n- issue fit note for six weeks\nThank you."
    reply = app.handle(Ask(Person("test", "1"), letter))
    text = plain_text(reply)
    assert text.startswith("≡ 2 REQUESTS IN THIS LETTER")
    assert "1. remove clips at day 12: " in text
    assert [button.sentence for button in reply.buttons][:2] == ["rule suture-removal", "rule hospital-fit-note"]


def test_the_phrases_are_read_once() -> None:
    assert phrases() is phrases()
