"""langchain-cloudflare: invoke, stream, tools; structured output of a model named in argv."""

import asyncio
import sys

from langchain_cloudflare import ChatCloudflareWorkersAI
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from setting import BASE, MODEL, WEATHER, tell


def model(name: str, tokens: int = 400) -> ChatCloudflareWorkersAI:
    return ChatCloudflareWorkersAI(
        model=name, account_id="a1", api_token="local", base_url=f"{BASE}/client/v4",
        temperature=0.0, max_tokens=tokens,
    )  # fmt: skip


async def later() -> list[str]:
    whole = await chat.ainvoke("hello")
    return [whole.content, "".join([chunk.content async for chunk in chat.astream("hello")])]


chat = model(MODEL, tokens=16)
tool = {
    "type": "function",
    "function": {"name": "weather", "description": "", "parameters": WEATHER},
}
bound = model(MODEL, tokens=1000).bind_tools([tool], tool_choice="required")
calls = bound.invoke("hello").tool_calls
streamed_calls = None
for chunk in bound.stream("hello"):
    streamed_calls = chunk if streamed_calls is None else streamed_calls + chunk
history = [
    SystemMessage("You know the weather."),
    HumanMessage("hello"),
    AIMessage("", tool_calls=calls),
    *(ToolMessage("sunny", tool_call_id=call["id"]) for call in calls),
]
schema = {"title": "weather", "description": "", **WEATHER}
tell(
    answers=[
        chat.invoke("hello").content,
        "".join(chunk.content for chunk in chat.stream("hello")),
        *asyncio.run(later()),
    ],
    usage=chat.invoke("hello").usage_metadata,
    calls=[(call["name"], call["args"]) for call in calls],
    streamed_calls=[(call["name"], call["args"]) for call in streamed_calls.tool_calls],
    after=chat.bind_tools([tool], tool_choice="none").invoke(history).content,
    structured={
        method: model(sys.argv[3]).with_structured_output(schema, method=method).invoke("hello")
        for method in ("json_schema", "function_calling")
    },
)
