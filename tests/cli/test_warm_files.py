from __future__ import annotations

import json
from pathlib import Path

import pytest

from localai.cli.warm_files import prompts
from localai.errors import InvalidRequest
from localai.registry import Registry
from localai.request import GenerateRequest, Message

MODEL, OTHER = "@cf/meta/llama-2-7b-chat-int8", "@cf/defog/sqlcoder-7b-2"
SYSTEM = {"role": "system", "content": "You sell tea."}


def read(
    tmp_path: Path,
    text: str | bytes,
    name: str = "warm.json",
    models: tuple[str, ...] = (MODEL,),
) -> list[GenerateRequest]:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [request for _, request in prompts(file, Registry.load(), models)]


@pytest.mark.parametrize("text", ["[INST] <<SYS>>\nYou sell tea.\n", "### Schema\n\n  é\n"])
@pytest.mark.parametrize("name", ["warm.txt", "warm", "warm.md"])
def test_text_is_the_beginning_of_a_raw_prompt(tmp_path: Path, text: str, name: str) -> None:
    (request,) = read(tmp_path, text, name)
    assert (request.model, request.prompt, request.raw) == (MODEL, text, True)


@pytest.mark.parametrize("name", ["warm.json", "warm.txt"])
def test_json_is_inputs_with_or_without_a_model(tmp_path: Path, name: str) -> None:
    given = [
        {"messages": [SYSTEM]},
        {"model": OTHER, "prompt": "### Task", "raw": True},
        {"model": "CF/DEFOG/sqlcoder-7b-2".lower().replace("cf/", "@cf/"), "prompt": "x"},
    ]
    first, second, third = read(tmp_path, json.dumps(given), name)
    assert (first.model, first.messages) == (MODEL, (Message("system", "You sell tea."),))
    assert (second.model, second.prompt, second.raw) == (OTHER, "### Task", True)
    assert (third.model, third.raw) == (OTHER, False)
    (alone,) = read(tmp_path, json.dumps(given[1]), name, models=())
    assert alone == second


@pytest.mark.parametrize(
    ("text", "name", "models", "words"),
    [
        ("", "w.txt", (MODEL,), "empty"),
        (b"\xff\xfe", "w.txt", (MODEL,), "no UTF-8 text: byte 0 is 0xff"),
        ("hello", "w.txt", (), "names no model, and none is given"),
        ("hello", "w.txt", (MODEL, OTHER), "names no model, and 2 are given"),
        ("x" * 200_000, "w.txt", (MODEL,), "prompt"),
        ("hello", "w.json", (MODEL,), "no JSON"),
        ('{"messages": ', "w.txt", (MODEL,), "no JSON"),
        ("[]", "w.json", (MODEL,), r"it is \[\]"),
        ("7", "w.json", (MODEL,), "it is 7"),
        ("[7]", "w.json", (MODEL,), "number 1: it is 7"),
        ("[" * 100_000, "w.txt", (MODEL,), "nested too deeply|no JSON"),
        ('[{"messages": []}]', "w.json", (MODEL,), "number 1: .*messages"),
        ('[{"prompt": "a"}, {"prompt": 7}]', "w.json", (MODEL,), "number 2: .*prompt.*7"),
        ('{"messages": [{"role": "boss", "content": "x"}]}', "w.json", (MODEL,), "role.*boss"),
        ('{"model": 7, "prompt": "x"}', "w.json", (MODEL,), "`model` is 7"),
        ('{"model": "@cf/no/such", "prompt": "x"}', "w.json", (MODEL,), "@cf/no/such"),
        ('{"prompt": "x", "lora": "nope"}', "w.json", (MODEL,), "nope"),
        ('{"prompt": "x", "temperature": 9}', "w.json", (MODEL,), "temperature"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(
    tmp_path: Path, text: str | bytes, name: str, models: tuple[str, ...], words: str
) -> None:
    with pytest.raises(InvalidRequest, match=f"--warm .*{name.replace('.', '[.]')}.*({words})"):
        read(tmp_path, text, name, models)


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "gone.txt"):
        with pytest.raises(InvalidRequest, match="cannot be read"):
            list(prompts(place, Registry.load(), (MODEL,)))


def test_what_is_not_known_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read(tmp_path, json.dumps({"messages": [SYSTEM], "colour": "red"}))
    assert "colour" in capsys.readouterr().err
