// The chat and prompt pages with what stands beside them: settings, conversations, the model and
// links to it. It must not know keys, nor other pages.

import { mountSettings } from "./bench.js";
import * as chat from "./chat.js";
import { $, h, icon, refill } from "./dom.js";
import { choose, current, find, firstChoice, onModels, onStep, pickModel, pulling, refresh, shortName } from "./models.js";
import * as prompt from "./prompt.js";
import { onChange, onStoreFault, set, settings } from "./store.js";
import { mountTalks } from "./talks.js";

/** Builds both pages. banner(text, hint) tells people what is wrong; `view()` says what is shown. */
export async function mount({ banner, view }) {
  onStoreFault((text) => banner(text));
  onModels(drawModel);
  onStep(() => {
    const [first] = pulling();
    const sign = $("#pull-sign");
    if (first && sign) sign.textContent = percent(first[1]);
  });
  $("#model-button").addEventListener("click", () => pickModel());
  $("#code-button").addEventListener("click", async () => {
    const { viewCode } = await import("./viewcode.js");
    viewCode(view() === "prompt" ? prompt.codeState() : chat.codeState());
  });
  mountSettings($("#settings"));
  let drawTalks = () => {};
  chat.mountChat($("#chat"), { ontalk: () => {
    drawTalks();
    drawModel();
  } });
  drawTalks = mountTalks($("#talks"), { current: chat.shownTalk, onopen: chat.show });
  prompt.mountPrompt($("#prompt"));
  await refresh();
  readLink(banner);
  onChange(writeLink);
  writeLink();
}

/** Looks at the models anew, when the server is back. */
export const again = () => refresh().catch(() => {});

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

// Links: ?model= and ?lora= say what is chosen, and follow it.

function readLink(banner) {
  const query = new URLSearchParams(location.search);
  const wanted = query.get("model");
  const model = wanted ? find(wanted) : firstChoice();
  if (model) choose(model, query.get("lora"));
  else if (wanted) {
    set({ model: wanted, lora: "" });
    drawModel();
    banner(`This machine knows no model ${wanted}.`, "Choose another, or look at its spelling.");
  }
}

function writeLink() {
  const query = new URLSearchParams({ ...(settings.model && { model: settings.model }), ...(settings.lora && { lora: settings.lora }) });
  const link = `/?${query.toString().replaceAll("%40", "@").replaceAll("%2F", "/")}${location.hash}`;
  if (link !== location.pathname + location.search + location.hash) history.replaceState(null, "", link);
}
