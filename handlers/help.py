"""What the bot can do, and who is behind it."""

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
    return Reply(parts, tuple(Button(example, example) for example in EXAMPLES))


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
    return Reply(tuple(parts), (Button("What can I ask?", "help"),))


def privacy(house: House, _person: Person) -> Reply:
    """Say in short what is kept: `privacy`. The whole stands in docs/privacy.md."""
    parts = (
        Headline("→", "WHAT I KEEP"),
        Section("No patient", ("NHS numbers, names, dates of birth, addresses are masked before anything is kept.",)),
        Section("Questions", (f"Their masked words for {house.keep_days} days, without your name; then only counts.",)),
        Section("You", ("Your account's id, and the practice, role and settings that you give. No name.",)),
        Section("Your practice", ("What it pledges or sends stays its own. Nothing that leaves the LMC names it.",)),
        Section("Never", ("How anyone votes, who is in a union, where one person stands.",)),
        Section("", (f"{house.lmc.name} runs this bot and answers for it. See it all, take it away, or erase it:",)),
    )
    buttons = (Button("What you keep of me", "me"), Button("My data", "my data"), Button("Forget me", "forget me"))
    return Reply(parts, (*buttons, Button("Ask the LMC", "lmc")))
