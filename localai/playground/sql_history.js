// The questions asked of each database, in this browser alone. It must not know how they are asked.

import { h, iconButton, refill } from "./dom.js";

const KEPT = "localai.sql.history";
const MOST = 100;

function read() {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT));
    return found && typeof found === "object" && !Array.isArray(found) ? found : {};
  } catch {
    return {};
  }
}

/** What was asked of a database, the latest first: [{question, at}], `at` in milliseconds. */
export function entries(database) {
  const kept = read();
  const found = Object.hasOwn(kept, database) ? kept[database] : [];
  return Array.isArray(found) ? found.filter((one) => typeof one?.question === "string") : [];
}

/** Keeps the entries of a database; false where the browser refuses to. */
export function keep(database, list) {
  try {
    const kept = read();
    // Own even where a database is called __proto__.
    Object.defineProperty(kept, database, { value: list.slice(0, MOST), enumerable: true, configurable: true, writable: true });
    localStorage.setItem(KEPT, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

/** Adds a question, or brings it to the front. */
export function add(database, question) {
  const others = entries(database).filter((one) => one.question !== question);
  return keep(database, [{ question, at: Date.now() }, ...others]);
}

/** Draws the list into `place`: onAsk(question) where one is chosen again. */
export function show(place, database, onAsk) {
  const list = entries(database);
  const again = () => show(place, database, onAsk);
  const remove = (question) => {
    keep(database, entries(database).filter((one) => one.question !== question));
    again();
    (place.querySelector("button") ?? place).focus();
  };
  const items = list.map(({ question, at }) =>
    h(
      "li", {},
      h("button", { type: "button", class: "quiet again", title: `Ask again (${new Date(at).toLocaleString()})`, onclick: () => onAsk(question) }, question),
      iconButton("bin", `Delete: ${question}`, () => remove(question), { class: "quiet small" }),
    ),
  );
  const clear = h("button", { type: "button", class: "quiet small", onclick: () => {
    keep(database, []);
    again();
    place.focus();
  } }, "Delete all");
  refill(place, items.length ? [h("ul", { class: "past" }, items), clear] : h("p", { class: "quiet-text small" }, "Nothing yet. Questions are kept in this browser only."));
}
