// What is asked and how: the settings beside a page, and the state that a request is made of.

import { key } from "./api.js";
import { h, iconButton, refill } from "./dom.js";
import { current, onModels } from "./models.js";
import { given, parameterFault, parametersForm } from "./parameters.js";
import { set, settings } from "./store.js";
import { choice, format, tools, toolsForm } from "./tools.js";

/** The state of a request, as code.js reads it. mode: "chat" or "prompt". */
export function stateOf({ mode, messages = [], seed = null }) {
  const parameters = given();
  const chosen = mode === "chat" ? choice() : null;
  if (seed) parameters.seed = seed;
  if (chosen) parameters.tool_choice = chosen;
  return {
    origin: location.origin,
    key: key.get(),
    model: settings.model,
    mode,
    raw: settings.raw,
    system: mode === "chat" ? settings.system.trim() : "",
    messages,
    prompt: settings.prompt,
    parameters,
    tools: mode === "chat" ? tools().value : null,
    response_format: format().value,
    lora: settings.lora || null,
    stream: true,
    usual_tokens: current()?.limits.max_tokens_stream ?? 256,
  };
}

/** Why nothing can be sent as the settings are, or null. */
export const faultOf = (mode) => parameterFault() ?? (mode === "chat" ? tools().fault : null) ?? format().fault;

/** The settings' panel. */
export function mountSettings(place) {
  const system = h("textarea", { id: "system", rows: 3, value: settings.system, placeholder: "Who the model is and how it answers", oninput: () => set({ system: system.value }) });
  const adapters = h("div");
  const numbers = h("div");
  let shown = null;
  refill(place,
    h("div", { class: "row shut" }, h("h2", { class: "label grow" }, "Settings"), iconButton("close", "Close the settings", () => place.hidePopover())),
    part("System message", true, h("div", { class: "only-chat" }, h("label", { for: "system", class: "unseen" }, "System message"), system), "only-chat"),
    part("Parameters", true, numbers),
    adapters,
    part("Tools and JSON", Boolean(settings.tools || settings.format !== "text"), toolsForm()));
  const draw = () => {
    const model = current();
    drawAdapters(adapters, model);
    if (model?.id === shown && numbers.firstChild) return;
    shown = model?.id;
    refill(numbers, parametersForm(model));
  };
  onModels(draw);
  draw();
  return { system };
}

function part(title, open, content, kind = "") {
  return h("details", { class: `part ${kind}`, open }, h("summary", {}, h("h2", {}, title)), content);
}

function drawAdapters(place, model) {
  const names = (model?.adapters ?? []).map((one) => one.name);
  // A link may name one that is not here: it is shown, for the server to say what is wrong.
  const all = settings.lora && !names.includes(settings.lora) ? [...names, settings.lora] : names;
  if (!all.length) return void refill(place);
  const select = h("select", { id: "lora", onchange: () => set({ lora: select.value }) },
    h("option", { value: "" }, "none"), all.map((name) => h("option", { value: name, selected: name === settings.lora }, names.includes(name) ? name : `${name} (not on this machine)`)));
  refill(place, h("div", { class: "part parameter" }, h("label", { for: "lora" }, "LoRA adapter", h("code", {}, "lora")), select));
}
