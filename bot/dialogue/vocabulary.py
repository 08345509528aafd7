"""Words by meaning: in every language, which words, stems and phrases speak of a blow, a child, the night, a question.

A file a variety, `data/lexicon/vocabulary/<variety>.yml`, each line a concept of `data/lexicon/concepts.yml` with its
members: `hit*` takes any ending, `*hit*` is found inside a word, other members are whole words or phrases. What the
concepts of a message say together is learned once, from all languages; so a wording that one language has no example of
is still read.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate, chain
from pathlib import Path
from typing import NamedTuple

import regex
import yaml
from ahocorasick_rs import AhoCorasick

from bot.dialogue.misspelt import Homophones, Misspelt
from bot.languages.normalise import for_matching

# In these scripts words are not parted: members are found anywhere.
_UNSPACED = regex.compile(r"[\p{Thai}\p{Hiragana}\p{Katakana}\p{Han}]")
_MAY_HAVE_ACCENTS = regex.compile(r"[[\p{Latin}\p{Greek}\p{M}]--\p{ASCII}]", regex.V1)
# A concept is read together with those of so many next words that have one; most messages are no longer.
_NEXT = 12
_LONGEST_READ = 4_000
# A letter that no member has: it takes the place of what need not be searched again.
_WORD, _BAR = regex.compile(r"[^ ]+"), "_"

# What is searched, such as " hit", to the spellings it stands for, accents and all, to their concepts.
Members = Mapping[str, Mapping[str, list[str]]]


class Found(NamedTuple):
    """Words of a folded text, from the first letter to behind the last, and what they mean."""

    start: int
    end: int
    concepts: list[str]


def meanings(path: Path, texts: list[str], mixed_in: Members | None = None) -> tuple[Members, list[str]]:
    """The members in a variety's file, and the features of each text parted by spaces; for a process of its own.

    `mixed_in` is the language that is asked about words which the file does not have.
    """
    members = read(path)
    vocabulary = Vocabulary(members, Vocabulary(mixed_in) if mixed_in else None)
    return members, [" ".join(vocabulary.features(text)) for text in texts]


def read(path: Path) -> Members:
    """The members in a variety's file, ready to be searched."""
    data: dict[str, list[str]] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    members: dict[str, dict[str, list[str]]] = {}
    for concept, words in data.items():
        for member in map(str, words):
            searched = _searched(member)
            spelling = _searched(member, accents=True) if _MAY_HAVE_ACCENTS.search(member) else searched
            if searched:
                members.setdefault(searched, {}).setdefault(spelling, []).append(concept)
    return members


class Vocabulary:
    """The words of one variety; `mixed_in` is asked about the words that it does not have."""

    def __init__(self, members: Members, mixed_in: "Vocabulary | None" = None) -> None:
        self._searched, self._members = list(members), list(members.values())
        self._concepts = [_together(spellings.values()) for spellings in self._members]
        self._search = AhoCorasick(self._searched)
        self._mixed_in = mixed_in

    def features(self, text: str, *, mend: bool = False) -> list[str]:
        """The concepts of a text, and which come before which ("a>b"); each once. Empty when there are none.

        With `mend`, words that are in no vocabulary are taken for those that they may be misspellings of.
        """
        folded = for_matching(text)[:_LONGEST_READ]
        has_accents = _MAY_HAVE_ACCENTS.search(text) is not None
        spelled = for_matching(text, accents=True)[:_LONGEST_READ] if has_accents else folded
        found = self._found(folded, spelled)
        if self._mixed_in:
            found += self._mixed_in._found(_without(found, folded), spelled)
        if mend:
            found += [*self._sounding_alike(found, folded), *self._mended(_without(found, folded))]
        by_start: dict[int, dict[str, None]] = {}
        for start, _, concepts in sorted(found):
            by_start.setdefault(start, {}).update(dict.fromkeys(concepts))
        words = list(by_start.values())
        features = {concept for word in words for concept in word}
        for place, word in enumerate(words):
            after = (later for next_word in words[place + 1 : place + 1 + _NEXT] for later in next_word)
            features.update(f"{concept}>{later}" for later in after for concept in word)
        return sorted(features)

    def _mended(self, left: str) -> Iterator[Found]:
        for word in _WORD.finditer(left):
            if _BAR not in word[0] and not _UNSPACED.search(word[0]):
                for meant in self._misspelt.meant(word[0]):
                    # As if found with the space before it, like the members.
                    yield Found(word.start() - 1, word.end(), self._words[meant])

    def _sounding_alike(self, found: list[Found], folded: str) -> Iterator[Found]:
        for start, end, words in self._homophones.meant(folded, ((word.start, word.end) for word in found)):
            yield Found(start, end, _together(self._concepts[self._places[word]] for word in words))

    @cached_property
    def _words(self) -> dict[str, list[str]]:
        """Members of one word, endings left open or not, and their concepts."""
        words: dict[str, list[str]] = {}
        for searched, concepts in zip(self._searched, self._concepts, strict=True):
            word = searched.strip()
            if searched[0] == " " and " " not in word and any(map(str.isalpha, word)) and not _UNSPACED.search(word):
                words.setdefault(word, []).extend(concepts)
        return words

    @cached_property
    def _places(self) -> dict[str, int]:
        return {searched: place for place, searched in enumerate(self._searched)}

    @cached_property
    def _homophones(self) -> Homophones:
        return Homophones(self._searched)

    @cached_property
    def _misspelt(self) -> Misspelt:
        return Misspelt(self._words)

    def _found(self, folded: str, spelled: str) -> list[Found]:
        """The members; where accents were typed, not those that have others."""
        matches = self._search.find_matches_as_indexes(folded, overlapping=True)
        plain, typed = folded.split(" "), spelled.split(" ")
        if plain == typed or len(plain) != len(typed):
            return [Found(start, end, self._concepts[place]) for place, start, end in matches]
        number = list(accumulate(letter == " " for letter in folded))
        found = []
        for place, start, end in matches:
            words = slice(number[start], number[end - 1] + (folded[end - 1] != " "))
            here, spellings = typed[words], self._members[place]
            fitting = [
                concepts
                for spelling, concepts in spellings.items()
                if spelling == self._searched[place] or here == plain[words] or spelling in f" {' '.join(here)} "
            ]
            if fitting:
                found.append(Found(start, end, _together(fitting)))
        return found


def _together(concepts: Iterable[list[str]]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(concepts)))


def _without(found: list[Found], folded: str) -> str:
    """The text with a bar over each letter of the words in which something was found."""
    touched = bytearray(len(folded))
    for start, end, _ in found:
        touched[start:end] = b"\1" * (end - start)
    barred: str = _WORD.sub(lambda word: _BAR * len(word[0]) if any(touched[slice(*word.span())]) else word[0], folded)
    return barred


def _searched(member: str, *, accents: bool = False) -> str:
    folded = for_matching(member.strip("*"), accents=accents)
    bare = " ".join(folded.replace(" . ", " ").replace(" , ", " ").split())
    if not bare or _UNSPACED.search(bare):
        return bare
    return f"{'' if member.startswith('*') else ' '}{bare}{'' if member.endswith('*') else ' '}"
