"""An officer's update over both real wires: written, sent, watched, corrected, taken back."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from bot.app import App
from bot.drawings import drawings
from bot.inbox import Inbox
from bot.outbox import Outbox, Pace
from bot.port import Chat
from bot.slack import Slack
from bot.store import Store
from bot.telegram import Telegram
from handlers.chat import Person
from handlers.records import Rank
from tests.bot.slack_rig import table
from tests.bot.slack_server import GP, Slackware
from tests.bot.telegram_rig import PACE, settings
from tests.bot.telegram_server import Seen, Server

QUICK = Pace({"telegram": 500.0, "slack": 500.0}, {}, look=0.005, report=0.0)
OFFICER = 5  # who types on Telegram
TEXT = "broadcast # Bloods\nA <b>new</b> letter.\n• one & two\n[The rule] rule hospital-fit-note"


@asynccontextmanager
async def both(app: App) -> AsyncIterator[tuple[Server, Slackware, Store]]:
    """Open both platforms and one bot on them: an officer on Telegram, a GP on Slack."""
    store, slack = Store(None), Slackware()
    await slack.open()
    ranks = {Person("telegram", str(OFFICER)).account: Rank.OWNER, Person("slack", GP).account: Rank.OFFICER}
    async with Server() as telegram:
        chats: Mapping[str, Chat] = {"telegram": Telegram(settings(telegram), PACE), "slack": Slack(table(slack))}
        house = dataclasses.replace(app.house, records=store.records, ranks=ranks, drawings=drawings(chats))
        for account in ("telegram 5", "telegram 6", f"slack {GP}"):
            store.records.members.change(store.records.members.begin(account, 0).id, quiet=(0, 0))
        app = App(house)
        inbox = Inbox(app, store, chats)
        outbox = Outbox(app, inbox, chats, QUICK)
        try:
            for chat in chats.values():
                await chat.start(inbox)
            await outbox.start()
            yield telegram, slack, store
        finally:
            await asyncio.gather(outbox.stop(), *(chat.stop() for chat in chats.values()))
            await inbox.stop()
            await slack.close()
            store.close()
    assert not telegram.faults
    assert not slack.problems


def stands(server: Server, person: int, begins: str) -> list[Seen]:
    return [each for each in server.seen if each.chat == person and each.text.startswith(begins)]


async def waited(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not so():
            await asyncio.sleep(0.005)


async def test_from_one_message_to_both_apps_and_back(app: App) -> None:
    async with both(app) as (telegram, slack, _):
        await telegram.say(TEXT, person=OFFICER)
        await telegram.until(lambda: bool(stands(telegram, OFFICER, "✉ DRAFT 1")))
        (draft,) = stands(telegram, OFFICER, "✉ DRAFT 1")
        assert "3: 1 on Slack, 2 on Telegram" in draft.text
        await telegram.press(draft, "Send")
        await slack.have(1)
        await telegram.until(lambda: bool(stands(telegram, 6, "✉ From")))
        (update,) = stands(telegram, 6, "✉ From")
        assert update.text.startswith(
            "✉ From Anyshire LMC: contract\nBloods\n\nA <b>new</b> letter.\n\none & two\n\nUpdate 1."
        )
        assert update.row() == ("The rule", "Read and understood", "No more: contract")
        assert "A <b>new</b> letter." in slack.posts[0].text
        await waited(lambda: any("Sent: 3 of 3" in each.text for each in telegram.seen))
        await telegram.press(update, "Read and understood", person=6)
        await telegram.until(lambda: bool(stands(telegram, 6, "✔ READ")))
        await telegram.say("correct 1 # Bloods\nThe letter is withdrawn.", person=OFFICER)
        await telegram.until(lambda: "The letter is withdrawn." in update.text)
        await waited(lambda: any("The letter is withdrawn." in each.text for each in slack.posts))
        assert "Corrected on" in update.text
        await telegram.say("recall 1", person=OFFICER)
        await telegram.until(lambda: not stands(telegram, 6, "✉ From"))
        await waited(lambda: bool(slack.deleted))


async def test_an_officer_writes_on_slack_as_its_composer_sends_it(app: App) -> None:
    async with both(app) as (_, slack, store):
        escaped = "broadcast # Bloods\nRead &amp; see <https://www.bma.org.uk/bloods>\n• one\n• two"
        await slack.deliver("events_api", slack.typed(escaped))
        (post,) = await slack.have(1)
        assert "DRAFT 1" in post.text
        assert "• one" in post.text
        draft = store.records.broadcasts.by_id(1)
        assert draft
        assert draft.text == "# Bloods\nRead & see https://www.bma.org.uk/bloods\n- one\n- two"
