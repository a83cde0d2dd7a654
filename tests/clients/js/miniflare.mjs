// miniflare: the example's Worker, unmodified, its env.AI answered by the server.
import { readFile } from "node:fs/promises";
import { Miniflare } from "miniflare";
import { base, model, print } from "./setting.mjs";

const script = await readFile(new URL("../../../examples/worker_env_ai/worker.js", import.meta.url), "utf8");
const worker = (key) => new Miniflare({
  modules: true,
  script,
  compatibilityDate: "2026-01-01",
  ai: { binding: "AI", remoteProxyConnectionString: new URL(`${base}/binding?key=${key}`) },
});
const mf = worker("local");
const get = async (path, query = {}, of = mf) => {
  const reply = await of.dispatchFetch(`http://localhost${path}?${new URLSearchParams({ model, ...query })}`);
  return { status: reply.status, type: reply.headers.get("content-type"), text: await reply.text() };
};
const told = {
  run: await get("/", { max_tokens: 8 }),
  stream: await get("/stream", { max_tokens: 8 }),
  tools: await get("/tools", { max_tokens: 1000 }),
  models: await get("/models"),
  unknown: await get("/", { model: "@cf/none/such" }),
  bad: await get("/", { max_tokens: -1 }),
  bad_stream: await get("/stream", { max_tokens: -1 }),
};
await mf.dispose();
const stranger = worker("wrong");
told.stranger = await get("/", {}, stranger);
await stranger.dispose();
print(told);
