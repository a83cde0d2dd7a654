"""langchain-community's QianfanLLMEndpoint."""

import asyncio
import os

from setting import BASE, tell

os.environ["QIANFAN_BASE_URL"] = BASE
os.environ["QIANFAN_DISABLE_CACHE"] = "true"

from langchain_community.llms import QianfanLLMEndpoint

llm = QianfanLLMEndpoint(
    model="SQLCoder-7B", api_key="ak", secret_key="local", model_kwargs={"top_k": 1}
)


async def later() -> list[str]:
    return [await llm.ainvoke("hello"), "".join([part async for part in llm.astream("hello")])]


tell(answers=[llm.invoke("hello"), "".join(llm.stream("hello")), *asyncio.run(later())])
