// Markdown to elements. Model output is never HTML: tags stay text, links lead to http(s) only and
// show where, and nothing is loaded. `render` replaces only the blocks that have changed.

import { h, copyButton } from "./dom.js";

const LONGEST_INLINE = 8000; // characters; what is longer stays plain, lest marks without an end cost time
const DEEPEST = 6;

// Of these none takes more time than a line is long: what could match one place in many ways is read
// by hand below, for a line of a thousand blanks must not hold up the page.
const FENCE = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})\s/;
const RULE = /^ {0,3}([-*_])(\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const DASHES = /^:?-+:?$/;

/** Shows a text inside an element; called again with a longer text it keeps what stands. Returns
 *  the texts of the blocks that are finished, all but the last. */
export function render(element, text) {
  const blocks = split(text.replace(/\r\n?/g, "\n").split("\n"));
  const shown = element.blocks ?? [];
  let same = 0;
  while (same < blocks.length && same < shown.length && blocks[same].source === shown[same]) same += 1;
  for (const [i, block] of blocks.slice(same).entries()) {
    const stands = element.childNodes[same + i];
    if (stands) become(stands, nodeOf(block, 0));
    else element.append(nodeOf(block, 0));
  }
  while (element.childNodes.length > blocks.length) element.lastChild.remove();
  element.blocks = blocks.map((block) => block.source);
  return element.blocks.slice(0, -1);
}

/** Makes a node that stands like a fresh one. What is the same at its beginning stays, so that of a
 *  long list or much code only the end is laid out anew with each token. */
function become(stands, fresh) {
  if (stands.nodeType !== Node.ELEMENT_NODE || !stands.cloneNode(false).isEqualNode(fresh.cloneNode(false))) return stands.replaceWith(fresh);
  const [were, are] = [[...stands.childNodes], [...fresh.childNodes]];
  let same = 0;
  while (same < were.length && same < are.length && were[same].isEqualNode(are[same])) same += 1;
  if (same < were.length && same < are.length) {
    become(were[same], are[same]);
    same += 1;
  }
  for (const node of were.slice(same)) node.remove();
  return stands.append(...are.slice(same));
}

/** Lines to blocks {kind, lines, source, ...}. */
function split(lines) {
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    const block = fence(lines, at) ?? single(lines, at) ?? table(lines, at) ?? group(lines, at) ?? paragraph(lines, at);
    block.source = `${block.kind}\n${lines.slice(at, block.end).join("\n")}`;
    blocks.push(block);
    at = block.end;
  }
  return blocks;
}

function fence(lines, at) {
  const open = FENCE.exec(lines[at]);
  if (!open) return null;
  let end = at + 1;
  while (end < lines.length && !(lines[end].trim().startsWith(open[1]) && !lines[end].trim().slice(open[1].length).replaceAll(open[1][0], ""))) end += 1;
  return { kind: "code", language: /^[\w+#.-]*/.exec(open[2].trim())[0], lines: lines.slice(at + 1, end), end: Math.min(end + 1, lines.length) };
}

function single(lines, at) {
  const heading = HEADING.exec(lines[at]);
  if (heading) return { kind: "heading", level: heading[1].length, lines: [headed(lines[at].slice(heading[0].length))], end: at + 1 };
  return RULE.test(lines[at]) ? { kind: "rule", lines: [], end: at + 1 } : null;
}

/** A heading's text, without the marks that may close it. */
function headed(rest) {
  const text = rest.trim();
  let end = text.length;
  while (text[end - 1] === "#") end -= 1;
  return end && text[end - 1].trim() ? text : text.slice(0, end).trimEnd();
}

const cellsOf = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

function table(lines, at) {
  if (!lines[at].includes("|") || at + 1 >= lines.length || !cellsOf(lines[at + 1]).every((cell) => DASHES.test(cell))) return null;
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|")) end += 1;
  return { kind: "table", lines: [lines[at], ...lines.slice(at + 2, end)], end };
}

function group(lines, at) {
  const kind = QUOTE.test(lines[at]) ? "quote" : ITEM.test(lines[at]) ? "list" : null;
  if (!kind) return null;
  let end = at + 1;
  if (kind === "quote") {
    while (end < lines.length && QUOTE.test(lines[end])) end += 1;
    return { kind, lines: lines.slice(at, end).map((line) => QUOTE.exec(line)[1]), end };
  }
  while (end < lines.length && (ITEM.test(lines[end]) || /^\s+\S/.test(lines[end]) || (!lines[end].trim() && ITEM.test(lines[end + 1] ?? "")))) end += 1;
  return { kind, lines: lines.slice(at, end), end };
}

function paragraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !FENCE.test(lines[end]) && !HEADING.test(lines[end]) && !QUOTE.test(lines[end]) && !ITEM.test(lines[end])) end += 1;
  return { kind: "text", lines: lines.slice(at, end), end };
}

function nodeOf(block, depth) {
  switch (block.kind) {
    case "code": return codeBlock(block.lines.join("\n"), block.language);
    case "heading": return h(`h${Math.min(block.level + 2, 6)}`, {}, inline(block.lines[0]));
    case "rule": return h("hr");
    case "table": return tableOf(block.lines);
    case "quote": return h("blockquote", {}, inner(block.lines, depth));
    case "list": return listOf(block.lines, depth);
    default: return h("p", {}, inline(block.lines.join("\n")));
  }
}

const inner = (lines, depth) => (depth >= DEEPEST ? lines.join("\n") : split(lines).map((block) => nodeOf(block, depth + 1)));

/** Code with its language, a copy button, and colours as soon as they are loaded. */
export function codeBlock(text, language = "") {
  const code = h("code", {}, text);
  colour(code, text, language.toLowerCase());
  // What is copied is what stands there by then: it may have grown.
  const head = h("figcaption", {}, h("span", {}, language || "text"), copyButton(() => code.textContent));
  return h("figure", { class: "code" }, head, h("pre", { tabindex: 0, "aria-label": `Code, ${language || "text"}` }, code));
}

const ALIASES = { js: "javascript", mjs: "javascript", ts: "javascript", typescript: "javascript", py: "python", sh: "bash", shell: "bash", postgresql: "sql", postgres: "sql", sqlite: "sql" };
let highlight = null; // once it is loaded

function colour(code, text, language) {
  const known = ALIASES[language] ?? language;
  if (!["json", "sql", "python", "javascript", "bash"].includes(known) || text.length > 50_000) return;
  if (highlight) return void code.replaceChildren(highlight(text, known));
  import("./highlight.js").then((loaded) => {
    highlight = loaded.highlight;
    // It may have grown meanwhile: then the next drawing colours it.
    if (code.textContent === text) code.replaceChildren(highlight(text, known));
  }, () => {}); // without colours it is the same text
}

function listOf(lines, depth) {
  const first = ITEM.exec(lines[0]);
  const indent = first[1].length;
  const items = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item && item[1].length <= indent + 1) items.push([item[3]]);
    else items.at(-1).push(line.replace(new RegExp(`^\\s{0,${indent + 2}}`), ""));
  }
  const ordered = /\d/.test(first[2]);
  const start = ordered ? parseInt(first[2], 10) : null;
  return h(ordered ? "ol" : "ul", start !== null && start !== 1 ? { start } : {}, items.map((own) => h("li", {}, itemOf(own, depth))));
}

function itemOf(lines, depth) {
  const nested = lines.findIndex((line, i) => i && (ITEM.test(line) || FENCE.test(line) || !line.trim()));
  const text = lines.slice(0, nested < 0 ? lines.length : nested).join("\n");
  const task = /^\[([ xX])\]\s+/.exec(text);
  const shown = task ? [task[1] === " " ? "☐ " : "☑ ", inline(text.slice(task[0].length))] : inline(text);
  return [shown, nested < 0 ? null : inner(lines.slice(nested), depth)];
}

function tableOf(lines) {
  const rows = lines.map((line) => cellsOf(line).map((cell) => inline(cell)));
  const row = (cells, tag) => h("tr", {}, cells.map((cell) => h(tag, tag === "th" ? { scope: "col" } : {}, cell)));
  const body = rows.slice(1).map((cells) => row(cells, "td"));
  return h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Table" }, h("table", {}, h("thead", {}, row(rows[0], "th")), h("tbody", {}, body)));
}

const INLINE = /\\([!-/:-@[-`{-~])|(`+)([^`](?:[\s\S]*?[^`])?)\2(?!`)|!?\[([^\]\n]{0,500})\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s+"[^"\n]*")?\s*\)|(\*\*\*|\*\*|\*|~~|(?<![\p{L}\p{N}])(?:__|_))(?=\S)([^\n]*?(?:\n[^\n]+?)*?[^\s*_~]|[^\n]*?\S)\6(?![\p{L}\p{N}]*_)|(https?:\/\/[^\s<>"'`|\\^{}]+[^\s<>"'`|\\^{}.,;:!?)\]*_~])/gu;

/** A run of text as nodes. */
export function inline(text, depth = 0) {
  if (text.length > LONGEST_INLINE || depth > DEEPEST) return [text];
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(...lines(text.slice(last, match.index)), piece(match, depth));
    last = match.index + match[0].length;
  }
  nodes.push(...lines(text.slice(last)));
  return nodes;
}

/** Two blanks at the end of a line, or a backslash, break it. */
function lines(text) {
  return text.split(/(?: {2,}|\\)\n/).flatMap((line, i) => (i ? [h("br"), line] : [line]));
}

function piece(match, depth) {
  const [whole, escaped, , code, label, target, mark, marked, address] = match;
  if (escaped) return escaped;
  if (code !== undefined) return h("code", {}, code.replace(/^ (.*[^ ].*) $/s, "$1"));
  if (label !== undefined) return link(target, label || target, whole, depth);
  if (address) return link(address, address, whole, depth);
  const inside = inline(marked, depth + 1);
  if (mark === "***") return h("strong", {}, h("em", {}, inside));
  if (mark === "~~") return h("s", {}, inside);
  return h(mark.length === 2 ? "strong" : "em", {}, inside);
}

function link(target, label, whole, depth) {
  let url;
  try {
    url = new URL(target);
  } catch {
    return whole;
  }
  if (!["http:", "https:"].includes(url.protocol)) return whole;
  const shown = label === target ? [label] : inline(label.replace(/https?:\/\/\S+/g, "…"), depth + 1);
  const where = label === target ? null : h("span", { class: "where" }, ` (${url.host})`);
  return h("a", { href: url.href, title: url.href, target: "_blank", rel: "noopener noreferrer nofollow" }, shown, where);
}
