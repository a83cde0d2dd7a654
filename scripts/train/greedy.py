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
from model import Model
from tokenizer import Tokenizer


@torch.no_grad()
def answer(model: Model, tokenizer: Tokenizer, prompt: str, most: int) -> list[int]:
    """The likeliest next id, again and again, until the end or `most` ids."""
    ids = [tokenizer.bos, *tokenizer.encode(prompt)]
    start = len(ids)
    while len(ids) - start < most:
        best = int(model(torch.tensor([ids]))[0, -1].argmax())
        if best == tokenizer.eos:
            break
        ids.append(best)
    return ids[start:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--prompts", type=int, default=50)
    options = parser.parse_args()
    model, tokenizer = load(options.run), Tokenizer.load(options.run / "tokenizer.json")
    llama = Llama(str(options.file), n_ctx=2048, n_threads=1, verbose=False)
    rows = [json.loads(line) for line in options.data.read_text().splitlines()[: options.prompts]]
    same = 0
    for _, prompt, *_ in rows:
        wanted = tokenizer.decode(answer(model, tokenizer, prompt, 128))
        found = llama.create_completion(prompt, max_tokens=128, temperature=0.0)
        text = str(found["choices"][0]["text"])  # type: ignore[index]
        same += text == wanted
        if text != wanted:
            print(f"{prompt}\n  torch     {wanted}\n  llama.cpp {text}")
    print(f"{same} of {len(rows)} greedy texts are the same")


if __name__ == "__main__":
    main()
