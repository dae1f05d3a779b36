"""What the bot can do, and who is behind it."""

from collections.abc import Mapping

from handlers.buttons import FORGET_ME, HELP, LMC, ME, MY_DATA, WHAT_TO_ASK
from handlers.chat import Button, Headline, House, Link, Part, Person, Reply, Section, Small

EXAMPLES = (
    "hosp wants bloods b4 clinic do i have to",
    "sick note for a hospital patient",
    "referral rejected, they want their own form",
)


def guide(house: House, _person: Person) -> Reply:
    """Say what to type: `help`."""
    parts: tuple[Part, ...] = (
        Headline("?", "CAN I DECLINE THIS WORK?"),
        Section("", ("Type the request as it reached you, or paste the line of the letter. Such as:",)),
        Section("", EXAMPLES),
        Section("", ("You get a verdict, who should do it instead, when the answer flips, and the clause.",)),
        Section("Never type", ("a patient's name, NHS number, date of birth or address: I do not need them.",)),
        Section(
            "Not clinical advice",
            ("If delay could harm a patient, make them safe first and push back afterwards.",),
        ),
        Small(f"{len(house.library.live)} rules, each written down with its source. Nothing is made up on the spot."),
    )
    return Reply(parts, (*(Button(example, example) for example in EXAMPLES), Button("All commands", "commands")))


# In this order; a test holds that each command stands in one group, but for the second word for `help`.
GROUPS: dict[str, tuple[str, ...]] = {
    "An answer": ("rule", "why", "not", "helped", "wrong", "letter", "docx", "lmc", "tell"),
    "Your practice": ("join", "report", "undo", "replied", "pledge", "icb", "leave"),
    "What your LMC sends": ("updates", "understood", "vote"),
    "You": ("me", "settings", "link", "my", "forget", "privacy"),
    "For officers": ("desk", "gaps", "hide", "unhide", "figures", "pledges", "invite", "officers", "dismiss"),
    "Write an update": ("broadcast", "poll", "announce", "tip", "weekly", "audience", "preview"),
    "Send it": ("send", "urgent", "confirm", "status", "pause", "resume", "cancel", "unsure"),
    "Once it is out": ("correct", "recall", "close"),
    "Help": ("help", "commands"),
}


def commands(open_to: Mapping[str, str], person: Person) -> Reply:
    """Show what a person may send, a line each, `join` first for who has joined no practice: `commands`.

    Args:
        open_to: the commands that they may use here, and what is told of each.
        person: who asks.
    """
    joined = bool(person.member and person.member.practice)
    order = sorted(GROUPS, key=lambda group: not joined and group != "Your practice")
    shown = {group: [word for word in GROUPS[group] if word in open_to] for group in order}
    parts = [
        Section(group, tuple(_line(word, open_to[word]) for word in words)) for group, words in shown.items() if words
    ]
    foot = Small("Anything else is a question. A rule's id stands at the foot of its card.")
    return Reply((Headline("?", "ALL COMMANDS"), *parts, foot), (HELP, LMC))


def _line(word: str, says: str) -> str:
    """Write a command and what it does; what is told of some begins with the whole of what to type."""
    return says.replace("`", "") if says.startswith("`") else f"{word}: {says}"


def lmc(house: House, _person: Person) -> Reply:
    """Say how to reach the committee: `lmc`."""
    parts: list[Part] = [Headline("→", f"ASK {house.lmc.name.upper()}")]
    ways = [("E-mail", house.lmc.email), ("Phone", house.lmc.phone)]
    parts += [Section(label, (value,)) for label, value in ways if value]
    if house.lmc.url:
        parts.append(Link(house.lmc.name, house.lmc.url))
    if len(parts) == 1:
        parts.append(
            Section("", ("Your LMC's e-mail and phone stand on its own web pages; no details are set up here.",))
        )
    parts.append(Section("", ("Leave out everything that could name a patient.",)))
    return Reply(tuple(parts), (WHAT_TO_ASK,))


def privacy(house: House, _person: Person) -> Reply:
    """Say in short what is kept: `privacy`. The whole stands in docs/privacy.md."""
    runs = house.lmc.name[:1].upper() + house.lmc.name[1:]
    parts = (
        Headline("→", "WHAT I KEEP"),
        Section("No patient", ("NHS numbers, names, dates of birth, addresses are masked before anything is kept.",)),
        Section("Questions", (f"Their masked words for {house.keep_days} days, without your name; then only counts.",)),
        Section("You", ("Your account's id, and the practice, role and settings that you give. No name.",)),
        Section("Your practice", ("What it pledges or sends stays its own. Nothing that leaves the LMC names it.",)),
        Section("Never", ("How anyone votes, who is in a union, where one person stands.",)),
        Section("", (f"{runs} runs this bot and answers for it. See it all, take it away, or erase it:",)),
    )
    buttons = (ME, MY_DATA, FORGET_ME)
    return Reply(parts, (*buttons, LMC))
