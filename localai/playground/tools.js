// The editors of tools and of the answer's form, checked as they are typed.

import { h } from "./dom.js";
import { set, settings } from "./store.js";

const TOOLS_EXAMPLE = [{
  name: "get_weather",
  description: "The weather in a city, now.",
  parameters: { type: "object", properties: { city: { type: "string", description: "Its name" } }, required: ["city"] },
}];
const SCHEMA_EXAMPLE = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
};
const NAME = /^[A-Za-z0-9_.:-]{1,128}$/;

/** The tools that are typed: {value, fault}; value null where there are none. */
export function tools() {
  if (!settings.tools.trim()) return { value: null, fault: null };
  const { value, fault } = parsed(settings.tools);
  return fault ? { value: null, fault: `Tools: ${fault}` } : checked(value);
}

function checked(value) {
  const no = (fault) => ({ value: null, fault: `Tools: ${fault}` });
  if (!Array.isArray(value)) return no("a list in [ ] of objects is needed.");
  const names = [];
  for (const [i, tool] of value.entries()) {
    const own = tool?.function ?? tool;
    if (typeof own !== "object" || own === null) return no(`number ${i + 1} is no object.`);
    if (!NAME.test(own.name ?? "")) return no(`number ${i + 1} needs a "name" of letters, digits, _ - . or :`);
    if (names.includes(own.name)) return no(`two are called ${own.name}.`);
    const parameters = own.parameters ?? {};
    if (typeof parameters !== "object" || Array.isArray(parameters)) return no(`"parameters" of ${own.name} must be a JSON Schema.`);
    names.push(own.name);
  }
  return { value: value.length ? value : null, fault: null, names };
}

/** What form the answer is asked for: {value, fault}; value null for plain text. */
export function format() {
  if (settings.format === "text") return { value: null, fault: null };
  if (settings.format === "json_object") return { value: { type: "json_object" }, fault: null };
  const { value, fault } = parsed(settings.schema || "null");
  if (fault) return { value: null, fault: `JSON Schema: ${fault}` };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { value: null, fault: "JSON Schema: an object in { } is needed." };
  return { value: { type: "json_schema", json_schema: value }, fault: null };
}

/** What `tool_choice` a request carries; null for the usual "auto". */
export function choice() {
  const { value, names } = tools();
  const wanted = settings.toolChoice;
  if (!value || wanted === "auto") return null;
  if (["none", "required"].includes(wanted)) return wanted;
  return names.includes(wanted) ? { type: "function", function: { name: wanted } } : null;
}

function parsed(text) {
  try {
    return { value: JSON.parse(text), fault: null };
  } catch (error) {
    return { value: null, fault: `${placed(error.message, text)}` };
  }
}

/** The parser's message with a line, which people count in, for its position. */
function placed(message, text) {
  const position = /at position (\d+)/.exec(message)?.[1];
  const plain = message.replace(/\s*\(line.*\)/, "").replace(/ in JSON at position \d+/, "");
  if (position === undefined) return `${plain}.`;
  return `${plain} (line ${text.slice(0, Number(position)).split("\n").length}).`;
}

/** Both editors. */
export function toolsForm() {
  return h("div", { class: "stack" },
    editor({ id: "tools-text", label: "Tools", kept: "tools", rows: 7, read: tools, example: TOOLS_EXAMPLE, help: "A JSON list of functions. Calls are shown; you type their results.", after: choose }),
    formatField());
}

function editor({ id, label, kept, rows, read, example, help, after = null }) {
  const fault = h("p", { class: "fault", id: `${id}-fault`, "aria-live": "polite" });
  const below = h("div");
  const check = () => {
    const told = read().fault ?? "";
    fault.textContent = told;
    area.setAttribute("aria-invalid", String(Boolean(told)));
    if (after) below.replaceChildren(...[after()].filter(Boolean));
  };
  const change = () => {
    set({ [kept]: area.value });
    check();
  };
  const area = h("textarea", { id, rows, class: "code", spellcheck: "false", value: settings[kept], "aria-describedby": `${id}-help ${id}-fault`, oninput: change });
  const insert = h("button", { type: "button", class: "quiet small", onclick: () => {
    area.value = JSON.stringify(example, null, 2);
    change();
    area.focus();
  } }, "Example");
  const part = h("div", { class: kept === "tools" ? "only-chat" : "" },
    h("div", { class: "row" }, h("label", { for: id }, label), h("span", { class: "grow" }), insert),
    area, h("p", { class: "help", id: `${id}-help` }, help), fault, below);
  check();
  return part;
}

function choose() {
  const { names } = tools();
  if (!names?.length) return null;
  const words = { auto: "it decides", none: "no call", required: "some call" };
  const option = (value, text) => h("option", { value, selected: settings.toolChoice === value }, text);
  return h("div", { class: "parameter" },
    h("label", { for: "tool-choice" }, "Which to call", h("code", {}, "tool_choice")),
    h("select", { id: "tool-choice", onchange: (event) => set({ toolChoice: event.target.value }) },
      Object.entries(words).map(([value, text]) => option(value, text)), names.map((name) => option(name, name))));
}

function formatField() {
  const words = { text: "plain text", json_object: "any JSON object", json_schema: "JSON by a schema" };
  const schema = editor({ id: "schema-text", label: "JSON Schema", kept: "schema", rows: 7, read: format, example: SCHEMA_EXAMPLE, help: "The answer fits it, or fails." });
  schema.hidden = settings.format !== "json_schema";
  const select = h("select", { id: "format", onchange: () => {
    set({ format: select.value });
    schema.hidden = select.value !== "json_schema";
  } }, Object.entries(words).map(([value, text]) => h("option", { value, selected: settings.format === value }, text)));
  return h("div", { class: "stack" },
    h("div", { class: "parameter" }, h("label", { for: "format" }, "Answer as", h("code", {}, "response_format")), select), schema);
}
