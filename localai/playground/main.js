// Starts the page: the key, the models, the pages and their links, and word of a server that is gone.

import * as api from "./api.js";
import { mountSettings } from "./bench.js";
import * as chat from "./chat.js";
import { ask } from "./dialog.js";
import { $, announce, h, icon, refill } from "./dom.js";
import { choose, current, find, firstChoice, onModels, onStep, pickModel, pulling, refresh, shortName } from "./models.js";
import * as prompt from "./prompt.js";
import { onChange, onStoreFault, set, settings } from "./store.js";
import { mountTalks } from "./talks.js";

const VIEWS = ["chat", "prompt", "sql"];

let about = { key: false, sql: false, version: "" };
let view = "chat";
let sqlMounted = false;

/* Pages */

function show(next) {
  view = next;
  for (const name of VIEWS) {
    $(`#${name}`).hidden = name !== view;
    const tab = $(`.tabs [data-view=${name}]`);
    if (name === view) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  const bench = $("#bench");
  bench.hidden = view === "sql";
  bench.dataset.view = view;
  $("#code-button").hidden = $("#model-button").hidden = view === "sql";
  $("#settings-button").classList.toggle("gone", view === "sql");
  $("#talks-button").classList.toggle("gone", view !== "chat");
  if (view === "sql") mountSql();
}

function viewOfHash() {
  const name = location.hash.slice(1);
  return VIEWS.includes(name) && (name !== "sql" || about.sql) ? name : view;
}

async function mountSql() {
  if (sqlMounted) return;
  sqlMounted = true;
  document.head.append(h("link", { rel: "stylesheet", href: "/playground/sql.css" }));
  const { mount } = await import("./sql.js");
  mount($("#sql"), { api });
}

/* The bar */

function mountBar() {
  refill($("#talks-button"), icon("menu"));
  refill($("#settings-button"), icon("sliders"));
  $("#code-button").prepend(icon("code"));
  $("#code-button").addEventListener("click", async () => {
    const { viewCode } = await import("./viewcode.js");
    viewCode(view === "prompt" ? prompt.codeState() : chat.codeState());
  });
  $("#model-button").addEventListener("click", () => pickModel());
  $("#theme-button").addEventListener("click", () => theme(isDark() ? "light" : "dark"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawTheme);
  drawTheme();
}

const isDark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function theme(name) {
  document.documentElement.dataset.theme = name;
  localStorage.setItem("localai.theme", name);
  drawTheme();
}

function drawTheme() {
  const button = $("#theme-button");
  const label = isDark() ? "Light colours" : "Dark colours";
  refill(button, icon(isDark() ? "sun" : "moon"));
  button.setAttribute("aria-label", label);
  button.title = label;
}

function drawModel() {
  const model = current();
  const [first] = pulling();
  const parts = model
    ? [h("span", { class: `dot ${model.state}` }), h("span", { class: "name" }, model.name), h("span", { class: "help mono wide-only" }, shortName(model.id))]
    : [h("span", { class: "name" }, settings.model ? `${settings.model} is not known here` : "Choose a model")];
  refill($("#model-button"), parts, first && h("span", { class: "help", id: "pull-sign" }, percent(first[1])), icon("down"));
  $("#model-button").setAttribute("aria-label", `Model: ${model?.name ?? "none"}. Choose another`);
  chat.redrawEmpty();
}

const percent = ({ bytes, total }) => (total ? `${Math.floor((100 * bytes) / total)} %` : "…");

/* Links: ?model= and ?lora= say what is chosen, and follow it. */

function readLink() {
  const query = new URLSearchParams(location.search);
  const wanted = query.get("model");
  const model = wanted ? find(wanted) : firstChoice();
  if (model) choose(model);
  else if (wanted) {
    set({ model: wanted });
    banner(`This machine knows no model ${wanted}.`, "Choose another, or look at its spelling.");
  }
  if (query.has("lora")) set({ lora: query.get("lora") });
}

function writeLink() {
  const query = new URLSearchParams({ ...(settings.model && { model: settings.model }), ...(settings.lora && { lora: settings.lora }) });
  const link = `/?${query.toString().replaceAll("%40", "@").replaceAll("%2F", "/")}${location.hash}`;
  if (link !== location.pathname + location.search + location.hash) history.replaceState(null, "", link);
}

/* Key and server */

function banner(text, hint = "") {
  refill($("#banner"), text, hint && " ", hint);
  $("#banner").hidden = !text;
}

/** One question at a time, however many calls were refused. */
let asking = null;

function askForKey(refused) {
  if (api.key.get() !== refused) return Promise.resolve();
  asking ??= ask("This server asks for a key", "Key", { type: "password", act: "Go on", note: refused ? "That key is not the server's. Look at how it was started: --api-key, or the key it printed." : "" }).then((given) => {
    asking = null;
    if (given === null) throw new api.ApiError(401, { message: "Without its key the server answers nothing.", hint: "Reload the page to be asked again." });
    api.key.set(given);
  });
  return asking;
}

/** `localai playground` hands the key over behind the #, which goes to no server and no log. */
function takeKey() {
  const match = /^#key=(.+)$/.exec(location.hash);
  if (!match) return;
  api.key.set(decodeURIComponent(match[1]));
  history.replaceState(null, "", location.pathname + location.search);
}

let away = false;

async function watchServer() {
  let alive = true;
  try {
    await fetch("/playground/server.json", { cache: "no-store" });
  } catch {
    alive = false;
  }
  if (!alive) banner("The server does not answer.", "Start it again with `localai serve`: this page goes on by itself.");
  else if (away) {
    banner("");
    announce("The server answers again.");
    refresh().catch(() => {});
  }
  away = !alive;
  if (away) setTimeout(watchServer, 1500);
}

async function start() {
  takeKey();
  api.onKeyNeeded(askForKey);
  api.onGone(() => away || watchServer());
  onStoreFault((text) => banner(text));
  mountBar();
  onModels(drawModel);
  onStep(() => {
    const [first] = pulling();
    const sign = $("#pull-sign");
    if (first && sign) sign.textContent = percent(first[1]);
  });
  mountSettings($("#settings"));
  let drawTalks = () => {};
  chat.mountChat($("#chat"), { ontalk: () => {
    drawTalks();
    drawModel();
  } });
  drawTalks = mountTalks($("#talks"), { current: chat.shownTalk, onopen: chat.show });
  prompt.mountPrompt($("#prompt"));
  addEventListener("hashchange", () => show(viewOfHash()));
  show(viewOfHash());
  try {
    about = await api.json("/playground/server.json");
    $(".tabs [data-view=sql]").hidden = !about.sql;
    show(viewOfHash());
    if (about.key && !api.key.get()) await askForKey("");
    await refresh();
    readLink();
    onChange(writeLink);
    writeLink();
    document.documentElement.dataset.ready = "true";
  } catch (error) {
    banner(error.message, error.hint);
  }
}

start();
