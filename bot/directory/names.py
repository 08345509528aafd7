"""Find the names of places in what somebody wrote: exactly, in other scripts, or with a small slip of the pen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.directory.gazetteer import BOROUGHS, Gazetteer
from bot.directory.name_table import Match, key, table_of, unique
from bot.directory.scripts import ScriptNames, script_key
from bot.directory.spelling import Speller, word_by_word
from bot.languages.normalise import fold

_BREAKS = re.compile(r"[,;:/()\n\u060c\u3001\uff0c\u2192]+")
_COUNTY = re.compile(r"\bwest mid(land)?s\b")
_LONGEST = 6
_LONGEST_SLIP = 4
_LONGEST_BY_EAR = 2
_SHORT_ANSWER, _SURE_LENGTH = 6, 9
_SHORTEST_STEM, _LONGEST_ENDING = 7, 4
_SHORTEST_NAME_IN_STORY = 6
# "kuPerry Barr", "muErdington": what Bantu languages glue before a name.
_GLUED_BEFORE = re.compile(r"\b([a-z]{1,3})(?=[A-Z][a-z]{3})")
# A name in Latin letters, or a postcode, right beside another script: "我在Selly Oak".
_OTHER_SCRIPT = r"[^\W\d_\u0000-\u052f\u1e00-\u1fff\uff00-\uffef]"
_SCRIPTS_MEET = re.compile(rf"(?<=[A-Za-z0-9])(?={_OTHER_SCRIPT})|(?<={_OTHER_SCRIPT})(?=[A-Za-z0-9])")
_RENAMED_STREET = frozenset({"old", "new", "upper", "lower", "main"})


def parted(text: str) -> str:
    """With a space wherever a language without spaces, or with words glued before a name, has none."""
    return _SCRIPTS_MEET.sub(" ", _GLUED_BEFORE.sub(r"\1 ", text))


@dataclass(frozen=True, slots=True)
class _Span:
    """Words that make a name. `match` None: they are a street's or a school's name, or where the child is not."""

    at: int
    size: int
    match: Match | None

    @property
    def words(self) -> range:
        return range(self.at, self.at + self.size)


class Names:
    """Every known name in one table, by `key`."""

    def __init__(self, gazetteer: Gazetteer, aliases: Mapping[str, str]) -> None:
        self._gazetteer = gazetteer
        self._common = {key(word) for word in gazetteer.common_names}
        self._whole_only = {key(word) for word in gazetteer.whole_answer_only} | self._common
        self._never_in_story = {key(word) for word in gazetteer.never_in_story}
        self._after_in = {key(word) for word in gazetteer.in_story_after_in}
        people = {key(word) for word in gazetteer.names_of_people}
        self._never_in_scripts = people | self._never_in_story | self._whole_only
        self.table = table_of(gazetteer)
        districts = {where: match.districts for where, match in self.table.items()}
        ours = {where: match.districts for where, match in self.table.items() if match.is_ours}
        self._scripts = ScriptNames(self._add_aliases(aliases), ours, gazetteer)
        self._script_fillers = {script_key(fold(word)) for word in gazetteer.fillers_in_scripts}
        decoys: dict[str, tuple[str, ...]] = {
            key(word): (word.title(),) for word in gazetteer.decoys if key(word) not in districts
        }
        abroad = {key(name) for names in gazetteer.abroad.values() for name in names}
        self._not_by_ear = decoys.keys() | abroad
        self._wary = self._after_in | self._whole_only | self._never_in_story
        wary = self._wary | {where for where, match in self.table.items() if not match.is_ours}
        self._far = {where for where, match in self.table.items() if not match.is_ours and len(where) < _SURE_LENGTH}
        self._speller = Speller(districts | decoys, {key(b) for b in BOROUGHS}, wary)

    def find(self, text: str) -> list[Match]:
        """The names in an answer to "where?", misspellings included."""
        matches: list[Match] = []
        came_from: list[Match] = []
        unknown = False
        for words in self._parts(text):
            spans = self._read(words)
            matches += [span.match for span in spans if span.match]
            came_from += [s.match for s in spans if s.match and words[s.at - 1 : s.at] == ["from"]]
            taken = {at for span in spans for at in span.words}
            unknown |= any(at not in taken and word not in self._gazetteer.fillers for at, word in enumerate(words))
        if unknown:
            matches = [m for m in matches if m.key not in self._whole_only]
        matches += self._in_scripts(text, by_ear=not matches)
        if any(m.is_ours for m in matches):
            # "A family from Lahore, in Sparkhill": the child is not in Lahore.
            matches = [m for m in matches if m.is_ours or m not in came_from]
        # "Handsworth Park" is in Handsworth, wherever else there is a park.
        return [m for m in matches if m.key not in self._common] or matches

    def find_in_story(self, text: str) -> list[Match]:
        """The names in a longer text: exact ones only, and none that is also an everyday word or a person's name."""
        kept: list[Match] = []
        for words in self._parts(text):
            spans = self._exact(words, endings=True)
            kept += [s.match for s in spans if s.match and self._is_place_in_story(words, s.at, s.match)]
        return kept + [
            m for m in self._in_scripts(text, by_ear=False) if m.is_ours and m.key not in self._never_in_scripts
        ]

    def _is_place_in_story(self, words: list[str], at: int, match: Match) -> bool:
        if match.key in self._whole_only or match.key in self._never_in_story:
            return False
        if match.key in self._after_in and not self._beside_place_word(words, at, len(match.key.split())):
            return False
        # Somebody's sister in London does not put the child there.
        return match.is_ours

    def _beside_place_word(self, words: list[str], at: int, size: int) -> bool:
        before, after = words[at - 1 : at], words[at + size : at + size + 1]
        data = self._gazetteer
        return bool(data.place_words_before.intersection(before) or data.place_words_after.intersection(after))

    def _read(self, words: list[str]) -> list[_Span]:
        """Exact names, and slips among the words between; a slip in a longer name doubts the shorter one inside it."""
        exact = self._exact(words)
        known = {at for span in exact for at in span.words}
        unknown = {at for at, word in enumerate(words) if at not in known and word not in self._gazetteer.fillers}
        longest = _LONGEST_SLIP
        if len(unknown) > _SHORT_ANSWER:
            # In a tale only a long word is surely a name.
            unknown, longest = {at for at in unknown if len(words[at]) >= _SURE_LENGTH}, 1
        read = list(exact)
        for size in range(longest if unknown else 0, 0, -1):
            for at in range(len(words) - size + 1):
                near = self._slip(words, range(at, at + size), unknown, read)
                if near:
                    read = [span for span in read if not set(span.words) & set(near[0].words)] + near
                    unknown -= set(near[0].words)
        return sorted(read, key=lambda span: span.at)

    def _slip(self, words: list[str], window: range, unknown: set[int], read: list[_Span]) -> list[_Span]:
        at, size = window.start, len(window)
        fillers = self._gazetteer.fillers
        if not unknown & set(window) or words[at] in fillers - {"the"} or words[window[-1]] in fillers:
            return []
        inside = [span for span in read if set(span.words) & set(window)]
        if any(not set(span.words) <= set(window) for span in inside):
            return []
        near = [self.table[name] for name in self._nearest(words, window, bool(inside))]
        if not near:
            return []
        if inside and any(span.match is None for span in inside):
            return []
        held = [span.match for span in inside if span.match]
        if not held and len(near) == 1:
            return [_Span(at, size, None if self._is_no_place(words, at, size, near[0]) else near[0])]
        districts = unique(d for match in [*held, *near] for d in match.districts)
        doubtful = replace(near[0], districts=districts, outcodes=(), holds_others=False)
        return [_Span(at, size, None if self._is_no_place(words, at, size, doubtful) else doubtful)]

    def _nearest(self, words: list[str], window: range, holds_name: bool) -> list[str]:
        said = " ".join(words[at] for at in window)
        names = self._speller.nearest(said, to_doubt=holds_name)
        if any(name in self._not_by_ear for name in names) or (names and names[0] in self._far):
            return []
        if holds_name:
            names = [name for name in names if word_by_word(said, name, in_a_word=2)]
        if not names and len(window) == 1:
            # "Birminghamda", "Coventryben": an ending that another language puts on.
            stems = (
                said[:end] for end in range(len(said) - 1, max(_SHORTEST_STEM, len(said) - _LONGEST_ENDING) - 1, -1)
            )
            names = [stem for stem in stems if stem in self.table and self.table[stem].is_ours][:1]
        return names

    def _exact(self, words: list[str], endings: bool = False) -> list[_Span]:
        """The names as they are written, or with `endings` of other languages, the longest first at each place."""
        spans: list[_Span] = []
        at = 0
        while at < len(words):
            for size in range(min(_LONGEST, len(words) - at), 0, -1):
                said = " ".join(words[at : at + size])
                match = self.table.get(said) or (self._ended(said) if endings else None)
                if match:
                    spans.append(_Span(at, size, None if self._is_no_place(words, at, size, match) else match))
                    at += size
                    break
            else:
                at += 1
        return spans

    def _ended(self, said: str) -> Match | None:
        """ "Handsworthu", "Kings Heathben": a sure name of ours with an ending of another language."""
        last = len(said.split(" ")[-1])
        for size in range(1, min(_LONGEST_ENDING, last - 3) + 1):
            match = self.table.get(said[:-size])
            if match and match.is_ours and len(match.key) >= _SHORTEST_NAME_IN_STORY and match.key not in self._wary:
                return match
        return None

    def _is_no_place(self, words: list[str], at: int, size: int, match: Match) -> bool:
        before, after = words[:at], words[at + size : at + size + 2]
        if self._is_street(before, after) or self._is_denied(before, after, match):
            return True
        # Bentley School may be called after Mr Bentley; Handsworth School is in Handsworth.
        doubtful = match.key in self._after_in and match.key not in BOROUGHS
        return doubtful and bool(self._gazetteer.school_words.intersection(after))

    def _is_street(self, before: list[str], after: list[str]) -> bool:
        """Coventry Road is in Birmingham."""
        streets = self._gazetteer.street_words
        if self._gazetteer.street_words_before.intersection(before[-1:]) or after == ["st"]:
            return True
        renamed = len(after) == 2 and after[0] in _RENAMED_STREET and after[1] in streets
        return renamed or bool(streets.intersection(after[:1]))

    def _is_denied(self, before: list[str], after: list[str], match: Match) -> bool:
        """ "Not in Dudley", "just outside Walsall"; but "outside Walsall station" is in Walsall."""
        while before and before[-1] in ("in", "from", "of", "at", "the"):
            before = before[:-1]
        last = before[-1:]
        if not match.is_ours or last == ["outside"]:
            return last == ["outside"] and match.holds_others and not after
        data = self._gazetteer
        return bool(data.denying_before.intersection(last) or data.denying_after.intersection(after))

    def _in_scripts(self, text: str, by_ear: bool) -> list[Match]:
        """Names in other scripts; if none is in our tables and the answer is short, by their consonants."""
        plain = key(text)
        if plain.isascii():
            return []
        names, left = self._scripts.find(plain)
        if not names and by_ear:
            rest = [w for w in left.split() if not w.isascii() and w not in self._script_fillers]
            if len(rest) <= _LONGEST_BY_EAR:
                heard = self._scripts.by_ear(" ".join(rest))
                if heard:
                    districts = unique(d for name in heard for d in self.table[name].districts)
                    return [replace(self.table[heard[0]], districts=districts, outcodes=(), holds_others=False)]
        return [self.table[name] for name in names]

    def _add_aliases(self, aliases: Mapping[str, str]) -> dict[str, str]:
        """Latin spellings go into the table; the rest is returned, as written to the key of the name."""
        in_scripts: dict[str, str] = {}
        for written, english in aliases.items():
            match = self.table.get(key(english))
            if match is None:
                continue
            if key(written).isascii():
                self.table.setdefault(key(written), match)
            else:
                in_scripts.setdefault(key(written), match.key)
        return in_scripts

    def _parts(self, text: str) -> list[list[str]]:
        """The words of each part between commas: no name runs across. The county tells nothing beside other names."""
        parts = [key(part) for part in _BREAKS.split(text)]
        if any(w not in self._gazetteer.fillers for part in parts for w in _COUNTY.sub("", part).split()):
            parts = [_COUNTY.sub("", part) for part in parts]
        return [part.split() for part in parts if part]
