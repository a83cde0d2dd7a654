// Prompts without a conversation: a text, the model's text after it. It must not know chats.

import { failure, figures } from "./answers.js";
import { faultOf, stateOf } from "./bench.js";
import { announce, copyButton, h, icon, refill } from "./dom.js";
import { freshSeed, generate } from "./generate.js";
import { current, pickModel, refresh } from "./models.js";
import { set, settings } from "./store.js";

let abort = null;
let lastSeed = null;

/** Builds the page. */
export function mountPrompt(place) {
  const area = h("textarea", { id: "prompt-text", class: "code", rows: 10, value: settings.prompt, "aria-describedby": "prompt-help", oninput: () => set({ prompt: area.value }), onkeydown: (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
    if (event.key === "Escape") abort?.abort();
  } });
  const raw = h("input", { type: "checkbox", id: "raw", checked: settings.raw, "aria-describedby": "raw-help", onchange: () => set({ raw: raw.checked }) });
  const button = h("button", { type: "button", class: "main", onclick: () => (abort ? abort.abort() : run()) });
  const said = h("p", { class: "fault", role: "alert" });
  const output = h("pre", { class: "output", tabindex: 0, "aria-label": "Answer" });
  const under = h("div", { class: "under" });
  refill(place, h("div", { class: "promptpage stack" },
    h("label", { for: "prompt-text" }, "Prompt"), area,
    h("p", { class: "help", id: "prompt-help" }, "Control and Enter run it, Escape stops."),
    h("div", { class: "row" }, h("label", { class: "check", for: "raw" }, raw, "Raw"),
      h("span", { class: "help", id: "raw-help" }, "The prompt goes to the model as it is, without its template."), h("span", { class: "grow" }), button),
    said, output, under));
  face();

  function face() {
    refill(button, icon(abort ? "stop" : "send"), abort ? "Stop" : "Run");
  }

  function ready() {
    const model = current();
    const fault = faultOf("prompt") ?? (area.value.trim() ? null : "Write a prompt first.");
    said.textContent = fault ?? "";
    if (fault || model?.downloaded) return !fault;
    refill(said, `${model?.name ?? "The model"} is not on this machine yet. `, h("button", { type: "button", class: "link", onclick: () => pickModel(model) }, "Look at it and download it"));
    return false;
  }

  async function run() {
    if (abort || !ready()) return;
    const own = (abort = new AbortController());
    lastSeed = settings.parameters.seed ?? freshSeed();
    let text = "";
    refill(output);
    refill(under);
    face();
    announce("Answering.");
    try {
      const stats = await generate(stateOf({ mode: "prompt", seed: lastSeed }), { signal: own.signal, onCall: () => {}, onText: (piece) => {
        text += piece;
        output.append(piece);
      } });
      announce(stats.finish === "stopped" ? "Stopped." : `Answer finished. ${text.slice(0, 2000)}`);
      const goOn = h("button", { type: "button", class: "quiet small", onclick: () => {
        area.value += text;
        set({ prompt: area.value });
        run();
      } }, "Go on from here");
      refill(under, figures({ stats, seed: lastSeed }), h("div", { class: "row actions" }, copyButton(text), goOn));
    } catch (error) {
      refill(under, failure(error, [h("button", { type: "button", onclick: run }, "Try again")]));
    }
    abort = null;
    face();
    if (!current()?.loaded) refresh().catch(() => {});
  }
}

/** The state for View code: the prompt with the seed of its last answer. */
export const codeState = () => stateOf({ mode: "prompt", seed: settings.parameters.seed ?? lastSeed });
