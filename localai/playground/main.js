// Starts the page: its parts as they are looked at, colours, the key, word of a server that is gone.

import * as api from "./api.js";
import { local } from "./boxes.js";
import { ask } from "./dialog.js";
import { $, announce, h, icon, refill } from "./dom.js";

const VIEWS = ["chat", "prompt", "sql"];

let about = { key: false, sql: false, version: "" };
let view = "chat";
const mounted = {}; // what is loaded: only the pages that were looked at

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
  const part = view === "sql" ? "sql" : "workbench";
  mounted[part] ??= (part === "sql" ? mountSql() : mountWorkbench()).catch((error) => banner(error.message, error.hint));
}

function viewOfHash() {
  const name = location.hash.slice(1);
  return VIEWS.includes(name) && (name !== "sql" || about.sql) ? name : view;
}

async function mountSql() {
  const loaded = new Promise((resolve) => {
    document.head.append(h("link", { rel: "stylesheet", href: "/playground/sql.css", onload: resolve, onerror: resolve }));
  });
  const [{ mount }] = await Promise.all([import("./sql.js"), loaded]);
  await mount($("#sql"), { api });
}

async function mountWorkbench() {
  const { mount } = await import("./workbench.js");
  await mount({ banner, view: () => view });
  performance.mark("usable");
  document.documentElement.dataset.ready = "true";
}

/* The bar */

function mountBar() {
  refill($("#talks-button"), icon("menu"));
  refill($("#settings-button"), icon("sliders"));
  $("#code-button").prepend(icon("code"));
  $("#theme-button").addEventListener("click", () => theme(isDark() ? "light" : "dark"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawTheme);
  drawTheme();
}

const isDark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function theme(name) {
  document.documentElement.dataset.theme = name;
  local.setItem("localai.theme", name);
  drawTheme();
}

function drawTheme() {
  const button = $("#theme-button");
  const label = isDark() ? "Light colours" : "Dark colours";
  refill(button, icon(isDark() ? "sun" : "moon"));
  button.setAttribute("aria-label", label);
  button.title = label;
}

/* Key and server */

function banner(text, hint = "") {
  refill($("#banner"), text, hint && " ", hint);
  $("#banner").hidden = !text;
}

/** One question at a time, however many calls were refused. */
let asking = null;

function askForKey(refused, why = "") {
  if (api.key.get() !== refused) return Promise.resolve();
  asking ??= ask("This server asks for a key", "Key", { type: "password", act: "Go on", note: refused ? "That key is not the server's. Look at how it was started: --api-key, or the key it printed." : why }).then((given) => {
    asking = null;
    if (given === null) throw new api.ApiError(401, { message: "Without its key the server answers nothing.", hint: "Reload the page to be asked again." });
    api.key.set(given);
  });
  return asking;
}

/** `localai playground` hands a code over behind the #, which goes to no log and is good for one
 *  exchange; its terminal shows the key itself. Resolves to words about a code that is not good. */
async function takeKey() {
  const [, kind, given] = /^#(key|enter)=(.+)$/.exec(location.hash) ?? [];
  if (!given) return "";
  history.replaceState(null, "", location.pathname + location.search);
  try {
    api.key.set(kind === "key" ? decodeURIComponent(given) : (await api.json("/localai/enter", { method: "POST", body: { code: given } })).key);
  } catch (error) {
    return `${error.message} ${error.hint ?? ""}`;
  }
  return "";
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
    if (mounted.workbench) import("./workbench.js").then(({ again }) => again());
  }
  away = !alive;
  if (away) setTimeout(watchServer, 1500);
}

async function start() {
  const fault = await takeKey();
  api.onKeyNeeded(askForKey);
  api.onGone(() => away || watchServer());
  mountBar();
  // The likeliest page is on its way while the server is asked about itself.
  if (location.hash !== "#sql") import("./workbench.js");
  try {
    about = await api.json("/playground/server.json");
    $(".tabs [data-view=sql]").hidden = !about.sql;
    if (about.key && !api.key.get()) await askForKey("", fault);
    else if (fault) banner(fault);
  } catch (error) {
    banner(error.message, error.hint);
  }
  addEventListener("hashchange", async () => {
    const fault = await takeKey();
    if (fault) banner(fault);
    show(viewOfHash());
  });
  show(viewOfHash());
}

start();
