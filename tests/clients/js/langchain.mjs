// @langchain/cloudflare: invoke and stream.
import { ChatCloudflareWorkersAI } from "@langchain/cloudflare";
import { base, model, print } from "./setting.mjs";

const chat = new ChatCloudflareWorkersAI({
  model,
  cloudflareAccountId: "a1",
  cloudflareApiToken: "local",
  baseUrl: `${base}/client/v4/accounts/a1/ai/run`,
});
const answer = await chat.invoke([["human", "hello"]]);
let streamed = "";
for await (const chunk of await chat.stream([["human", "hello"]])) streamed += chunk.content;
print({ answer: answer.content, streamed });
