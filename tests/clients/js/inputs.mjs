// An input as the documentation writes it, a JavaScript object, sent with fetch.
import { readFile } from "node:fs/promises";
import { base, model, print } from "./setting.mjs";

const [, , , , file] = process.argv;
// Statements of their own in the documentation: their semicolons are no part of the object.
const written = (await readFile(file, "utf8")).replace(/;$/gm, "");
const reply = await fetch(`${base}/client/v4/accounts/a1/ai/run/${model}`, {
  method: "POST",
  headers: { authorization: "Bearer local", "content-type": "application/json" },
  body: JSON.stringify(eval(`(${written})`)),
});
print(await reply.json());
