"""langchain-community's QianfanLLMEndpoint."""

import os

from setting import BASE, tell

os.environ["QIANFAN_BASE_URL"] = BASE
os.environ["QIANFAN_DISABLE_CACHE"] = "true"

from langchain_community.llms import QianfanLLMEndpoint

llm = QianfanLLMEndpoint(model="SQLCoder-7B", api_key="ak", secret_key="local")
tell(answer=llm.invoke("hello"), streamed="".join(llm.stream("hello")))
