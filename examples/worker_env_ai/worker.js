// A Worker as it is deployed to Cloudflare: nothing in it knows that the model is on this machine.
//
//   /?q=...        one answer                /models     what models there are
//   /stream?q=...  the same as it grows      /tools?q=.. the model calls a function
//
// Each but /models also takes `model` and `max_tokens`.
const weather = {
  name: "weather",
  description: "The weather of a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string", description: "The city's name", maxLength: 20 } },
    required: ["city"],
  },
};

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const model = url.searchParams.get("model") ?? "@cf/defog/sqlcoder-7b-2";
    const max_tokens = Number(url.searchParams.get("max_tokens") ?? 256);
    const messages = [
      { role: "system", content: "CREATE TABLE customers (id INTEGER, name TEXT)" },
      { role: "user", content: url.searchParams.get("q") ?? "How many customers are there?" },
    ];
    try {
      if (url.pathname === "/models") {
        return Response.json(await env.AI.models({ per_page: 1000 }));
      }
      if (url.pathname === "/stream") {
        const stream = await env.AI.run(model, { messages, max_tokens, stream: true });
        return new Response(stream, { headers: { "content-type": "text/event-stream" } });
      }
      if (url.pathname === "/tools") {
        const asked = { messages, max_tokens, tools: [weather], tool_choice: "required" };
        return Response.json((await env.AI.run(model, asked)).tool_calls);
      }
      return Response.json(await env.AI.run(model, { messages, max_tokens }));
    } catch (error) {
      return Response.json({ name: error.name, message: error.message }, { status: 500 });
    }
  },
};
