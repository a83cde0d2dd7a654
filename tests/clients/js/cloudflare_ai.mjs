// @cloudflare/ai 1.2.2, the import of the documentation, over a binding that goes to the REST API.
import { Ai } from "@cloudflare/ai";
import { base, model, print } from "./setting.mjs";

const binding = {
  async run(name, inputs) {
    const url = `${base}/client/v4/accounts/a1/ai/run/${name}`;
    const headers = { authorization: "Bearer local", "content-type": "application/json" };
    const reply = await fetch(url, { method: "POST", headers, body: JSON.stringify(inputs) });
    return inputs.stream ? reply.body : (await reply.json()).result;
  },
};
const ai = new Ai(binding);
const asked = { prompt: "hello", max_tokens: 8, temperature: 0 };
const answer = await ai.run(model, asked);
let streamed = "";
const stream = await ai.run(model, { ...asked, stream: true });
const text = await new Response(stream).text();
for (const line of text.split("\n\n")) {
  const data = line.replace(/^data: /, "");
  if (data && data !== "[DONE]") streamed += JSON.parse(data).response;
}
print({ response: answer.response, streamed, done: text.trimEnd().endsWith("data: [DONE]") });
