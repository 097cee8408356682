"""Write the trained tagger as the ONNX file that ships: eight-bit weights, tokenizer, and a manifest of checksums."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from pipelines.model_files import write_manifest
from pipelines.speech.network import Tagger

__all__ = ["MIDDLE", "RunLayers", "export", "quantize"]

BLOCK = 128
# The layer whose states `pipelines.statements` reads on from.
MIDDLE = 3

# The special pieces ([PAD], [CLS], [SEP], [MASK]) stand below this number and keep theirs.
SPECIAL = 103


class RunLayers(torch.nn.Module):  # type: ignore[misc]  # torch is there for training only
    """Layers of the encoder as they run: one window at a time, hence no mask; query, key and value in one product."""

    def __init__(self, layers: torch.nn.ModuleList) -> None:
        super().__init__()
        self.layers = layers
        self.attention = torch.nn.ModuleList(merge_attention(layer.attention.self) for layer in layers)

    def forward(self, hidden: torch.Tensor) -> list[torch.Tensor]:
        """The states after each layer."""
        states = []
        for layer, attention in zip(self.layers, self.attention, strict=True):
            hidden = layer.attention.output.LayerNorm(
                hidden + layer.attention.output.dense(self.attend(layer, attention(hidden)))
            )
            widened = torch.nn.functional.gelu(layer.intermediate.dense(hidden))
            hidden = layer.output.LayerNorm(hidden + layer.output.dense(widened))
            states.append(hidden)
        return states

    def attend(self, layer: torch.nn.Module, merged: torch.Tensor) -> torch.Tensor:
        """Plain attention of one layer; the scale is in the query's weights already."""
        heads = layer.attention.self.num_attention_heads
        _, length, size = merged.shape
        query, key, value = merged.view(1, length, 3, heads, size // 3 // heads).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(query @ key.transpose(-1, -2), -1)
        return (weights @ value).transpose(1, 2).reshape(1, length, size // 3)


class Exported(torch.nn.Module):  # type: ignore[misc]  # torch is there for training only
    """The tagger as it runs: tags, links, and the states of its middle layer."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger
        self.layers = RunLayers(tagger.encoder.encoder.layer)

    def forward(self, ids: torch.Tensor, case: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        embeddings = self.tagger.encoder.embeddings
        length = ids.shape[1]
        hidden = embeddings.word_embeddings(ids) + self.tagger.case(case)
        hidden = hidden + embeddings.position_embeddings.weight[:length] + embeddings.token_type_embeddings.weight[0]
        hidden = embeddings.LayerNorm(hidden)
        states = self.layers(hidden)
        return self.tagger.tag(states[-1]), self.tagger.point(states[-1], None), states[MIDDLE - 1]


def merge_attention(attention: torch.nn.Module) -> torch.nn.Linear:
    """Query, key and value of a layer as one product, the query scaled."""
    scale = attention.attention_head_size**-0.5
    parts = [attention.query, attention.key, attention.value]
    merged = torch.nn.Linear(attention.query.in_features, 3 * attention.query.out_features)
    with torch.no_grad():
        merged.weight.copy_(torch.cat([parts[0].weight * scale, parts[1].weight, parts[2].weight]))
        merged.bias.copy_(torch.cat([parts[0].bias * scale, parts[1].bias, parts[2].bias]))
    return merged


def export(tagger: Tagger, tokenizer_file: Path, folder: Path, version: str, *, quantized: bool = True) -> None:
    """Write `tagger.onnx`, `tokenizer.json` and `manifest.json` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = write_tokenizer(tokenizer_file, folder / "tokenizer.json")
    tagger = copy.deepcopy(tagger).eval()
    words = tagger.encoder.embeddings.word_embeddings
    tagger.encoder.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(words.weight.detach()[kept])
    whole = folder / "tagger.onnx"
    torch.onnx.export(
        Exported(tagger),
        (torch.randint(1000, 2000, (1, 40)), torch.zeros(1, 40, dtype=torch.long)),
        str(whole),
        input_names=["ids", "case"],
        output_names=["tags", "links", "middle"],
        opset_version=18,
        dynamic_axes={
            "ids": {1: "n"},
            "case": {1: "n"},
            "tags": {1: "n"},
            "links": {2: "n", 3: "n"},
            "middle": {1: "n"},
        },
        dynamo=False,
    )
    if quantized:
        quantize(whole)
    write_manifest(folder, version, ("tagger.onnx", "tokenizer.json"))


def write_tokenizer(source: Path, target: Path) -> list[int]:
    """The encoder's tokenizer without truncation, padding and the pieces that English never needs; the numbers kept."""
    tokenizer = json.loads(source.read_text(encoding="utf-8"))
    pieces = sorted(tokenizer["model"]["vocab"].items(), key=lambda item: item[1])
    kept = [(piece, number) for piece, number in pieces if number <= SPECIAL or is_needed(piece)]
    tokenizer["model"]["vocab"] = {piece: at for at, (piece, _) in enumerate(kept)}
    tokenizer["truncation"] = tokenizer["padding"] = None
    target.write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return [number for _, number in kept]


def is_needed(piece: str) -> bool:
    """Whether a piece is Latin letters, digits or common signs, and not a place held free in the vocabulary."""
    if piece.startswith("[unused"):
        return False
    return all(ord(sign) < 0x250 or 0x2000 <= ord(sign) < 0x2070 or 0x20A0 <= ord(sign) < 0x2150 for sign in piece)


def quantize(path: Path) -> None:
    """Replace the weights in a file by eight-bit ones: matrices in blocks of BLOCK, embeddings row by row.

    Activations are rounded block by block as the matrices run (accuracy level 4), which loses far less than one scale
    for a whole activation. The tag and pointer heads are a hundredth of the size and stay as they are.
    """
    model = onnx.load(str(path))
    quantize_matrices(model)
    quantize_embeddings(model)
    onnx.save(model, str(path))


def quantize_matrices(model: onnx.ModelProto) -> None:
    """Turn the encoder's products with constant matrices into MatMulNBits of ONNX Runtime, symmetric around 128."""
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if (
            node.op_type != "MatMul"
            or not any(part in node.name for part in ("/attention", "/dense"))
            or node.input[1] not in weights
        ):
            continue
        name = node.input[1]
        matrix = numpy_helper.to_array(weights[name])
        rows, columns = matrix.shape
        blocks = matrix.T.reshape(columns, rows // BLOCK, BLOCK)
        scale = np.abs(blocks).max(2) / 127 + 1e-12
        stored = (np.round(blocks / scale[..., None]) + 128).astype(np.uint8)
        model.graph.initializer.remove(weights[name])
        model.graph.initializer.extend(
            [
                numpy_helper.from_array(stored, name + "_blocks"),
                numpy_helper.from_array(scale.astype(np.float32).ravel(), name + "_scales"),
            ]
        )
        node.op_type, node.domain = "MatMulNBits", "com.microsoft"
        del node.input[1:]
        node.input.extend([name + "_blocks", name + "_scales"])
        for key, value in {"K": rows, "N": columns, "bits": 8, "block_size": BLOCK, "accuracy_level": 4}.items():
            node.attribute.append(helper.make_attribute(key, value))
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def quantize_embeddings(model: onnx.ModelProto) -> None:
    """Keep the word embeddings as eight-bit rows with a scale each; only the rows of the pieces read are widened."""
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in list(model.graph.node):
        if node.op_type != "Gather" or node.input[0] not in weights or len(weights[node.input[0]].dims) != 2:
            continue
        table = numpy_helper.to_array(weights[node.input[0]])
        if table.shape[0] < 1000:
            continue
        scale = np.abs(table).max(1, keepdims=True) / 127 + 1e-12
        rows = np.round(table / scale).astype(np.int8)
        name, at = node.input[0], list(model.graph.node).index(node)
        model.graph.initializer.remove(weights[name])
        model.graph.initializer.extend(
            [
                numpy_helper.from_array(rows, name + "_rows"),
                numpy_helper.from_array(scale.astype(np.float32), name + "_scale"),
            ]
        )
        made = [
            helper.make_node("Gather", [name + "_rows", node.input[1]], [name + "_read"]),
            helper.make_node("Cast", [name + "_read"], [name + "_wide"], to=onnx.TensorProto.FLOAT),
            helper.make_node("Gather", [name + "_scale", node.input[1]], [name + "_size"]),
            helper.make_node("Mul", [name + "_wide", name + "_size"], [node.output[0]]),
        ]
        model.graph.node.remove(node)
        for offset, new in enumerate(made):
            model.graph.node.insert(at + offset, new)
