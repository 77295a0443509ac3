"""Speakers, roles and series: from labels, initials, introductions, metadata."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.annotate.names import clean_label
from kg.annotate.roles import find_roles
from kg.annotate.series import find_series, name_series
from kg.annotate.speakers import resolve_labels
from kg.model import Mention, Metadata
from kg.ontology.cues import load_cues
from kg.ontology.vocabulary import Vocabulary
from kg.speech import Speech

Speak = Callable[..., Speech]


def _mentions(speech: Speech, *names: tuple[str, str]) -> list[Mention]:
    found = []
    for name, kind in names:
        at = speech.text.find(name)
        while at >= 0:
            found.append(Mention(speech.to_raw(at, at + len(name)), name, kind))
            at = speech.text.find(name, at + 1)
    return sorted(found, key=lambda m: m.span)


def _roles(speech: Speech, vocabulary: Vocabulary, *people: str, **more: object) -> set[tuple[str, str]]:
    mentions = _mentions(speech, *((name, "Person") for name in people))
    series = find_series(speech, mentions, load_cues())
    found = find_roles(speech, mentions, load_cues(), vocabulary=vocabulary, series=series, **more)  # type: ignore[arg-type]
    return {(role.name, role.role) for role in found}


def test_host_and_guest_are_introduced(speak: Speak, vocabulary: Vocabulary) -> None:
    speech = speak("Hello, I'm your host, Maren Dahl. Today I'm joined by Olu Brandt, who leads a lab.")
    assert _roles(speech, vocabulary, "Maren Dahl", "Olu Brandt") == {
        ("Maren Dahl", "host"),
        ("Olu Brandt", "guest"),
    }


def test_whoever_names_the_show_hosts_it(speak: Speak, vocabulary: Vocabulary) -> None:
    speech = speak(("JUN", "Welcome to Open Questions. I'm Jun Marchetti."), ("HAL", "And I'm Hal Oyela."))
    assert _roles(speech, vocabulary) == {("Jun Marchetti", "host"), ("Hal Oyela", "host")}


def test_talking_to_somebody_in_the_past_introduces_nobody(speak: Speak, vocabulary: Vocabulary) -> None:
    speech = speak("So last year I was talking to Olu Brandt about chips.")
    assert _roles(speech, vocabulary, "Olu Brandt") == set()


def test_later_introduction_is_a_quotation(speak: Speak, vocabulary: Vocabulary) -> None:
    turns = [("A", "Well, chips then."), ("B", "Yes.")] * 5
    speech = speak(*turns, ("A", "I'm joined by Olu Brandt."))
    assert _roles(speech, vocabulary, "Olu Brandt") == set()


def test_channel_of_a_person_is_the_host_of_an_interview(speak: Speak, vocabulary: Vocabulary) -> None:
    metadata = Metadata(channel="Dora Patel")
    speech = speak("Today I have the pleasure of interviewing Olu Brandt.", metadata=metadata)
    assert ("Dora Patel", "host") in _roles(speech, vocabulary, "Olu Brandt", is_person=lambda n: True)
    assert ("Dora Patel", "host") not in _roles(speech, vocabulary, "Olu Brandt", is_person=lambda n: False)


def test_misheard_guest_has_the_real_name(speak: Speak, vocabulary: Vocabulary) -> None:
    speech = speak("I'm joined by Ilya Suskover today.")
    (mention,) = _mentions(speech, ("Ilya Suskover", "Person"))
    known = Mention(
        mention.span,
        mention.surface,
        "Person",
        vocabulary_iri="https://kg.example/id/ilya-sutskever",
        misheard=True,
    )
    (role,) = find_roles(speech, [known], load_cues(), vocabulary=vocabulary)
    assert (role.name, role.role) == ("Ilya Sutskever", "guest")


@pytest.mark.parametrize(
    ("label", "name"),
    [("SC", "Sam Carrel"), ("S.C.", "Sam Carrel"), ("SAM", "Sam Carrel"), ("Carrel", "Sam Carrel")],
)
def test_label_stands_for_the_introduced_person(
    speak: Speak, vocabulary: Vocabulary, label: str, name: str
) -> None:
    speech = speak((label, "Hello, I'm your host, Sam Carrel."), ("GB", "Hi."))
    mentions = _mentions(speech, ("Sam Carrel", "Person"))
    roles = find_roles(speech, mentions, load_cues(), vocabulary=vocabulary)
    speakers = resolve_labels(speech, mentions, roles)
    assert (speakers[label].name, speakers[label].named) == (name, True)
    assert not speakers["GB"].named


def test_generic_label_is_no_name(speak: Speak) -> None:
    speech = speak(("Speaker 1", "Yes."), ("INTERVIEWER", "No."))
    assert not any(s.named for s in resolve_labels(speech, [], []).values())


@pytest.mark.parametrize(
    ("text", "series"),
    [
        ("Welcome to another episode of Practical Chips. Let's go.", "Practical Chips"),
        ("You're listening to The Chip Hour, with news.", "The Chip Hour"),
        ("Welcome to Chip History, with me, Wanda Toll.", "Chip History"),
        ("Welcome to Seattle. It rains.", None),
        ("We welcome to the team a new engineer.", None),
        ("It was an episode of nothing.", None),
    ],
)
def test_series_is_named_in_the_opening(speak: Speak, text: str, series: str | None) -> None:
    speech = speak(text)
    found = find_series(speech, _mentions(speech, ("Seattle", "Place")), load_cues())
    assert (found.surface if found else None) == series


def test_series_takes_the_place_of_names_inside_it(speak: Speak) -> None:
    speech = speak("Welcome to another episode of Practical AI. On Practical AI we do practical AI.")
    mentions = _mentions(speech, ("AI", "Concept"))
    series = find_series(speech, mentions, load_cues())
    named = name_series(speech, mentions, series)
    assert [(m.surface, m.type) for m in named] == [
        ("Practical AI", "Work"),
        ("Practical AI", "Work"),
        ("AI", "Concept"),
    ]


def test_label_is_cleaned() -> None:
    assert clean_label("**Prof. Ada Roe, PhD**:") == "Ada Roe"
