// The models of the server: which there are, the dialog to pick one, its card, and downloads.

import { call, events, json } from "./api.js";
import { openDialog } from "./dialog.js";
import { $, announce, h, icon, refill, size } from "./dom.js";
import { set, settings } from "./store.js";

export const TINY = "@localai/sql-tiny";

let known = [];
let memory = null;
const downloads = new Map(); // model id -> {bytes, total, cancel, error}
const listeners = new Set();

/** Calls back when models, or a download, have changed. */
export const onModels = (listener) => listeners.add(listener);
const tell = () => listeners.forEach((listener) => listener());

/** All models as the server tells of them. */
export const models = () => known;

/** The model that is chosen, or null. */
export const current = () => find(settings.model);

/** A model by ID, alias or spelling, in any case; or null. */
export function find(name) {
  const wanted = (name ?? "").toLowerCase();
  const names = (model) => [model.id, ...model.aliases, ...Object.values(model.spellings ?? {}).flat()];
  return known.find((model) => model.id.toLowerCase() === wanted) ?? known.find((model) => names(model).some((one) => one.toLowerCase() === wanted)) ?? null;
}

/** Asks the server anew. */
export async function refresh() {
  const told = await json("/localai/models");
  known = told.models;
  memory = told.memory;
  tell();
}

/** The model to begin with: the last one used, else one in memory, else one that is downloaded. */
export function firstChoice() {
  const ready = known.filter((model) => model.downloaded);
  const best = ready.find((model) => model.loaded && model.id !== TINY) ?? ready.find((model) => model.id !== TINY) ?? ready[0];
  return find(settings.model) ?? best ?? known[0] ?? null;
}

/** Takes a model, and an adapter for it: the one before, where it has that, unless one is named. */
export function choose(model, lora = null) {
  const kept = model.adapters.some((one) => one.name === settings.lora) ? settings.lora : "";
  set({ model: model.id, lora: lora ?? kept });
  tell();
}

/** The end of an ID: short, for where the room is. */
export const shortName = (id) => id.split("/").at(-1);

/* The dialog */

const FILTERS = [
  ["downloaded", "On this machine", (model) => model.downloaded],
  ["fits", "Fits", (model) => model.fits !== false],
  ["tools", "Tools", (model) => model.tools === "native"],
  ["lora", "LoRA", (model) => model.adapters.length > 0],
];
const SIZES = [["any size", Infinity], ["up to 1 GB", 1e9], ["up to 3 GB", 3e9], ["up to 6 GB", 6e9]];
const filters = { text: "", on: new Set(), most: Infinity };

/** Opens the picker, at a model where one is given. */
export function pickModel(start = null) {
  let active = start ?? current() ?? known[0];
  let shown = [];
  const search = h("input", {
    id: "model-search", type: "search", role: "combobox", placeholder: "Search by name, maker or use", autocomplete: "off",
    "aria-label": "Search models", "aria-expanded": "true", "aria-controls": "model-list", "aria-autocomplete": "list",
    value: filters.text, oninput: () => {
      filters.text = search.value;
      draw();
    }, onkeydown: (event) => keys(event),
  });
  const list = h("ul", { id: "model-list", role: "listbox", "aria-label": "Models" });
  const card = h("section", { class: "card", "aria-label": "About the model" });
  const count = h("p", { class: "help", role: "status" });

  function draw() {
    shown = known.filter(passes);
    if (!shown.includes(active)) active = find(active?.id ?? "") ?? null;
    if (!shown.includes(active)) active = shown[0] ?? null;
    count.textContent = shown.length ? `${shown.length} of ${known.length} models` : "No model is like that: take a filter away.";
    refill(list, shown.map((model) => option(model)));
    drawCard();
  }

  function option(model) {
    const chosen = model === active;
    const item = h("li", { role: "option", id: `model-${known.indexOf(model)}`, "aria-selected": String(chosen), onclick: () => move(model), ondblclick: () => use(model) },
      h("span", { class: `dot ${model.state}` }), h("span", { class: "grow" }, h("strong", {}, model.name), h("span", { class: "help mono" }, model.id)),
      h("span", { class: "help" }, state(model)));
    if (chosen) search.setAttribute("aria-activedescendant", item.id);
    return item;
  }

  function move(model) {
    active = model;
    for (const item of list.children) item.setAttribute("aria-selected", String(item.id === `model-${known.indexOf(model)}`));
    search.setAttribute("aria-activedescendant", `model-${known.indexOf(model)}`);
    $("[aria-selected=true]", list)?.scrollIntoView({ block: "nearest" });
    drawCard();
  }

  function keys(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step && shown.length) {
      event.preventDefault();
      move(shown[Math.max(0, Math.min(shown.length - 1, shown.indexOf(active) + step))]);
    } else if (event.key === "Enter" && active) {
      event.preventDefault();
      if (active.downloaded) use(active);
      else $("button.main", card)?.focus();
    }
  }

  function use(model) {
    if (!model.downloaded) return;
    choose(model);
    dialog.close();
    announce(`${model.name} is chosen.`);
  }

  const drawCard = () => active ? drawnCard(card, active, use) : refill(card);
  const redraw = () => {
    const focused = document.activeElement?.dataset?.focus;
    draw();
    if (focused) $(`[data-focus=${focused}]`, card)?.focus();
  };
  listeners.add(redraw);
  const dialog = openDialog("Models", h("div", { class: "picker" },
    h("div", { class: "picker-left" }, search, filterBar(draw), count, list), card),
  { kind: "wide", onclose: () => listeners.delete(redraw) });
  draw();
  search.focus();
  // The list alone: in a narrow window the search above it would go out of sight.
  const chosen = list.querySelector("[aria-selected=true]");
  if (chosen) list.scrollTop += chosen.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 2;
  refresh().catch(() => {});
}

function filterBar(draw) {
  const buttons = FILTERS.filter(([name, , test]) => name !== "lora" || known.some(test)).map(([name, label]) => {
    const button = h("button", { type: "button", class: "chip", "aria-pressed": String(filters.on.has(name)), onclick: () => {
      if (!filters.on.delete(name)) filters.on.add(name);
      button.setAttribute("aria-pressed", String(filters.on.has(name)));
      draw();
    } }, label);
    return button;
  });
  const sizes = h("select", { class: "chip", "aria-label": "Size", onchange: () => {
    filters.most = SIZES[sizes.selectedIndex][1];
    draw();
  } }, SIZES.map(([text, most]) => h("option", { selected: most === filters.most }, text)));
  return h("div", { class: "row chips", role: "group", "aria-label": "Filters" }, buttons, sizes);
}

function passes(model) {
  const text = `${model.id} ${model.name} ${model.description} ${model.aliases.join(" ")} ${model.made_from}`.toLowerCase();
  const least = model.bytes ?? Math.min(...model.quants.map((one) => one.bytes ?? Infinity));
  return filters.text.toLowerCase().split(/\s+/).every((word) => text.includes(word))
    && FILTERS.every(([name, , test]) => !filters.on.has(name) || test(model))
    && (filters.most === Infinity || least <= filters.most);
}

function state(model) {
  if (downloads.get(model.id)?.cancel) return "downloading";
  if (model.loaded) return "in memory";
  if (model.downloaded) return "ready";
  return model.fits === false ? "too large" : size(wantedFile(model)?.bytes);
}

const wantedFile = (model) => model.quants.find((one) => one.name === model.chosen?.quant) ?? model.quants[0];

/* The card */

function drawnCard(card, model, use) {
  const facts = [
    ["Context", `${model.context.toLocaleString("en")} tokens${model.limits.context ? `, documented ${model.limits.context.toLocaleString("en")}` : ""}`],
    ["Answers", `${model.limits.max_tokens_stream} tokens by default`],
    ["Tools", model.tools === "native" ? "trained for them" : "told in words"],
    ["Adapters", model.adapters.map((one) => one.name).join(", ")],
    ["Memory", memoryOf(model)],
    ["Made from", model.made_from],
    ["Licence", h("strong", {}, model.licence)],
    ["Terms", model.terms && h("a", { href: model.terms, target: "_blank", rel: "noopener noreferrer" }, model.terms)],
    ["Also called", model.aliases.join(", ")],
  ];
  const fetched = model.id !== TINY && model.quants.some((one) => !one.downloaded) && download(model);
  return refill(card,
    h("h3", {}, model.name, model.beta && h("span", { class: "tag" }, "beta")), h("p", { class: "help mono" }, model.id), h("p", {}, model.description),
    model.downloaded && h("div", { class: "row" }, h("button", { type: "button", class: "main", "data-focus": "use", onclick: () => use(model) }, "Use this model"),
      h("span", { class: "help" }, `${model.quant}, ${size(model.bytes)} on this machine`)),
    !model.downloaded && fetched,
    h("dl", {}, facts.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    model.downloaded && fetched);
}

function memoryOf(model) {
  const { needed, free } = model.memory;
  if (needed === null) return `unknown; ${size(free)} is free`;
  return `${size(needed)} of ${size(free)} free${model.loaded ? "; it is in memory now" : model.fits ? "" : ": too much"}`;
}

function download(model) {
  const running = downloads.get(model.id);
  if (running?.cancel) return progress(model, running);
  const files = model.quants.filter((one) => !one.downloaded);
  const wanted = files.find((one) => one.name === running?.quant) ?? files.find((one) => one.name === model.chosen?.quant) ?? files[0];
  const select = h("select", { id: "quant", "data-focus": "quant", onchange: () => named() },
    files.map((one) => h("option", { value: one.name, selected: one === wanted }, `${one.name}, ${size(one.bytes)}${one.fits === false ? " (too large)" : ""}`)));
  const button = h("button", { type: "button", class: model.downloaded ? "" : "main", "data-focus": "pull", onclick: () => pull(model, select.value) });
  const named = () => refill(button, icon("get"), `${running?.error ? "Try again" : "Download"} (${size(files[select.selectedIndex].bytes)})`);
  named();
  return h("div", { class: "stack download" },
    model.downloaded && h("h4", {}, "Other files"),
    h("div", { class: "row" }, h("label", { for: "quant", class: "unseen" }, "File"), select, button),
    h("p", { class: "help" }, `By downloading you accept its licence, ${model.licence}`, model.terms && [" (", h("a", { href: model.terms, target: "_blank", rel: "noopener noreferrer" }, "terms"), ")"], ". It goes on where it stopped."),
    running?.error && errorText(running.error));
}

/** An error with its way out. */
export const errorText = (error) => h("div", { class: "error", role: "alert" }, h("p", {}, error.message), error.hint && h("p", { class: "help" }, error.hint));

function progress(model, running) {
  const part = h("div", { class: "stack download", id: "pulling" }, h("h4", {}, `Downloading ${running.quant}`),
    h("progress", { "aria-label": `Download of ${model.name}` }), h("p", { class: "help" }),
    h("div", { class: "row" }, h("button", { type: "button", "data-focus": "cancel", onclick: () => running.cancel.abort() }, "Cancel")));
  shownProgress(part, running);
  return part;
}

function shownProgress(part, { bytes, total, begun, start }) {
  const bar = $("progress", part);
  if (total) {
    bar.max = total;
    bar.value = bytes;
  }
  const rate = (bytes - start) / ((performance.now() - begun) / 1000);
  const left = rate > 0 && total ? (total - bytes) / rate : 0;
  const whole = total !== null && bytes >= total;
  $("p", part).textContent = whole ? "All here; checking it." : `${size(bytes)} of ${size(total)}${rate > 0 ? `, ${size(rate)}/s` : ""}${left > 1 ? `, ${time(left)} left` : ""}`;
}

const time = (seconds) => (seconds < 90 ? `${Math.round(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`);

/** Downloads a file of a model; the dialog may be closed meanwhile, the page not. */
export async function pull(model, quant) {
  const cancel = new AbortController();
  const running = { quant, bytes: 0, total: null, cancel, error: null, begun: performance.now(), start: 0 };
  downloads.set(model.id, running);
  tell();
  announce(`Downloading ${model.name}.`);
  try {
    const response = await call("/localai/pull", { method: "POST", body: { model: model.id, quant }, signal: cancel.signal });
    for await (const frame of events(response)) step(running, frame);
    downloads.delete(model.id);
    await refresh();
    announce(`${model.name} is here.`);
  } catch (error) {
    const stopped = cancel.signal.aborted;
    Object.assign(running, { cancel: null, error: stopped ? { message: "Stopped. What came is kept." } : error });
    announce(stopped ? "The download was stopped." : error.message);
  }
  tell();
}

function step(running, frame) {
  if (!("bytes" in frame)) return;
  const first = running.total === null || (running.bytes === 0 && frame.bytes > 0);
  Object.assign(running, { bytes: frame.bytes, total: frame.total });
  if (first) Object.assign(running, { start: frame.bytes, begun: performance.now() });
  const part = $("#pulling");
  if (part) shownProgress(part, running);
  for (const listener of watchers) listener(running);
}

const watchers = new Set();
/** Calls back with each step of a download; for a sign outside the dialog. */
export const onStep = (listener) => watchers.add(listener);
export const pulling = () => [...downloads.entries()].filter(([, one]) => one.cancel);
