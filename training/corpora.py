"""Corpora in, documents of annotated tokens out, all in one form.

Every corpus annotates something else: the treebanks syntax, CrossNER and the
podcasts mentions, GUM both. What a corpus does not say stays unknown here
(`None`, or `UNKNOWN_HEAD`), so that no model learns absence from silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from spacy.vocab import Vocab

from kg.nlp.tokens import TranscriptTokenizer, form

__all__ = [
    "CROSSNER_DOMAINS",
    "ROOT",
    "UNKNOWN_HEAD",
    "Document",
    "Token",
    "read_crossner",
    "read_podcasts",
    "read_treebank",
]

ROOT = -1
UNKNOWN_HEAD = -2
CROSSNER_DOMAINS = ("ai", "science", "politics", "literature", "music")


@dataclass(slots=True)
class Token:
    """One word with all that its corpus says about it.

    `index` is its place in the document (-1: inserted by augmentation),
    `head` that of its head; `sentence` and `span` number sentences and
    mentions within the document (-1: unknown, and outside any mention).
    """

    form: str
    space: bool
    index: int
    sentence: int = -1
    upos: str | None = None
    xpos: str | None = None
    dep: str | None = None
    head: int = UNKNOWN_HEAD
    lemma: str | None = None
    span: int = -1
    entity_type: str = ""
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class Document:
    """A document's tokens; `label_set` names the mention types it uses, if any."""

    name: str
    corpus: str
    tokens: list[Token]
    label_set: str | None = None
    evaluation_only: bool = False
    text: str = ""
    gold_spans: list[tuple[int, int, str]] = field(default_factory=list)

    def sentences(self) -> Iterator[list[Token]]:
        """Runs of tokens with one sentence number."""
        run: list[Token] = []
        for token in self.tokens:
            if run and token.sentence != run[-1].sentence:
                yield run
                run = []
            run.append(token)
        if run:
            yield run


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")


def _space_after(rows: list[list[str]], ranges: dict[int, tuple[int, bool]]) -> list[bool]:
    """Whether a blank follows each word; words inside a fused token are joined."""
    spaces = []
    last_in_range, range_space = 0, True
    for row in rows:
        number = int(row[0])
        if number in ranges:
            last_in_range, range_space = ranges[number]
        if number < last_in_range:
            spaces.append(False)
        elif number == last_in_range:
            spaces.append(range_space)
        else:
            spaces.append("SpaceAfter=No" not in row[9])
    return spaces


def read_treebank(folder: Path, split: str, corpus: str) -> list[Document]:
    """The documents of one split of a Universal Dependencies treebank.

    GUM's named entities come with it (``names-SPLIT.jsonl``) as label set ``gum``.
    """
    names: dict[str, list[tuple[int, int, str]]] = {}
    names_path = folder / f"names-{split}.jsonl"
    if names_path.exists():
        for line in _lines(names_path):
            if line:
                record = json.loads(line)
                names[record["id"]] = [tuple(span) for span in record["spans"]]
    documents: list[Document] = []
    rows: list[list[str]] = []
    ranges: dict[int, tuple[int, bool]] = {}
    sentence_id = ""
    n_sentences = n_spans = 0
    for line in _lines(folder / f"{split}.conllu"):
        if line.startswith("# newdoc id"):
            documents.append(Document(line.split("=", 1)[1].strip(), corpus, [], "gum" if names else None))
        elif line.startswith("# evaluation_only"):
            documents[-1].evaluation_only = line.endswith("yes")
        elif line.startswith("# sent_id"):
            sentence_id = line.split("=", 1)[1].strip()
        elif line[:1].isdigit():
            row = line.split("\t")
            if "-" in row[0]:
                first, last = (int(n) for n in row[0].split("-"))
                ranges[first] = (last, "SpaceAfter=No" not in row[9])
            elif "." not in row[0]:
                rows.append(row)
        elif not line and rows:
            tokens = documents[-1].tokens
            base = len(tokens)
            for i, (row, space) in enumerate(zip(rows, _space_after(rows, ranges), strict=True)):
                tokens.append(
                    Token(
                        form=row[1],
                        space=space,
                        index=base + i,
                        sentence=n_sentences,
                        upos=row[3],
                        xpos=row[4],
                        dep=row[7],
                        head=ROOT if row[6] == "0" else base + int(row[6]) - 1,
                        lemma=row[2],
                    )
                )
            for first, after, entity_type in names.get(sentence_id, ()):
                for token in tokens[base + first : base + after]:
                    token.span, token.entity_type = n_spans, entity_type
                n_spans += 1
            n_sentences += 1
            rows, ranges = [], {}
    return documents


def read_crossner(folder: Path, domain: str, split: str) -> list[Document]:
    """CrossNER's sentences, each a document, in label set ``crossner-DOMAIN``."""
    documents = []
    for line in _lines(folder / f"{domain}-{split}.jsonl"):
        if not line:
            continue
        record = json.loads(line)
        tokens = [Token(word, True, i, sentence=0) for i, word in enumerate(record["words"])]
        for number, (first, after, entity_type) in enumerate(record["spans"]):
            for token in tokens[first:after]:
                token.span, token.entity_type = number, entity_type
        label_set = f"crossner-{domain}"
        documents.append(Document(record["id"], label_set, tokens, label_set))
    return documents


def read_podcasts(folder: Path, split: str) -> list[Document]:
    """The annotated transcripts, with our own types (label set ``kg``).

    `gold_spans` keeps every annotated span exactly; a token belongs to a span
    when they overlap, the longest span first.
    """
    tokenizer = TranscriptTokenizer(Vocab())
    documents = []
    for path in sorted((folder / split).glob("*.txt")):
        # Offsets are code points of the file as it is: no newline translation.
        text = path.read_bytes().decode("utf-8")
        spans = []
        for line in _lines(path.with_suffix(".entities.jsonl")):
            if line:
                record = json.loads(line)
                spans += [(start, end, record["type"]) for start, end in record["spans"]]
        document = Document(path.stem, "podcasts", [], "kg", text=text, gold_spans=sorted(set(spans)))
        for token in tokenizer(text):
            if token.is_space:
                continue
            document.tokens.append(
                Token(
                    form(token.text),
                    bool(token.whitespace_),
                    len(document.tokens),
                    start=token.idx,
                    end=token.idx + len(token.text),
                )
            )
        _mark_spans(document)
        documents.append(document)
    return documents


def _mark_spans(document: Document) -> None:
    tokens = document.tokens
    by_length = sorted(document.gold_spans, key=lambda s: (s[0] - s[1], s))
    for number, (start, end, entity_type) in enumerate(by_length):
        inside = [t for t in tokens if t.start < end and start < t.end]
        if all(t.span < 0 for t in inside):
            for token in inside:
                token.span, token.entity_type = number, entity_type
