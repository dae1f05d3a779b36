"""A broadcast over both loopback platforms by a bot that is killed: `make bench` does the same with thousands."""

from pathlib import Path

from tests.bot.broadcast_drill import drill, halves, hurry


async def test_after_six_kills_nobody_is_lost_and_nobody_gets_two(tmp_path: Path, cache: Path) -> None:
    told = await drill(tmp_path, cache, people=200, kills=6)
    assert told.kills == 6
    assert told.lost == []
    assert told.twice == []
    assert told.blocked == 4
    assert told.sent + told.blocked + told.unsure.total() == 200
    assert told.most_by_one_stop <= 1, "one call of an app is on its way at a time"
    assert set(told.unsure) <= {"stop", "network"}


async def test_an_urgent_one_keeps_the_pace_and_questions_are_answered(tmp_path: Path, cache: Path) -> None:
    told = await hurry(tmp_path, cache, halves(60))
    assert told.refused == 0, "Telegram refused none as too many"
    assert told.rates["telegram"] < 30
    assert told.rates["slack"] < 13
    assert told.answers
