"""A chat of paper: it keeps what it is given, and says of each what it was told to say."""

import asyncio
from dataclasses import dataclass

from bot.port import Door, Limits, Outcome, Sent
from handlers.chat import Person, Reply, plain_text

DONE = Sent(Outcome.SENT)


@dataclass(frozen=True)
class Told:
    """One message: to whom, what, and where."""

    person: Person
    reply: Reply
    place: str = ""

    @property
    def text(self) -> str:
        """What the person reads."""
        return plain_text(self.reply)


class Paper:
    """A chat of paper, which lets nothing be changed.

    `outcomes` are what the next calls come to, in order, and then `always` is; each waits for `gate`, where there is
    one, and `waits` is set once one does. `calls` are those begun, `sent` those that came back.
    """

    start_link = ""

    def __init__(self, *outcomes: Sent, name: str = "paper", per_second: float = 30) -> None:
        self.name, self.limits = name, Limits(text=4_000, buttons=10, per_second=per_second)
        self.outcomes, self.always = list(outcomes), DONE
        self.calls: list[Told] = []
        self.sent: list[Told] = []
        self.gate: asyncio.Event | None = None
        self.waits = asyncio.Event()
        self._arrived = asyncio.Condition()

    async def start(self, door: Door) -> None: ...

    async def stop(self) -> None: ...

    def below(self, message: str) -> str:
        return message

    async def send(self, person: Person, reply: Reply, place: str = "") -> Sent:
        assert person.chat == self.name
        told = Told(person, reply, place)
        self.calls.append(told)
        if self.gate:
            self.waits.set()
            await self.gate.wait()
        async with self._arrived:
            self.sent.append(told)
            self._arrived.notify_all()
        return self.outcomes.pop(0) if self.outcomes else self.always

    async def have(self, count: int, seconds: float = 20) -> None:
        """Wait until so many came back."""
        async with asyncio.timeout(seconds), self._arrived:
            await self._arrived.wait_for(lambda: len(self.sent) >= count)
