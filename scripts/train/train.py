"""Trains the embedded model: `python train.py DATA OUT` (see README.md); goes on where it stopped.

It must not know schemas or SQL: it sees prompts and answers as text.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import torch
import torch.distributed as together
import torch.nn.functional as F
from network.batches import Example, batches, mixed, read, tensors
from network.model import Model, Shape
from network.optimizer import Both
from network.tokenizer import Tokenizer
from network.tokenizer import train as train_tokenizer

WARM_UP = 100
MEAN = 0.999
TESTED = 200


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--until", type=int, help="the step to stop at for now, with a checkpoint")
    parser.add_argument("--fall", type=float, default=0.4, help="the last part, at falling rates")
    parser.add_argument("--workers", type=int, default=2, help="processes of one thread each")
    parser.add_argument("--tokens", type=int, default=4000, help="of a batch of one process")
    parser.add_argument("--muon", type=float, default=0.02, help="rate of the layers' matrices")
    parser.add_argument("--adam", type=float, default=3e-3, help="rate of embedding and norms")
    parser.add_argument("--merges", type=int, default=2400)
    parser.add_argument("--longest", type=int, default=420)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--feed-forward", type=int, default=704)
    parser.add_argument("--shares", type=json.loads, default={}, help='as {"spider": 2, ...}')
    parser.add_argument("--report", type=int, default=500, help="steps between checkpoints")
    parser.add_argument("--after", type=Path, help="another run's folder: goes on from its weights")
    parser.add_argument("--seed", type=int, default=1)
    return parser


def main() -> None:
    """Starts the processes; each ends when the steps are done, or with this one."""
    options = arguments().parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    _make_tokenizer(options)
    meeting = f"file://{options.out.resolve()}/meeting-{os.getpid()}"
    torch.multiprocessing.spawn(run, (options, meeting), nprocs=options.workers)


def _make_tokenizer(options: argparse.Namespace) -> None:
    path = options.out / "tokenizer.json"
    if options.after and not path.exists():
        shutil.copy(options.after / path.name, path)
    if not path.exists():
        rows = [json.loads(line) for line in (options.data / "train.jsonl").open()]
        chosen = random.Random(1).sample(rows, min(len(rows), 40_000))
        train_tokenizer((row[1] + row[2] for row in chosen), options.merges).save(path)


def run(rank: int, options: argparse.Namespace, meeting: str) -> None:
    """One process's part of the training; each sees its own batches, all the same weights."""
    torch.set_num_threads(1)
    together.init_process_group("gloo", meeting, rank=rank, world_size=options.workers)
    torch.manual_seed(options.seed)
    torch._dynamo.config.cache_size_limit = 64
    tokenizer = Tokenizer.load(options.out / "tokenizer.json")
    data = read(options.data / "train.jsonl", tokenizer, options.longest)
    trainer = Trainer(options, len(tokenizer.pieces), rank)
    if rank == 0:
        size = sum(p.numel() for p in trainer.model.parameters()) / 1e6
        mean = sum(len(example.ids) for example in data) / len(data)
        print(f"{len(data)} examples, {mean:.0f} ids in the mean; {size:.2f} M parameters")
    tests = {
        name: read(options.data / f"{name}.jsonl", tokenizer, 1200)[:TESTED]
        for name in ("dev", "synthetic")
    }
    for batch in trainer.remaining(data):
        trainer.learn(batch)
        if trainer.step % options.report == 0 or trainer.step == trainer.end:
            trainer.report(tests)
    together.destroy_process_group()


class Trainer:
    """The model, its running mean and the optimizer, equal in every process."""

    def __init__(self, options: argparse.Namespace, vocabulary: int, rank: int) -> None:
        self.options, self.rank = options, rank
        shape = Shape(
            vocabulary, options.layers, options.width, options.heads, options.feed_forward
        )
        self.model = Model(shape, torch.bfloat16)
        self.mean = copy.deepcopy(self.model)
        for block in self.model.blocks:
            block.compile(dynamic=False)
        self.optimizer = Both(self.model.named_parameters(), options.muon, options.adam)
        self.end = min(options.until or options.steps, options.steps)
        self.step, self.turn, self.place = 0, 0, 0
        self.spent, self.seen = 0.0, 0
        self.losses: list[float] = []
        self.path = options.out / "checkpoint.pt"
        if self.path.exists():
            self._resume(self.path)
        elif options.after:
            self._resume(options.after / self.path.name)
            self.turn, self.place = 0, 0  # other data begin at their beginning

    def _resume(self, path: Path) -> None:
        saved = torch.load(path)
        self.model.load_state_dict(saved["model"])
        self.mean.load_state_dict(saved["mean"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.step, self.turn, self.place, self.spent, self.seen = saved["state"]

    def remaining(self, data: list[Example]) -> Iterator[list[Example]]:
        """This process's batches from where the training stands, until its steps are done."""
        while self.step < self.end:
            rng = random.Random(self.turn + 1000 * self.options.seed)
            order = list(batches(mixed(data, self.options.shares, rng), self.options.tokens, rng))
            workers = self.options.workers
            for place in range(self.place, len(order) - workers + 1, workers):
                self.place = place + workers
                yield order[place + self.rank]
                if self.step >= self.end:
                    return
            self.turn, self.place = self.turn + 1, 0

    def learn(self, batch: list[Example]) -> None:
        """One step on one batch of each process."""
        began = time.perf_counter()
        self.optimizer.set(self._rate())
        loss = self.model.loss(*tensors(batch, self.options.tokens))
        loss.backward()
        self._share()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.model.zero_grad(set_to_none=True)
        self.step += 1
        self._average()
        self.losses.append(float(loss.detach()))
        self.seen += sum(len(example.ids) for example in batch)
        self.spent += time.perf_counter() - began

    def _rate(self) -> float:
        """Up, level, and down to nothing in a straight line."""
        left = (self.options.steps - self.step) / (self.options.fall * self.options.steps)
        return min(1.0, (self.step + 1) / WARM_UP, left)

    def _share(self) -> None:
        grads = [p.grad for p in self.model.parameters()]
        flat = torch.cat([grad.flatten() for grad in grads])
        together.all_reduce(flat)
        flat /= self.options.workers
        for grad, part in zip(grads, flat.split([g.numel() for g in grads]), strict=True):
            grad.copy_(part.view_as(grad))

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(MEAN, self.step / (self.step + 10))
        for mean, weight in zip(self.mean.parameters(), self.model.parameters(), strict=True):
            mean.lerp_(weight, 1 - keep)

    def report(self, tests: dict[str, list[Example]]) -> None:
        """Saves, and prints how far the training is and how well the mean of weights does."""
        if self.rank == 0:
            seen = self.seen * self.options.workers / 1e6
            loss = sum(self.losses) / len(self.losses)
            line = f"step {self.step}, {self.spent / 60:.1f} min, {seen:.1f} M ids, loss {loss:.4f}"
            for name, test in tests.items():
                share, its_loss = exact(self.mean, test)
                line += f"; {name}: exact {share:.3f}, loss {its_loss:.3f}"
            print(line, flush=True)
            self._save()
        self.losses = []
        together.barrier()

    def _save(self) -> None:
        part = self.path.with_suffix(".part")
        torch.save(
            {
                "model": self.model.state_dict(),
                "mean": self.mean.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "state": (self.step, self.turn, self.place, self.spent, self.seen),
                "shape": vars(self.model.shape),
            },
            part,
        )
        part.rename(self.path)


@torch.no_grad()
def exact(model: Model, data: list[Example], tokens: int = 4000) -> tuple[float, float]:
    """Share of answers whose every id is the likeliest one (each after the right ones before it);
    the mean loss of an id."""
    right, losses, count = 0, 0.0, 0
    for batch in batches(data, tokens, random.Random(0)):
        ids, wanted = tensors(batch, tokens)
        chosen, answers = wanted[:, 1:], ids[:, 1:]
        logits = model.logits(model.hidden(ids[:, :-1])[chosen])
        losses += float(F.cross_entropy(logits, answers[chosen], reduction="sum"))
        count += int(chosen.sum())
        hits = torch.ones_like(chosen)
        hits[chosen] = logits.argmax(-1) == answers[chosen]
        right += int(hits.all(1)[: len(batch)].sum())
    return right / len(data), losses / count


if __name__ == "__main__":
    main()
