// What stands under an answer: figures, seed, remarks, errors. It must not know conversations.

import { announce, h } from "./dom.js";
import { reuseSeed } from "./parameters.js";

const FINISHES = {
  stop: "finished",
  length: "cut at the most tokens",
  tool_calls: "calls tools",
  stopped: "stopped by you",
  interrupted: "interrupted",
};

const fixed = (value, digits) => value.toFixed(digits);

/** The figures of an answer: {finish, tokens, rate, first, prompt, cached, notes} and its seed. */
export function figures({ stats, seed }) {
  const items = [];
  if (stats) {
    items.push(h("li", { "data-figure": "finish", title: `finish reason: ${stats.finish}` }, FINISHES[stats.finish] ?? stats.finish));
    if (stats.tokens !== null) items.push(h("li", { "data-figure": "tokens", title: `${stats.prompt} tokens of prompt${stats.cached ? `, ${stats.cached} of them known already` : ""}` }, `${stats.tokens} tokens`));
    if (stats.rate) items.push(h("li", { "data-figure": "rate" }, `${fixed(stats.rate, stats.rate < 20 ? 1 : 0)} tokens/s`));
    if (stats.first !== null) items.push(h("li", { "data-figure": "first", title: "time to the first token" }, `first after ${fixed(stats.first, 2)} s`));
  }
  if (seed) items.push(h("li", { "data-figure": "seed" }, "seed ", h("span", { class: "mono" }, seed), " ", h("button", { type: "button", class: "link", "aria-label": `Reuse the seed ${seed}`, onclick: () => {
    reuseSeed(seed);
    announce(`The seed ${seed} is used from now on.`);
  } }, "reuse")));
  const notes = (stats?.notes ?? []).map((text) => h("p", { class: "help" }, text));
  return items.length ? [h("ul", { class: "figures" }, items), ...notes] : notes;
}

/** An error with its way out, and a button for it. */
export function failure(error, actions) {
  const words = `${error.message} ${error.hint ?? ""}`;
  const full = error.status === 429 && !/again/i.test(words) ? "Others are being answered: wait a moment." : "";
  return h("div", { class: "error", role: "alert" }, h("p", {}, error.message), (error.hint || full) && h("p", { class: "help" }, error.hint || full), h("div", { class: "row" }, actions));
}
