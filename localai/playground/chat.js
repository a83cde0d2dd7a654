// The chat: a conversation, its answers as they come, and the field to write in.

import { failure, figures } from "./answers.js";
import { json } from "./api.js";
import { faultOf, stateOf } from "./bench.js";
import { local, session } from "./boxes.js";
import { $, announce, copyButton, h, icon, iconButton, refill } from "./dom.js";
import { freshSeed, generate } from "./generate.js";
import { codeBlock, render } from "./markdown.js";
import { current, pickModel, refresh, shortName, TINY } from "./models.js";
import { keep, newTalk, openTalk, set, settings } from "./store.js";

const SAVE_EVERY = 1500; // ms, while an answer comes
const WAIT = 600; // ms, between two looks at what an answer waits for
const LAST = "localai.last"; // the conversation that is shown, per tab

let talk = newTalk();
let running = null; // {abort, turn, place}
let parts = null; // {transcript, input, button, said, editing}
let onTalk = () => {};

/** The conversation that is shown. */
export const shownTalk = () => talk;

/** Builds the page; ontalk() is called when another conversation is shown. */
export function mountChat(place, { ontalk }) {
  onTalk = ontalk;
  const input = h("textarea", { id: "message", rows: 1, placeholder: "Write a message", "aria-label": "Message", "aria-describedby": "message-help", oninput: () => grow(input), onkeydown: (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  } });
  const button = h("button", { class: "main round", id: "send" });
  const said = h("p", { class: "fault", role: "alert", id: "message-fault" });
  const form = h("form", { class: "composer", onsubmit: (event) => {
    event.preventDefault();
    submit();
  } }, said, h("div", { class: "field" }, input, button),
  h("p", { class: "help", id: "message-help" }, "Enter sends, Shift+Enter begins a line, Escape stops."));
  const transcript = h("div", { class: "transcript", id: "transcript", tabindex: 0, role: "region", "aria-label": "Conversation" });
  parts = { transcript, input, button, said };
  refill(place, transcript, form);
  place.addEventListener("keydown", (event) => event.key === "Escape" && running && stop());
  addEventListener("pagehide", () => running && keepNow("interrupted"));
  const last = session.getItem(LAST) ?? local.getItem(LAST);
  show(last ? openTalk(last) : null, { first: true });
}

/** Shows a conversation; null: a new one. */
export function show(next, { first = false } = {}) {
  stop();
  talk = next ?? newTalk();
  if (next) set({ system: talk.system ?? "", ...(talk.model && !first ? { model: talk.model } : {}) });
  const system = $("#system");
  if (system) system.value = settings.system;
  remember();
  draw();
  onTalk();
  parts.input.focus({ preventScroll: true });
}

function remember() {
  try {
    session.setItem(LAST, talk.id);
    local.setItem(LAST, talk.id);
  } catch {
    // keep() tells of a storage that is full.
  }
}

/** The state for View code: what would be sent now, or else what gave the last answer. */
export function codeState() {
  const text = parts.input.value.trim();
  if (text) return stateOf({ mode: "chat", messages: [...messages(talk.turns), { role: "user", content: text }] });
  const at = talk.turns.findLastIndex((turn) => turn.role === "assistant");
  const answered = at < 0 ? talk.turns : talk.turns.slice(0, at);
  return stateOf({ mode: "chat", messages: messages(answered), seed: settings.parameters.seed ?? talk.turns[at]?.seed });
}

/* Sending */

function submit() {
  if (running) return stop();
  const text = parts.input.value.trim();
  if (!text || !ready()) return undefined;
  parts.input.value = "";
  grow(parts.input);
  talk.turns.push({ role: "user", content: text });
  return answer();
}

/** Whether a request can go; says why not. */
function ready() {
  const model = current();
  const fault = faultOf("chat");
  parts.said.textContent = fault ?? "";
  if (fault) return false;
  if (model?.downloaded) return true;
  refill(parts.said, model ? `${model.name} is not on this machine yet. ` : "No model is chosen. ",
    h("button", { type: "button", class: "link", onclick: () => pickModel(model) }, model ? "Look at it and download it" : "Choose one"));
  return false;
}

async function answer() {
  const history = messages(talk.turns);
  const seed = settings.parameters.seed ?? freshSeed();
  const turn = { role: "assistant", content: "", calls: [], model: settings.model, seed, json: settings.format !== "text" };
  Object.assign(talk, { model: settings.model, system: settings.system });
  talk.turns.push(turn);
  const abort = new AbortController();
  running = { abort, turn, saved: performance.now(), due: false, spoken: 0, waits: current()?.loaded ? "Reading the prompt" : "Loading the model" };
  setTimeout(tellWhy, WAIT, running);
  remember();
  draw();
  keep(talk);
  announce("Answering.");
  const state = stateOf({ mode: "chat", messages: history, seed });
  const [mine, own] = [running, talk];
  try {
    turn.stats = await generate(state, {
      signal: abort.signal,
      onText: (text) => {
        turn.content += text;
        later(mine);
      },
      onCall: (one) => {
        turn.calls.push(one);
        later(mine);
      },
    });
  } catch (error) {
    turn.error = { message: error.message, hint: error.hint ?? "", status: error.status ?? 0 };
  }
  finish(mine, turn, own);
}

/** Says what an answer waits for, as long as nothing of it has come. */
async function tellWhy(mine) {
  if (mine !== running || mine.turn.content || mine.turn.calls.length) return;
  try {
    const { models, loading } = await json("/localai/status");
    const load = loading.find((one) => one.id === mine.turn.model);
    const own = models.find((one) => one.id === mine.turn.model);
    mine.waits = load ? `Loading the model: ${Math.round(load.progress * 100)} %` : own?.waiting ? `Waiting: ${own.waiting} in the queue` : "Reading the prompt";
  } catch {
    return; // the request itself tells what is wrong
  }
  later(mine);
  setTimeout(tellWhy, WAIT, mine);
}

function finish(mine, turn, own) {
  if (mine === running) running = null;
  // Another conversation may be shown by now, and this one be deleted.
  if (own === talk) {
    keep(talk);
    if (!parts.editing) draw();
  }
  announce(turn.error ? turn.error.message : turn.stats?.finish === "stopped" ? "Stopped." : `Answer finished. ${rest(mine, turn)}`);
  if (!current()?.loaded) refresh().catch(() => {});
}

/** Ends the answer that is coming; what came stays. */
export function stop() {
  if (!running) return;
  running.abort.abort();
  keepNow("stopped");
  running = null;
  draw();
}

function keepNow(finish) {
  const { turn } = running;
  turn.stats ??= { finish, tokens: null, prompt: null, cached: 0, rate: null, first: null, notes: [] };
  keep(talk, { quietly: true });
}

/** Turns as messages of a request. */
function messages(turns) {
  const found = [];
  for (const [i, turn] of turns.entries()) {
    if (turn.role === "user") found.push({ role: "user", content: turn.content });
    else if (turn.role === "tool") found.push({ role: "tool", tool_call_id: turn.id, name: turn.name, content: turn.content });
    else if (turn.calls?.length) found.push({ role: "assistant", content: turn.content, tool_calls: turn.calls.map((one, n) => ({ id: `call_${i}_${n}`, type: "function", function: { name: one.name, arguments: JSON.stringify(one.arguments) } })) });
    else if (turn.content) found.push({ role: "assistant", content: turn.content });
  }
  return found;
}

/* Showing */

function draw() {
  const { transcript, button } = parts;
  const near = isNearEnd();
  const focused = transcript.contains(document.activeElement);
  parts.editing = false;
  refill(transcript, talk.turns.length ? talk.turns.map(turnOf) : empty());
  refill(button, icon(running ? "stop" : "send"));
  button.setAttribute("aria-label", running ? "Stop" : "Send");
  button.classList.toggle("stopping", Boolean(running));
  if (near || running) transcript.scrollTop = transcript.scrollHeight;
  if (focused) transcript.focus({ preventScroll: true });
}

const isNearEnd = () => parts.transcript.scrollHeight - parts.transcript.scrollTop - parts.transcript.clientHeight < 80;

/** One drawing for each frame of the screen, however many pieces came. */
function later(mine) {
  if (mine.due || mine !== running) return;
  mine.due = true;
  requestAnimationFrame(() => {
    mine.due = false;
    if (mine !== running) return;
    const near = isNearEnd();
    const body = $("article:last-child .body", parts.transcript);
    const whole = fill(body, mine.turn);
    if (near) parts.transcript.scrollTop = parts.transcript.scrollHeight;
    speak(mine, whole);
    if (performance.now() - mine.saved > SAVE_EVERY) {
      mine.saved = performance.now();
      keep(talk, { quietly: true });
    }
  });
}

/** Screen readers hear whole paragraphs as they are finished, never single tokens. */
function speak(mine, whole) {
  for (const block of whole.slice(mine.spoken)) announce(block.slice(block.indexOf("\n") + 1));
  mine.spoken = Math.max(mine.spoken, whole.length);
}

function rest(mine, turn) {
  if (turn.json || !turn.content) return "";
  return turn.content.split(/\n\s*\n/).slice(mine.spoken).join("\n").slice(0, 2000);
}

function fill(body, turn) {
  if (turn.content && turn.json && turn.stats) refill(body, codeBlock(pretty(turn.content), "json"));
  else if (turn.content) return render(body, turn.content);
  else if (turn === running?.turn && !turn.calls.length) refill(body, h("p", { class: "waiting" }, running.waits));
  return [];
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function turnOf(turn, index) {
  if (turn.role === "user") return userTurn(turn, index);
  if (turn.role === "tool") {
    return h("article", { class: "turn", "aria-label": `Result of ${turn.name}` }, h("div", { class: "margin" }, h("span", { class: "who" }, "Result")),
      h("div", { class: "text" }, h("div", { class: "call" }, h("strong", { class: "mono" }, turn.name), h("pre", {}, turn.content))));
  }
  const active = turn === running?.turn;
  const isLast = index === talk.turns.length - 1;
  const body = h("div", { class: "body prose", "aria-busy": active ? "true" : null });
  fill(body, turn);
  return h("article", { class: `turn answer${active ? " active" : ""}`, "aria-label": `Answer of ${shortName(turn.model ?? "")}` },
    h("div", { class: "margin" }, h("span", { class: "who", title: turn.model }, shortName(turn.model ?? "Answer"))),
    h("div", { class: "text" }, body, calls(turn, index),
      turn.error && failure(turn.error, [h("button", { type: "button", onclick: () => again(index) }, "Try again"),
        /not on this machine/.test(turn.error.message) && h("button", { type: "button", onclick: () => pickModel(current()) }, "Look at the model and download it")]),
      !active && h("div", { class: "under" }, figures(turn), h("div", { class: "row actions" },
        turn.content && copyButton(turn.content),
        isLast && !turn.error && iconButton("again", "Answer again", () => again(index), { class: "quiet small" })))));
}

function userTurn(turn, index) {
  const edit = iconButton("edit", "Edit and ask again", () => editing(article, turn, index), { class: "quiet small" });
  const article = h("article", { class: "turn user", "aria-label": "Your message" },
    h("div", { class: "margin" }, h("span", { class: "who" }, "You"), edit),
    h("div", { class: "text" }, h("p", { class: "asked" }, turn.content)));
  return article;
}

function editing(article, turn, index) {
  stop();
  article = parts.transcript.children[index];
  parts.editing = true;
  const area = h("textarea", { "aria-label": "Edit the message", value: turn.content, onkeydown: (event) => {
    if (event.key === "Escape") draw();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      save();
    }
  } });
  const save = () => {
    const text = area.value.trim();
    if (!text || !ready()) return;
    talk.turns.splice(index, Infinity, { role: "user", content: text });
    answer();
    parts.input.focus();
  };
  refill($(".text", article), area, h("div", { class: "row actions" }, h("button", { type: "button", class: "main", onclick: save }, "Ask again"), h("button", { type: "button", onclick: draw }, "Leave it"),
    h("span", { class: "help" }, "What follows is replaced.")));
  grow(area);
  area.focus();
}

function again(index) {
  if (!ready()) return;
  stop();
  talk.turns.splice(index);
  answer();
  parts.input.focus();
}

/* Tools */

function calls(turn, index) {
  if (!turn.calls?.length) return null;
  const open = turn.stats && index === talk.turns.length - 1;
  const fields = turn.calls.map((one, n) => open && h("textarea", { rows: 2, class: "code", "aria-label": `Result of ${one.name}`, placeholder: "What the function gives, as text or JSON", id: `result-${index}-${n}` }));
  const cards = turn.calls.map((one, n) => h("div", { class: "call" }, h("div", { class: "row" }, h("span", { class: "help" }, "calls"), h("strong", { class: "mono" }, one.name)), h("pre", {}, JSON.stringify(one.arguments, null, 2)), fields[n]));
  if (!open) return cards;
  return h("form", { class: "stack", onsubmit: (event) => {
    event.preventDefault();
    if (!ready()) return;
    turn.calls.forEach((one, n) => talk.turns.push({ role: "tool", id: `call_${index}_${n}`, name: one.name, content: fields[n].value }));
    answer();
    parts.input.focus();
  } }, cards, h("div", {}, h("button", {}, turn.calls.length > 1 ? "Send the results" : "Send the result")));
}

/* The rest */

const EXAMPLES = ["Explain in three sentences how a refrigerator works.", "Write a limerick about a slow computer.", "Which is heavier, a litre of oil or a litre of water?"];
const SQL_EXAMPLES = ["How many orders were placed in each city?", "Which customers spent the most last year?"];

function empty() {
  const model = current();
  const tiny = model?.id === TINY;
  if (model && !model.downloaded) {
    return h("div", { class: "empty" }, h("h2", {}, model.name), h("p", {}, "It is not on this machine yet."),
      h("div", {}, h("button", { type: "button", class: "main", onclick: () => pickModel(model) }, "Look at it and download it")));
  }
  const words = tiny ? "The model inside the package writes SQL from questions about databases: it cannot talk. Download another to chat." : "It runs on this machine. Nothing you write leaves it.";
  return h("div", { class: "empty" }, h("h2", {}, model ? `Ask ${model.name}` : "Choose a model"), h("p", {}, words),
    tiny && h("div", {}, h("button", { type: "button", onclick: () => pickModel() }, "See the models")),
    h("ul", { class: "examples" }, (tiny ? SQL_EXAMPLES : EXAMPLES).map((text) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => {
      parts.input.value = text;
      grow(parts.input);
      parts.input.focus();
    } }, text)))));
}

/** Draws the empty page anew, when the model has changed. */
export const redrawEmpty = () => talk.turns.length || draw();

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, innerHeight * 0.4)}px`;
}
