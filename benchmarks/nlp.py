"""Speed of the language model, in one run beside a spaCy CNN pipeline of the usual size.

    python -m benchmarks.nlp [TEXT_FILE ...] [--words 20000]

Reports words (tokens without white space) a second of wall time: the whole
pass up to a filled Doc, the encoder's share, two threads, two processes; and
load time and memory. The CNN has the layers and sizes of spaCy's small models
(a shared token encoder of width 96 and depth 4, tagger, parser, entities) with
untrained weights: speed does not depend on what they learned.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from kg.nlp import load_model

EXAMPLES = Path(__file__).parents[1] / "examples"
ROUNDS = 3


def read_texts(paths: Sequence[Path], n_words: int) -> list[str]:
    """Texts of about a thousand words, repeated until there are enough."""
    words = [word for path in paths for word in path.read_text(encoding="utf-8").split(" ")]
    if not words:
        raise SystemExit("no words in the given files")
    while len(words) < n_words:
        words += words
    return [" ".join(words[at : at + 1000]) for at in range(0, n_words, 1000)]


def n_words(nlp: Language, texts: Sequence[str]) -> int:
    """Tokens that are not white space."""
    return sum(not token.is_space for text in texts for token in nlp.make_doc(text))


def seconds(work: Callable[[], object]) -> float:
    """Median wall time of a few rounds, after one to warm up."""
    work()
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def cnn_pipeline(examples: Sequence[Doc]) -> Language:
    """An untrained pipeline with the labels of `examples` and the layers of spaCy's small models."""
    nlp = spacy.blank("en")
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}
    nlp.add_pipe("tok2vec")
    tagger = {"@architectures": "spacy.Tagger.v2", "tok2vec": listener, "nO": None}
    nlp.add_pipe("tagger", config={"model": tagger})
    for name, state, hidden in (("parser", "parser", 64), ("ner", "ner", 64)):
        model = {
            "@architectures": "spacy.TransitionBasedParser.v2",
            "state_type": state,
            "extra_state_tokens": False,
            "hidden_width": hidden,
            "maxout_pieces": 2,
            "use_upper": True,
            "tok2vec": listener,
        }
        nlp.add_pipe(name, config={"model": model})
    nlp.initialize(lambda: [Example(nlp.make_doc(doc.text), doc) for doc in examples])
    return nlp


def encode_only(nlp: Language, docs: Sequence[Doc]) -> None:
    """The encoder alone, on Docs that are tokenised already."""
    encoder = nlp.get_pipe("kg_encoder")
    for _ in encoder.pipe(iter(docs)):  # type: ignore[attr-defined]
        pass


_WORKER: list[Language] = []


def _start_worker() -> None:
    _WORKER.append(load_model())


def _work(texts: Sequence[str]) -> int:
    return sum(len(doc) for doc in _WORKER[0].pipe(texts))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--words", type=int, default=20_000)
    args = parser.parse_args()
    paths = args.files or sorted(
        p for p in EXAMPLES.rglob("*") if p.suffix in {".txt", ".md", ".srt", ".vtt"}
    )
    texts = read_texts(paths, args.words)

    begun = time.perf_counter()
    nlp = load_model()
    loaded = time.perf_counter() - begun
    total = n_words(nlp, texts)
    docs = list(nlp.pipe(texts))
    one = total / seconds(lambda: list(nlp.pipe(texts)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bare = [nlp.make_doc(text) for text in texts]
    encoder = total / seconds(lambda: encode_only(nlp, bare))
    both = load_model(threads=2)
    two_threads = total / seconds(lambda: list(both.pipe(texts)))
    with multiprocessing.get_context("spawn").Pool(2, _start_worker) as pool:
        halves = [texts[::2], texts[1::2]]
        two_processes = total / seconds(lambda: pool.map(_work, halves, chunksize=1))
    cnn = cnn_pipeline(docs[:4])
    beside = total / seconds(lambda: list(cnn.pipe(texts)))
    print(f"{total} words in {len(texts)} texts; median of {ROUNDS} rounds")
    print(f"load                                {loaded:8.2f} s")
    print(f"whole pass, 1 thread                {one:8.0f} words/s")
    print(f"  of this the encoder               {one / encoder:8.0%}")
    print(f"whole pass, 2 threads               {two_threads:8.0f} words/s  ({two_threads / one:.2f} x)")
    print(f"whole pass, 2 processes             {two_processes:8.0f} words/s  ({two_processes / one:.2f} x)")
    print(f"spaCy CNN (tags, tree, entities)    {beside:8.0f} words/s")
    print(f"largest memory up to the first pass  {memory:7.0f} MB")


if __name__ == "__main__":
    main()
