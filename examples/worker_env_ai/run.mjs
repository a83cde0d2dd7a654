// Runs worker.js on this machine, its `env.AI` answered by `localai serve`:
//
//   localai serve
//   npm install miniflare
//   node run.mjs http://127.0.0.1:8642 8787
//   curl 'http://127.0.0.1:8787/?q=How+many+customers+are+there'
//
// Where the server has a key: LOCALAI_API_KEY=... node run.mjs
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";

const here = dirname(fileURLToPath(import.meta.url));
const [server = "http://127.0.0.1:8642", port = "8787"] = process.argv.slice(2);
const binding = new URL("/binding", server);
if (process.env.LOCALAI_API_KEY) {
  binding.searchParams.set("key", process.env.LOCALAI_API_KEY);
}

const worker = new Miniflare({
  port: Number(port),
  modules: true,
  modulesRoot: here,
  scriptPath: join(here, "worker.js"),
  compatibilityDate: "2026-01-01",
  ai: { binding: "AI", remoteProxyConnectionString: binding },
});
console.log(`worker.js at ${await worker.ready}`);
