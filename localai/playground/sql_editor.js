// SQL that is coloured while it is typed. It must not know what becomes of it.

import { h, refill } from "./dom.js";
import { highlight, tokens } from "./highlight.js";

const CLAUSES = new Set("from where group having order limit union intersect except".split(" "));
const JOINS = new Set("join left right full inner cross".split(" "));
const SHORT = 56; // characters that stay on one line

/** The SQL with a line for each clause, where it came on one line; only spaces change. */
export function laidOut(sql) {
  if (sql.length <= SHORT || sql.includes("\n") || sql.includes("--")) return sql;
  const parts = [...tokens(sql, "sql")].map(([, token]) => token);
  let depth = 0;
  let before = "";
  let text = "";
  parts.forEach((token, at) => {
    const word = token.toLowerCase();
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    const opens = CLAUSES.has(word) || (JOINS.has(word) && !JOINS.has(before) && before !== "outer" && parts[at + 1] !== "(");
    if (depth === 0 && opens && before !== "distinct") text = `${text.trimEnd()}\n`;
    text += token;
    if (token.trim()) before = word;
  });
  return text;
}

/** {element, value(), set(text)}: onRun is called at Ctrl+Enter, onEdit after each change. */
export function editor(text, { onRun, onEdit, label }) {
  const colours = h("code", { class: "colours", "aria-hidden": "true" });
  const area = h("textarea", {
    class: "code", "aria-label": label, spellcheck: "false", autocapitalize: "off", autocomplete: "off", maxlength: 20000,
    oninput: () => {
      paint();
      onEdit();
    },
    onkeydown: (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      onRun();
    },
  });

  // The last line counts only with something on it.
  const paint = () => refill(colours, highlight(area.value, "sql"), "\n");

  function set(value) {
    area.value = value;
    paint();
  }

  set(text);
  return { element: h("div", { class: "editor" }, colours, area), value: () => area.value, set };
}
