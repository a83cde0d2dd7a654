// Elements out of values. Text always becomes text nodes: nothing here, or in the page, parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element: attributes as given, `on*` as listeners, true as an empty attribute, null and false
 *  as none; children may be nodes, texts, numbers, nested lists, null or false. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" && "value" in element) element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  return element;
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

/** The element with these children in place of those it had. */
export function refill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/** The one element of the page that the selector finds. */
export const $ = (selector, root = document) => root.querySelector(selector);

const DRAWINGS = {
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  stop: "M7 7h10v10H7z",
  edit: "M4 20h4L19.5 8.5l-4-4L4 16zM13.5 6.5l4 4",
  again: "M20 11a8 8 0 1 0-2.3 5.7M20 4v7h-7",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  bin: "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  sliders: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  code: "M9 7l-5 5 5 5M15 7l5 5-5 5",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.8 1.8M17.2 17.2 19 19M19 5l-1.8 1.8M6.8 17.2 5 19",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  down: "M6 9l6 6 6-6",
  check: "M5 12.5l4.5 4.5L19 7.5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  get: "M12 4v11M6.5 10.5 12 16l5.5-5.5M5 20h14",
};

/** A drawing beside a text that says the same: hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon" })) {
    svg.setAttribute(key, value);
  }
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", DRAWINGS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows only a drawing; its name is for screen readers and the tooltip. */
export function iconButton(name, label, onclick, more = {}) {
  return h("button", { type: "button", class: "quiet", "aria-label": label, title: label, onclick, ...more }, icon(name));
}

/** Copies a text, and says so on the button for a moment. */
export function copyButton(text, label = "Copy") {
  const button = h("button", { type: "button", class: "quiet small" }, label);
  button.addEventListener("click", async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
    } catch {
      said = "Not allowed: select and copy it";
    }
    button.textContent = said;
    announce(said);
    setTimeout(() => (button.textContent = label), 1600);
  });
  return button;
}

/** Tells screen readers, politely and in turn, what has happened. */
export function announce(text) {
  const place = $("#announcer");
  place.append(h("span", {}, text));
  while (place.children.length > 12) place.firstChild.remove();
}

/** Bytes as people read them (10^3, as disks are sold). */
export function size(bytes) {
  if (bytes === null || bytes === undefined) return "size unknown";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let step = 0;
  while (bytes >= 1000 && step < units.length - 1) {
    bytes /= 1000;
    step += 1;
  }
  return `${step > 1 ? bytes.toFixed(bytes < 10 ? 2 : 1) : Math.round(bytes)} ${units[step]}`;
}
