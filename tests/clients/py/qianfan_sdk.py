"""The qianfan SDK: do and ado, whole and streamed, in the way of credentials that it is told."""

import asyncio
import os
import sys

from setting import BASE, tell

WAYS = {
    "keys": {"QIANFAN_AK": "ak", "QIANFAN_SK": "local"},
    "token": {"QIANFAN_ACCESS_TOKEN": "local"},
    "signed": {"QIANFAN_ACCESS_KEY": "ak", "QIANFAN_SECRET_KEY": "local"},
}
os.environ |= {"QIANFAN_BASE_URL": BASE, "QIANFAN_CONSOLE_API_BASE_URL": BASE}
os.environ |= {"QIANFAN_DISABLE_CACHE": "true", **WAYS[sys.argv[3]]}

import qianfan  # noqa: E402 - it reads the environment

client = qianfan.Completion(model="SQLCoder-7B")
asked = {"prompt": "hello", "top_k": 1}


async def later() -> tuple[str, str]:
    whole = await client.ado(**asked)
    chunks = [chunk["result"] async for chunk in await client.ado(stream=True, **asked)]
    return whole["result"], "".join(chunks)


whole = client.do(**asked)
frames = list(client.do(stream=True, **asked))
also, also_streamed = asyncio.run(later())
try:
    client.do(prompt="hello", temperature=0)
    refused = 0
except qianfan.errors.APIError as error:
    refused = error.error_code


def rejected() -> int | str:
    """What becomes of credentials that are not this server's."""
    wrong = WAYS[sys.argv[3]] | {"QIANFAN_SK": "w", "QIANFAN_SECRET_KEY": "w"}
    wrong["QIANFAN_ACCESS_TOKEN"] = "w"
    config = qianfan.get_config()
    for name in WAYS[sys.argv[3]]:
        setattr(config, name.removeprefix("QIANFAN_"), wrong[name])
    try:
        qianfan.Completion(model="SQLCoder-7B").do(prompt="hello")
    except qianfan.errors.APIError as error:
        return error.error_code
    except qianfan.errors.QianfanError as error:
        return type(error).__name__
    return ""


tell(
    results=[whole["result"], "".join(f["result"] for f in frames), also, also_streamed],
    ends=[frame["is_end"] for frame in frames[-2:]],
    usage=whole["usage"],
    refused=refused,
    rejected=rejected(),
)
