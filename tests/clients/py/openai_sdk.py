"""The openai SDK: chat, stream, tools, JSON schema, log-probabilities, completions, models."""

from openai import NotFoundError, OpenAI
from pydantic import BaseModel, ConfigDict, Field
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
names: dict[int, str] = {}
for chunk in pieces:
    for call in chunk.choices[0].delta.tool_calls or []:
        names.setdefault(call.index, call.function.name)
        arguments[call.index] = arguments.get(call.index, "") + call.function.arguments
schema = {"type": "json_schema", "json_schema": {"name": "w", "schema": WEATHER, "strict": True}}
answer = create(**{**asked, "max_tokens": 400}, response_format=schema)
turns = [
    *HELLO,
    called.choices[0].message,
    *(
        {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
        for call in called.choices[0].message.tool_calls
    ),
]
after = create(**{**asked, "messages": turns}, tools=tools, tool_choice="none")


class Weather(BaseModel):
    model_config = ConfigDict(extra="forbid")
    city: str = Field(max_length=20)


parsed = client.chat.completions.parse(**{**asked, "max_tokens": 400}, response_format=Weather)
with client.chat.completions.stream(n=2, **asked) as events:
    for _ in events:
        pass
    together = events.current_completion_snapshot  # the final one refuses cut answers
completions = client.completions.create
plain = {"model": MODEL, "max_tokens": 8, "temperature": 0}
try:
    create(model="gpt-9", messages=HELLO)
    lost = ""
except NotFoundError as error:
    lost = error.code
tell(
    texts=[choice.message.content for choice in chat.choices],
    logprobs=[len(one.top_logprobs) for one in chat.choices[0].logprobs.content],
    streamed="".join(c.choices[0].delta.content or "" for c in stream if c.choices),
    together=[choice.message.content for choice in together.choices],
    usage=stream[-1].usage.completion_tokens,
    calls=[(c.function.name, c.function.arguments) for c in called.choices[0].message.tool_calls],
    streamed_calls=[(names[index], arguments[index]) for index in arguments],
    finish=called.choices[0].finish_reason,
    after=after.choices[0].message.content,
    json=answer.choices[0].message.content,
    parsed=parsed.choices[0].message.parsed.model_dump(),
    completions=[c.text for c in completions(prompt=["hello", "hello"], **plain).choices],
    streamed_completion="".join(
        chunk.choices[0].text for chunk in completions(prompt="hello", stream=True, **plain)
    ),
    model=client.models.retrieve(MODEL).id,
    names=[one.id for one in client.models.list()],
    lost=lost,
)
