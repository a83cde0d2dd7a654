// workers-ai-provider with the AI SDK: text, stream, tools, a turn with results. Its host is fixed: fetch is redirected.
import { generateText, isStepCount, jsonSchema, streamText, tool } from "ai";
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
const inputSchema = jsonSchema(weather);
const tools = { weather: tool({ description: "Tells it", inputSchema }) };
const calling = { ...asked, maxOutputTokens: 1000, toolChoice: "required", tools };
const called = await generateText(calling);
const calls = await streamText(calling).toolCalls;
const executed = { weather: tool({ description: "Tells it", inputSchema, execute: () => "sunny" }) };
const stepped = await generateText({ ...calling, tools: executed, stopWhen: isStepCount(2) });
const shown = (all) => all.map((call) => ({ name: call.toolName, input: call.input }));
print({
  text,
  streamed,
  calls: shown(called.toolCalls),
  streamed_calls: shown(calls),
  steps: stepped.steps.map((step) => shown(step.toolCalls)),
  results: stepped.steps[0].toolResults.map((result) => result.output),
});
