// workers-ai-provider with the AI SDK: text, stream, tools. Its host is fixed: fetch is redirected.
import { generateText, jsonSchema, streamText, tool } from "ai";
import { createWorkersAI } from "workers-ai-provider";
import { base, model, print, weather } from "./setting.mjs";

const fetch_ = globalThis.fetch;
globalThis.fetch = (input, init) =>
  fetch_(String(input.url ?? input).replace("https://api.cloudflare.com", base), init);
const workersai = createWorkersAI({ accountId: "a1", apiKey: "local" });
const asked = { model: workersai(model), prompt: "hello", maxOutputTokens: 8, temperature: 0, maxRetries: 0 };
const { text } = await generateText(asked);
let streamed = "";
for await (const part of streamText(asked).textStream) streamed += part;
const called = await generateText({
  ...asked,
  maxOutputTokens: 400,
  toolChoice: "required",
  tools: { weather: tool({ description: "Tells it", inputSchema: jsonSchema(weather) }) },
});
const streaming = streamText({
  ...asked,
  maxOutputTokens: 400,
  toolChoice: "required",
  tools: { weather: tool({ description: "Tells it", inputSchema: jsonSchema(weather) }) },
});
const calls = await streaming.toolCalls;
print({
  text,
  streamed,
  call: { name: called.toolCalls[0].toolName, input: called.toolCalls[0].input },
  streamed_call: { name: calls[0].toolName, input: calls[0].input },
});
