// What this browser keeps: settings and conversations, in localStorage and nowhere else.

const SETTINGS = "localai.settings";
const TALK = "localai.talk.";
const FORMAT = "localai.conversations";

const DEFAULTS = {
  model: "", lora: "", system: "", parameters: {}, tools: "", toolChoice: "auto",
  format: "text", schema: "", prompt: "", raw: false, fixSeed: false,
};

/** The workbench as it stands. Change it with `set`. */
export const settings = { ...DEFAULTS, ...read(SETTINGS, {}) };

const listeners = new Set();
let onFault = () => {};

/** Calls back after every change of settings or conversations. */
export const onChange = (listener) => listeners.add(listener);
/** Calls back with a text where the browser refuses to keep something. */
export const onStoreFault = (listener) => (onFault = listener);

/** Changes settings, keeps them, and tells who listens. */
export function set(changes) {
  Object.assign(settings, changes);
  write(SETTINGS, settings);
  tell();
}

function tell() {
  for (const listener of listeners) listener();
}

function read(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    onFault("This browser keeps no more for the page: its storage is full or switched off. Export the conversations and delete some.");
    return false;
  }
}

/** The conversations, the latest first: {id, title, updated, model, system, turns}. */
export function talks() {
  const found = [];
  for (let i = 0; i < localStorage.length; i += 1) {
    const name = localStorage.key(i);
    if (name.startsWith(TALK)) found.push(read(name, null));
  }
  return found.filter(isTalk).sort((a, b) => b.updated - a.updated);
}

const isTalk = (talk) => Boolean(talk) && typeof talk.id === "string" && Array.isArray(talk.turns) && talk.turns.every(isTurn);
const isTurn = (turn) => Boolean(turn) && ["user", "assistant", "tool"].includes(turn.role) && typeof turn.content === "string";

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
  localStorage.removeItem(TALK + id);
  tell();
}

/** What the conversation is called: its own title, or the beginning of the first question. */
export function titleOf(talk) {
  const first = talk.turns.find((turn) => turn.role === "user")?.content ?? "";
  return talk.title || first.trim().replace(/\s+/g, " ").slice(0, 80) || "New conversation";
}

/** All conversations as a JSON text, for a file. */
export const exported = () => JSON.stringify({ format: FORMAT, version: 1, conversations: talks() }, null, 1);

/** Takes in a text that `exported` made; how many there were. Throws Error with words for people. */
export function imported(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new Error(`This file is no JSON: ${error.message}.`);
  }
  const found = file?.format === FORMAT && Array.isArray(file.conversations) ? file.conversations : [];
  const good = found.filter(isTalk);
  if (!good.length) throw new Error("This file holds no conversations that this page has exported.");
  const written = good.every((talk) => write(TALK + talk.id, { ...newTalk(), ...talk }));
  tell();
  if (!written) throw new Error("Not all conversations found room in this browser.");
  return good.length;
}

// Another tab of the same page has changed something.
addEventListener("storage", (event) => {
  if (event.key?.startsWith(TALK)) tell();
});
