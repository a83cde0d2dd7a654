// A Worker in TypeScript or JavaScript, bundled as wrangler does it, under miniflare: what `/` says.
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { Miniflare } from "miniflare";
import { base, print } from "./setting.mjs";

const [, , , , file] = process.argv;
const stdin = { contents: await readFile(file, "utf8"), resolveDir: import.meta.dirname, loader: "ts" };
const bundle = await build({ stdin, bundle: true, format: "esm", write: false });
const mf = new Miniflare({
  modules: true,
  script: bundle.outputFiles[0].text,
  compatibilityDate: "2026-01-01",
  ai: { binding: "AI", remoteProxyConnectionString: new URL(`${base}/binding?key=local`) },
});
const reply = await mf.dispatchFetch("http://localhost/");
const told = { status: reply.status, type: reply.headers.get("content-type"), text: await reply.text() };
await mf.dispose();
print(told);
