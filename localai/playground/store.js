// What this browser keeps: settings and conversations, in localStorage and nowhere else.

import { local } from "./boxes.js";

const SETTINGS = "localai.settings";
const TALK = "localai.talk.";
const FORMAT = "localai.conversations";

const DEFAULTS = {
  model: "", lora: "", system: "", parameters: {}, tools: "", toolChoice: "auto",
  format: "text", schema: "", prompt: "", raw: false,
};

/** The workbench as it stands. Change it with `set`. */
export const settings = { ...DEFAULTS, ...likeDefaults(read(SETTINGS, {})) };

const onSettings = new Set();
const onList = new Set();
let onFault = () => {};

/** Calls back after every change of settings. */
export const onChange = (listener) => onSettings.add(listener);
/** Calls back after every change of conversations. */
export const onTalks = (listener) => onList.add(listener);
/** Calls back with a text where the browser refuses to keep something. */
export const onStoreFault = (listener) => (onFault = listener);

/** Changes settings, keeps them, and tells who listens. */
export function set(changes) {
  Object.assign(settings, changes);
  write(SETTINGS, settings);
  for (const listener of onSettings) listener();
}

function tell() {
  for (const listener of onList) listener();
}

/** Of what was kept, only what has the kind that it should have. */
function likeDefaults(kept) {
  return Object.fromEntries(Object.entries(kept ?? {}).filter(([name, value]) => name in DEFAULTS && value !== null && typeof value === typeof DEFAULTS[name]));
}

function read(name, otherwise) {
  try {
    return JSON.parse(local.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(name, value) {
  try {
    local.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    onFault("This browser keeps no more for the page: its storage is full or switched off. Export the conversations and delete some.");
    return false;
  }
}

/** The conversations, the latest first: {id, title, updated, model, system, turns}. */
export function talks() {
  const found = [];
  for (let i = 0; i < local.length; i += 1) {
    const name = local.key(i);
    if (name.startsWith(TALK)) found.push(read(name, null));
  }
  return found.map(cleaned).filter(Boolean).sort((a, b) => b.updated - a.updated);
}

const text = (value) => (typeof value === "string" ? value : "");
const number = (value) => (Number.isFinite(value) ? value : null);

/** A conversation of which every part has its kind, whoever wrote it; null where it is none. */
function cleaned(talk) {
  if (!text(talk?.id) || !Array.isArray(talk.turns)) return null;
  const turns = talk.turns.map(cleanedTurn);
  if (turns.includes(null)) return null;
  return { id: talk.id, title: text(talk.title), updated: number(talk.updated) ?? 0, model: text(talk.model), system: text(talk.system), turns };
}

function cleanedTurn(turn) {
  if (typeof turn?.content !== "string") return null;
  const { role, content } = turn;
  if (role === "user") return { role, content };
  if (role === "tool") return { role, content, id: text(turn.id), name: text(turn.name) };
  if (role !== "assistant") return null;
  const calls = (Array.isArray(turn.calls) ? turn.calls : []).filter((one) => text(one?.name)).map((one) => ({ name: one.name, arguments: one.arguments ?? {} }));
  const { stats, error } = turn;
  return {
    role, content, calls, model: text(turn.model), seed: number(turn.seed), json: turn.json === true,
    ...(stats && { stats: { ...Object.fromEntries(["tokens", "prompt", "cached", "first", "rate"].map((name) => [name, number(stats[name])])), finish: text(stats.finish), notes: (Array.isArray(stats.notes) ? stats.notes : []).filter(text) } }),
    ...(error && { error: { message: text(error.message), hint: text(error.hint), status: number(error.status) } }),
  };
}

/** A conversation without turns; it is kept with its first one. */
export const newTalk = () => ({ id: crypto.randomUUID?.() ?? String(Math.random()).slice(2), title: "", updated: Date.now(), model: "", system: "", turns: [] });

export const openTalk = (id) => talks().find((talk) => talk.id === id) ?? null;

/** Keeps a conversation; quietly: without telling who listens. */
export function keep(talk, { quietly = false } = {}) {
  talk.updated = Date.now();
  if (talk.turns.length) write(TALK + talk.id, talk);
  if (!quietly) tell();
}

export function drop(id) {
  local.removeItem(TALK + id);
  tell();
}

/** What the conversation is called: its own title, or the beginning of the first question. */
export function titleOf(talk) {
  const first = talk.turns.find((turn) => turn.role === "user")?.content ?? "";
  return talk.title || first.trim().replace(/\s+/g, " ").slice(0, 80) || "New conversation";
}

/** All conversations as a JSON text, for a file. */
export const exported = () => JSON.stringify({ format: FORMAT, version: 1, conversations: talks() }, null, 1);

/** The one conversation of a file that /save of `localai chat` wrote, in a list. */
const saved = (file) => file?.version === 1 && Array.isArray(file.messages)
  ? [{ ...newTalk(), model: String(file.model ?? ""), system: String(file.system ?? ""), turns: file.messages }] : [];

/** Takes in a text that `exported` made; how many there were. Throws Error with words for people. */
export function imported(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new Error(`This file is no JSON: ${error.message}.`);
  }
  const found = file?.format === FORMAT && Array.isArray(file.conversations) ? file.conversations : saved(file);
  const good = found.map(cleaned).filter(Boolean);
  if (!good.length) throw new Error("This file holds no conversations that this page has exported.");
  const written = good.every((talk) => write(TALK + talk.id, talk));
  tell();
  if (!written) throw new Error("Not all conversations found room in this browser.");
  return good.length;
}

// Another tab of the same page has changed something.
addEventListener("storage", (event) => {
  if (event.key?.startsWith(TALK)) tell();
});
