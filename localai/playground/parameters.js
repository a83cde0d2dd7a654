// Every documented parameter with its range and default, and the seed. Ranges and texts are those of
// the Workers AI schema that `models/schema` serves; penalties go below 0 as in its newer ones.

import { h, refill } from "./dom.js";
import { set, settings } from "./store.js";

export const PARAMETERS = [
  { name: "max_tokens", label: "Most tokens", min: 1, max: null, step: 1, usual: 256, help: "Where the answer is cut." },
  { name: "temperature", label: "Temperature", min: 0, max: 5, step: 0.05, usual: 0.6, slide: true, help: "0 is the likeliest; more is wilder." },
  { name: "top_p", label: "Top p", min: 0, max: 2, step: 0.01, usual: 1, help: "The share of likeliest words; 1 is all." },
  { name: "top_k", label: "Top k", min: 1, max: 50, step: 1, usual: "off", help: "How many of the likeliest words." },
  { name: "seed", label: "Seed", min: 1, max: 9_999_999_999, step: 1, usual: "fresh for each answer", help: "The same one gives the same answer again." },
  { name: "repetition_penalty", label: "Repetition penalty", min: 0, max: 2, step: 0.05, usual: 1, more: true, help: "Above 1 discourages what was said." },
  { name: "frequency_penalty", label: "Frequency penalty", min: -2, max: 2, step: 0.05, usual: 0, more: true, help: "Grows with each repetition." },
  { name: "presence_penalty", label: "Presence penalty", min: -2, max: 2, step: 0.05, usual: 0, more: true, help: "For whatever was said at all." },
];

/** The parameters as they go into a request: only those that are set. */
export function given() {
  const { stop, ...numbers } = settings.parameters;
  const texts = (stop ?? "").split("\n").filter(Boolean).map((text) => text.replaceAll("\\n", "\n"));
  return { ...numbers, ...(texts.length && { stop: texts }) };
}

/** The first setting that cannot be sent, as a text; null where all is well. */
export const parameterFault = () => document.querySelector("#parameters [aria-invalid=true]")?.dataset.fault ?? null;

/** The form; `model` says how many tokens an answer has and may have. */
export function parametersForm(model) {
  const rows = PARAMETERS.map((one) => field(fitted(one, model)));
  const more = PARAMETERS.map((one) => Boolean(one.more));
  return h("div", { id: "parameters", class: "stack" },
    rows.filter((_, i) => !more[i]),
    h("details", { open: PARAMETERS.some((one) => one.more && one.name in settings.parameters) || "stop" in settings.parameters },
      h("summary", {}, "Penalties and stop texts"),
      h("div", { class: "stack" }, rows.filter((_, i) => more[i]), stopField())),
    h("button", { type: "button", class: "small", onclick: () => set({ parameters: {} }) || refreshForm(model) }, "Back to the defaults"));
}

function refreshForm(model) {
  document.querySelector("#parameters")?.replaceWith(parametersForm(model));
}

const fitted = (one, model) =>
  one.name === "max_tokens" && model ? { ...one, usual: model.limits.max_tokens_stream, max: model.context } : one;

function field(one) {
  const id = `p-${one.name}`;
  const fault = h("p", { class: "fault", id: `${id}-fault`, hidden: true });
  const range = one.max === null ? `From ${one.min}` : `${one.min} to ${one.max.toLocaleString("en")}`;
  const number = h("input", {
    id, type: "number", inputmode: "decimal", min: one.min, max: one.max, step: one.step === 1 ? 1 : "any",
    value: settings.parameters[one.name] ?? "", placeholder: one.usual, "aria-describedby": `${id}-help ${id}-fault`,
    oninput: () => take(one, number, fault, slider),
  });
  const slider = one.slide ? h("input", {
    type: "range", min: one.min, max: 2, step: one.step, "aria-label": `${one.label}, slider to 2`,
    value: Math.min(2, settings.parameters[one.name] ?? one.usual),
    oninput: () => {
      number.value = slider.value;
      take(one, number, fault, null);
    },
  }) : null;
  return h("div", { class: "parameter" },
    h("label", { for: id }, one.label, h("code", {}, one.name)), number, slider,
    h("p", { id: `${id}-help`, class: "help" }, `${range}. ${one.help}`), fault);
}

function take(one, input, fault, slider) {
  const text = input.value.trim();
  const value = Number(text);
  const wrong = input.validity.badInput || Number.isNaN(value) || (text && (value < one.min || (one.max !== null && value > one.max) || (one.step === 1 && !Number.isInteger(value))));
  const words = wrong ? `${one.label}: ${one.step === 1 ? "a whole number" : "a number"} ${one.max === null ? `from ${one.min}` : `from ${one.min} to ${one.max}`}.` : "";
  input.setAttribute("aria-invalid", String(Boolean(wrong)));
  input.dataset.fault = words;
  fault.hidden = !wrong;
  fault.textContent = words;
  if (wrong) return;
  const { [one.name]: _, ...others } = settings.parameters;
  set({ parameters: text ? { ...others, [one.name]: value } : others });
  if (slider) slider.value = Math.min(2, text ? value : one.usual);
}

function stopField() {
  const area = h("textarea", {
    id: "p-stop", rows: 2, class: "code", value: settings.parameters.stop ?? "", "aria-describedby": "p-stop-help",
    oninput: () => {
      const { stop: _, ...others } = settings.parameters;
      set({ parameters: area.value ? { ...others, stop: area.value } : others });
    },
  });
  return h("div", { class: "parameter tall" }, h("label", { for: "p-stop" }, "Stop texts", h("code", {}, "stop")), area,
    h("p", { class: "help", id: "p-stop-help" }, "One a line, at most 16; \\n stands for a new line. The answer ends before the first that comes."));
}

/** Fixes the seed of the next answers to one that was seen. */
export function reuseSeed(seed) {
  set({ parameters: { ...settings.parameters, seed } });
  const input = document.querySelector("#p-seed");
  refill(input);
  input.value = seed;
}
