"""What tells near twins apart: NHS or private, who asks, starting or stopping, urgent or routine, adult or child, paid.

A facet is data (facets.toml): values, and the phrases that say each. A rule's profile is how often its title and
phrasings say each value; a question that says one is drawn to rules that say it too, and away from those that say
another value of the same facet.
"""

from collections.abc import Iterable, Mapping, Sequence

Phrases = Mapping[str, Mapping[str, Iterable[str]]]
Said = frozenset[tuple[str, str]]  # facet and value


Profile = dict[tuple[str, str], float]  # for each facet and value, the share of a rule's texts that say it


class Facets:
    """Reads the facets of one book in a text."""

    def __init__(self, phrases: Phrases) -> None:
        """Prepare: `phrases` holds the facets, their values, and what says each."""
        self._phrases = {
            f" {phrase} ": (facet, value)
            for facet, values in phrases.items()
            for value, said in values.items()
            for phrase in said
        }

    def said(self, terms: Iterable[str]) -> Said:
        """Return the values that a text says; a facet of which it says two values tells nothing."""
        text = f" {' '.join(terms)} "
        found = {each for phrase, each in self._phrases.items() if phrase in text}
        facets = [facet for facet, _ in found]
        return frozenset(each for each in found if facets.count(each[0]) == 1)

    def profile(self, texts: Sequence[Iterable[str]]) -> Profile:
        """Return what a rule says: `texts` are its title and phrasings, each as terms."""
        counts: dict[tuple[str, str], int] = {}
        for text in texts:
            for each in self.said(text):
                counts[each] = counts.get(each, 0) + 1
        return {each: count / len(texts) for each, count in counts.items()}


def fit(profile: Profile, said: Said) -> float:
    """Say how well a rule fits a question: up to 1 for each facet that they share, down to -1 where they differ."""
    total = 0.0
    for facet, value in said:
        others = [share for (each, other), share in profile.items() if each == facet and other != value]
        total += profile.get((facet, value), 0.0) - max(others, default=0.0)
    return total
