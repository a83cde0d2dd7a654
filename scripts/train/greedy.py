"""Compares greedy texts of torch and llama.cpp: `python greedy.py RUN FILE.gguf --data PAIRS`.

It must not judge the answers.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from export import load
from llama_cpp import Llama
from network.model import Model
from network.tokenizer import Tokenizer


@torch.no_grad()
def first_other(model: Model, tokenizer: Tokenizer, prompt: str, text: str) -> str | None:
    """What torch would have said first where it is not `text`; None where it says just that.

    One pass over prompt and text tells: the greedy text is the one whose every id, and whose end,
    is the likeliest after what stands before it.
    """
    start = [tokenizer.bos, *tokenizer.encode(prompt)]
    said = [*tokenizer.encode(text), tokenizer.eos]
    best = model(torch.tensor([[*start, *said[:-1]]]))[0, len(start) - 1 :].argmax(-1).tolist()
    for place, (wanted, found) in enumerate(zip(best, said, strict=True)):
        if wanted != found:
            return tokenizer.decode([*said[:place], wanted])
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--prompts", type=int, default=500)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer = load(options.run), Tokenizer.load(options.run / "tokenizer.json")
    llama = Llama(str(options.file), n_ctx=2048, n_threads=1, verbose=False)
    rows = [json.loads(line) for line in options.data.read_text().splitlines()[: options.prompts]]
    same = 0
    for _, prompt, *_ in rows:
        found = llama.create_completion(prompt, max_tokens=128, temperature=0.0)
        text = str(found["choices"][0]["text"])  # type: ignore[index]
        other = first_other(model, tokenizer, prompt, text)
        same += other is None
        if other is not None:
            print(f"{prompt}\n  torch     {other} ...\n  llama.cpp {text}")
    print(f"{same} of {len(rows)} greedy texts are the same")


if __name__ == "__main__":
    main()
