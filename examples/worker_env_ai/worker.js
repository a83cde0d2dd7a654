// A Worker as it is deployed to Cloudflare: nothing in it knows that the model is on this machine.
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const model = url.searchParams.get("model") ?? "@cf/defog/sqlcoder-7b-2";
    const messages = [
      { role: "system", content: "CREATE TABLE customers (id INTEGER, name TEXT)" },
      { role: "user", content: url.searchParams.get("q") ?? "How many customers are there?" },
    ];
    if (url.pathname === "/stream") {
      const stream = await env.AI.run(model, { messages, stream: true });
      return new Response(stream, { headers: { "content-type": "text/event-stream" } });
    }
    if (url.pathname === "/models") {
      return Response.json(await env.AI.models({ per_page: 1000 }));
    }
    try {
      return Response.json(await env.AI.run(model, { messages }));
    } catch (error) {
      return Response.json({ name: error.name, message: error.message }, { status: 500 });
    }
  },
};
