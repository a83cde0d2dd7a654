"""langchain-cloudflare: invoke, stream, tools; structured output of a model named in argv."""

import sys

from langchain_cloudflare import ChatCloudflareWorkersAI
from setting import BASE, MODEL, WEATHER, tell


def model(name: str) -> ChatCloudflareWorkersAI:
    return ChatCloudflareWorkersAI(
        model=name, account_id="a1", api_token="local", base_url=f"{BASE}/client/v4",
        temperature=0.0, max_tokens=400,
    )  # fmt: skip


chat = model(MODEL)
tool = {
    "type": "function",
    "function": {"name": "weather", "description": "", "parameters": WEATHER},
}
bound = chat.bind_tools([tool], tool_choice="required")
schema = {"title": "weather", "description": "", **WEATHER}
structured = model(sys.argv[3]).with_structured_output(schema, method="json_schema")
tell(
    answer=chat.invoke("hello").content,
    streamed="".join(chunk.content for chunk in chat.stream("hello")),
    calls=[(call["name"], call["args"]) for call in bound.invoke("hello").tool_calls],
    structured=structured.invoke("hello"),
)
