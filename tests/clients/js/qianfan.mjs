// @baiducloud/qianfan: completions and streams by token, and by signature.
import qianfan from "@baiducloud/qianfan";
import { base, print } from "./setting.mjs";

const asked = { prompt: "hello", top_k: 1, stop: ["zzz"] };
const found = {};
for (const [way, keys] of Object.entries({
  token: { QIANFAN_AK: "ak", QIANFAN_SK: "local" },
  signed: { QIANFAN_ACCESS_KEY: "ak", QIANFAN_SECRET_KEY: "local" },
})) {
  const options = { QIANFAN_BASE_URL: base, QIANFAN_CONSOLE_API_BASE_URL: base, ...keys };
  const client = new qianfan.Completions(options);
  const whole = await client.completions(asked, "SQLCoder-7B");
  let streamed = "";
  let last;
  for await (const chunk of await client.completions({ ...asked, stream: true }, "SQLCoder-7B")) {
    streamed += chunk.result;
    last = chunk;
  }
  found[way] = { result: whole.result, usage: whole.usage, streamed, ended: last.is_end };
}
print(found);
