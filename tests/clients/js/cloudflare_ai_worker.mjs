// @cloudflare/ai 1.2.2 as Workers import it: run, stream, tools.
import { Ai } from "@cloudflare/ai";

const model = "@cf/meta/llama-2-7b-chat-int8";
const asked = { messages: [{ role: "user", content: "hello" }], max_tokens: 8, temperature: 0 };
const parameters = {
  type: "object",
  properties: { city: { type: "string", description: "The city", maxLength: 20 } },
  required: ["city"],
};

export default {
  async fetch(_, env) {
    const ai = new Ai(env.AI);
    const whole = await ai.run(model, asked);
    const stream = await new Response(await ai.run(model, { ...asked, stream: true })).text();
    const tools = [{ name: "weather", description: "The weather", parameters }];
    const called = await ai.run(model, { ...asked, tools, tool_choice: "required", max_tokens: 500 });
    let error = "";
    try {
      await ai.run("@cf/none/such", asked);
    } catch (fault) {
      error = fault.message;
    }
    return Response.json({ whole, stream, called, error });
  },
};
