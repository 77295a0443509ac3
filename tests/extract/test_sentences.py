"""Invented sentences, with the shipped model: what is claimed, and how firmly."""

from __future__ import annotations

import pytest

from tests.extract.conftest import Talk

pytestmark = pytest.mark.model

_FOUNDED = ("Greg Brockman", "founded", "OpenAI")
_DEVELOPED = ("Google", "developed", "TensorFlow")


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("Greg Brockman founded OpenAI.", "asserted"),
        ("Greg Brockman did not found OpenAI.", "negated"),
        ("Greg Brockman never founded OpenAI.", "negated"),
        ("I don't think Greg Brockman founded OpenAI.", "negated"),
        ("Did Greg Brockman found OpenAI?", "question"),
        ("If Greg Brockman founded OpenAI, we would know.", "hypothetical"),
        ("Maybe Greg Brockman founded OpenAI.", "hedged"),
        ("I think Greg Brockman founded OpenAI.", "hedged"),
        ("greg brockman founded openai", "asserted"),
        ("did greg brockman found openai", "question"),
        ("maybe greg brockman founded openai", "hedged"),
        ("i think greg brockman founded openai", "hedged"),
    ],
)
def test_status_of_a_foundation(talk: Talk, sentence: str, status: str) -> None:
    found = {
        line[3]
        for line in talk(("Ada Moore", sentence)).lines
        if tuple(w.lower() for w in line[:3]) == tuple(w.lower() for w in _FOUNDED)
    }
    assert found == {status}


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("Google developed TensorFlow.", "asserted"),
        ("Google might develop TensorFlow.", "hedged"),
        ("Google wants to develop TensorFlow.", "hypothetical"),
        ("Google failed to develop TensorFlow.", "negated"),
        ("Imagine that Google developed TensorFlow.", "hypothetical"),
        ("I wonder whether Google developed TensorFlow.", "hypothetical"),
        ("It's not true that Google developed TensorFlow.", "negated"),
        ("Nobody said that Google developed TensorFlow.", "negated"),
    ],
)
def test_status_of_a_development(talk: Talk, sentence: str, status: str) -> None:
    found = {line[3] for line in talk(("Ada Moore", sentence)).lines if line[:3] == _DEVELOPED}
    assert found == {status}


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("I work at Google.", ("Ada Moore", "worksFor", "Google", "asserted")),
        ("I worked at Google for ten years.", ("Ada Moore", "formerlyWorkedFor", "Google", "asserted")),
        ("I used to work at Google.", ("Ada Moore", "formerlyWorkedFor", "Google", "asserted")),
        ("I never worked at Google.", ("Ada Moore", "formerlyWorkedFor", "Google", "negated")),
        ("I studied at Stanford.", ("Ada Moore", "studiedAt", "Stanford", "asserted")),
        ("Sam Altman is the CEO of OpenAI.", ("Sam Altman", "worksFor", "OpenAI", "asserted")),
        ("Is Sam Altman the CEO of OpenAI?", ("Sam Altman", "worksFor", "OpenAI", "question")),
        ("Google acquired DeepMind.", ("DeepMind", "partOf", "Google", "asserted")),
        ("NVIDIA is based in Santa Clara.", ("NVIDIA", "locatedIn", "Santa Clara", "asserted")),
        ("OpenAI was founded by Elon Musk and Sam Altman.", ("Sam Altman", "founded", "OpenAI", "asserted")),
        (
            "We visited OpenAI, the research lab founded by Elon Musk, Reid Hoffman and others.",
            ("Reid Hoffman", "founded", "OpenAI", "asserted"),
        ),
        ("PyTorch runs on NVIDIA GPUs.", ("PyTorch", "runsOn", "NVIDIA GPUs", "asserted")),
    ],
)
def test_sentence_makes_the_claim(talk: Talk, sentence: str, claim: tuple[str, str, str, str]) -> None:
    assert claim in talk(("Ada Moore", sentence)).lines


def test_series_of_quantities_gets_subject_and_unit_each(talk: Talk) -> None:
    said = talk(
        ("Ada Moore", "Pascal is like 20 teraflops. Volta is more like 90, and TPU 2.0 is more like 180.")
    )
    found = {
        (claim.subject.surface, claim.literal.number, claim.literal.unit, claim.confidence > 0.5)
        for claim in said.claims
        if claim.literal is not None
    }
    assert {(name, int(number or 0), unit, sure) for name, number, unit, sure in found} == {
        ("Pascal", 20, "TeraFLOPS", True),
        ("Volta", 90, "TeraFLOPS", True),
        ("TPU 2.0", 180, "TeraFLOPS", True),
    }
    values = {claim.literal.value for claim in said.claims if claim.literal is not None}
    assert "like 20 teraflops" in values


def test_generic_you_is_nobody(talk: Talk) -> None:
    said = talk(("Ada Moore", "Do you like it?"), ("Bob Reed", "You can use Kubernetes for that."))
    assert not any(
        claim.subject.refers_to == "Ada Moore" and claim.extractor.startswith("frames")
        for claim in said.claims
    )


def test_who_asks_and_says_less_interviews(talk: Talk) -> None:
    said = talk(
        ("Ada Moore", "What did you build?"),
        ("Bob Reed", "We built a compiler for a small language, and it took us three long years to finish."),
        ("Ada Moore", "And why did you start?"),
        ("Bob Reed", "Because nothing that existed at that time was nearly fast enough for what we did."),
    )
    assert ("Ada Moore", "interviewed", "Bob Reed", "asserted") in said.lines
    assert ("Bob Reed", "interviewed", "Ada Moore", "asserted") not in said.lines


_CONVERSATION = (
    ("Ada Moore", "Welcome. Today I talk with Bob Reed, the founder of OpenAI. How did you begin?"),
    ("Bob Reed", "I worked at Google, and we used TensorFlow a lot. I love PyTorch. It runs on NVIDIA GPUs."),
    ("Ada Moore", "Is Volta at 90 teraflops?"),
    ("Bob Reed", "Volta is more like 90 teraflops. I think Google developed the TPU because they needed it."),
)


def test_quote_holds_subject_and_object_or_what_stands_for_them(talk: Talk) -> None:
    said = talk(*_CONVERSATION)
    assert said.claims
    raw = said.transcript.raw
    for claim in said.claims:
        for mention in (claim.subject, claim.object):
            if mention is not None and mention.kind.value not in ("label",):
                assert claim.span.contains(mention.span), claim
                assert mention.span.cut(raw).lower().startswith(mention.surface.lower()[:2])
        assert any(turn.span.contains(claim.span) for turn in said.transcript.turns)


def test_claims_are_the_same_each_time(talk: Talk) -> None:
    assert talk(*_CONVERSATION).claims == talk(*_CONVERSATION).claims


def test_probabilities_lie_between_zero_and_one(talk: Talk) -> None:
    assert all(0.0 < claim.confidence < 1.0 for claim in talk(*_CONVERSATION).claims)
