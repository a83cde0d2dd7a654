"""Registry entries out of a facts file; run as `python scripts/registry.py FACTS.json --id ID`.

It prints the `[[model]]` tables, or puts them into a registry file (`--into model_registry.toml`):
there an entry keeps what people wrote (HAND_WRITTEN, aliases too) and takes architecture, files and
licence from the facts. FACTS.json holds {"models": [{"id", "title", "arch", "gguf", ...}]}; each
"gguf" is a repository with its files. One file is taken per quantization: one with a sha256 first,
then one with exact bytes, then the default repository's, then the first.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from localai.model import Architecture, FileSpec, Limits, ModelSpec
from localai.registry import dump
from localai.registry.entry import parse

HAND_WRITTEN = (
    "title", "description", "terms_url", "beta", "spellings", "prompt", "stop", "limits",
    "default_quant",
)  # fmt: skip

# Where SQL ends is the business of `localai sql`: a registry stop ends a turn in every dialect.
SQL_CUTS = {"```", "[/SQL]", ";"}

FAMILIES = {"none": "plain", "gguf-embedded": "gguf"}

ORDER = (
    "Q2_K", "Q3_K_S", "Q3_K_M", "Q3_K_L", "Q4_0", "Q4_K_S", "Q4_K_M", "Q5_0", "Q5_K_S", "Q5_K_M",
    "Q6_K", "Q8_0", "MXFP4", "BF16", "F16", "F32",
)  # fmt: skip


def spec_of(facts: dict[str, Any]) -> ModelSpec:
    """One model of the facts file as a ModelSpec."""
    files = choose(facts)
    default = next(
        (file.quant for file in files if file.name == facts["default_file"]), files[0].quant
    )
    return ModelSpec(
        id=facts["id"],
        title=facts["title"].partition(" (Baidu")[0],
        architecture=architecture_of(facts["arch"]),
        files=files,
        default_quant=default,
        prompt=FAMILIES.get(facts["template"], facts["template"]),
        licence=facts["license_spdx"],
        # Some addresses carry a remark after a blank.
        terms_url=facts["terms_url"].partition(" ")[0],
        base_model=facts["base_model"],
        stop=tuple(stop for stop in facts["stop"] if stop not in SQL_CUTS),
        aliases=tuple(facts["aliases"]),
        limits=limits_of(facts.get("workers_ai") or {}),
        beta=bool((facts.get("workers_ai") or {}).get("beta")),
    )


def architecture_of(arch: dict[str, Any]) -> Architecture:
    """The numbers; of "llama (GGUF ...; HF ...)" the GGUF's own name is the first word."""
    return Architecture(
        name=arch["arch"].split()[0],
        layers=arch["n_layers"],
        heads=arch["n_heads"],
        kv_heads=arch["n_kv_heads"],
        head_dim=arch["head_dim"],
        embedding=arch["n_embd"],
        feed_forward=arch["n_ff"],
        vocabulary=arch["vocab"],
        context=arch["ctx"],
        rope_theta=arch["rope_theta"],
        sliding_window=arch.get("sliding_window"),
    )


def limits_of(catalogue: dict[str, Any]) -> Limits:
    """The documented limits; what the older documents say of a model goes before the catalogue."""
    return Limits(
        context_tokens=catalogue.get("seed_context") or catalogue.get("context_window"),
        sequence_tokens=catalogue.get("seed_sequence"),
        max_tokens=catalogue.get("max_tokens_default", 256),
        max_tokens_stream=catalogue.get("seed_stream_max_tokens", 256),
    )


def choose(facts: dict[str, Any]) -> tuple[FileSpec, ...]:
    """One file per quantization, in the order of quality."""
    best: dict[str, tuple[tuple[bool, bool, bool], FileSpec]] = {}
    for repository, file in every_file(facts):
        exact = bool(file.get("bytes_exact"))
        elsewhere = repository["repo"] != facts["default_repo"]
        rank = ("sha256" not in file, not exact, elsewhere)
        if file["quant"] not in best or rank < best[file["quant"]][0]:
            best[file["quant"]] = rank, file_of(repository, file, exact)
    quants = sorted(best, key=lambda quant: ORDER.index(quant) if quant in ORDER else len(ORDER))
    return tuple(best[quant][1] for quant in quants)


def every_file(facts: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(repository, file) for every documented file of a model."""
    for repository in facts["gguf"]:
        for file in repository["files"]:
            yield repository, file


def file_of(repository: dict[str, Any], file: dict[str, Any], exact: bool) -> FileSpec:
    """Bytes are pinned only where they are exact; else the rounded size is carried."""
    return FileSpec(
        quant=file["quant"],
        name=file["file"],
        repository=repository["repo"],
        revision=repository.get("revision") or "main",
        bytes=file["bytes"] if exact else None,
        gigabytes=None if exact else file.get("gb_listed", file.get("gb")),
        sha256=file.get("sha256"),
    )


def put(text: str, spec: ModelSpec) -> str:
    """A registry file's text with `spec` in it; other entries and comments stay as they are."""
    head, *entries = re.split(r"(?m)^(?=\[\[model\]\])", text)
    for number, entry in enumerate(entries):
        old = parse(tomllib.loads(entry)["model"][0], "the registry file")
        if old.id == spec.id:
            kept = {key: getattr(old, key) for key in HAND_WRITTEN}
            kept["aliases"] = tuple(dict.fromkeys(spec.aliases + old.aliases))
            # Comments after an entry belong to the next one.
            after = re.search(r"\n((?:\s*#.*\n|\s*\n)*)\Z", entry)
            entries[number] = dump(replace(spec, **kept)) + (after[1] if after else "\n")
            return head + "".join(entries)
    return "".join([head, *entries]).rstrip("\n") + "\n\n" + dump(spec)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("facts", type=Path, help="a JSON file of facts")
    parser.add_argument(
        "--id", action="append", required=True, help="a model's ID, may be repeated"
    )
    parser.add_argument(
        "--into", type=Path, metavar="FILE", help="the registry file to put it into"
    )
    options = parser.parse_args(arguments)
    known = {model["id"]: model for model in json.loads(options.facts.read_text("utf-8"))["models"]}
    if unknown := [model for model in options.id if model not in known]:
        print(f"Not in {options.facts}: {', '.join(unknown)}.", file=sys.stderr)
        return 1
    if empty := [model for model in options.id if not known[model].get("default_file")]:
        print(f"No file is documented: {', '.join(empty)}.", file=sys.stderr)
        return 1
    specs = [spec_of(known[model]) for model in options.id]
    if options.into is None:
        print("\n".join(dump(spec) for spec in specs), end="")
        return 0
    text = options.into.read_text("utf-8") if options.into.exists() else ""
    for spec in specs:
        text = put(text, spec)
    options.into.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
