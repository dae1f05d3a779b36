"""The one way in: masked, routed, answered. It never raises: a chat goes on whatever a person sends."""

import logging
import secrets
from dataclasses import dataclass, replace

import handlers
from handlers.ask import Answer, answer
from handlers.chat import Ask, Button, Headline, House, Person, Reply, Section
from handlers.privacy import Masked, mask

log = logging.getLogger("pushback")


@dataclass(frozen=True)
class Asked:
    """A question and all that came of it, for who wants more than the reply: `pushback ask --json`."""

    masked: Masked
    answer: Answer


class App:
    """Answers each sentence of each chat."""

    def __init__(self, house: House) -> None:
        """Open for one house: its book, its matcher, its committee."""
        self.house = house

    def handle(self, ask: Ask) -> Reply:
        """Answer a sentence, typed or pressed.

        Returns:
            The reply; an apology with a reference, which the log has too, where something broke.
        """
        try:
            masked = mask(ask.text)
            if run := handlers.command(masked.text, self.house):
                return _told(masked, run(self.house, ask.person))
            return _told(masked, answer(masked.text, self.house, ask.person).reply)
        except Exception:
            reference = secrets.token_hex(3)
            log.exception("answering failed, reference %s", reference)  # the trace, never the person's words
            return _sorry(reference)

    def ask(self, question: str, person: Person) -> Asked:
        """Answer a text as a question, even where it could be a command, and say all that came of it."""
        masked = mask(question)
        found = answer(masked.text, self.house, person)
        return Asked(masked, replace(found, reply=_told(masked, found.reply)))


_NAMES = {"nhs-number": "an NHS number", "email": "an e-mail address"}


def _told(masked: Masked, reply: Reply) -> Reply:
    """Tell the sender what was masked, before anything else."""
    if not masked.kinds:
        return reply
    kinds = " and ".join(_NAMES[kind] for kind in masked.kinds)
    said = f"Your message held {kinds}. I did not keep or use it: please delete the message."
    return Reply((Section("Patient details", (said,)), *reply.parts), reply.buttons)


def _sorry(reference: str) -> Reply:
    said = f"Something broke on my side, and it is logged as {reference}. Please ask again, or ask your LMC."
    return Reply((Headline("!", "SORRY"), Section("", (said,))), (Button("Ask the LMC", "lmc"), Button("Help", "help")))
