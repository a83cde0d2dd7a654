"""The cloudflare SDK: run, raw stream, models to the end, schema, finetunes, tokens."""

from cloudflare import Cloudflare
from setting import BASE, MODEL, tell

client = Cloudflare(api_token="local", base_url=f"{BASE}/client/v4")
asked = {"account_id": "a1", "prompt": "hello", "max_tokens": 8}
answer = client.ai.run(MODEL, temperature=0, **asked)
with client.ai.with_streaming_response.run(MODEL, extra_body={"stream": True}, **asked) as reply:
    lines = list(reply.iter_lines())
schema = client.ai.models.schema.get(account_id="a1", model=MODEL)
tell(
    response=answer["response"],
    last=[line for line in lines if line][-1],
    names=[one["name"] for one in client.ai.models.list(account_id="a1", per_page=2)],
    schema=[schema.input is not None, schema.output is not None],
    finetunes=list(client.ai.finetunes.list(account_id="a1") or []),
    public=list(client.ai.finetunes.public.list(account_id="a1")),
    token=client.user.tokens.verify().status,
)
