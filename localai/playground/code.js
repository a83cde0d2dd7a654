// What is on the screen as code for other programs. It must not know the page: values in, text out.
//
// A snippet runs as it is copied. The key of the server is never in it, only the name of an
// environment variable. What a client cannot say is told in a comment of its snippet.

import { inputs } from "./inputs.js";

export { inputs };

const KEY = "LOCALAI_API_KEY";
const LONGEST_ARGUMENT = 100_000; // characters; a shell's argument may have 128 KiB
const WIDTH = 76;
const TEMPERATURE = 0.6; // Workers AI's own where none is given; the other dialects have others
const USUAL_TOKENS = 256;

/** Snippets as [{name, language, text}]. state: {origin, key, model, mode: "chat" or "prompt", raw,
 *  system, messages, prompt, parameters, tools, response_format, lora, stream, usual_tokens}; of
 *  `key` only counts whether there is one; usual_tokens: of an answer where max_tokens is not set. */
export function snippets(state) {
  return [
    ["curl", "bash", curl],
    ["Python requests", "python", requests],
    ["cloudflare (Python)", "python", cloudflarePython],
    ["cloudflare (JavaScript)", "javascript", cloudflareJavaScript],
    ["openai (Python)", "python", openaiPython],
    ["openai (JavaScript)", "javascript", openaiJavaScript],
    ["env.AI (Worker)", "javascript", worker],
    ["Qianfan (Python)", "python", qianfanPython],
    ["Qianfan (curl)", "bash", qianfanCurl],
    ["LocalAI (Python)", "python", inProcess],
  ].map(([name, language, write]) => {
    const lines = write(state).flat(Infinity).filter((line) => line || line === "");
    return { name, language, text: `${lines.join("\n")}\n` };
  });
}

// Literals.

const WORDS = {
  json: { null: "null", true: "true", false: "false", comma: "" },
  javascript: { null: "null", true: "true", false: "false", comma: "," },
  python: { null: "None", true: "True", false: "False", comma: "," },
};
// What would not be seen, or would turn the text around, stands as an escape in every language.
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const escape = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
const quoted = (text) => JSON.stringify(text).replace(UNSEEN, escape);

/** A value of JSON as a literal of `style`: json, javascript or python; lines below the first have
 *  `indent` before them. */
export function literal(value, style, indent = "", step = style === "python" ? "    " : "  ") {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value !== "object") return WORDS[style][String(value ?? null)] ?? String(value);
  const inner = indent + step;
  const list = Array.isArray(value);
  const items = list
    ? value.map((item) => literal(item, style, inner, step))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([name, item]) => `${named(name, style)}: ${literal(item, style, inner, step)}`);
  const [open, close] = list ? "[]" : "{}";
  if (!items.length) return open + close;
  const space = list || style === "python" ? "" : " ";
  const line = open + space + items.join(", ") + space + close;
  if (line.length + indent.length <= WIDTH && !line.includes("\n")) return line;
  const lines = items.map((item) => inner + item).join(",\n");
  return `${open}\n${lines}${WORDS[style].comma}\n${indent}${close}`;
}

function named(name, style) {
  if (style !== "javascript") return quoted(name);
  // Unlike other names, this one would set what the object inherits from.
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

const python = (value, indent = "") => literal(value, "python", indent);
const javascript = (value, indent = "") => literal(value, "javascript", indent);
const shell = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

const keywords = (values) => Object.entries(values).map(([name, value]) => `    ${name}=${python(value, "    ")},`);
const beside = (values) => Object.keys(values).length > 0 && `    extra_body=${python(values, "    ")},`;
const pythonKey = (state) => (state.key ? `os.environ["${KEY}"]` : '"none"');
const scriptKey = (state) => (state.key ? `process.env.${KEY}` : '"none"');
const hasCalls = (state) => state.tools?.length > 0;
const isWhole = (state) => Boolean(hasCalls(state) || state.response_format);
const runUrl = (state) => `${state.origin}/client/v4/accounts/local/ai/run/${encodeURI(state.model)}`;
const imports = (state, json) => (json || state.key) && [json && "import json", state.key && "import os", ""];

// What an answer of Workers AI is printed by, and a piece of one.
const shown = (state) => (isWhole(state) ? "print(json.dumps(answer, ensure_ascii=False))" : 'print(answer["response"])');
const pieceShown = (state, indent) => [
  `${indent}print(piece["response"], end="", flush=True)`,
  hasCalls(state) && [`${indent}if piece.get("tool_calls"):`, `${indent}    print(json.dumps(piece["tool_calls"]))`],
];
// The lines of a stream in Python; `mark` is what a literal of theirs begins with.
const streamShown = (state, mark) => [
  "    for line in response.iter_lines():",
  `        if line.startswith(${mark}"data: ") and line != ${mark}"data: [DONE]":`,
  "            piece = json.loads(line[6:])",
  pieceShown(state, "            "), "print()",
];

// Workers AI.

const curl = (state) => posted(runUrl(state), inputs(state), state);

function posted(url, body, state) {
  const json = literal(body, "json");
  return [
    `curl ${state.stream ? "-N " : ""}${shell(url)} \\`,
    state.key && `  -H "Authorization: Bearer $${KEY}" \\`,
    "  -H 'Content-Type: application/json' \\",
    json.length < LONGEST_ARGUMENT ? `  -d ${shell(json)}` : ["  -d @- <<'END_OF_JSON'", json, "END_OF_JSON"],
  ];
}

function requests(state) {
  const { key, stream } = state;
  const indent = stream ? "    " : "";
  return [
    imports(state, stream || isWhole(state)), "import requests", "",
    stream ? "with requests.post(" : "response = requests.post(",
    `    ${quoted(runUrl(state))},`,
    key && `    headers={"Authorization": f"Bearer {os.environ['${KEY}']}"},`,
    `    json=${python(inputs(state), "    ")},`,
    "    timeout=600,",
    stream ? ["    stream=True,", ") as response:"] : ")",
    `${indent}if not response.ok:`, `${indent}    raise SystemExit(response.text)`,
    stream ? streamShown(state, "b") : ['answer = response.json()["result"]', shown(state)],
  ];
}

// What the SDK's `run` has as arguments; the rest goes beside them.
const SDK_NAMES = new Set(
  `prompt messages raw stream max_tokens temperature top_p top_k seed repetition_penalty
   frequency_penalty presence_penalty functions tools response_format lora`.split(/\s+/),
);

function cloudflarePython(state) {
  const { known, extra } = split(inputs(state), SDK_NAMES);
  return [
    imports(state, state.stream || isWhole(state)), "from cloudflare import Cloudflare", "",
    "client = Cloudflare(", `    api_token=${pythonKey(state)},`, `    base_url=${quoted(`${state.origin}/client/v4`)},`, ")",
    state.stream ? "with client.ai.with_streaming_response.run(" : "answer = client.ai.run(",
    `    ${quoted(state.model)},`, '    account_id="local",', keywords(known), beside(extra),
    state.stream ? [") as response:", streamShown(state, "")] : [")", shown(state)],
  ];
}

function split(values, names) {
  const parts = { known: {}, extra: {} };
  for (const [name, value] of Object.entries(values)) parts[names.has(name) ? "known" : "extra"][name] = value;
  return parts;
}

function cloudflareJavaScript(state) {
  const call = `client.ai.run(${quoted(state.model)}, ${javascript({ account_id: "local", ...inputs(state) })})`;
  const whole = [`const answer = await ${call};`, `console.log(${isWhole(state) ? "JSON.stringify(answer)" : "answer.response"});`];
  const streamed = [
    `const response = await ${call}.asResponse();`, 'let rest = "";',
    "for await (const bytes of response.body.pipeThrough(new TextDecoderStream())) {",
    '  const lines = (rest + bytes).split("\\n");', "  rest = lines.pop();", "  for (const line of lines) {",
    '    if (!line.startsWith("data: ") || line === "data: [DONE]") continue;',
    "    const piece = JSON.parse(line.slice(6));", "    process.stdout.write(piece.response);",
    hasCalls(state) && "    if (piece.tool_calls) console.log(JSON.stringify(piece.tool_calls));",
    "  }", "}", "console.log();",
  ];
  return [
    'import Cloudflare from "cloudflare";', "",
    `const client = new Cloudflare({ apiToken: ${scriptKey(state)}, baseURL: ${quoted(`${state.origin}/client/v4`)} });`,
    state.stream ? streamed : whole,
  ];
}

function worker(state) {
  const call = `await env.AI.run(${quoted(state.model)}, ${javascript(inputs(state), "    ")});`;
  return [
    `// For miniflare, with { ai: { binding: "AI", remoteProxyConnectionString: new URL(${quoted(`${state.origin}/binding`)}) } }`,
    state.key && `// and "?key=" with the value of ${KEY} at the end of that URL.`,
    "export default {", "  async fetch(request, env) {",
    state.stream
      ? [`    const stream = ${call}`, '    return new Response(stream, { headers: { "content-type": "text/event-stream" } });']
      : [`    const answer = ${call}`, "    return Response.json(answer);"],
    "  },", "};",
  ];
}

// OpenAI.

const OPENAI_NAMES = new Set(
  "model messages prompt max_tokens temperature top_p seed frequency_penalty presence_penalty stop logit_bias tools tool_choice response_format stream".split(" "),
);
const OPENAI_EXTRA = new Set(["top_k", "repetition_penalty", "lora"]);
const UNSCOPED = "A prompt goes as a user's message here, without the system message that Workers AI puts before it.";
const leftOut = (whose, names) => `Left out, for ${whose} has nothing like it: ${names.join(", ")}.`;

/** The call as OpenAI's API has it, and what of the state it leaves out. */
function openai(state) {
  const { messages, prompt, raw, ...rest } = inputs(state);
  const { tools, response_format, stream, ...parameters } = rest;
  const notes = [];
  parameters.max_tokens ??= state.usual_tokens ?? USUAL_TOKENS;
  parameters.temperature = limited("temperature", parameters.temperature ?? TEMPERATURE, 0, 2, notes);
  // From 1 on it is off, and OpenAI's API ends there.
  if (parameters.top_p > 1) parameters.top_p = 1;
  const chat = {
    messages: (messages ?? [{ role: "user", content: prompt }]).map(openaiMessage),
    ...(tools && { tools: tools.map(openaiTool) }),
    ...(response_format && { response_format: openaiFormat(response_format) }),
  };
  const left = [];
  const body = { model: state.model, ...(raw ? { prompt } : chat) };
  for (const [name, value] of Object.entries(parameters)) {
    const has = (OPENAI_NAMES.has(name) && !(raw && name === "tool_choice")) || OPENAI_EXTRA.has(name);
    if (has) body[name] = value;
    else left.push(name);
  }
  if (raw) left.push(...["tools", "response_format"].filter((name) => rest[name]));
  if (left.length) notes.push(leftOut(raw ? "a completion of OpenAI's API" : "OpenAI's API", left));
  if (prompt !== undefined && !raw) notes.push(UNSCOPED);
  if (stream) body.stream = true;
  return { body, notes, raw };
}

function limited(name, value, low, high, notes) {
  const near = Math.min(high, Math.max(low, value));
  if (near !== value) notes.push(`${name} is ${value} on the page; this API takes ${low} to ${high}.`);
  return near;
}

const openaiTool = (tool) => (tool.function ? tool : { type: "function", function: tool });

function openaiFormat(format) {
  const schema = format.json_schema;
  if (format.type !== "json_schema" || (schema?.schema && schema.name)) return format;
  return { ...format, json_schema: { name: "answer", schema: schema?.schema ?? schema } };
}

function openaiMessage({ tool_calls: calls, ...rest }) {
  if (!calls?.length) return rest;
  const wrapped = calls.map((call, index) => {
    const { name, arguments: given } = call.function ?? call;
    const text = typeof given === "string" ? given : JSON.stringify(given ?? {});
    return { id: call.id ?? `call_${index}`, type: "function", function: { name, arguments: text } };
  });
  return { ...rest, tool_calls: wrapped };
}

const openaiCall = (raw) => `client.${raw ? "" : "chat."}completions.create`;

function openaiPython(state) {
  const { body, notes, raw } = openai(state);
  const { known, extra } = split(body, OPENAI_NAMES);
  const delta = "chunk.choices[0].delta";
  const message = `answer.choices[0].message.${hasCalls(state) ? "model_dump_json(exclude_none=True)" : "content"}`;
  const streamed = [
    "for chunk in stream:", `    print(${raw ? "chunk.choices[0].text" : `${delta}.content or ""`}, end="", flush=True)`,
    hasCalls(state) && !raw && [`    for call in ${delta}.tool_calls or []:`, '        print(call.function.name or "", call.function.arguments or "", sep="", end="")'],
    "print()",
  ];
  return [
    state.key && ["import os", ""], "from openai import OpenAI", "", notes.map((note) => `# ${note}`),
    `client = OpenAI(base_url=${quoted(`${state.origin}/v1`)}, api_key=${pythonKey(state)})`,
    `${state.stream ? "stream" : "answer"} = ${openaiCall(raw)}(`, keywords(known), beside(extra), ")",
    state.stream ? streamed : `print(${raw ? "answer.choices[0].text" : message})`,
  ];
}

function openaiJavaScript(state) {
  const { body, notes, raw } = openai(state);
  const message = hasCalls(state) ? "JSON.stringify(answer.choices[0].message)" : "answer.choices[0].message.content";
  const delta = "chunk.choices[0].delta";
  const streamed = [
    "for await (const chunk of stream) {", `  process.stdout.write(${raw ? "chunk.choices[0].text" : `${delta}.content ?? ""`});`,
    hasCalls(state) && !raw && `  for (const call of ${delta}.tool_calls ?? []) process.stdout.write((call.function.name ?? "") + (call.function.arguments ?? ""));`,
    "}", "console.log();",
  ];
  return [
    'import OpenAI from "openai";', "", notes.map((note) => `// ${note}`),
    `const client = new OpenAI({ baseURL: ${quoted(`${state.origin}/v1`)}, apiKey: ${scriptKey(state)} });`,
    `const ${state.stream ? "stream" : "answer"} = await ${openaiCall(raw)}(${javascript(body)});`,
    state.stream ? streamed : `console.log(${raw ? "answer.choices[0].text" : message});`,
  ];
}

// Qianfan.

/** The call as Qianfan's API has it, and what of the state it leaves out. */
function qianfan(state) {
  const { messages, prompt, raw, stream, max_tokens, temperature = TEMPERATURE, top_p, top_k, repetition_penalty, stop, ...others } = inputs(state);
  const notes = [];
  const body = raw ? { prompt } : qianfanChat(messages ?? [{ role: "user", content: prompt }], notes);
  if (prompt !== undefined && !raw) notes.push(UNSCOPED);
  // Without a temperature its answers are greedy, and 0 is refused.
  if (temperature > 0) body.temperature = limited("temperature", temperature, 0, 1, notes);
  if (top_p !== undefined) body.top_p = Math.min(1, top_p);
  if (top_k !== undefined) body.top_k = top_k;
  if (repetition_penalty) body.penalty_score = limited("repetition_penalty", repetition_penalty, 1, 2, notes);
  if (stop !== undefined) body.stop = [stop].flat();
  body.max_output_tokens = max_tokens ?? state.usual_tokens ?? USUAL_TOKENS;
  const left = Object.keys(others);
  if (left.length) notes.push(leftOut("Qianfan's API", left));
  if (left.includes("seed") && temperature > 0) notes.push("Without a seed, the answer is another each time.");
  if (stream) body.stream = true;
  return { body, notes, raw };
}

function qianfanChat(turns, notes) {
  const system = turns.filter((turn) => turn.role === "system").map((turn) => turn.content).join("\n\n");
  const messages = turns.filter((turn) => turn.role !== "system").map(({ role, content }) => ({ role, content: content ?? "" }));
  const fits = messages.length % 2 && messages.every(({ role, content }, at) => content && role === (at % 2 ? "assistant" : "user"));
  if (!fits) notes.push("Qianfan's API takes user and assistant in turn, the user first and last: it will refuse these messages.");
  return { messages, ...(system && { system }) };
}

function qianfanPython(state) {
  const { body, notes, raw } = qianfan(state);
  return [
    "import os", "", `os.environ["QIANFAN_BASE_URL"] = ${quoted(state.origin)}`,
    `os.environ["QIANFAN_CONSOLE_API_BASE_URL"] = ${quoted(state.origin)}`,
    `os.environ["QIANFAN_ACCESS_TOKEN"] = ${pythonKey(state)}`, "",
    "import qianfan  # after the lines above: it reads the environment once", "", notes.map((note) => `# ${note}`),
    `${state.stream ? "chunks" : "answer"} = qianfan.${raw ? "Completion" : "ChatCompletion"}().do(`,
    `    endpoint=${quoted(state.model)},`, keywords(body), ")",
    state.stream ? ["for chunk in chunks:", '    print(chunk["result"], end="", flush=True)', "print()"] : 'print(answer["result"])',
  ];
}

function qianfanCurl(state) {
  const { body, notes, raw } = qianfan(state);
  const path = `/rpc/2.0/ai_custom/v1/wenxinworkshop/${raw ? "completions" : "chat"}/${encodeURI(state.model)}`;
  return [notes.map((note) => `# ${note}`), posted(state.origin + path, body, state)];
}

// In process.

function inProcess(state) {
  const call = `ai.run(${quoted(state.model)}, ${python(inputs(state), "    ")})`;
  return [
    isWhole(state) && ["import json", ""], "from localai import LocalAI", "", "with LocalAI() as ai:",
    state.stream ? [`    for piece in ${call}:`, pieceShown(state, "        "), "    print()"] : [`    answer = ${call}`, `    ${shown(state)}`],
  ];
}
