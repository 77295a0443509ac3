"""The pipeline as others use it: what is filled, and that nothing else changes it."""

from __future__ import annotations

import pytest
from spacy import displacy
from spacy.language import Language
from spacy.matcher import DependencyMatcher, Matcher
from spacy.tokens import Doc

from kg.nlp import load_model, pipe_in_context

pytestmark = pytest.mark.model

TEXT = (
    "Grace Hopper worked for the United States Navy. She wasn't hired by IBM, and the compiler "
    "she wrote ran on the UNIVAC.\n\nIt was shown in Philadelphia."
)
TURNS = ["So what did you do at OpenAI?", "", " Well, I trained GPT-3 on V100s. ", "On V100s?", "Indeed."]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_model()


def everything(doc: Doc) -> list[object]:
    tokens = [(t.text, t.pos_, t.tag_, t.lemma_, t.head.i, t.dep_, t.is_sent_start) for t in doc]
    return [*tokens, *((e.start, e.end, e.label_, e._.confidence) for e in doc.ents)]


def test_everything_is_filled(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert doc.text == TEXT
    words = [t for t in doc if not t.is_space]
    assert all(t.pos_ and t.tag_ and t.lemma_ and t.dep_ for t in words)
    assert all(doc.has_annotation(a) for a in ("TAG", "POS", "LEMMA", "DEP", "HEAD", "SENT_START", "ENT_IOB"))
    hired = next(t for t in doc if t.text == "hired")
    assert hired.lemma_ == "hire"
    assert {c.dep_ for c in hired.children} >= {"nsubj:pass", "aux:pass"}
    assert [s[0].text for s in doc.sents] == ["Grace", "She", "It"]
    assert all(sum(t.dep_ == "ROOT" for t in s) == 1 for s in doc.sents)


def test_entities_have_our_types_and_a_probability(nlp: Language) -> None:
    doc = nlp(TEXT)
    found = {e.text: e.label_ for e in doc.ents}
    assert found.get("Grace Hopper") == "Person"
    assert found.get("IBM") == "Organization"
    assert found.get("Philadelphia") == "Place"
    assert all(0 < e._.confidence <= 1 for e in doc.ents)


def test_captions_without_case_and_marks_are_cut_into_sentences(nlp: Language) -> None:
    doc = nlp(
        "so we moved to san francisco and then we started the company it was a lot of fun do you remember that"
    )
    starts = [s[0].text for s in doc.sents]
    assert "it" in starts
    assert "do" in starts


def test_offsets_are_those_of_raw_text(nlp: Language) -> None:
    text = "That&#39;s what Grace Hopper&#39;s friends said."
    doc = nlp(text)
    assert doc.text == text
    assert "Grace Hopper" in [text[e.start_char : e.end_char] for e in doc.ents]
    assert [t.lemma_ for t in doc][:2] == ["that", "be"]


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "?", "\U0001f680", "&#39;", "a" * 5000, "\x00 \ufffd", ". " * 900]
)
def test_odd_texts(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert everything(doc) == everything(nlp(text))


def test_company_in_a_batch_changes_nothing(nlp: Language) -> None:
    texts = [TEXT, "Yes.", TEXT * 9, "", "What about Nvidia and its GPUs?", *TURNS]
    alone = [everything(nlp(text)) for text in texts]
    for order in (texts, texts[::-1]):
        together = {doc.text: everything(doc) for doc in nlp.pipe(order)}
        assert [together[text] for text in texts] == alone


def test_threads_change_nothing(nlp: Language) -> None:
    text = TEXT * 12
    assert everything(load_model(threads=2)(text)) == everything(nlp(text))


def test_long_texts_have_no_seams(nlp: Language) -> None:
    # The same sentence over and over, so that windows are cut at all of its words.
    sentence = "Grace Hopper worked for IBM in Philadelphia."
    doc = nlp(" ".join([sentence] * 120))
    sentences = list(doc.sents)
    assert [s.text for s in sentences] == [sentence] * 120
    heads = [tuple(t.head.i - s.start for t in s) for s in sentences]
    assert heads.count(max(heads, key=heads.count)) > 0.9 * len(heads)
    entities = {tuple((e.text, e.label_) for e in s.ents) for s in sentences}
    assert len(entities) == 1


def test_a_sentence_longer_than_a_window_is_one_tree(nlp: Language) -> None:
    words = ["Ada"] + ["and", "Grace"] * 300 + ["left", "."]
    doc = nlp(Doc(nlp.vocab, words=words, sent_starts=[True] + [False] * (len(words) - 1)))
    assert len(list(doc.sents)) == 1
    assert sum(t.head.i == t.i for t in doc) == 1


def test_given_sentence_starts_stand(nlp: Language) -> None:
    words = ["Yes", "We", "left", "Then", "they", "came"]
    starts = [True, None, False, None, False, False]
    doc = nlp(Doc(nlp.vocab, words=words, sent_starts=starts))
    assert doc[0].is_sent_start
    assert not any(doc[i].is_sent_start for i in (2, 4, 5))


def test_turns_in_context_keep_their_texts(nlp: Language) -> None:
    docs = pipe_in_context(nlp, TURNS)
    assert [doc.text for doc in docs] == TURNS
    assert all(e._.confidence is not None for doc in docs for e in doc.ents)
    assert all(t.head.doc is doc for doc in docs for t in doc)
    assert [len(list(doc.sents)) > 0 for doc in docs] == [bool(t) for t in TURNS]
    assert pipe_in_context(nlp, []) == []


def test_spacys_tools_work_on_it(nlp: Language) -> None:
    doc = nlp(TEXT)
    matcher = Matcher(nlp.vocab)
    matcher.add("verb", [[{"LEMMA": "hire", "POS": "VERB"}]])
    assert [doc[start].text for _, start, _ in matcher(doc)] == ["hired"]
    by_tree = DependencyMatcher(nlp.vocab)
    subject = {"LEFT_ID": "v", "REL_OP": ">", "RIGHT_ID": "s", "RIGHT_ATTRS": {"DEP": "nsubj"}}
    by_tree.add("frame", [[{"RIGHT_ID": "v", "RIGHT_ATTRS": {"LEMMA": "work"}}, subject]])
    assert len(by_tree(doc)) == 1
    assert "Grace Hopper" in displacy.render(doc, style="ent")
    assert "<svg" in displacy.render(next(doc.sents), style="dep")


def test_other_label_sets_of_the_model() -> None:
    gum = load_model(label_set="gum")
    assert {e.label_ for e in gum(TEXT).ents} <= {
        "person",
        "organization",
        "place",
        "object",
        "event",
        "time",
        "abstract",
    }
    with pytest.raises(ValueError, match="no label set"):
        load_model(label_set="nope")
