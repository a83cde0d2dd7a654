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

/** What to draw: {kind: "bars" or "line", labels, places, series: [{name, values}], of, remarks};
 *  or a sentence that says why there is nothing to. */
export function choose(columns, rows) {
  if (!rows.length) return "There is nothing to draw: the query found no rows.";
  const all = columns.map((_, at) => at);
  const numbers = all.filter((at) => isNumeric(rows, at));
  if (!numbers.length) return "There is nothing to draw: no column has numbers.";
  const isMoment = (at) => (numbers.includes(at) ? ORDERED.test(columns[at]) : rows.every((row) => MOMENT.test(row[at])));
  const moment = numbers.length === 1 ? all.find((at) => at !== numbers[0] && isMoment(at)) : all.find(isMoment);
  const measured = numbers.filter((at) => at !== moment);
  let values = measured.filter((at) => !KEY.test(columns[at]));
  if (!values.length) values = measured.slice(-1);
  if (rows.length === 1) return oneRow(columns, rows[0], values);
  if (!values.length) return "There is nothing to draw: beside the numbers, no column has labels or dates.";
  if (moment !== undefined && isDistinct(rows, moment)) return timeLine(columns, rows, moment, values);
  const labels = all.filter((at) => at === moment || !numbers.includes(at));
  if (labels.length) return bars(columns, rows, labels, values);
  const [first, ...rest] = numbers;
  if (!rest.length) return "There is nothing to draw: beside the numbers, no column has labels or dates.";
  return isRising(rows, first) ? timeLine(columns, rows, first, rest) : bars(columns, rows, [first], rest);
}

const isDistinct = (rows, at) => new Set(rows.map((row) => row[at])).size === rows.length;
const isRising = (rows, at) => rows.every((row, index) => isNumber(row[at]) && (!index || rows[index - 1][at] < row[at]));
const valueOf = (cell) => (cell === null ? null : Number(cell));
const named = (cell) => (cell === null ? "NULL" : String(cell));

function oneRow(columns, row, values) {
  if (values.length < 2) return "There is nothing to draw: one row with one number.";
  const series = [{ name: "", values: values.map((at) => valueOf(row[at])) }];
  return { kind: "bars", labels: values.map((at) => columns[at]), series, of: "", remarks: [] };
}

function timeLine(columns, rows, axis, values) {
  const placed = rows.map((row, index) => ({ row, place: place(row[axis], index) })).sort((one, other) => one.place - other.place);
  const series = placed.map(({ row }) => valueOf(row[values[0]]));
  return {
    kind: "line",
    labels: shortened(placed.map(({ row }) => named(row[axis]))),
    places: placed.map((each) => each.place),
    series: [{ name: columns[values[0]], values: series }],
    of: columns[axis],
    remarks: leftOut(columns, values.slice(1)),
  };
}

// Days that are all the first of a month are months; moments that are all midnight are days.
function shortened(labels) {
  if (labels.every((label) => /^\d{4}-\d\d-01([ T]00:00.*)?$/.test(label))) return labels.map((label) => label.slice(0, 7));
  return labels.every((label) => /^\d{4}-\d\d-\d\d[ T]00:00/.test(label)) ? labels.map((label) => label.slice(0, 10)) : labels;
}

// Where a moment or a number is on the x axis.
function place(cell, index) {
  if (isNumber(cell)) return Number(cell);
  const parts = /^(\d{4})-([QW])(\d+)$/.exec(cell);
  if (parts) return Date.UTC(parts[1], parts[2] === "Q" ? (parts[3] - 1) * 3 : 0, parts[2] === "Q" ? 1 : 1 + (parts[3] - 1) * 7);
  const time = Date.parse(String(cell).replace(" ", "T"));
  return Number.isNaN(time) ? index : time;
}

function bars(columns, rows, labels, values) {
  const few = rows.slice(0, MOST_BARS);
  const grouped = values.length > 1 && values.length <= MOST_SERIES && few.length <= MOST_GROUPS && areAlike(few, values);
  const chosen = grouped ? values : values.slice(0, 1);
  const remarks = leftOut(columns, values.slice(chosen.length));
  if (few.length < rows.length) remarks.push(`Only the first ${few.length} of ${rows.length} rows are drawn.`);
  return {
    kind: "bars",
    labels: few.map((row) => labels.map((at) => named(row[at])).join(", ")),
    series: chosen.map((at) => ({ name: columns[at], values: few.map((row) => valueOf(row[at])) })),
    of: labels.map((at) => columns[at]).join(", "),
    remarks,
  };
}

// Whether bars of these columns can be compared on one scale.
function areAlike(rows, values) {
  const sizes = values.map((at) => Math.max(...rows.map((row) => Math.abs(valueOf(row[at]) ?? 0))));
  return Math.min(...sizes) * 20 >= Math.max(...sizes);
}

const leftOut = (columns, left) => (left.length ? [`Not drawn: ${left.map((at) => columns[at]).join(", ")}.`] : []);

/** What the chart shows, in a sentence, for those who do not see it. */
export function told(chart, kind = chart.kind) {
  const what = kind === "line" ? "Line" : "Bars";
  const parts = chart.series.map(({ name, values }) => {
    const there = values.map((value, at) => ({ value, label: chart.labels[at] })).filter((one) => one.value !== null);
    if (!there.length) return `${name}: no values`;
    const least = there.reduce((a, b) => (b.value < a.value ? b : a));
    const most = there.reduce((a, b) => (b.value > a.value ? b : a));
    return `${name ? `${name}: ` : ""}least ${shown(least.value, places([least.value]))} (${least.label}), most ${shown(most.value, places([most.value]))} (${most.label})`;
  });
  return `${what}, ${chart.labels.length} values${chart.of ? ` by ${chart.of}` : ""}. ${parts.join("; ")}. The table has all of them.`;
}

const places = (values) => decimals(values.filter((value) => value !== null));

/** The drawing, `width` pixels wide, as a figure with its words. */
export function draw(chart, width, kind = chart.kind) {
  const svg = kind === "line" ? line(chart, width) : barred(chart, width);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", told(chart, kind));
  const names = chart.series.map((one) => one.name);
  const legend = names.map((name, at) => name && h("span", { class: `legend series${at}` }, name));
  return h("figure", { class: "chart" }, h("p", { class: "legends" }, legend, chart.of && h("span", { class: "quiet-text" }, `by ${chart.of}`)), svg, chart.remarks.map((one) => h("p", { class: "quiet-text small" }, one)));
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

function barred(chart, width) {
  const { labels, series } = chart;
  const all = series.flatMap((one) => one.values);
  const digits = places(all);
  const texts = series.map((one) => one.values.map((value) => (value === null ? "NULL" : shown(value, digits))));
  const longest = Math.max(...texts.flat().map((text) => text.length)) * CHAR + 10;
  const wanted = Math.max(...labels.map((label) => Array.from(label).length)) * CHAR + 10;
  const left = Math.min(wanted, width * 0.38);
  const low = Math.min(0, ...all);
  const high = Math.max(0, ...all);
  const signed = low < 0;
  const room = Math.max(30, width - left - longest * (signed ? 2 : 1));
  const x = (value) => left + (signed ? longest : 0) + (room * (value - low)) / (high - low || 1);
  const thick = series.length > 1 ? 13 : 18;
  const step = thick * series.length + 10;
  const height = step * labels.length + 4;
  const svg = s("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  labels.forEach((label, at) => {
    const top = at * step + 4;
    const middle = top + (thick * series.length) / 2;
    svg.append(s("text", { x: left - 8, y: middle, class: "label end" }, fitted(label, left - 8), s("title", {}, label)));
    series.forEach(({ name, values }, which) => {
      const value = values[at];
      const y = top + which * thick;
      const from = Math.min(x(0), x(value ?? 0));
      const bar = s("rect", { x: from, y, width: Math.max(value ? 1 : 0, Math.abs(x(value ?? 0) - x(0))), height: thick - 2, rx: 2, class: `series${which}` });
      bar.append(s("title", {}, `${label}${name ? `, ${name}` : ""}: ${value ?? "NULL"}`));
      const negative = value < 0;
      svg.append(bar, s("text", { x: x(value ?? 0) + (negative ? -5 : 5), y: y + thick / 2 - 1, class: `value${negative ? " end" : ""}` }, texts[which][at]));
    });
  });
  svg.append(s("line", { x1: x(0), x2: x(0), y1: 0, y2: height, class: "axis" }));
  return svg;
}

function line(chart, width) {
  const height = Math.min(340, Math.max(220, width * 0.42));
  const all = chart.series.flatMap((one) => one.values).filter((value) => value !== null);
  const ticks = scale(Math.min(...all), Math.max(...all));
  const digits = places(ticks);
  const names = ticks.map((tick) => shown(tick, digits));
  const left = Math.max(...names.map((name) => name.length)) * CHAR + 12;
  const right = 16;
  const bottom = 26;
  const top = 10;
  const spots = chart.places ?? chart.labels.map((_, at) => at);
  const [first, last] = [spots[0], spots[spots.length - 1]];
  const x = (at) => left + ((width - left - right) * (spots[at] - first)) / (last - first || 1);
  const low = ticks[0];
  const y = (value) => height - bottom - ((height - top - bottom) * (value - low)) / (ticks[ticks.length - 1] - low || 1);
  const svg = s("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  ticks.forEach((tick, at) => {
    svg.append(s("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick), class: tick === 0 ? "axis" : "rule" }));
    svg.append(s("text", { x: left - 8, y: y(tick), class: "value end" }, names[at]));
  });
  for (const at of spaced(chart.labels, x, width)) {
    const anchor = at === 0 ? "" : at === chart.labels.length - 1 ? " end" : " centre";
    svg.append(s("text", { x: x(at), y: height - 8, class: `value${anchor}` }, fitted(chart.labels[at], 140)));
  }
  chart.series.forEach(({ name, values }, which) => {
    let path = "";
    values.forEach((value, at) => {
      // What is missing is a gap, not a line through it.
      if (value !== null) path += `${at && values[at - 1] !== null ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    });
    svg.append(s("path", { d: path, class: `line series${which}` }));
    values.forEach((value, at) => {
      if (value === null || values.length > 400) return;
      const dot = s("circle", { cx: x(at), cy: y(value), r: values.length > 60 ? 2 : 3.5, class: `series${which}` });
      dot.append(s("title", {}, `${chart.labels[at]}${name ? `, ${name}` : ""}: ${value}`));
      svg.append(dot);
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
