// Rows as a table that sorts, and as CSV. A cell's text is a text node, whatever it holds.

import { h, refill } from "./dom.js";

const DRAWN = 200; // rows drawn at once; a button draws the next
const LONG = 400; // characters of a cell shown before it is opened
const SHORT = 24; // characters of a cell that stand on one line
const MOST_DECIMALS = 4; // as in a terminal; files keep them all

export const isNumber = (cell) => typeof cell === "number";
// Whole numbers that JSON's readers would round come as text.
const BIG = /^-?\d{16,}$/;

/** Whether a column's cells are numbers, as far as they are there. */
export function isNumeric(rows, at) {
  const there = rows.map((row) => row[at]).filter((cell) => cell !== null);
  return there.some(isNumber) && there.every((cell) => isNumber(cell) || BIG.test(cell));
}

/** A number with so many decimals, or in powers of ten where those would hide it. */
export function shown(value, decimals = MOST_DECIMALS) {
  const size = Math.abs(value);
  const hidden = value && (size >= 1e15 || size < 0.5 * 10 ** -MOST_DECIMALS) && !Number.isSafeInteger(value);
  return hidden ? value.toExponential(5) : value.toFixed(decimals);
}

/** The decimals that a column of numbers needs, MOST_DECIMALS at most. */
export function decimals(cells) {
  const parts = cells
    .filter((cell) => typeof cell === "number" && !Number.isInteger(cell))
    .map((cell) => cell.toFixed(MOST_DECIMALS).replace(/0+$/, "").split(".")[1]?.length ?? 0);
  return Math.max(0, ...parts);
}

/** A table of the rows: headings sort, numbers stand right, what is missing says NULL. */
export function table(columns, rows, label = "Rows") {
  const kinds = columns.map((_, at) => {
    const numeric = isNumeric(rows, at);
    return { numeric, decimals: numeric ? decimals(rows.map((row) => row[at])) : 0 };
  });
  const body = h("tbody");
  const more = h("button", { type: "button", class: "small", onclick: () => {
    draw(body.rows.length + DRAWN);
    if (more.hidden) more.previousSibling.focus(); // with the last rows the button goes
  } });
  const headings = columns.map((name, at) => heading(name, kinds[at].numeric, () => sortBy(at)));
  let sorted = rows;
  let by = { at: -1, down: false };

  function draw(count) {
    for (const row of sorted.slice(body.rows.length, count)) {
      body.append(h("tr", {}, row.map((cell, at) => drawn(cell, kinds[at]))));
    }
    more.hidden = body.rows.length >= sorted.length;
    more.textContent = `Show ${Math.min(DRAWN, sorted.length - body.rows.length)} more of ${sorted.length} rows`;
  }

  function sortBy(at) {
    // Up, down, and as the query gave them.
    if (by.at !== at) by = { at, down: false };
    else if (!by.down) by = { at, down: true };
    else by = { at: -1, down: false };
    sorted = by.at < 0 ? rows : [...rows].sort((one, other) => compared(one[at], other[at], by.down));
    headings.forEach((each, index) => {
      each.setAttribute("aria-sort", index !== by.at ? "none" : by.down ? "descending" : "ascending");
    });
    const count = Math.max(DRAWN, body.rows.length);
    refill(body);
    draw(count);
  }

  draw(DRAWN);
  const drawnTable = h("table", {}, h("caption", { class: "unseen" }, label), h("thead", {}, h("tr", {}, headings)), body);
  return h("div", {}, h("div", { class: "grid", tabindex: "0", role: "region", "aria-label": label }, drawnTable), more);
}

function heading(name, numeric, onclick) {
  const button = h("button", { type: "button", class: "heading", title: `Sort by ${name}`, onclick }, name || "\u00a0", h("span", { class: "arrow", "aria-hidden": "true" }));
  return h("th", { scope: "col", class: numeric && "number", "aria-sort": "none" }, button);
}

function drawn(cell, kind) {
  if (cell === null) return h("td", { class: kind.numeric && "number" }, h("span", { class: "null" }, "NULL"));
  if (isNumber(cell)) return h("td", { class: "number", title: cell }, kind.numeric ? shown(cell, kind.decimals) : cell);
  const text = String(cell);
  if (text.length <= LONG) return h("td", { class: kind.numeric ? "number" : text.length <= SHORT && "brief" }, text);
  return h("td", {}, h("details", {}, h("summary", {}, `${text.slice(0, 80)}\u2026 (${text.length} characters)`), text));
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** Order of two cells: numbers, then texts, and always last what is missing. */
export function compared(one, other, down = false) {
  if (one === null || other === null) return (one === null) - (other === null);
  const sign = down ? -1 : 1;
  const [left, right] = [one, other].map((cell) => (isNumber(cell) || BIG.test(cell) ? Number(cell) : NaN));
  if (left !== right && !Number.isNaN(left + right)) return left < right ? -sign : sign;
  if (isNumber(one) !== isNumber(other)) return isNumber(one) ? -sign : sign;
  return sign * collator.compare(String(one), String(other));
}

/** The rows as RFC 4180 has them, whole and exact; what is missing is empty, an empty text `""`. */
export function csv(columns, rows) {
  return [columns, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(cell) {
  if (cell === null) return "";
  const text = String(cell);
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Has the browser keep a text as a file. */
export function download(text, name, kind = "text/csv;charset=utf-8") {
  const url = URL.createObjectURL(new Blob([text], { type: kind }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
