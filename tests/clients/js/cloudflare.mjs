// The cloudflare SDK: run, streams, models to the end of their pages.
import Cloudflare from "cloudflare";
import { base, model, print } from "./setting.mjs";

const client = new Cloudflare({ apiToken: "local", baseURL: `${base}/client/v4` });
const answer = await client.ai.run(model, { account_id: "a1", prompt: "hello", max_tokens: 8, temperature: 0 });
const names = [];
for await (const one of client.ai.models.list({ account_id: "a1", per_page: 2 })) names.push(one.name);
print({ response: answer.response, usage: answer.usage, names });
