"""Owns the optimizer: Muon for the matrices within the layers, AdamW for embedding and norms.

It must not know the model's shape, data or files.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.optim import AdamW, Optimizer

# Coefficients of the quintic Newton-Schulz iteration (Jordan et al. 2024, "Muon").
_QUINTIC = (3.4445, -4.7750, 2.0315)


class Muon(Optimizer):
    """Momentum, made orthogonal before each step (Jordan et al. 2024); for matrices only."""

    def __init__(self, parameters: Iterable[Tensor], lr: float, decay: float) -> None:
        super().__init__(parameters, {"lr": lr, "decay": decay, "momentum": 0.95})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One step along the orthogonal part of each matrix's momentum."""
        for group in self.param_groups:
            for weight in group["params"]:
                state = self.state[weight]
                momentum = state.setdefault("momentum", torch.zeros_like(weight))
                momentum.lerp_(weight.grad, 1 - group["momentum"])
                ahead = weight.grad.lerp(momentum, group["momentum"])
                weight.mul_(1 - group["lr"] * group["decay"])
                scale = max(1.0, weight.shape[0] / weight.shape[1]) ** 0.5
                weight.add_(orthogonal(ahead), alpha=-group["lr"] * scale)


def orthogonal(x: Tensor, steps: int = 5) -> Tensor:
    """Roughly the nearest matrix whose singular values are all 1."""
    a, b, c = _QUINTIC
    tall = x.shape[0] > x.shape[1]
    y = (x.T if tall else x).bfloat16()
    y = y / (y.norm() + 1e-7)
    for _ in range(steps):
        square = y @ y.T
        y = a * y + (b * square + c * square @ square) @ y
    return (y.T if tall else y).to(x.dtype)


class Both:
    """The two optimizers as one; `rates` are scaled together by `set`."""

    def __init__(self, named: Iterable[tuple[str, Tensor]], muon: float, adam: float) -> None:
        named = list(named)
        inner = [p for name, p in named if p.dim() == 2 and "embed" not in name]
        embed = [p for name, p in named if "embed" in name]
        thin = [p for _, p in named if p.dim() < 2]
        self._muon = Muon(inner, muon, 0.1)
        self._adam = AdamW(
            [{"params": embed, "weight_decay": 0.02}, {"params": thin, "weight_decay": 0.0}],
            lr=adam,
            betas=(0.9, 0.95),
            fused=True,
        )
        self._rates = (muon, adam)

    def set(self, part: float) -> None:
        """Rates at `part` (0 to 1) of their full size."""
        for optimizer, rate in zip((self._muon, self._adam), self._rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * part

    def step(self) -> None:
        self._muon.step()
        self._adam.step()

    def state_dict(self) -> dict[str, object]:
        return {"muon": self._muon.state_dict(), "adam": self._adam.state_dict()}

    def load_state_dict(self, saved: dict[str, dict]) -> None:  # type: ignore[type-arg]
        self._muon.load_state_dict(saved["muon"])
        self._adam.load_state_dict(saved["adam"])
