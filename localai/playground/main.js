// Starts the page: colours, key, which of the pages is shown.

import { $, h, icon, refill } from "./dom.js";
import * as api from "./api.js";

const VIEWS = ["chat", "prompt", "sql"];

let about = { key: false, sql: false, version: "" };
let sqlMounted = false;

function show(view) {
  for (const name of VIEWS) {
    $(`#${name}`).hidden = name !== view;
    const tab = $(`.tabs [data-view=${name}]`);
    if (name === view) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  $("#bench").hidden = view === "sql";
  $("#bench").classList.toggle("no-talks", view !== "chat");
  if (view === "sql") mountSql();
}

function viewOfHash() {
  const name = location.hash.slice(1);
  return VIEWS.includes(name) && (name !== "sql" || about.sql) ? name : "chat";
}

async function mountSql() {
  if (sqlMounted) return;
  sqlMounted = true;
  document.head.append(h("link", { rel: "stylesheet", href: "/playground/sql.css" }));
  const { mount } = await import("./sql.js");
  mount($("#sql"), { api });
}

async function start() {
  about = await (await fetch("/playground/server.json")).json();
  $(".tabs [data-view=sql]").hidden = !about.sql;
  addEventListener("hashchange", () => show(viewOfHash()));
  show(viewOfHash());
}

start();
