"""Somebody's life is in danger: said first, whatever the question is about and whatever the book holds.

    of_oneself   whoever asks is at risk: help for them, and no contract at all
    first        what stands before an answer: 999, or "act first", where the words tell of danger to somebody

These are words that nobody types for nothing; one line too many before an answer costs less than one too few.
"""

import re

from handlers.chat import Section

SELF = Section(
    "You matter first",
    ("In danger now: 999. Samaritans, day and night, free: 116 123. Urgent mental health help: 111.",),
)
CRISIS = Section("In danger now", ("999. Urgent mental health help: 111, or your crisis team. Act first.",))
EMERGENCY = Section("Emergency now", ("999, and the practice's own emergency drill. Who should do what comes after.",))
RESULT = Section("Act first", ("A result that cannot wait is acted on today by whoever sees it. Hand it back after.",))
URGENT = Section("Act first", ("What is urgent is made safe today. Hand it back after.",))

# 116 123: samaritans.org, "Contact a Samaritan", read in November 2026.
_OF_ONESELF = re.compile(
    r"\bi(?:'?m| am)? (?:just )?(?:feel(?:ing)? |so |really |am )?suicidal\b"
    r"|\bi (?:just )?(?:want|wish|would like|'d like) (?:to (?:die|be dead|end (?:it|things|my life)))\b"
    r"|\bi wish i (?:was|were) dead\b"
    r"|\bi (?:can'?t|cannot|can not) (?:go on|do this any ?more|live like this|carry on any ?more)\b"
    r"|\b(?:kill|hurt|harm|hang)(?:ing)? myself\b|\b(?:end|ending|take|taking) my (?:own )?life\b"
    r"|\b(?:thinking (?:about|of)|feel like|thoughts of) (?:ending it|suicide|dying)\b"
    r"|\bi(?:'?ve| have)? (?:taken|took) an overdose\b|\bi don'?t want to (?:live|be here|wake up)\b"
)
_CRISIS = re.compile(
    r"\b(?:kill|hang|harm|hurt)(?:ing)? (?:him|her|them|my|your)sel(?:f|ves)\b|\bsuicid|\boverdos(?:e|ed|ing)\b"
    r"|\b(?:end|ending|take|taking) (?:it all|(?:his|her|their|my) (?:own )?li(?:fe|ves))\b|\bwants? to die\b"
)
_EMERGENCY = re.compile(
    r"\b(?:not|isn'?t|stopped) breathing\b|\banaphyla|\b(?:cardiac|respiratory) arrest\b|\barrest(?:ed|ing) in\b"
    r"|\bchest pains?\b|\b(?:having|had|got) a (?:stroke|heart attack|fit|seizure)\b|\bunconscious\b|\bunresponsive\b"
    r"|\bchoking\b|\bcollapsed\b|\bsep(?:sis|tic)\b|\bmeningitis\b|\bbleeding (?:out|heavily)\b|\bhaemorrhag"
    r"|\b(?:knife|machete|gun|weapon) (?:at|in|on)\b|\bbeing attacked\b"
    r"|\b(?:threaten\w*|trying|tried) to (?:kill|stab|attack)\b"
)
# Potassium of 6 or more, in figures: the level from which UK Kidney Association guidance (2023) has it acted on.
_RESULT = re.compile(
    r"\b(?:k\+?|potassium)\s*(?:is|was|of|at|=|:)?\s*(?:[6-9]|1\d)(?:\.\d)?\b(?!\s*(?:weeks?|months?|days?|/))"
    r"|\b(?:critical|dangerous|life.threatening) (?:result|level|potassium|sodium|value)s?\b"
)
_URGENT = re.compile(r"\burgent(?:ly)?\b|\bsame.day\b|\btoday\b|\bimmediate(?:ly)?\b|\basap\b|\bwithin (?:24|48) h")


def of_oneself(text: str) -> bool:
    """Whether the words tell that whoever asks is at risk of their own life."""
    return bool(_OF_ONESELF.search(_plain(text)))


def first(text: str) -> tuple[Section, ...]:
    """Return what is to stand before an answer; nothing where the words tell of no danger."""
    said = _plain(text)
    told = ((_CRISIS, CRISIS), (_EMERGENCY, EMERGENCY), (_RESULT, RESULT))
    return tuple(section for words, section in told if words.search(said))[:1]


def ahead(text: str) -> tuple[Section, ...]:
    """Return what is to stand before words that go to a person: the asker's own danger before any other."""
    return (SELF,) if of_oneself(text) else first(text)


def urgent(text: str) -> bool:
    """Whether a request of a letter cannot wait."""
    said = _plain(text)
    return bool(_URGENT.search(said) or _RESULT.search(said) or _EMERGENCY.search(said))


def _plain(text: str) -> str:
    return text.lower().replace("\u2019", "'")
