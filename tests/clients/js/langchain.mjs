// @langchain/cloudflare: the chat model, invoked and streamed, and the plain one.
import { ChatCloudflareWorkersAI, CloudflareWorkersAI } from "@langchain/cloudflare";
import { base, model, print } from "./setting.mjs";

const fields = {
  model,
  cloudflareAccountId: "a1",
  cloudflareApiToken: "local",
  baseUrl: `${base}/client/v4/accounts/a1/ai/run`,
};
const gather = async (stream, read) => {
  let text = "";
  for await (const chunk of stream) text += read(chunk);
  return text;
};
const chat = new ChatCloudflareWorkersAI(fields);
const turns = [["system", "You are kind"], ["human", "hello"], ["ai", "hello"], ["human", "hello"]];
const plain = new CloudflareWorkersAI(fields);
print({
  answer: (await chat.invoke(turns)).content,
  streamed: await gather(await chat.stream(turns), (chunk) => chunk.content),
  whole_by_stream: (await new ChatCloudflareWorkersAI({ ...fields, streaming: true }).invoke(turns)).content,
  plain: await plain.invoke("hello"),
  plain_streamed: await gather(await plain.stream("hello"), (chunk) => chunk),
});
