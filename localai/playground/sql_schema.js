// A database's tables as a tree. It must not know how they are asked about.

import { h } from "./dom.js";

const FEW_VALUES = 12; // are all shown; of more, the first few
const FIRST_VALUES = 4;
const OPEN_UNTIL = 12; // columns in all; with more, tables stand closed at first
const TEXTS = /char|text|clob|enum|^$/i;
const NUMBERS = /int|real|num|dec|float|double|money/i;
const KEYLIKE = /(^|_)id$/i;

/** The tree: a table opens to its columns with kinds, keys and values. */
export function tree(schema) {
  const few = schema.tables.reduce((count, one) => count + one.columns.length, 0) <= OPEN_UNTIL;
  return h("ul", { class: "tree" }, schema.tables.map((one) => h("li", {}, tableOf(one, schema, few))));
}

function tableOf(table, schema, open) {
  const name = table.namespace ? `${table.namespace}.${table.name}` : table.name;
  return h(
    "details", { open },
    h("summary", {}, h("span", { class: "mono" }, name), " ", h("span", { class: "kind" }, table.is_view ? "view" : table.columns.length === 1 ? "1 column" : `${table.columns.length} columns`)),
    table.comment && h("p", { class: "remark" }, table.comment),
    h("ul", { class: "columns" }, table.columns.map((column) => h("li", {}, columnOf(column, table, schema)))),
  );
}

function columnOf(column, table, schema) {
  const to = referred(table.name, column.name, schema);
  const shown = column.values.slice(0, column.values.length > FEW_VALUES ? FIRST_VALUES : FEW_VALUES);
  const more = column.values.length - shown.length;
  return [
    h("span", { class: "mono" }, column.name), " ",
    h("span", { class: "kind" }, column.type.toLowerCase()),
    table.primary_key.includes(column.name) && h("span", { class: "badge" }, "key"),
    to && h("span", { class: "badge" }, `\u2192 ${to}`),
    column.comment && h("p", { class: "remark" }, column.comment),
    shown.length > 0 && h("p", { class: "remark" }, `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`),
  ];
}

function referred(table, column, schema) {
  for (const key of schema.foreign_keys) {
    const at = key.table === table ? key.columns.indexOf(column) : -1;
    if (at >= 0) return `${key.to_table}.${key.to_columns[at]}${key.inferred ? " (by name)" : ""}`;
  }
  return "";
}

// The column that puts the rows into the fewest groups.
const grouping = (table) => table.columns.filter((one) => one.values.length > 1).sort((a, b) => a.values.length - b.values.length)[0];
const spoken = (name) => name.replaceAll("_", " ").toLowerCase();

/** A few questions that these tables answer, for who has none yet. */
export function examples(schema) {
  const found = [];
  for (const table of schema.tables) {
    const group = grouping(table);
    const number = table.columns.find((one) => NUMBERS.test(one.type) && !KEYLIKE.test(one.name));
    if (group && number) found.push(`Average ${spoken(number.name)} of ${spoken(table.name)} by ${spoken(group.name)}`);
  }
  const [first] = schema.tables;
  if (first) found.push(`How many ${spoken(first.name)} are there?`);
  const counted = schema.tables.find(grouping);
  if (counted) found.push(`How many ${spoken(counted.name)} are there in each ${spoken(grouping(counted).name)}?`);
  const listed = schema.tables.find((one) => one.columns.some((column) => /^(name|title)$/i.test(column.name) && TEXTS.test(column.type)));
  if (listed) found.push(`List the ${spoken(listed.columns.find((column) => /^(name|title)$/i.test(column.name)).name)} of all ${spoken(listed.name)}`);
  return [...new Set(found)].slice(0, 4);
}
