"""Figures for the LMC's officers, as a card, a chart, a table or a brief to take to a meeting.

    figures                                               work sent back, by provider, the last six months
    figures rule 2026-05 2026-10                          by request, from May to October
    figures month 2026-05 2026-10 in qhm from rvw         of one area, of one provider
    figures provider 2026-05 2026-10 about abuse as csv   abuse of staff, as a table
    figures provider 2026-05 2026-10 inside               exact, for officers alone, and written into the audit
    figures questions                                     what is asked and answered: handlers/questions/

What may leave the LMC is worked out once for each month that is over, and kept: `handlers/disclosure.py` says why.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.chat import LONGEST_SENTENCE, Attachment, Button, Headline, House, Person, Reply, Section, kept
from handlers.disclosure import NOTHING, About, Release, earlier, read, release, written
from handlers.letter.provider import named
from handlers.questions import WORD, questions
from handlers.report import By, Report, Wanted, area_of, brief, card, chart, inside, report, sheet

MONTHS = 6  # that a report covers where none are named
_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
_LABELS = {By.PROVIDER: "By provider", By.RULE: "By request", By.AREA: "By area", By.MONTH: "By month"}
_ABOUT = {About.WORK: "Work sent back", About.REJECTED: "Refused referrals", About.ABUSE: "Abuse of staff"}
_FORMS = {"chart": "Chart", "csv": "Table (CSV)", "brief": "Brief (Word)"}


@dataclass(frozen=True)
class _Asked:
    """What an officer asks for; `form` is "" for a card, "inside" for exact figures."""

    wanted: Wanted
    form: str = ""

    def sentence(self) -> str:
        """Write it as it could be typed."""
        want = self.wanted
        narrowed = [("in", want.area.lower()), ("from", want.provider.lower()), ("of", want.rule)]
        narrowed.append(("about", want.about if want.about is not About.WORK else ""))
        words = ["figures", want.by, want.first, want.last]
        words += [word for name, value in narrowed if value for word in (name, value)]
        return " ".join([*words, *({"": [], "inside": ["inside"]}.get(self.form, ["as", self.form]))])


def fits(words: Sequence[str]) -> bool:
    """Whether words are what follows `figures`, rightly valued or not."""
    return not words or words[0] in {*By, WORD}


def figures(words: Sequence[str], house: House, person: Person) -> Reply:
    """Show figures, or give them as a file."""
    if words[:1] == (WORD,):
        return questions(words[1:], house, person)
    last = earlier(house.today().isoformat()[:7], 1)
    asked = _read(words, last)
    if not isinstance(asked, str):
        asked = _unknown(asked.wanted, house) or asked
    if isinstance(asked, str):
        example = f"figures provider {earlier(last, MONTHS - 1)} {last}"
        return Reply((Headline("?", "WHICH FIGURES?"), Section("", (asked, f"Such as: {example}"))), _starts(last))
    if asked.form == "inside":
        return _inside(asked, house, person)
    made = _report(asked.wanted, house, last)
    if asked.form == "":
        return card(made, _buttons(asked), asked.sentence())
    kept(house).audit.note(house.now(), person.account, f"figures as {asked.form}", asked.sentence())
    file = {"chart": chart, "csv": sheet}[asked.form](made) if asked.form != "brief" else _brief(asked, house, last)
    said = Section("", ("It names no practice and hides small counts: it may leave the LMC.",))
    back = _fitting([("Back to the figures", replace(asked, form=""))])
    return Reply((Headline("▤", _FORMS[asked.form].upper()), said), back, (file,))


def _read(words: Sequence[str], last: str) -> _Asked | str:
    """Read what was asked for, or say what is wrong with it."""
    by, *rest = words or (By.PROVIDER,)
    given = [word for word in rest if _MONTH.fullmatch(word)]
    others = [word for word in rest if not _MONTH.fullmatch(word)]
    form = "inside" if others[-1:] == ["inside"] else ""
    pairs = others[: -1 if form else None]
    said = dict(zip(pairs[::2], pairs[1::2], strict=False))
    known = {"in", "from", "of", "about"} | (set() if form else {"as"})
    if len(given) not in (0, 2) or len(pairs) % 2 or said.keys() - known:
        return "Name what has a line each, then two months."
    first, until = given or (earlier(last, MONTHS - 1), last)
    if until < first:
        return f"{first} is after {until}: put the earlier month first."
    if until > last and not form:
        return f"{until} is not over: the last month that can be shown is {last}."
    if said.get("about", About.WORK) not in _ABOUT or said.get("as", "chart") not in _FORMS:
        return f"Figures are about {', '.join(_ABOUT)}, as {', '.join(_FORMS)}."
    narrowed = (said.get("in", "").upper(), said.get("from", "").upper(), said.get("of", ""))
    return _Asked(Wanted(first, until, By(by), *narrowed, About(said.get("about", About.WORK))), said.get("as", form))


def _unknown(wanted: Wanted, house: House) -> str:
    """Say what of a wish is known to nobody: what stands in the audit is an id or a code, never a name."""
    directory = house.directory()
    areas = {each for practice in directory.practices.values() for each in (practice.area, practice.sub_icb)}
    if wanted.area and wanted.area not in areas:
        return f"I know no area {wanted.area}: give the code of an ICB, a sub-ICB or a health board, such as QHM."
    if wanted.provider and not named(wanted.provider, directory):
        return f"I know no provider {wanted.provider}: give its ODS code, such as RVW."
    if wanted.rule and wanted.rule not in house.library.rules:
        return f"I know no rule {wanted.rule}: give its id, such as hospital-fit-note."
    return ""


def _released(house: House, last: str) -> Release:
    """Return what may be seen of the months that are over; a month that is new is worked out, and kept for good."""
    records = kept(house)
    body = records.releases.last()
    after = read(body) if body else NOTHING
    if after.through >= last:
        return after
    how = house.figures
    tallies = records.incidents.tallies(f"{after.through or '2000-01'}-01", f"{last}-31")
    made = release(tallies, area_of(house.directory(), how.grain), how.safety, last, after)
    records.releases.keep(last, written(made))
    return made


def _report(wanted: Wanted, house: House, last: str) -> Report:
    how = house.figures
    return report(_released(house, last), wanted, house.directory(), house.library, how.safety, how.assumptions)


def _brief(asked: _Asked, house: House, last: str) -> Attachment:
    kinds = (By.PROVIDER, By.RULE, By.MONTH)
    return brief([_report(replace(asked.wanted, by=by), house, last) for by in kinds], house.lmc.name)


def _inside(asked: _Asked, house: House, person: Person) -> Reply:
    records, how, want = kept(house), house.figures, asked.wanted
    records.audit.note(house.now(), person.account, "figures inside", asked.sentence())
    tallies = records.incidents.tallies(f"{want.first}-01", f"{want.last}-31")
    made = inside(tallies, want, house.directory(), house.library, how.assumptions, how.grain)
    return card(made, (Button("What may leave the LMC", replace(asked, form="").sentence()),), asked.sentence())


def _buttons(asked: _Asked) -> tuple[Button, ...]:
    """Offer the other ways to see these figures."""
    want = asked.wanted
    offered = [(label, replace(asked, wanted=replace(want, by=by))) for by, label in _LABELS.items() if by != want.by]
    offered += [(label, replace(asked, form=form)) for form, label in _FORMS.items()]
    offered += [
        (label, replace(asked, wanted=replace(want, about=about)))
        for about, label in _ABOUT.items() if about != want.about
    ]  # fmt: skip
    offered.append(("Exact, inside the LMC", replace(asked, form="inside")))
    return (*_fitting(offered), _QUESTIONS)


_QUESTIONS = Button("Questions", f"figures {WORD}")


def _fitting(offered: Sequence[tuple[str, _Asked]]) -> tuple[Button, ...]:
    said = [(label, each.sentence()) for label, each in offered]
    return tuple(Button(label, sentence) for label, sentence in said if len(sentence.encode()) <= LONGEST_SENTENCE)


def _starts(last: str) -> tuple[Button, ...]:
    wanted = Wanted(earlier(last, MONTHS - 1), last)
    return (*(Button(label, _Asked(replace(wanted, by=by)).sentence()) for by, label in _LABELS.items()), _QUESTIONS)
