"""The cloudflare SDK: run, raw stream, models to the end, schema, finetunes, tokens."""

import cloudflare
from cloudflare import Cloudflare
from setting import BASE, HELLO, MODEL, WEATHER, tell

client = Cloudflare(api_token="local", base_url=f"{BASE}/client/v4", max_retries=0)
asked = {"account_id": "a1", "prompt": "hello", "max_tokens": 8, "extra_body": {"temperature": 0}}
answer = client.ai.run(MODEL, **asked)
streamed = {**asked, "extra_body": {"temperature": 0, "stream": True}}
with client.ai.with_streaming_response.run(MODEL, **streamed) as reply:
    kind = reply.headers["content-type"]
    lines = [line for line in reply.iter_lines() if line]
tool = {"name": "weather", "description": "The weather", "parameters": WEATHER}
called = client.ai.run(
    MODEL, account_id="a1", messages=HELLO, tools=[tool], max_tokens=1000,
    extra_body={"tool_choice": "required"},
)  # fmt: skip
pages = client.ai.models.list(account_id="a1", per_page=2)
schema = client.ai.models.schema.get(account_id="a1", model=MODEL)
try:
    client.ai.run(MODEL, account_id="a1", prompt="hello", max_tokens=-1)
    refused = 0
except cloudflare.BadRequestError as error:
    refused = error.errors[0].code
tell(
    response=answer["response"],
    usage=answer["usage"],
    raw=client.ai.run(MODEL, raw=True, **asked)["response"],
    kind=kind,
    lines=lines,
    calls=called["tool_calls"],
    pages=[[one["name"] for one in page.result] for page in pages.iter_pages()],
    names=[one["name"] for one in client.ai.models.list(account_id="a1", per_page=2)],
    found=[one["name"] for one in client.ai.models.list(account_id="a1", search="sqlcoder-7b-2")],
    schema=[schema.input.to_dict(), schema.output.to_dict()],
    tasks=[one["name"] for one in client.ai.tasks.list(account_id="a1")],
    authors=[one["name"] for one in client.ai.authors.list(account_id="a1")],
    finetunes=client.ai.finetunes.list(account_id="a1"),
    public=list(client.ai.finetunes.public.list(account_id="a1")),
    token=client.user.tokens.verify().status,
    refused=refused,
)
