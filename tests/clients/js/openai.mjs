// The openai SDK: chat, stream, tools, JSON schema, completions, models.
import OpenAI from "openai";
import { base, model, print, weather } from "./setting.mjs";

const client = new OpenAI({ apiKey: "local", baseURL: `${base}/v1` });
const messages = [{ role: "user", content: "hello" }];
const chat = await client.chat.completions.create({ model, messages, max_tokens: 8, temperature: 0 });
let streamed = "";
let usage;
const stream = await client.chat.completions.create({
  model, messages, max_tokens: 8, temperature: 0, stream: true, stream_options: { include_usage: true },
});
for await (const chunk of stream) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
}
const tools = [{ type: "function", function: { name: "weather", parameters: weather } }];
const called = await client.chat.completions.create({
  model, messages, tools, tool_choice: "required", parallel_tool_calls: false, max_tokens: 400, seed: 1,
});
const runner = client.chat.completions.stream({ model, messages, tools, tool_choice: "required", max_tokens: 400, seed: 1 });
const final = await runner.finalChatCompletion();
const format = { type: "json_schema", json_schema: { name: "w", schema: weather, strict: true } };
const json = await client.chat.completions.create({ model, messages, response_format: format, max_tokens: 400 });
const completion = await client.completions.create({ model, prompt: "hello", max_tokens: 8, temperature: 0 });
const names = [];
for await (const one of client.models.list()) names.push(one.id);
print({
  chat: chat.choices[0].message.content,
  streamed,
  usage,
  call: called.choices[0].message.tool_calls[0].function,
  finish: called.choices[0].finish_reason,
  streamed_call: final.choices[0].message.tool_calls[0].function,
  json: json.choices[0].message.content,
  completion: completion.choices[0].text,
  names,
});
