// The list of conversations: open, rename, delete, export and import. It must not know models.

import { ask, confirm } from "./dialog.js";
import { $, announce, h, icon, iconButton, refill } from "./dom.js";
import { drop, exported, imported, keep, onTalks, openTalk, talks, titleOf } from "./store.js";

/** Draws into the place; onopen(talk or null) shows one, `current()` says which is shown. */
export function mountTalks(place, { current, onopen }) {
  const list = h("ul", { class: "list" });
  const said = h("p", { class: "help", role: "status" });
  const file = h("input", { type: "file", accept: "application/json,.json", hidden: true, onchange: () => takeIn(file, said) });
  refill(place,
    h("div", { class: "row" }, h("h2", { class: "label" }, "Conversations"), h("span", { class: "grow" }), iconButton("plus", "New conversation", () => open(null)), iconButton("close", "Close the list", () => place.hidePopover(), { class: "quiet shut" })),
    list, h("p", { class: "help" }, "This list is kept in this browser only. Long prompts may also lie in the cache of the server (localai cache)."),
    h("div", { class: "row" }, h("button", { type: "button", class: "quiet small", onclick: () => giveOut(said) }, "Export"),
      h("button", { type: "button", class: "quiet small", onclick: () => file.click() }, "Import"), file), said);

  function open(talk) {
    if (place.matches(":popover-open")) place.hidePopover();
    onopen(talk);
  }

  function item(talk) {
    const title = titleOf(talk);
    const shown = talk.id === current().id;
    return h("li", { class: shown ? "shown" : "", "data-talk": talk.id },
      h("button", { type: "button", class: "quiet title", "aria-current": shown ? "true" : null, title, onclick: () => open(openTalk(talk.id)) }, title),
      iconButton("edit", `Rename ${title}`, () => rename(talk, title), { class: "quiet small", "data-act": "rename" }),
      iconButton("bin", `Delete ${title}`, () => remove(talk, title), { class: "quiet small" }));
  }

  async function rename(talk, title) {
    const name = await ask("Rename the conversation", "Title", { value: title, act: "Rename" });
    if (!name) return;
    keep(Object.assign(talk.id === current().id ? current() : talk, { title: name.slice(0, 120) }));
    // The list is new: the focus goes to where it was in the old one.
    focus($(`[data-talk="${CSS.escape(talk.id)}"] [data-act=rename]`, list));
  }

  async function remove(talk, title) {
    if (!(await confirm("Delete the conversation?", `“${title}” is in no other list than this one.`, "Delete"))) return;
    const at = talks().findIndex((one) => one.id === talk.id);
    if (talk.id === current().id) onopen(null);
    drop(talk.id);
    announce("Deleted.");
    const titles = list.querySelectorAll(".title");
    focus(titles[Math.min(at, titles.length - 1)]);
  }

  // In a narrow window the list has closed by then.
  const focus = (element) => (place.checkVisibility() ? element ?? $("button", place) : $("#talks-button")).focus();

  const draw = () => {
    const found = talks();
    refill(list, found.length ? found.map(item) : h("li", { class: "help" }, "None yet."));
  };
  onTalks(draw);
  draw();
  return draw;
}

function giveOut(said) {
  if (!talks().length) return void (said.textContent = "There is nothing to export yet.");
  const url = URL.createObjectURL(new Blob([exported()], { type: "application/json" }));
  h("a", { href: url, download: `localai-${new Date().toISOString().slice(0, 10)}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  said.textContent = `${talks().length} exported.`;
}

async function takeIn(input, said) {
  const [file] = input.files;
  if (!file) return;
  try {
    said.textContent = `${imported(await file.text())} imported.`;
  } catch (error) {
    said.textContent = error.message;
  }
  input.value = "";
}
