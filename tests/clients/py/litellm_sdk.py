"""litellm: its own Cloudflare provider, and OpenAI's at the account's endpoint and at /v1."""

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["HF_HUB_OFFLINE"] = "1"  # it looks for the tokenizer of any model named like a Llama

import litellm
from setting import BASE, HELLO, MODEL, WEATHER, tell

ACCOUNT = f"{BASE}/client/v4/accounts/a1/ai"
ROADS = {
    "cloudflare": {"model": f"cloudflare/{MODEL}", "api_base": f"{ACCOUNT}/run/"},
    "account": {"model": f"openai/{MODEL}", "api_base": f"{ACCOUNT}/v1", "temperature": 0},
    "plain": {"model": f"openai/{MODEL}", "api_base": f"{BASE}/v1", "temperature": 0},
}
asked = {"messages": HELLO, "max_tokens": 8, "api_key": "local"}
tool = {"type": "function", "function": {"name": "weather", "parameters": WEATHER}}


def ask(road: str, **more: object) -> object:
    return litellm.completion(**{**asked, **ROADS[road], **more})


def streamed(road: str) -> str:
    chunks = ask(road, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


called = ask("plain", tools=[tool], tool_choice="required", max_tokens=1000).choices[0]
tell(
    whole={road: ask(road).choices[0].message.content for road in ROADS},
    streamed={road: streamed(road) for road in ROADS},
    calls=[call.function.arguments for call in called.message.tool_calls],
)
