// Dialogs: the browser's own keep the focus inside and close with Escape; this gives them a frame.

import { h, iconButton } from "./dom.js";

let count = 0;

/** A dialog of a title and content, opened at once; removed when closed. */
export function openDialog(title, content, { kind = "", onclose = null } = {}) {
  const id = `dialog-${(count += 1)}`;
  const dialog = h("dialog", { class: `dialog ${kind}`, "aria-labelledby": id, closedby: "any" },
    h("div", { class: "dialog-head" }, h("h2", { id }, title), iconButton("close", "Close", () => dialog.close())),
    content);
  dialog.addEventListener("close", () => {
    dialog.remove();
    onclose?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks before something that cannot be taken back; resolves to a boolean. */
export function confirm(title, text, act) {
  return new Promise((resolve) => {
    let agreed = false;
    const yes = h("button", { type: "button", class: "main", onclick: () => {
      agreed = true;
      dialog.close();
    } }, act);
    const no = h("button", { type: "button", onclick: () => dialog.close() }, "Keep it");
    const dialog = openDialog(title, [h("p", {}, text), h("div", { class: "row end" }, no, yes)], { kind: "narrow", onclose: () => resolve(agreed) });
    yes.focus();
  });
}

/** Asks for a text; resolves to it, or null where it was not given. */
export function ask(title, label, { value = "", type = "text", act = "OK", note = "" } = {}) {
  return new Promise((resolve) => {
    let given = null;
    const input = h("input", { id: "asked", type, value, autocomplete: "off" });
    const form = h("form", { class: "stack", onsubmit: (event) => {
      event.preventDefault();
      given = input.value.trim();
      dialog.close();
    } },
      note && h("p", { class: "fault", role: "alert" }, note), h("label", { for: "asked" }, label), input,
      h("div", { class: "row end" }, h("button", { class: "main" }, act)));
    const dialog = openDialog(title, form, { kind: "narrow", onclose: () => resolve(given || null) });
    input.focus();
    input.select();
  });
}
