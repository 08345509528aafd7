"""Words by meaning: in every language, which words, stems and phrases speak of a blow, a child, the night, a question.

A file a variety, `data/lexicon/vocabulary/<variety>.yml`, each line a concept of `data/lexicon/concepts.yml` with its
members: `hit*` takes any ending, `*hit*` is found inside a word, other members are whole words or phrases. What the
concepts of a message say together is learned once, from all languages; so a wording that one language has no example of
is still read.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import regex
import yaml
from ahocorasick_rs import AhoCorasick

from bot.languages.normalise import for_matching

# In these scripts words are not parted: members are found anywhere.
_UNSPACED = regex.compile(r"[\p{Thai}\p{Hiragana}\p{Katakana}\p{Han}]")
# A concept is read together with those of so many next words that have one; most messages are no longer.
_NEXT = 12
_LONGEST_READ = 4_000

# What is searched, such as " hit", to its concepts.
Members = Mapping[str, list[str]]


def meanings(path: Path, texts: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """The members in a variety's file, and the features of each text parted by spaces; for a process of its own."""
    members = _members(path)
    vocabulary = Vocabulary(members)
    return members, [" ".join(vocabulary.features(text)) for text in texts]


class Vocabulary:
    """The words of one variety."""

    def __init__(self, members: Members) -> None:
        self._concepts = list(members.values())
        self._search = AhoCorasick(list(members))

    def features(self, text: str) -> list[str]:
        """The concepts of a text, and which come before which ("a>b"); each once. Empty when there are none."""
        found: dict[int, list[str]] = {}
        folded = for_matching(text)[:_LONGEST_READ]
        for place, start, _ in sorted(self._search.find_matches_as_indexes(folded, overlapping=True), key=_by_start):
            here = found.setdefault(start, [])
            here.extend(concept for concept in self._concepts[place] if concept not in here)
        words = list(found.values())
        features = {concept for word in words for concept in word}
        for place, word in enumerate(words):
            after = (later for next_word in words[place + 1 : place + 1 + _NEXT] for later in next_word)
            features.update(f"{concept}>{later}" for later in after for concept in word)
        return sorted(features)


def _by_start(match: tuple[int, int, int]) -> tuple[int, int]:
    return match[1], match[0]


def _members(path: Path) -> dict[str, list[str]]:
    data: dict[str, list[str]] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    members: dict[str, list[str]] = {}
    for concept, words in data.items():
        for member in _searched(map(str, words)):
            members.setdefault(member, []).append(concept)
    return members


def _searched(members: Iterable[str]) -> Iterable[str]:
    for member in members:
        bare = " ".join(for_matching(member.strip("*")).replace(" . ", " ").replace(" , ", " ").split())
        if not bare:
            continue
        if _UNSPACED.search(bare):
            yield bare
        else:
            yield f"{'' if member.startswith('*') else ' '}{bare}{'' if member.endswith('*') else ' '}"
