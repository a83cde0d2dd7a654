// What is on the screen as code for other programs. It must not know the page: values in, text out.
//
// A snippet runs as it is copied. The key of the server is never in it, only the name of an
// environment variable. What a client cannot say is told in a comment of its snippet.

const KEY = "LOCALAI_API_KEY";
const LONGEST_ARGUMENT = 100_000; // characters; a shell's argument may have 128 KiB
const WIDTH = 76;
const TEMPERATURE = 0.6; // Workers AI's own where none is given; the other dialects have others
const USUAL_TOKENS = 256;

/** The input of Workers AI that the state stands for: what the page sends, and the snippets too. */
export function inputs(state) {
  const { mode, system, messages = [], prompt = "", raw, tools, response_format, lora, stream } = state;
  const given = Object.entries(state.parameters ?? {}).filter(([, value]) => isGiven(value));
  return {
    ...(mode === "prompt" ? { prompt, ...(raw && { raw: true }) } : { messages: conversation(system, messages) }),
    ...Object.fromEntries(given),
    ...(tools?.length && { tools }),
    ...(response_format && { response_format }),
    ...(lora && { lora }),
    ...(stream && { stream: true }),
  };
}

const isGiven = (value) => value !== null && value !== undefined && value !== "";

function conversation(system, messages) {
  const turns = messages.length ? messages : [{ role: "user", content: "Hello" }];
  return system ? [{ role: "system", content: system }, ...turns] : turns;
}

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
  ].map(([name, language, write]) => ({ name, language, text: `${write(state).join("\n")}\n` }));
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

const keywords = (values, indent = "    ") =>
  Object.entries(values).map(([name, value]) => `${indent}${name}=${python(value, indent)},`);

const remarks = (notes, sign) => notes.map((note) => `${sign} ${note}`);
const pythonKey = (state) => (state.key ? `os.environ["${KEY}"]` : '"none"');
const scriptKey = (state) => (state.key ? `process.env.${KEY}` : '"none"');
const isWhole = (state) => Boolean(state.tools?.length || state.response_format);
const runUrl = (state) => `${state.origin}/client/v4/accounts/local/ai/run/${encodeURI(state.model)}`;

// Workers AI.

function curl(state) {
  return posted(runUrl(state), inputs(state), state);
}

function posted(url, body, state) {
  const json = literal(body, "json");
  const lines = [`curl ${state.stream ? "-N " : ""}${shell(url)} \\`];
  if (state.key) lines.push(`  -H "Authorization: Bearer $${KEY}" \\`);
  lines.push("  -H 'Content-Type: application/json' \\");
  return json.length < LONGEST_ARGUMENT
    ? [...lines, `  -d ${shell(json)}`]
    : [...lines, "  -d @- <<'END_OF_JSON'", json, "END_OF_JSON"];
}

function requests(state) {
  const whole = isWhole(state);
  const call = [
    `    ${quoted(runUrl(state))},`,
    ...(state.key ? [`    headers={"Authorization": f"Bearer {os.environ['${KEY}']}"},`] : []),
    `    json=${python(inputs(state), "    ")},`,
    "    timeout=600,",
  ];
  const head = [...(state.stream || whole ? ["import json"] : []), ...(state.key ? ["import os"] : [])];
  const opening = [...head, ...(head.length ? [""] : []), "import requests", ""];
  if (!state.stream) {
    return [
      ...opening, "response = requests.post(", ...call, ")",
      "if not response.ok:", "    raise SystemExit(response.text)",
      'answer = response.json()["result"]',
      whole ? "print(json.dumps(answer, ensure_ascii=False))" : 'print(answer["response"])',
    ];
  }
  return [
    ...opening, "with requests.post(", ...call, "    stream=True,", ") as response:",
    "    if not response.ok:", "        raise SystemExit(response.text)",
    "    for line in response.iter_lines():",
    '        if line.startswith(b"data: ") and line != b"data: [DONE]":',
    "            piece = json.loads(line[6:])",
    ...printed(state, "            "), "print()",
  ];
}

// A piece of a stream in Python: its text, and the calls that it may hold.
function printed(state, indent) {
  const lines = [`${indent}print(piece["response"], end="", flush=True)`];
  if (state.tools?.length) lines.push(`${indent}if piece.get("tool_calls"):`, `${indent}    print(json.dumps(piece["tool_calls"]))`);
  return lines;
}

// What the SDK's `run` has as arguments; the rest goes beside them.
const SDK_NAMES = new Set(
  `prompt messages raw stream max_tokens temperature top_p top_k seed repetition_penalty
   frequency_penalty presence_penalty functions tools response_format lora`.split(/\s+/),
);

function cloudflarePython(state) {
  const { known, extra } = split(inputs(state), SDK_NAMES);
  const call = [
    `    ${quoted(state.model)},`, '    account_id="local",', ...keywords(known),
    ...(Object.keys(extra).length ? [`    extra_body=${python(extra, "    ")},`] : []),
  ];
  const head = [...(state.stream || isWhole(state) ? ["import json"] : []), ...(state.key ? ["import os"] : [])];
  const opening = [
    ...head, ...(head.length ? [""] : []), "from cloudflare import Cloudflare", "",
    "client = Cloudflare(", `    api_token=${pythonKey(state)},`, `    base_url=${quoted(`${state.origin}/client/v4`)},`, ")",
  ];
  if (!state.stream) {
    const shown = isWhole(state) ? "json.dumps(answer, ensure_ascii=False)" : 'answer["response"]';
    return [...opening, "answer = client.ai.run(", ...call, ")", `print(${shown})`];
  }
  return [
    ...opening, "with client.ai.with_streaming_response.run(", ...call, ") as response:",
    "    for line in response.iter_lines():",
    '        if line.startswith("data: ") and line != "data: [DONE]":',
    "            piece = json.loads(line[6:])", ...printed(state, "            "), "print()",
  ];
}

function split(values, names) {
  const parts = { known: {}, extra: {} };
  for (const [name, value] of Object.entries(values)) parts[names.has(name) ? "known" : "extra"][name] = value;
  return parts;
}

function cloudflareJavaScript(state) {
  const asked = javascript({ account_id: "local", ...inputs(state) });
  const opening = [
    'import Cloudflare from "cloudflare";', "",
    `const client = new Cloudflare({ apiToken: ${scriptKey(state)}, baseURL: ${quoted(`${state.origin}/client/v4`)} });`,
  ];
  const call = `client.ai.run(${quoted(state.model)}, ${asked})`;
  if (!state.stream) {
    const shown = isWhole(state) ? "JSON.stringify(answer)" : "answer.response";
    return [...opening, `const answer = await ${call};`, `console.log(${shown});`];
  }
  return [
    ...opening, `const response = await ${call}.asResponse();`, 'let rest = "";',
    "for await (const bytes of response.body.pipeThrough(new TextDecoderStream())) {",
    '  const lines = (rest + bytes).split("\\n");', "  rest = lines.pop();", "  for (const line of lines) {",
    '    if (!line.startsWith("data: ") || line === "data: [DONE]") continue;',
    "    const piece = JSON.parse(line.slice(6));", "    process.stdout.write(piece.response);",
    ...(state.tools?.length ? ["    if (piece.tool_calls) console.log(JSON.stringify(piece.tool_calls));"] : []),
    "  }", "}", "console.log();",
  ];
}

function worker(state) {
  const asked = javascript(inputs(state), "    ");
  const call = `env.AI.run(${quoted(state.model)}, ${asked})`;
  const answer = state.stream
    ? [`    const stream = await ${call};`, '    return new Response(stream, { headers: { "content-type": "text/event-stream" } });']
    : [`    const answer = await ${call};`, "    return Response.json(answer);"];
  return [
    `// For miniflare, with { ai: { binding: "AI", remoteProxyConnectionString: new URL(${quoted(`${state.origin}/binding`)}) } }`,
    ...(state.key ? [`// and "?key=" with the value of ${KEY} at the end of that URL.`] : []),
    "export default {", "  async fetch(request, env) {", ...answer, "  },", "};",
  ];
}

// OpenAI.

const OPENAI_NAMES = new Set(
  "model messages prompt max_tokens temperature top_p seed frequency_penalty presence_penalty stop logit_bias tools tool_choice response_format stream".split(" "),
);
const OPENAI_EXTRA = ["top_k", "repetition_penalty"];

/** The call as OpenAI's API has it, and what of the state it leaves out. */
function openai(state) {
  const raw = state.mode === "prompt" && state.raw;
  const notes = [];
  const { messages, prompt, raw: _, lora, tools, response_format, stream, ...rest } = inputs(state);
  const parameters = { ...rest, max_tokens: rest.max_tokens ?? state.usual_tokens ?? USUAL_TOKENS };
  parameters.temperature = limited("temperature", rest.temperature ?? TEMPERATURE, 0, 2, notes);
  // From 1 on it is off, and OpenAI's API ends there.
  if (rest.top_p > 1) parameters.top_p = 1;
  const body = { model: state.model };
  if (raw) body.prompt = prompt;
  else body.messages = (messages ?? [{ role: "user", content: prompt }]).map(openaiMessage);
  if (prompt !== undefined && !raw) notes.push("A prompt goes as a user's message here, without the system message that Workers AI puts before it.");
  for (const [name, value] of Object.entries(parameters)) {
    if (OPENAI_NAMES.has(name) || OPENAI_EXTRA.includes(name)) body[name] = value;
    else notes.push(`Left out, for OpenAI's API has nothing like it: ${name}.`);
  }
  if (tools && !raw) body.tools = tools.map(openaiTool);
  if (response_format && !raw) body.response_format = openaiFormat(response_format);
  if (raw && (tools || response_format)) notes.push("Left out, for a completion of a raw prompt has none: tools and response_format.");
  if (lora) notes.push("Left out, for OpenAI's API has nothing like it: lora. The answer is the model's without the adapter.");
  if (stream) body.stream = true;
  return { body, notes, raw };
}

function limited(name, value, low, high, notes) {
  if (value >= low && value <= high) return value;
  notes.push(`${name} is ${value} on the page; this API takes ${low} to ${high}.`);
  return Math.min(high, Math.max(low, value));
}

const openaiTool = (tool) => (tool.function ? tool : { type: "function", function: tool });

function openaiFormat(format) {
  const schema = format.json_schema;
  if (format.type !== "json_schema" || (schema?.schema && schema.name)) return format;
  return { ...format, json_schema: { name: "answer", schema: schema?.schema ?? schema } };
}

function openaiMessage(message) {
  const { tool_calls: calls, ...rest } = message;
  if (!calls?.length) return rest;
  const wrapped = calls.map((call, index) => {
    const { name, arguments: given } = call.function ?? call;
    const text = typeof given === "string" ? given : JSON.stringify(given ?? {});
    return { id: call.id ?? `call_${index}`, type: "function", function: { name, arguments: text } };
  });
  return { ...rest, tool_calls: wrapped };
}

function openaiPython(state) {
  const { body, notes, raw } = openai(state);
  const { known, extra } = split(body, OPENAI_NAMES);
  const create = raw ? "client.completions.create" : "client.chat.completions.create";
  const more = Object.keys(extra).length ? [`    extra_body=${python(extra, "    ")},`] : [];
  const lines = [
    ...(state.key ? ["import os", ""] : []), "from openai import OpenAI", "", ...remarks(notes, "#"),
    `client = OpenAI(base_url=${quoted(`${state.origin}/v1`)}, api_key=${pythonKey(state)})`,
    `${state.stream ? "stream" : "answer"} = ${create}(`, ...keywords(known), ...more, ")",
  ];
  if (!state.stream) return [...lines, raw ? "print(answer.choices[0].text)" : messagePrinted(state)];
  return [
    ...lines, "for chunk in stream:",
    raw ? '    print(chunk.choices[0].text, end="", flush=True)' : '    print(chunk.choices[0].delta.content or "", end="", flush=True)',
    ...(state.tools?.length && !raw ? ["    for call in chunk.choices[0].delta.tool_calls or []:", "        print(call.function.name or call.function.arguments)"] : []),
    "print()",
  ];
}

const messagePrinted = (state) =>
  state.tools?.length
    ? "print(answer.choices[0].message.model_dump_json(exclude_none=True))"
    : "print(answer.choices[0].message.content)";

function openaiJavaScript(state) {
  const { body, notes, raw } = openai(state);
  const create = raw ? "client.completions.create" : "client.chat.completions.create";
  const lines = [
    'import OpenAI from "openai";', "", ...remarks(notes, "//"),
    `const client = new OpenAI({ baseURL: ${quoted(`${state.origin}/v1`)}, apiKey: ${scriptKey(state)} });`,
    `const ${state.stream ? "stream" : "answer"} = await ${create}(${javascript(body)});`,
  ];
  const choice = `${state.stream ? "chunk" : "answer"}.choices[0]`;
  if (!state.stream) {
    const message = state.tools?.length ? `JSON.stringify(${choice}.message)` : `${choice}.message.content`;
    return [...lines, `console.log(${raw ? `${choice}.text` : message});`];
  }
  return [
    ...lines, "for await (const chunk of stream) {",
    `  process.stdout.write(${raw ? `${choice}.text` : `${choice}.delta.content ?? ""`});`,
    ...(state.tools?.length && !raw ? [`  for (const call of ${choice}.delta.tool_calls ?? []) console.log(call.function.name ?? call.function.arguments);`] : []),
    "}", "console.log();",
  ];
}

// Qianfan.

const QIANFAN_ROLES = ["user", "assistant"];

/** The call as Qianfan's API has it, and what of the state it leaves out. */
function qianfan(state) {
  const { messages, prompt, raw, tools, response_format, lora, stream, ...parameters } = inputs(state);
  const notes = [];
  const body = raw ? { prompt } : qianfanChat(messages ?? [{ role: "user", content: prompt }], notes);
  if (prompt !== undefined && !raw) notes.push("A prompt goes as a user's message here, without the system message that Workers AI puts before it.");
  const { max_tokens, temperature = TEMPERATURE, top_p, top_k, repetition_penalty, stop, ...others } = parameters;
  // Without a temperature its answers are greedy, and 0 is refused.
  if (temperature > 0) body.temperature = limited("temperature", temperature, 0, 1, notes);
  if (top_p !== undefined) body.top_p = Math.min(1, top_p);
  if (top_k !== undefined) body.top_k = top_k;
  if (repetition_penalty) body.penalty_score = limited("repetition_penalty", repetition_penalty, 1, 2, notes);
  if (stop !== undefined) body.stop = [stop].flat();
  body.max_output_tokens = max_tokens ?? state.usual_tokens ?? USUAL_TOKENS;
  const left = [...Object.keys({ ...others, ...(tools && { tools }), ...(response_format && { response_format }), ...(lora && { lora }) })];
  if (left.length) notes.push(`Left out, for Qianfan's API has nothing like it: ${left.join(", ")}.`);
  if (left.includes("seed")) notes.push("Without a seed, the answer is another each time.");
  if (stream) body.stream = true;
  return { body, notes, raw: Boolean(raw) };
}

function qianfanChat(turns, notes) {
  const system = turns.filter((turn) => turn.role === "system").map((turn) => turn.content).join("\n\n");
  const messages = turns
    .filter((turn) => turn.role !== "system")
    .map(({ role, content }) => ({ role, content: content ?? "" }));
  const fits = messages.length % 2 && messages.every(({ role, content }, at) => role === QIANFAN_ROLES[at % 2] && content);
  if (!fits) notes.push("Qianfan's API takes user and assistant in turn, the user first and last: it will refuse these messages.");
  return system ? { messages, system } : { messages };
}

function qianfanPython(state) {
  const { body, notes, raw } = qianfan(state);
  const lines = [
    "import os", "", `os.environ["QIANFAN_BASE_URL"] = ${quoted(state.origin)}`,
    `os.environ["QIANFAN_CONSOLE_API_BASE_URL"] = ${quoted(state.origin)}`,
    `os.environ["QIANFAN_ACCESS_TOKEN"] = ${pythonKey(state)}`, "",
    "import qianfan  # after the lines above: it reads the environment once", "", ...remarks(notes, "#"),
    `${state.stream ? "chunks" : "answer"} = qianfan.${raw ? "Completion" : "ChatCompletion"}().do(`,
    `    endpoint=${quoted(state.model)},`, ...keywords(body), ")",
  ];
  return state.stream
    ? [...lines, "for chunk in chunks:", '    print(chunk["result"], end="", flush=True)', "print()"]
    : [...lines, 'print(answer["result"])'];
}

function qianfanCurl(state) {
  const { body, notes, raw } = qianfan(state);
  const path = `/rpc/2.0/ai_custom/v1/wenxinworkshop/${raw ? "completions" : "chat"}/${encodeURI(state.model)}`;
  return [...remarks(notes, "#"), ...posted(state.origin + path, body, state)];
}

// In process.

function inProcess(state) {
  const asked = python(inputs(state), "    ");
  const opening = [...(isWhole(state) ? ["import json", ""] : []), "from localai import LocalAI", "", "with LocalAI() as ai:"];
  if (!state.stream) {
    const shown = isWhole(state) ? "json.dumps(answer, ensure_ascii=False)" : 'answer["response"]';
    return [...opening, `    answer = ai.run(${quoted(state.model)}, ${asked})`, `    print(${shown})`];
  }
  return [...opening, `    for piece in ai.run(${quoted(state.model)}, ${asked}):`, ...printed(state, "        "), "    print()"];
}
