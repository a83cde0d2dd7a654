// The cloudflare SDK: run, a raw stream, tools, models to the end of their pages, schema, token.
import Cloudflare from "cloudflare";
import { base, model, print, weather } from "./setting.mjs";

const account_id = "a1";
const client = new Cloudflare({ apiToken: "local", baseURL: `${base}/client/v4`, maxRetries: 0 });
const asked = { account_id, prompt: "hello", max_tokens: 8, temperature: 0 };
const answer = await client.ai.run(model, asked);
const stream = await client.ai.run(model, { ...asked, stream: true }).asResponse();
const tools = [{ name: "weather", description: "The weather", parameters: weather }];
const messages = [{ role: "user", content: "hello" }];
const called = await client.ai.run(model, { account_id, messages, tools, tool_choice: "required", max_tokens: 1000 });
const names = [];
for await (const one of client.ai.models.list({ account_id, per_page: 2 })) names.push(one.name);
const schema = await client.ai.models.schema.get({ account_id, model });
let refused;
try {
  await client.ai.run("@cf/none/such", asked);
} catch (error) {
  refused = [error.status, error.errors[0].code];
}
print({
  response: answer.response,
  usage: answer.usage,
  stream: await stream.text(),
  calls: called.tool_calls,
  names,
  schema: Object.keys(schema),
  token: (await client.user.tokens.verify()).status,
  refused,
});
