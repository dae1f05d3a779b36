"""A pasted letter and the requests in it."""

import pytest

from bot.app import App
from handlers.chat import Ask, Person, plain_text
from knowledge.requests import is_letter, requests, sender

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
    "courtesies and the hospital's own plans": (
        "Thank you for referring him. Please do not hesitate to contact us. We will arrange the CT. He was well.",
        [],
    ),
    "who does it stands at the end": ("Sutures to be removed by practice nurse at day ten.", 1),
    "nothing at all": ("", []),
}


@pytest.mark.parametrize("case", LETTERS)
def test_requests_are_found(case: str) -> None:
    text, wanted = LETTERS[case]
    found = requests(text)
    assert found == wanted if isinstance(wanted, list) else len(found) == wanted


def test_a_question_is_no_letter() -> None:
    for question in ("Please can you tell me if we have to do this?", "GP to arrange bloods - do I have to?"):
        assert not is_letter(question, requests(question))


@pytest.mark.parametrize(
    ("top", "who"),
    [
        ("Spire Consulting Rooms\nDear GP", "private consultant"),
        ("Community midwifery team", "midwife"),
        ("ED attendance", "emergency department"),
        ("Ward 4 discharge summary", "hospital"),
    ],
)
def test_the_sender_is_read_from_the_top(top: str, who: str) -> None:
    assert sender(top) == who


def test_each_request_is_answered_in_a_line(app: App) -> None:
    letter = "Discharge summary\nActions for GP:\n- remove clips at day 12\n- issue fit note for six weeks\nThank you."
    reply = app.handle(Ask(Person("test", "1"), letter))
    text = plain_text(reply)
    assert text.startswith("≡ 2 REQUESTS IN THIS LETTER")
    assert "1. remove clips at day 12: " in text
    assert [button.sentence for button in reply.buttons][:2] == ["rule suture-removal", "rule hospital-fit-note"]
