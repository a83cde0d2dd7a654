"""Trains the embedded model: `python train.py DATA OUT` (see README.md); goes on where it stopped.

It must not know schemas or SQL: it sees prompts and answers as text.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from model import Model, Shape
from tokenizer import Tokenizer
from tokenizer import train as train_tokenizer
from torch import Tensor

Example = tuple[list[int], int]
STEP = 32
MEETING = 40


def read(path: Path) -> list[list[str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def examples(rows: list[list[str]], tokenizer: Tokenizer, longest: int) -> list[Example]:
    """(ids, how many of them are the prompt); longer ones are left out."""
    out = []
    for _, prompt, answer, *_ in rows:
        start = [tokenizer.bos, *tokenizer.encode(prompt)]
        ids = [*start, *tokenizer.encode(answer), tokenizer.eos]
        if len(ids) <= longest:
            out.append((ids, len(start)))
    return out


def batches(data: list[Example], tokens: int, rng: random.Random) -> Iterator[list[Example]]:
    """Examples of one length step together, at most `tokens` with padding, in random order."""
    steps: dict[int, list[Example]] = {}
    for example in rng.sample(data, len(data)):
        steps.setdefault(padded(example), []).append(example)
    groups = []
    for length, members in steps.items():
        rows = max(1, tokens // length)
        groups.extend(members[start : start + rows] for start in range(0, len(members), rows))
    rng.shuffle(groups)
    yield from groups


def padded(example: Example) -> int:
    """The length that an example is padded to: few lengths mean few compiled shapes."""
    return -(-len(example[0]) // STEP) * STEP


def tensors(batch: list[Example], tokens: int) -> tuple[Tensor, Tensor]:
    """Padded ids and loss weights (1 on the answer, else 0); the length step settles the shape."""
    length = padded(batch[0])
    rows = max(1, tokens // length)
    ids = torch.zeros(rows, length + 1, dtype=torch.long)
    weights = torch.zeros(rows, length + 1)
    for row, (example, start) in enumerate(batch):
        ids[row, : len(example)] = torch.tensor(example)
        weights[row, start : len(example)] = 1.0
    return ids, weights


@torch.no_grad()
def exact(model: Model, data: list[Example], tokens: int = 5000) -> tuple[float, float]:
    """Share of answers whose every token is the likeliest one (teacher-forced); the mean loss."""
    right, losses, seen = 0, 0.0, 0
    for batch in batches(data, tokens, random.Random(0)):
        ids, weights = tensors(batch, tokens)
        logits = model(ids[:, :-1])
        wanted = weights[:, 1:] > 0
        hits = (logits.argmax(-1) == ids[:, 1:]) | ~wanted
        right += int(hits.all(1)[: len(batch)].sum())
        losses += float(model.loss(ids, weights)) * len(batch)
        seen += len(batch)
    return right / seen, losses / seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--tokens", type=int, default=8000)
    parser.add_argument("--merges", type=int, default=1100)
    parser.add_argument("--longest", type=int, default=420)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=160)
    parser.add_argument("--heads", type=int, default=5)
    parser.add_argument("--feed-forward", type=int, default=448)
    parser.add_argument(
        "--human", type=int, default=1, help="times that Spider's pairs are repeated"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--peer", type=Path, help="the OUT of a second process to share weights with"
    )
    parser.add_argument("--start", type=Path, help="a checkpoint whose weights to begin from")
    run(parser.parse_args())


def run(options: argparse.Namespace) -> None:
    """The whole training: minutes, not steps, set its length, so that it fits the machine."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    torch._dynamo.config.cache_size_limit = 64
    options.out.mkdir(parents=True, exist_ok=True)
    rows = read(options.data / "train.jsonl")
    tokenizer = _tokenizer(options, rows)
    weighted = [row for row in rows for _ in range(options.human if row[0] == "spider" else 1)]
    data = examples(weighted, tokenizer, options.longest)
    tests = {
        n: examples(read(options.data / f"{n}.jsonl"), tokenizer, 1200)[:400]
        for n in ("dev", "synthetic")
    }
    mean = sum(len(ids) for ids, _ in data) / len(data)
    print(f"{len(data)} of {len(weighted)} examples, mean {mean:.0f} tokens")
    shape = Shape(
        len(tokenizer.pieces), options.layers, options.width, options.heads, options.feed_forward
    )
    model = Model(shape)
    size = sum(p.numel() for p in model.parameters()) / 1e6
    print(f"{size:.2f} M parameters, vocabulary {shape.vocabulary}", flush=True)
    _loop(Trainer(options, model), data, tests)


def _tokenizer(options: argparse.Namespace, rows: list[list[str]]) -> Tokenizer:
    path = options.out / "tokenizer.json"
    if not path.exists():
        chosen = random.Random(1).sample(rows, min(len(rows), 30_000))
        train_tokenizer((row[1] + row[2] for row in chosen), options.merges).save(path)
    return Tokenizer.load(path)


class Trainer:
    """The model, its running mean and the optimizer; `spent` (seconds) drives the schedule."""

    def __init__(self, options: argparse.Namespace, model: Model) -> None:
        self.options, self.model = options, model
        self.mean = copy.deepcopy(model)
        for block in model.blocks:
            block.compile(dynamic=False)
        wide = [p for p in model.parameters() if p.dim() == 2]
        thin = [p for p in model.parameters() if p.dim() < 2]
        groups = [{"params": wide, "weight_decay": 0.05}, {"params": thin, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.95))
        self.step, self.seen, self.spent = 0, 0, 0.0
        self.path = options.out / "checkpoint.pt"
        self._resume()

    def _resume(self) -> None:
        if self.path.exists():
            saved = torch.load(self.path)
            self.model.load_state_dict(saved["model"])
            self.mean.load_state_dict(saved["mean"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.step, self.seen, self.spent = saved["state"]
        elif self.options.start:
            self.model.load_state_dict(torch.load(self.options.start)["mean"])
            self.mean.load_state_dict(self.model.state_dict())

    @property
    def done(self) -> bool:
        return self.spent >= self.options.minutes * 60

    def learn(self, batch: list[Example]) -> float:
        """One step on one batch; its loss."""
        began = time.perf_counter()
        part = min(1.0, self.spent / (self.options.minutes * 60))
        slope = 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * part))
        for group in self.optimizer.param_groups:
            group["lr"] = self.options.rate * min(1.0, (self.step + 1) / 200) * slope
        loss = self.model.loss(*tensors(batch, self.options.tokens))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        keep = min(0.998, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for mean, weight in zip(self.mean.parameters(), self.model.parameters(), strict=True):
                mean.lerp_(weight, 1 - keep)
        self.step += 1
        self.seen += sum(len(ids) for ids, _ in batch)
        self.spent += time.perf_counter() - began
        return float(loss.detach())

    def meet(self) -> None:
        """Shares the weights with a second process on another core: each takes the mean of both."""
        own, other = self.options.out / "share.pt", self.options.peer / "share.pt"
        torch.save(self.model.state_dict(), own.with_suffix(".part"))
        own.with_suffix(".part").rename(own)
        if other.exists():
            theirs = torch.load(other)
            with torch.no_grad():
                for name, weight in self.model.named_parameters():
                    weight.lerp_(theirs[name], 0.5)

    def save(self) -> None:
        torch.save(
            {
                "model": self.model.state_dict(),
                "mean": self.mean.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "state": (self.step, self.seen, self.spent),
                "shape": vars(self.model.shape),
            },
            self.path,
        )


def _loop(trainer: Trainer, data: list[Example], tests: dict[str, list[Example]]) -> None:
    rng = random.Random(trainer.step + 10**6 * trainer.options.seed)
    reported = trainer.spent
    while not trainer.done:
        for batch in batches(data, trainer.options.tokens, rng):
            loss = trainer.learn(batch)
            if trainer.options.peer and trainer.step % MEETING == 0:
                trainer.meet()
            if trainer.step % 50 == 0:
                spent, seen = trainer.spent / 60, trainer.seen / 1e6
                print(f"{spent:.1f} min, step {trainer.step}, {seen:.2f} M tokens, {loss:.3f}")
            if trainer.spent - reported > 150 or trainer.done:
                reported = trainer.spent
                trainer.save()
                for name, test in tests.items():
                    print(f"  {name}: exact, loss {exact(trainer.mean, test)}", flush=True)
            if trainer.done:
                break


if __name__ == "__main__":
    main()
