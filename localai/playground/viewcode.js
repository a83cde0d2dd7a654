// The dialog "View code": what code.js writes, a tab for each client, to copy.

import { openDialog } from "./dialog.js";
import { copyButton, h, refill } from "./dom.js";

let last = 0;

/** Shows the snippets for a state, as code.js reads it. */
export async function viewCode(state) {
  const [{ snippets }, { highlight }] = await Promise.all([import("./code.js"), import("./highlight.js")]);
  const found = snippets(state);
  const pane = h("div", { class: "pane", role: "tabpanel", id: "code-pane", tabindex: 0, "aria-labelledby": "code-tab-0" });
  const tabs = found.map(({ name }, i) => h("button", { type: "button", role: "tab", id: `code-tab-${i}`, "aria-controls": "code-pane", onclick: () => show(i) }, name));
  const bar = h("div", { class: "tablist", role: "tablist", "aria-label": "Clients", onkeydown: keys }, tabs);

  function show(index, focus = false) {
    last = index;
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === index));
      tab.tabIndex = i === index ? 0 : -1;
    });
    if (focus) tabs[index].focus();
    const { text, language } = found[index];
    pane.setAttribute("aria-labelledby", `code-tab-${index}`);
    refill(pane, h("pre", {}, h("code", {}, highlight(text, language))));
  }

  function keys(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? found.length - 1 : step && (last + step + found.length) % found.length;
    if (to === undefined) return;
    event.preventDefault();
    show(to, true);
  }

  const key = state.key ? h("p", { class: "help" }, "The key is not in it: put it into the environment variable LOCALAI_API_KEY.") : null;
  openDialog("The same from a program", h("div", { class: "stack viewcode" }, bar, pane, h("div", { class: "row" }, key, h("span", { class: "grow" }), copyButton(() => found[last].text, "Copy the code"))), { kind: "wide" });
  show(Math.min(last, found.length - 1), true);
}
