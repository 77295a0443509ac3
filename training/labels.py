"""Label sets in, tag indices out; and which of our tags another corpus' tag allows.

Each corpus has its own mention types. Every set has its own slice of the output
layer, and every corpus also teaches our own set as far as its labels say
something: a CrossNER `researcher` is a Person, a `product` is Hardware or
Software, and a word that CrossNER leaves unlabelled may still be Hardware,
which it does not know. `TRANSLATIONS` holds these judgements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["OURS", "OWN_TYPES", "TRANSLATIONS", "LabelSets"]

OURS = "kg"
OWN_TYPES = (
    "Concept",
    "Dataset",
    "Event",
    "Hardware",
    "Method",
    "Organization",
    "Person",
    "Place",
    "Software",
    "Work",
)
_THINGS = ("Hardware", "Software", "Dataset", "Work", "Method", "Concept")

# label set -> its label -> the types of ours it can be ("O": or none of them).
# "O" on the left: what an unlabelled word may be, since that set has no such type.
TRANSLATIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "gum": {
        "O": ("O", "Concept", "Method", "Hardware", "Software", "Dataset", "Work", "Person"),
        "person": ("Person",),
        "place": ("Place", "Organization"),
        "organization": ("Organization",),
        "event": ("Event",),
        "time": ("O", "Event"),
        "object": ("O", "Hardware", "Software", "Work"),
        "abstract": ("O", "Concept", "Method", "Software", "Work", "Dataset", "Event"),
        "substance": ("O", "Concept"),
        "animal": ("O", "Person", "Concept"),
        "plant": ("O", "Concept"),
    },
    "crossner-ai": {
        "O": ("O", "Hardware", "Concept", "Work"),
        "researcher": ("Person",),
        "person": ("Person",),
        "organisation": ("Organization",),
        "university": ("Organization",),
        "conference": ("Event", "Organization"),
        "country": ("Place",),
        "location": ("Place",),
        "programlang": ("Software",),
        "product": ("Software", "Hardware"),
        "algorithm": ("Method", "Concept"),
        "field": ("Concept",),
        "task": ("Concept", "Method"),
        "metrics": ("O", "Method", "Concept"),
        "misc": ("O", "Concept", "Method", "Dataset", "Work", "Software", "Hardware", "Event"),
    },
    "crossner-science": {
        "O": ("O", "Hardware", "Software", "Concept", "Method", "Work", "Dataset"),
        "scientist": ("Person",),
        "person": ("Person",),
        "organisation": ("Organization",),
        "university": ("Organization",),
        "country": ("Place",),
        "location": ("Place",),
        "event": ("Event",),
        "discipline": ("Concept",),
        "theory": ("Concept", "Method"),
        "award": ("O", "Event", "Concept"),
        "academicjournal": ("Work",),
    },
    "crossner-politics": {
        "O": ("O", "Concept", "Work", "Software"),
        "politician": ("Person",),
        "person": ("Person",),
        "politicalparty": ("Organization",),
        "organisation": ("Organization",),
        "election": ("Event",),
        "event": ("Event",),
        "country": ("Place",),
        "location": ("Place",),
    },
    "crossner-literature": {
        "O": ("O", "Concept", "Software"),
        "writer": ("Person",),
        "person": ("Person",),
        "organisation": ("Organization",),
        "book": ("Work",),
        "poem": ("Work",),
        "magazine": ("Work",),
        "event": ("Event",),
        "country": ("Place",),
        "location": ("Place",),
    },
    "crossner-music": {
        "O": ("O", "Concept", "Software", "Hardware"),
        "musicalartist": ("Person",),
        "person": ("Person",),
        "band": ("Organization", "Person"),
        "organisation": ("Organization",),
        "album": ("Work",),
        "song": ("Work",),
        "event": ("Event",),
        "country": ("Place",),
        "location": ("Place",),
    },
}


@dataclass(frozen=True, slots=True)
class LabelSets:
    """All tags of all label sets, ours first.

    Sets of one family (the part of the name before the hyphen) share the tags
    of types with the same name, but each has an O of its own: what it leaves
    unlabelled differs. `members` gives each set's tags by their indices, O first.

    >>> sets = LabelSets.of({"crossner-ai": ["person", "task"], "crossner-music": ["person"]})
    >>> sets.tags[:3], sets.members["crossner-music"]
    (('kg:O', 'kg:B-Concept', 'kg:I-Concept'), (26, 22, 23))
    """

    tags: tuple[str, ...]
    members: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, types_by_set: Mapping[str, Iterable[str]]) -> LabelSets:
        """The tags (O, then B and I for each type, sorted) of our set and of these."""
        tags: dict[str, int] = {}
        members: dict[str, tuple[int, ...]] = {}
        for name, types in [(OURS, OWN_TYPES), *sorted(types_by_set.items())]:
            family = name.partition("-")[0]
            own = [f"{name}:O"] + [f"{family}:{prefix}-{t}" for t in sorted(set(types)) for prefix in "BI"]
            members[name] = tuple(tags.setdefault(tag, len(tags)) for tag in own)
        return cls(tuple(tags), members)

    def names(self, label_set: str) -> list[str]:
        """The tags of a set without the name of the set: ``O``, ``B-Person``, …"""
        return [self.tags[i].partition(":")[2] for i in self.members[label_set]]

    def index(self, label_set: str, tag: str) -> int | None:
        """The position of a set's tag in the whole output layer, if it has such a tag."""
        names = self.names(label_set)
        return self.members[label_set][names.index(tag)] if tag in names else None

    def allowed_of_ours(self, label_set: str) -> NDArray[np.bool_]:
        """For each tag of the layer (rows), the tags of ours (columns) it can be in this set."""
        ours = self.names(OURS)
        allowed = np.zeros((len(self.tags), len(ours)), dtype=bool)
        table = TRANSLATIONS.get(label_set, {})
        for row, tag in zip(self.members[label_set], self.names(label_set), strict=True):
            if label_set == OURS:
                allowed[row, row] = True
                continue
            prefix, _, label = tag.partition("-")
            prefixes = (prefix,) if label else ("B", "I")
            for target in table.get(label or "O", ("O", *OWN_TYPES)):
                if target == "O":
                    allowed[row, 0] = True
                else:
                    for p in prefixes:
                        allowed[row, ours.index(f"{p}-{target}")] = True
        return allowed
