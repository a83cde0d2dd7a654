// Rows as bars or a line, drawn as SVG. What is drawn follows from the columns' kinds alone.

import { h } from "./dom.js";
import { decimals, isNumber, isNumeric, shown } from "./grid.js";

const MOMENT = /^\d{4}(-(\d\d(-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d(:?\d\d)?|Z)?)?)?|Q[1-4]|W\d\d))?$/;
// Numbers under such names have an order in time, and stand below a line rather than above it.
const ORDERED = /(^|[_ ])(year|quarter|month|week|day|hour|minute|decade)s?$/i;
// Numbers under such names only tell rows apart.
const KEY = /(^|[_ ])(id|no|nr|code|key)$|[a-z]I[dD]$/;
const MOST_BARS = 40;
const MOST_SERIES = 3;
const MOST_GROUPS = 12;
const MOST_DOTS = 400;

/** What to draw: {kind: "bars" or "line", labels, places, series: [{name, values}], of, remarks};
 *  or a sentence that says why there is nothing to. */
export function choose(columns, rows) {
  const all = columns.map((_, at) => at);
  const numbers = all.filter((at) => isNumeric(rows, at));
  if (!rows.length) return "There is nothing to draw: the query found no rows.";
  if (!numbers.length) return "There is nothing to draw: no column has numbers.";
  const isMoment = (at) => (numbers.includes(at) ? numbers.length > 1 && ORDERED.test(columns[at]) : rows.every((row) => MOMENT.test(row[at])));
  const moment = all.find(isMoment);
  const measured = numbers.filter((at) => at !== moment);
  let values = measured.filter((at) => !KEY.test(columns[at]));
  if (!values.length) values = measured.slice(-1);
  if (rows.length === 1) return oneRow(columns, rows[0], values);
  if (moment !== undefined && isDistinct(rows, moment)) return timeLine(columns, rows, moment, values);
  const labels = all.filter((at) => at === moment || !numbers.includes(at));
  if (labels.length) return bars(columns, rows, labels, values);
  const [first, ...rest] = numbers;
  if (!rest.length) return "There is nothing to draw: beside the numbers, no column has labels or dates.";
  return isRising(rows, first) ? timeLine(columns, rows, first, rest) : bars(columns, rows, [first], rest);
}

const isDistinct = (rows, at) => new Set(rows.map((row) => row[at])).size === rows.length;
const isRising = (rows, at) => rows.every((row, index) => isNumber(row[at]) && (!index || rows[index - 1][at] < row[at]));
const named = (cell) => (cell === null ? "NULL" : String(cell));
const leftOut = (columns, left) => (left.length ? [`Not drawn: ${left.map((at) => columns[at]).join(", ")}.`] : []);
const column = (rows, at, name) => ({ name, values: rows.map((row) => (row[at] === null ? null : Number(row[at]))) });

function oneRow(columns, row, values) {
  if (values.length < 2) return "There is nothing to draw: one row with one number.";
  const turned = values.map((at) => [row[at]]);
  return { kind: "bars", labels: values.map((at) => columns[at]), series: [column(turned, 0, "")], of: "", remarks: [] };
}

function timeLine(columns, rows, axis, [first, ...others]) {
  const placed = rows.map((row, index) => [place(row[axis], index), row]).sort((one, other) => one[0] - other[0]);
  const sorted = placed.map(([, row]) => row);
  return {
    kind: "line",
    labels: shortened(sorted.map((row) => named(row[axis]))),
    places: placed.map(([at]) => at),
    series: [column(sorted, first, columns[first])],
    of: columns[axis],
    remarks: leftOut(columns, others),
  };
}

// Days that are all the first of a month are months; moments that are all midnight are days.
function shortened(labels) {
  if (labels.every((label) => /^\d{4}-\d\d-01([ T]00:00.*)?$/.test(label))) return labels.map((label) => label.slice(0, 7));
  return labels.every((label) => /^\d{4}-\d\d-\d\d[ T]00:00/.test(label)) ? labels.map((label) => label.slice(0, 10)) : labels;
}

// Where a moment or a number is on the x axis.
function place(cell, index) {
  if (isNumber(cell)) return cell;
  const [, year, unit, count] = /^(\d{4})-([QW])(\d+)$/.exec(cell) ?? [];
  if (unit) return unit === "Q" ? Date.UTC(year, (count - 1) * 3) : Date.UTC(year, 0, 1 + (count - 1) * 7);
  const time = Date.parse(String(cell).replace(" ", "T"));
  return Number.isNaN(time) ? index : time;
}

function bars(columns, rows, labels, values) {
  const few = rows.slice(0, MOST_BARS);
  const every = values.map((at) => column(few, at, columns[at]));
  const grouped = every.length <= MOST_SERIES && few.length <= MOST_GROUPS && areAlike(every);
  const series = grouped ? every : every.slice(0, 1);
  const remarks = leftOut(columns, values.slice(series.length));
  if (few.length < rows.length) remarks.push(`Only the first ${few.length} of ${rows.length} rows are drawn.`);
  const names = few.map((row) => labels.map((at) => named(row[at])).join(", "));
  return { kind: "bars", labels: names, series, of: labels.map((at) => columns[at]).join(", "), remarks };
}

// Whether bars of these series can be compared on one scale.
function areAlike(series) {
  const sizes = series.map(({ values }) => Math.max(...values.map(Math.abs)));
  return Math.min(...sizes) * 20 >= Math.max(...sizes);
}

/** What the chart shows, in a sentence, for those who do not see it. */
export function told({ kind, labels, series, of }, drawnAs = kind) {
  const parts = series.map(({ name, values }) => {
    const order = values.map((_, at) => at).filter((at) => values[at] !== null).sort((one, other) => values[one] - values[other]);
    const say = (at) => `${shown(values[at], digits([values[at]]))} (${labels[at]})`;
    return `${name}${name && ": "}least ${say(order[0])}, most ${say(order.at(-1))}`;
  });
  return `${drawnAs === "line" ? "Line" : "Bars"}, ${labels.length} values${of && ` by ${of}`}. ${parts.join("; ")}. The table has all of them.`;
}

const digits = (values) => decimals(values.filter((value) => value !== null));

/** The drawing, `width` pixels wide, as a figure with its words. */
export function draw(chart, width, kind = chart.kind) {
  const svg = kind === "line" ? line(chart, width) : barred(chart, width);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", told(chart, kind));
  const legend = chart.series.map(({ name }, at) => name && h("span", { class: `legend series${at}` }, name));
  const remarks = chart.remarks.map((one) => h("p", { class: "quiet-text small" }, one));
  return h("figure", { class: "chart" }, h("p", { class: "legends" }, legend, chart.of && h("span", { class: "quiet-text" }, `by ${chart.of}`)), svg, remarks);
}

function s(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const CHAR = 6.9; // pixels of a character at 12 px, about; texts are cut by it
const fitted = (text, pixels) => {
  const most = Math.max(3, Math.floor(pixels / CHAR));
  const chars = Array.from(text.replace(/\s+/g, " "));
  return chars.length > most ? `${chars.slice(0, most - 1).join("")}\u2026` : chars.join("");
};

const canvas = (width, height) => s("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
const words = (x, y, kind, text, most = Infinity) => s("text", { x, y, class: kind }, fitted(text, most), s("title", {}, text));
const titled = (element, label, name, value) => {
  element.append(s("title", {}, `${label}${name && `, ${name}`}: ${value ?? "NULL"}`));
  return element;
};

function barred({ labels, series }, width) {
  const all = series.flatMap((one) => one.values);
  const places = digits(all);
  const text = (value) => (value === null ? "NULL" : shown(value, places));
  const longest = Math.max(...all.map((value) => text(value).length)) * CHAR + 10;
  const left = Math.min(width * 0.38, Math.max(...labels.map((label) => Array.from(label).length)) * CHAR + 10);
  const low = Math.min(0, ...all);
  const before = low < 0 ? longest : 0; // what stands left of bars that go there
  const unit = Math.max(30, width - left - longest - before) / (Math.max(0, ...all) - low || 1);
  const x = (value) => left + before + (value - low) * unit;
  const thick = series.length > 1 ? 13 : 18;
  const step = thick * series.length + 10;
  const svg = canvas(width, step * labels.length + 4);
  labels.forEach((label, at) => {
    const top = at * step + 4;
    svg.append(words(left - 8, top + (thick * series.length) / 2, "label end", label, left - 8));
    series.forEach(({ name, values }, which) => {
      const [value, y] = [values[at], top + which * thick];
      const end = x(value ?? 0);
      const bar = s("rect", { x: Math.min(x(0), end), y, width: Math.max(value ? 1 : 0, Math.abs(end - x(0))), height: thick - 2, rx: 2, class: `series${which}` });
      svg.append(titled(bar, label, name, value), words(end + (value < 0 ? -5 : 5), y + thick / 2 - 1, value < 0 ? "value end" : "value", text(value)));
    });
  });
  svg.append(s("line", { x1: x(0), x2: x(0), y1: 0, y2: step * labels.length + 4, class: "axis" }));
  return svg;
}

function line({ labels, places, series }, width) {
  const [height, right, bottom, top] = [Math.min(340, Math.max(220, width * 0.42)), 16, 26, 10];
  const all = series.flatMap((one) => one.values).filter((value) => value !== null);
  const ticks = scale(Math.min(...all), Math.max(...all));
  const names = ticks.map((tick) => shown(tick, digits(ticks)));
  const left = Math.max(...names.map((name) => name.length)) * CHAR + 12;
  const spots = places ?? labels.map((_, at) => at);
  const x = (at) => left + ((width - left - right) * (spots[at] - spots[0])) / (spots.at(-1) - spots[0] || 1);
  const y = (value) => height - bottom - ((height - top - bottom) * (value - ticks[0])) / (ticks.at(-1) - ticks[0] || 1);
  const svg = canvas(width, height);
  ticks.forEach((tick, at) => {
    svg.append(s("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick), class: tick ? "rule" : "axis" }), words(left - 8, y(tick), "value end", names[at]));
  });
  for (const at of spaced(labels, x, width)) {
    svg.append(words(x(at), height - 8, at === 0 ? "value" : at === labels.length - 1 ? "value end" : "value centre", labels[at], 140));
  }
  series.forEach(({ name, values }, which) => {
    // What is missing is a gap, not a line through it.
    const steps = values.map((value, at) => (value === null ? "" : `${at && values[at - 1] !== null ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`));
    svg.append(s("path", { d: steps.join(""), class: `line series${which}` }));
    values.forEach((value, at) => {
      if (value === null || values.length > MOST_DOTS) return;
      svg.append(titled(s("circle", { cx: x(at), cy: y(value), r: values.length > 60 ? 2 : 3.5, class: `series${which}` }), labels[at], name, value));
    });
  });
  return svg;
}

// About five round figures that hold the values; with zero, where it is near enough.
function scale(least, most) {
  const low = least > 0 && least < most * 0.6 ? 0 : least;
  const high = most < 0 && most > least * 0.6 ? 0 : most;
  const rough = (high - low || Math.abs(high) || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 2.5, 5, 10].find((each) => each * power >= rough * 0.999);
  const begin = Math.floor(low / step + 1e-9);
  const count = Math.max(1, Math.ceil(high / step - 1e-9) - begin);
  return Array.from({ length: count + 1 }, (_, at) => Number(((begin + at) * step).toPrecision(12)));
}

// The places of labels that do not touch one another.
function spaced(labels, x, width) {
  const wide = Math.min(140, Math.max(...labels.map((label) => label.length)) * CHAR) + 18;
  const found = [];
  let free = -Infinity;
  const last = labels.length - 1;
  for (let at = 0; at < last; at += 1) {
    const from = x(at) - (at ? wide / 2 : 0);
    if (from < free || x(at) + wide / 2 > width - wide) continue;
    found.push(at);
    free = x(at) + wide / (at ? 2 : 1);
  }
  return [...found, last];
}
