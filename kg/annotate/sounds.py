"""Names in, keys of their sound out: what speech recognition confuses gets the same key."""

from __future__ import annotations

import re

from kg.ontology.vocabulary import name_key

__all__ = ["sound_key"]

# English spelling to rough sound classes, applied in order. Source: ours, after the letter classes of
# Metaphone (Philips 1990); vowels all become one letter, because recognition confuses them most.
_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^kn|^gn|^pn", "n"),
        (r"^wr", "r"),
        (r"^x", "s"),
        (r"tsch|tch|sch|sh|cz|cc(?=[iey])", "x"),
        (r"ch", "x"),
        (r"ti(?=o)|si(?=on)|ci(?=a)", "x"),
        (r"ph", "f"),
        (r"gh(?=t|$)", ""),
        (r"th", "t"),
        (r"dge|dg|j", "x"),
        (r"ck|q|kh|c(?![iey])", "k"),
        (r"c", "s"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"g(?=[iey])", "x"),
        (r"g", "k"),
        (r"d", "t"),
        (r"b", "p"),
        (r"v|w(?=[aeiouy])", "f"),
        (r"w|h", ""),
        (r"[aeiouy]+", "a"),
        (r"(.)\1+", r"\1"),
    )
)


def sound_key(name: str) -> str:
    """The sound of a name, roughly; empty where nothing of it is spelt in letters.

    >>> sound_key("Sutskever") == sound_key("Sootskaver")
    True
    >>> sound_key("DeepMind"), sound_key("Anthropic")
    ('tapmant', 'antrapak')
    """
    key = re.sub(r"[^a-z0-9]", "", name_key(name))
    for pattern, sound in _RULES:
        key = pattern.sub(sound, key)
    return key
