// A page under miniflare whose script is the file of argv, and at `/` the stream that it reads.
import { readFile } from "node:fs/promises";
import { Miniflare } from "miniflare";
import { base, model } from "./setting.mjs";

const script = `export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname === "/page") {
      const page = '<meta charset="utf-8"><p id="el"></p><script>' + env.SNIPPET + "</script>";
      return new Response(page, { headers: { "content-type": "text/html" } });
    }
    const asked = { prompt: "hello", raw: true, max_tokens: 32, temperature: 0, stream: true };
    const stream = await env.AI.run(env.MODEL, asked);
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  },
};`;
const mf = new Miniflare({
  modules: true,
  script,
  compatibilityDate: "2026-01-01",
  bindings: { SNIPPET: await readFile(process.argv[4], "utf8"), MODEL: model },
  ai: { binding: "AI", remoteProxyConnectionString: new URL(`${base}/binding?key=local`) },
});
console.log(String(await mf.ready));
// Until whoever started it closes its input.
for await (const _ of process.stdin);
await mf.dispose();
