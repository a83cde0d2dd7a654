"""What the packaged registry promises: the models, their files, limits, stops and names."""

from __future__ import annotations

from pathlib import Path

import pytest

import localai
from localai.model import ModelSpec
from localai.registry import Registry

LADDER = "Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_0 Q4_K_S Q4_K_M Q5_0 Q5_K_S Q5_K_M Q6_K Q8_0".split()
# ID -> (quants documented for it, default quant, f16 KV bytes per token)
MANDATORY = {
    "@cf/defog/sqlcoder-7b-2": ([*LADDER, "F16"], "Q5_K_M", 524288),
    "qianfan:sqlcoder_7b": (LADDER, "Q4_K_M", 131072),
    "@cf/meta/llama-2-7b-chat-fp16": ([*LADDER, "F16"], "F16", 524288),
    "@cf/meta/llama-2-7b-chat-int8": (LADDER, "Q8_0", 524288),
    "@cf/mistral/mistral-7b-instruct-v0.1": (LADDER, "Q4_K_M", 131072),
    "@hf/codellama/codellama-7b-hf": (LADDER, "Q4_K_M", 524288),
    "@hf/thebloke/deepseek-coder-6.7b-instruct-awq": (LADDER, "Q4_K_M", 524288),
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCALAI_CONFIG_DIR", "/nonexistent")
        patch.delenv("LOCALAI_REGISTRY", raising=False)
        return Registry.load()


@pytest.mark.parametrize("name", MANDATORY)
def test_mandatory_models_have_every_documented_quant(registry: Registry, name: str) -> None:
    quants, default, kv_bytes = MANDATORY[name]
    spec = registry.resolve(name)
    assert spec.id == name
    assert [file.quant for file in spec.files] == quants
    assert spec.default_quant == default
    assert spec.architecture.kv_bytes_per_token == kv_bytes


def test_the_default_sqlcoder_is_its_authors_own_file(registry: Registry) -> None:
    file = registry.resolve("@cf/defog/sqlcoder-7b-2").file()
    assert file is not None
    assert (file.repository, file.name) == ("defog/sqlcoder-7b-2", "sqlcoder-7b-q5_k_m.gguf")
    assert file.revision == "7e5b6f7981c0aa7d143f6bec6fa26625bdfcbe66"
    assert file.bytes == 4783256288
    assert file.sha256 == "0068f25d1fc37cb25aa6be85064432eeeb1a0754d97139c0d2eb3529fc8fc32b"


def test_a_file_with_a_hash_goes_before_one_with_exact_bytes(registry: Registry) -> None:
    spec = registry.resolve("@cf/defog/sqlcoder-7b-2")
    hashless = [file.quant for file in spec.files if file.sha256 is None]
    assert hashless == ["Q3_K_M", "Q3_K_L", "F16"]
    q8 = spec.file("Q8_0")
    assert q8 is not None and q8.repository == "duyntnet/sqlcoder-7b-2-imatrix-GGUF"


def test_sizes_grow_with_quality(registry: Registry) -> None:
    for spec in registry.models:
        sizes = [file.size for file in spec.files if file.size is not None]
        assert sizes == sorted(sizes), spec.id


def test_every_hub_file_is_named_once(registry: Registry) -> None:
    for spec in registry.models:
        hashes = [file.sha256 for file in spec.files if file.sha256]
        assert len(set(hashes)) == len(hashes), spec.id


def test_limits_are_the_documented_ones(registry: Registry) -> None:
    def limits(name: str) -> tuple[int | None, int | None, int, int]:
        found = registry.resolve(name).limits
        return (
            found.context_tokens,
            found.sequence_tokens,
            found.max_tokens,
            found.max_tokens_stream,
        )

    assert limits("@cf/meta/llama-2-7b-chat-fp16") == (3072, 2500, 256, 2500)
    assert limits("@cf/meta/llama-2-7b-chat-int8") == (2048, 1800, 256, 1800)
    assert limits("@cf/mistral/mistral-7b-instruct-v0.1") == (None, None, 256, 1800)
    assert limits("@hf/codellama/codellama-7b-hf") == (None, None, 256, 1800)
    assert limits("@cf/defog/sqlcoder-7b-2") == (10000, None, 256, 256)
    assert limits("@hf/thebloke/deepseek-coder-6.7b-instruct-awq") == (16384, None, 256, 256)


def test_stops_end_turns_and_cut_no_sql(registry: Registry) -> None:
    for spec in registry.models:
        assert not {"```", "[/SQL]", ";"} & set(spec.stop), spec.id
    assert registry.resolve("qianfan:sqlcoder_7b").stop == ("</s>",)
    assert registry.resolve("llama-3.2-1b").stop == ("<|eot_id|>", "<|end_of_text|>", "<|eom_id|>")


def test_prompt_families_of_the_models_that_differ(registry: Registry) -> None:
    families = {spec.id: spec.prompt for spec in registry.models}
    assert families["@cf/defog/sqlcoder-7b-2"] == "sqlcoder-7b-2"
    assert families["qianfan:sqlcoder_7b"] == "sqlcoder-7b"
    assert families["@hf/codellama/codellama-7b-hf"] == "codellama-base"
    assert families["@hf/thebloke/deepseek-coder-6.7b-base-awq"] == "plain"
    assert families["@localai/sql-tiny"] == "sql-tiny"


@pytest.mark.parametrize(
    ("spelling", "model"),
    [
        ("sqlcoder_7b", "qianfan:sqlcoder_7b"),
        ("SQLCoder-7B", "qianfan:sqlcoder_7b"),
        ("codellama_7b_instruct", "@hf/thebloke/codellama-7b-instruct-awq"),
        ("CodeLlama-7b-Instruct", "@hf/thebloke/codellama-7b-instruct-awq"),
        ("llama_2_7b", "@cf/meta/llama-2-7b-chat-int8"),
        ("llama_3_8b", "@cf/meta/llama-3-8b-instruct"),
    ],
)
def test_qianfan_finds_its_models(registry: Registry, spelling: str, model: str) -> None:
    assert registry.resolve(spelling, "qianfan").id == model
    assert registry.resolve(spelling).id == model


def test_every_model_can_be_called_and_its_terms_read(registry: Registry) -> None:
    def complete(spec: ModelSpec) -> bool:
        return bool(spec.title and spec.description and spec.licence and spec.terms_url)

    assert [spec.id for spec in registry.models if not complete(spec)] == []


def test_the_embedded_model_lies_in_the_package(registry: Registry) -> None:
    file = registry.resolve("@localai/sql-tiny").file()
    assert file is not None
    assert file.path == Path(localai.__file__).parent / "embedded" / "sql-tiny.gguf"
