"""Questions put together by likeness: each group is a star, one question and those that are like it.

The question that most others are like is the first centre; it takes those with it, and so on with what is left. No
chain of small steps can join what is not alike, and everybody in a group is like the one that is shown for it. The same
texts give the same groups, in whatever order they come.
"""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

Groups = tuple[tuple[int, ...], ...]
WORDS_LIKE = 0.4  # cosine of two questions' stems, by rarity, from which they are alike
COMMON, FEW = 0.05, 100  # the share of questions, and their number, from which a stem makes nobody alike


def stars(near: Sequence[Collection[int]]) -> Groups:
    """Put together what is alike.

    Args:
        near: for each item those that are like it, itself among them.

    Returns:
        The groups, the largest first: each item in one, the centre before the others.
    """
    left = set(range(len(near)))
    heap = [(-len(each), item) for item, each in enumerate(near)]
    heapq.heapify(heap)
    found = []
    while heap:
        size, centre = heapq.heappop(heap)
        if centre not in left:
            continue
        members = left.intersection(near[centre])
        if len(members) < -size:  # some have gone to another star since
            heapq.heappush(heap, (-len(members), centre))
            continue
        left -= members
        found.append((centre, *sorted(members - {centre})))
    return tuple(found)


def by_words(bags: Sequence[Collection[str]]) -> list[list[int]]:
    """Say which questions are alike by their stems: the cosine of what they share, the rare weighing most.

    Args:
        bags: each question's stems that may tell something.

    Returns:
        For each those that are like it, itself among them.
    """
    spread = Counter(stem for bag in bags for stem in set(bag))
    most = max(FEW, COMMON * len(bags))
    weights = {stem: math.log(1 + len(bags) / times) for stem, times in spread.items()}
    norms = [math.sqrt(sum(weights[stem] ** 2 for stem in set(bag))) or 1.0 for bag in bags]
    held: defaultdict[str, list[int]] = defaultdict(list)
    for item, bag in enumerate(bags):
        for stem in set(bag):
            held[stem].append(item)
    return [list(_like(item, bag, held, weights, norms, most)) for item, bag in enumerate(bags)]


def _like(
    item: int,
    bag: Collection[str],
    held: dict[str, list[int]],
    weights: dict[str, float],
    norms: Sequence[float],
    most: float,
) -> Iterator[int]:
    shared: defaultdict[int, float] = defaultdict(float)
    rare = [stem for stem in sorted(set(bag)) if len(held[stem]) <= most]
    for stem in rare:
        for other in held[stem]:
            shared[other] += weights[stem] ** 2
    for stem in sorted(set(bag).difference(rare)):  # a common one makes nobody alike, but says how much they are
        for other in shared.keys() & set(held[stem]):
            shared[other] += weights[stem] ** 2
    shared[item] = norms[item] ** 2
    return (other for other, value in shared.items() if value >= WORDS_LIKE * norms[item] * norms[other])
