"""The multi-task network: one BERT encoder, heads for tags, tree, sentences and mentions.

Written out in plain PyTorch so that `export` can build the same computation
node by node.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from kg.nlp.wordpiece import Shape

__all__ = ["Network", "Output", "Sizes"]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many classes each head has, and the widths of the parser's vectors."""

    n_tags: int
    n_upos: int
    n_xpos: int
    n_deps: int
    arc_width: int = 192
    label_width: int = 96
    hidden: int = 384
    n_layers: int = 6
    n_heads: int = 12
    feed_forward: int = 1536
    n_positions: int = 512
    n_pieces: int = 30522


@dataclass(slots=True)
class Output:
    """Scores for a batch of windows; position 0 of the word axis is the root."""

    mentions: Tensor  # [batch, word, tag]
    upos: Tensor  # [batch, word, class]
    xpos: Tensor  # [batch, word, class]
    sentence: Tensor  # [batch, word]: logit of "a sentence starts here"
    arc: Tensor  # [batch, word, head]
    label_dependent: Tensor  # [batch, word, width]
    label_head: Tensor  # [batch, head, width]


class SharedDropout(nn.Module):
    """Dropout with one mask for all positions of a window.

    Source: Gal & Ghahramani (2016), arXiv:1512.05287. Here also because drawing
    a mask for every position took a tenth of the training time.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """`x` ([batch, position, width]), some of its columns zero while training."""
        if not self.training or not self.share:
            return x
        keep = torch.rand(x.shape[0], 1, x.shape[2]) >= self.share
        return x * (keep / (1 - self.share)).to(x.dtype)


class Layer(nn.Module):
    """One transformer layer, post-norm, as in BERT."""

    def __init__(self, sizes: Sizes, dropout: float) -> None:
        super().__init__()
        h = sizes.hidden
        self.n_heads = sizes.n_heads
        self.query, self.key, self.value = nn.Linear(h, h), nn.Linear(h, h), nn.Linear(h, h)
        self.attended = nn.Linear(h, h)
        self.attended_norm = nn.LayerNorm(h, eps=1e-12)
        self.wide = nn.Linear(h, sizes.feed_forward)
        self.narrow = nn.Linear(sizes.feed_forward, h)
        self.output_norm = nn.LayerNorm(h, eps=1e-12)
        self.dropout = SharedDropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`mask` is added to the scores of the keys: [batch, 1, 1, piece]."""
        batch, length, hidden = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, self.n_heads, -1).transpose(1, 2)

        # Spelt out: on CPUs the fused attention's backward pass takes several times longer.
        query, key, value = (split(f(x)) for f in (self.query, self.key, self.value))
        weights = query @ key.transpose(-1, -2) * (hidden // self.n_heads) ** -0.5 + mask
        seen = weights.softmax(-1).to(value.dtype) @ value
        seen = seen.transpose(1, 2).reshape(batch, length, hidden)
        x = self.attended_norm(x + self.dropout(self.attended(seen)))
        return self.output_norm(x + self.dropout(self.narrow(F.gelu(self.wide(x)))))


class Network(nn.Module):
    """Encoder and heads."""

    def __init__(self, sizes: Sizes, *, dropout: float = 0.1, head_dropout: float = 0.15) -> None:
        super().__init__()
        h = sizes.hidden
        self.sizes = sizes
        self.pieces = nn.Embedding(sizes.n_pieces, h)
        self.positions = nn.Embedding(sizes.n_positions, h)
        self.shapes = nn.Embedding(len(Shape), h)
        self.input_norm = nn.LayerNorm(h, eps=1e-12)
        self.layers = nn.ModuleList(Layer(sizes, dropout) for _ in range(sizes.n_layers))
        self.dropout, self.head_dropout = SharedDropout(dropout), SharedDropout(head_dropout)
        self.mentions = nn.Linear(h, sizes.n_tags)
        self.upos, self.xpos = nn.Linear(h, sizes.n_upos), nn.Linear(h, sizes.n_xpos)
        self.sentence = nn.Linear(h, 1)
        self.arc_dependent, self.arc_head = (nn.Linear(h, sizes.arc_width) for _ in range(2))
        self.label_dependent, self.label_head = (nn.Linear(h, sizes.label_width) for _ in range(2))
        self.arc_weight = nn.Parameter(torch.randn(sizes.arc_width + 1, sizes.arc_width) * 0.02)
        width = sizes.label_width + 1
        self.label_weight = nn.Parameter(torch.randn(sizes.n_deps, width, width) * 0.02)
        nn.init.normal_(self.shapes.weight, std=0.01)
        # The words' own vectors stay as pre-trained: half of the weights, and
        # the rare names of the test are those that training never moved.
        self.pieces.weight.requires_grad_(False)

    def load_pretrained(self, path: Path) -> None:
        """Take the encoder's weights from a BERT checkpoint in safetensors format."""
        old = load_file(path)
        norm = "LayerNorm"
        with torch.no_grad():
            self.pieces.weight.copy_(old["embeddings.word_embeddings.weight"])
            self.positions.weight.copy_(
                old["embeddings.position_embeddings.weight"]
                + old["embeddings.token_type_embeddings.weight"][0]
            )
            names = [("input_norm", f"embeddings.{norm}")]
            for i in range(self.sizes.n_layers):
                theirs = f"encoder.layer.{i}"
                names += [
                    (f"layers.{i}.query", f"{theirs}.attention.self.query"),
                    (f"layers.{i}.key", f"{theirs}.attention.self.key"),
                    (f"layers.{i}.value", f"{theirs}.attention.self.value"),
                    (f"layers.{i}.attended", f"{theirs}.attention.output.dense"),
                    (f"layers.{i}.attended_norm", f"{theirs}.attention.output.{norm}"),
                    (f"layers.{i}.wide", f"{theirs}.intermediate.dense"),
                    (f"layers.{i}.narrow", f"{theirs}.output.dense"),
                    (f"layers.{i}.output_norm", f"{theirs}.output.{norm}"),
                ]
            for ours, theirs in names:
                module = self.get_submodule(ours)
                module.weight.copy_(old[f"{theirs}.weight"])
                module.bias.copy_(old[f"{theirs}.bias"])

    def encode(self, ids: Tensor, shapes: Tensor) -> Tensor:
        """Vectors of all pieces: [batch, piece, hidden]; padding has id 0."""
        x = self.pieces(ids) + self.shapes(shapes) + self.positions.weight[: ids.shape[1]]
        x = self.dropout(self.input_norm(x))
        mask = (ids == 0)[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def forward(self, ids: Tensor, shapes: Tensor, first: Tensor) -> Output:
        """`first`: [batch, 1 + word], the piece where each word begins; 0 for the root."""
        x = self.encode(ids, shapes)
        h = torch.gather(x, 1, first[..., None].expand(-1, -1, x.shape[-1]))
        h = self.head_dropout(h)
        words = h[:, 1:]
        one = torch.ones_like(h[..., :1])

        def bend(layer: nn.Linear, y: Tensor) -> Tensor:
            return self.head_dropout(F.gelu(layer(y)))

        dependent = torch.cat([bend(self.arc_dependent, words), one[:, 1:]], -1)
        arc = dependent @ self.arc_weight @ bend(self.arc_head, h).transpose(1, 2)
        return Output(
            mentions=self.mentions(words),
            upos=self.upos(words),
            xpos=self.xpos(words),
            sentence=self.sentence(words).squeeze(-1),
            arc=arc,
            label_dependent=torch.cat([bend(self.label_dependent, words), one[:, 1:]], -1),
            label_head=torch.cat([bend(self.label_head, h), one], -1),
        )

    def labels(self, output: Output, heads: Tensor) -> Tensor:
        """Dependency label scores for given heads ([batch, word], 0 for the root)."""
        width = output.label_head.shape[-1]
        chosen = torch.gather(output.label_head, 1, heads[..., None].expand(-1, -1, width))
        return torch.einsum("bni,lij,bnj->bnl", output.label_dependent, self.label_weight, chosen)
