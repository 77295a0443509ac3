"""The stages of training, one verb each; ``all`` runs them in order.

python -m training all --corpora DIR            # everything, one to three hours on two cores
python -m training train --corpora DIR --resume # go on after an interruption
python -m training all --corpora DIR --share 0.01 --work trial --out trial/model  # a smoke run
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kg.nlp.package import SHIPPED

__all__ = ["main"]

HERE = Path(__file__).parent


def _data(args: argparse.Namespace, config: dict[str, Any]) -> None:
    """Read the corpora and say what is there."""
    from training.fit import Corpora

    corpora = Corpora.read(args.corpora, share=args.share)
    for name, documents in corpora.groups.items():
        words = sum(len(d.tokens) for d in documents)
        mentions = sum(len({t.span for t in d.tokens if t.span >= 0}) for d in documents)
        print(f"{name:16} {len(documents):6} documents {words:8} words {mentions:7} mentions")


def _train(args: argparse.Namespace, config: dict[str, Any]) -> None:
    """Fit the network; a checkpoint after each pass."""
    from training.fit import Corpora, fit
    from training.trial import Development

    args.work.mkdir(parents=True, exist_ok=True)
    corpora = Corpora.read(args.corpora, share=args.share)
    development = Development.read(args.corpora) if args.share == 1 else None
    fit(corpora, config, args.work / "checkpoint.pt", development=development, resume=args.resume)


def _export(args: argparse.Namespace, config: dict[str, Any]) -> None:
    """Write the model folder, and beside the checkpoint one without quantisation to compare with."""
    from training.corpora import read_treebank
    from training.export import export_package
    from training.fit import Checkpoint
    from training.lemmas import learn_lemmas

    checkpoint = Checkpoint.load(args.work / "checkpoint.pt")
    checkpoint.config = {**checkpoint.config, "runtime": config["runtime"]}
    documents = [d for c in ("gum", "ewt") for d in read_treebank(args.corpora / c, "train", c)]
    lemmas = learn_lemmas(documents)
    name, version = config["name"], config["version"]
    export_package(checkpoint, lemmas, args.out, name=name, version=version)
    full = args.work / "unquantised"
    export_package(checkpoint, lemmas, full, name=name, version=version, quantised=False)
    size = sum(path.stat().st_size for path in args.out.iterdir())
    print(f"{args.out}: {size / 1e6:.1f} MB")


def _evaluate(args: argparse.Namespace, config: dict[str, Any]) -> None:
    """Measure the exported model, and the one without quantisation, on one split."""
    from training.evaluate import evaluate

    figures = {
        "model": f"{config['name']} {config['version']}",
        "quantised": evaluate(args.out, args.corpora, split=args.split, n_documents=args.documents),
    }
    full = args.work / "unquantised"
    if full.exists() and not args.quantised_only:
        figures["unquantised"] = evaluate(full, args.corpora, split=args.split, n_documents=args.documents)
    path = args.figures or args.work / "figures.json"
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({k: v for k, v in figures["quantised"].items() if k != "podcasts"}, indent=1))
    print(f"figures written to {path}")


def _card(args: argparse.Namespace, config: dict[str, Any]) -> None:
    """Put the figures into the model card."""
    from training.card import write_figures

    figures = json.loads((args.figures or args.work / "figures.json").read_text(encoding="utf-8"))
    write_figures(args.card, figures)


_STAGES: dict[str, Callable[[argparse.Namespace, dict[str, Any]], None]] = {
    "data": _data,
    "train": _train,
    "export": _export,
    "evaluate": _evaluate,
    "card": _card,
}


def main(argv: list[str] | None = None) -> int:
    """Run one stage or all; 0 when done."""
    from training.fit import load_config

    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("stage", choices=[*_STAGES, "all"])
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--work", type=Path, default=HERE / "runs", help="checkpoints and logs")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the model folder to write or measure")
    parser.add_argument("--config", type=Path, default=HERE / "config.toml")
    parser.add_argument("--figures", type=Path, help="default: figures.json in the work folder")
    parser.add_argument("--card", type=Path, default=HERE / "MODEL_CARD.md")
    parser.add_argument("--split", choices=["dev", "test"], default="test")
    parser.add_argument(
        "--share", type=float, default=1.0, help="first share of each corpus, for a smoke run"
    )
    parser.add_argument("--documents", type=int, help="measure on the first so many documents only")
    parser.add_argument("--quantised-only", action="store_true", help="do not measure the unquantised model")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    args = parser.parse_args(argv)
    if not args.corpora.is_dir():
        print(
            f"no such folder of corpora: {args.corpora} (docs/model.md says what belongs there)",
            file=sys.stderr,
        )
        return 2
    config = load_config(args.config)
    for name in _STAGES if args.stage == "all" else [args.stage]:
        print(f"== {name}", flush=True)
        _STAGES[name](args, config)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
