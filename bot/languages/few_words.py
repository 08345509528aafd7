"""A look at the words of messages that have hardly any: "salut", "hola", "asc". Letters say little of one or two words.

Two tables of the examples, by class: how often each word stands in lines of a class, and which classes have the whole
message as a line of their own. People open with such words, and the first answer should be in their language.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

# Messages of so many words and letters are few words; where no spaces are written the letters decide.
MOST_WORDS, MOST_LETTERS = 3, 30
# How much the words count beside the letters, and how rare an unseen word is. Chosen on half of the examples, read by
# a detector that knew the other half: of 6,000 lines of one to three words 82.6 % right where it was 80.8, and 71 %
# sure where it was 64, of which 95.5 % were right both times; without the whole messages below. Lines are counted, not
# their share of a class: with shares, every long example that a language gets takes something from its "help".
_WEIGHT, _UNSEEN = 0.3, 0.01
# A message that is a line of some languages is in one of them, most likely; "hello" and "ok" are English wherever else
# they are also said.
_WHOLE, _ENGLISH_TOO = 3.5, 2.0


class FewWords:
    """Fit from prepared lines by class. `keys`: the words and the whole lines that are known, in the order of the rows.

    `arrays`: for `few_words` and `few_lines` the `_starts` of each row (with the end of the last), the classes in it
    (`_places`) and how many lines of the class have it (`_counts`). `classes`: how many there are.
    """

    def __init__(self, keys: Sequence[Sequence[str]], arrays: Mapping[str, NDArray[np.int32]], classes: int) -> None:
        self.keys, self.arrays, self._classes = [list(part) for part in keys], dict(arrays), classes
        self._words, self._lines = ({key: row for row, key in enumerate(part)} for part in self.keys)

    @classmethod
    def fit(cls, by_class: Mapping[str, Iterable[str]]) -> "FewWords":
        """Learn from lines by class, as `detection` prepares them."""
        lines = {name: [line.split() for line in found] for name, found in by_class.items()}
        short = {word for found in lines.values() for words in found if few(words) for word in words}
        seen: defaultdict[str, Counter[int]] = defaultdict(Counter)
        whole: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for place, found in enumerate(lines.values()):
            for words in found:
                for word in short.intersection(words):
                    seen[word][place] += 1
                if few(words):
                    whole[" ".join(words)][place] += 1
        return cls([list(seen), list(whole)], {**_rows("few_words", seen), **_rows("few_lines", whole)}, len(lines))

    def weigh(self, words: Sequence[str], english: int | None) -> NDArray[np.float64]:
        """For each class the logarithm of a factor to its odds; all 0 when nothing is known. `english`: its place."""
        weights = np.zeros(self._classes)
        known = [word for word in words if word in self._words]
        for word in known:
            places, counts = self._row("few_words", self._words[word])
            lines = np.full(self._classes, _UNSEEN)
            lines[places] += counts
            weights += _WEIGHT * np.log(lines / lines.max()) / len(known) ** 0.5
        if (line := self._lines.get(" ".join(words))) is not None:
            places, _ = self._row("few_lines", line)
            weights[places] += _WHOLE
            if english is not None and english in places:
                weights[english] += _ENGLISH_TOO
        return weights

    def _row(self, table: str, row: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        start, end = self.arrays[f"{table}_starts"][row : row + 2]
        return self.arrays[f"{table}_places"][start:end], self.arrays[f"{table}_counts"][start:end]


def few(words: Sequence[str]) -> bool:
    """Whether these words are so few that they are looked at one by one."""
    return 0 < len(words) <= MOST_WORDS and sum(map(len, words)) <= MOST_LETTERS


def _rows(table: str, found: Mapping[str, Counter[int]]) -> dict[str, NDArray[np.int32]]:
    starts = np.cumsum([0, *(len(row) for row in found.values())])
    cells = [cell for row in found.values() for cell in row.items()]
    places, counts = zip(*cells, strict=True) if cells else ((), ())
    named = {"starts": starts, "places": places, "counts": counts}
    return {f"{table}_{name}": np.asarray(values, np.int32) for name, values in named.items()}
