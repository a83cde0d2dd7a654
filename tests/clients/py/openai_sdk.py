"""The openai SDK: chat, stream, tools, JSON schema, log-probabilities, completions, models."""

from openai import NotFoundError, OpenAI
from setting import BASE, HELLO, MODEL, WEATHER, tell

client = OpenAI(base_url=f"{BASE}/v1", api_key="local")
create = client.chat.completions.create
asked = {"model": MODEL, "messages": HELLO, "max_tokens": 8, "temperature": 0}
chat = create(n=2, logprobs=True, top_logprobs=2, **asked)
stream = list(create(stream=True, stream_options={"include_usage": True}, **asked))
tools = [{"type": "function", "function": {"name": "weather", "parameters": WEATHER}}]
called = create(**{**asked, "max_tokens": 400}, tools=tools, tool_choice="required")
pieces = create(**{**asked, "max_tokens": 400}, tools=tools, tool_choice="required", stream=True)
arguments: dict[int, str] = {}
for chunk in pieces:
    for call in chunk.choices[0].delta.tool_calls or []:
        arguments[call.index] = arguments.get(call.index, "") + call.function.arguments
schema = {"type": "json_schema", "json_schema": {"name": "w", "schema": WEATHER, "strict": True}}
answer = create(**{**asked, "max_tokens": 400}, response_format=schema)
try:
    create(model="gpt-9", messages=HELLO)
    lost = ""
except NotFoundError as error:
    lost = error.code
tell(
    texts=[choice.message.content for choice in chat.choices],
    logprobs=[len(one.top_logprobs) for one in chat.choices[0].logprobs.content],
    streamed="".join(c.choices[0].delta.content or "" for c in stream if c.choices),
    usage=stream[-1].usage.completion_tokens,
    calls=[(c.function.name, c.function.arguments) for c in called.choices[0].message.tool_calls],
    streamed_calls=list(arguments.values()),
    finish=called.choices[0].finish_reason,
    json=answer.choices[0].message.content,
    completions=[
        c.text
        for c in client.completions.create(
            model=MODEL, prompt=["hello", "hello"], max_tokens=8, temperature=0
        ).choices
    ],
    names=[one.id for one in client.models.list()],
    lost=lost,
)
