"""litellm, which speaks OpenAI to the account's own endpoint, and to the plain one."""

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
from setting import BASE, HELLO, MODEL, tell

asked = {"messages": HELLO, "max_tokens": 8, "temperature": 0, "api_key": "local"}
workers = litellm.completion(
    model=f"openai/{MODEL}", api_base=f"{BASE}/client/v4/accounts/a1/ai/v1", **asked
)
plain = litellm.completion(model=f"openai/{MODEL}", api_base=f"{BASE}/v1", **asked)
stream = litellm.completion(model=f"openai/{MODEL}", api_base=f"{BASE}/v1", stream=True, **asked)
tell(
    workers=workers.choices[0].message.content,
    plain=plain.choices[0].message.content,
    streamed="".join(chunk.choices[0].delta.content or "" for chunk in stream),
)
