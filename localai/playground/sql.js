// The SQL page: a question becomes SQL and rows. It must not know how rows or charts are drawn.

import { choose, draw, told } from "./chart.js";
import { $, announce, copyButton, h, icon, refill } from "./dom.js";
import { csv, download, table } from "./grid.js";
import { highlight } from "./highlight.js";
import { editor, laidOut } from "./sql_editor.js";
import * as history from "./sql_history.js";
import { examples, tree } from "./sql_schema.js";

const OPTIONS = "localai.sql.options";
const MOST_ROWS = 10_000;
const DIALECTS = { sqlite: "SQLite", duckdb: "DuckDB", postgres: "PostgreSQL" };
const NARROW = matchMedia("(max-width: 52rem)");

/** Builds the page into `root`. api: call, json and events of api.js. */
export const mount = (root, { api }) => new Page(root, api).open(null);

const button = (text, onclick, kind = "", more = {}) => h("button", { type: "button", class: kind, onclick, ...more }, text);
const quietly = (text, more = {}) => h("p", { class: "quiet-text", ...more }, text);
const field = (label, input) => h("div", { class: "stack tight" }, h("label", { for: input.id }, label), input);
const fold = (name, ...content) => h("details", { class: "fold", open: !NARROW.matches }, h("summary", {}, name), content);

class Page {
  constructor(root, api) {
    this.api = api;
    this.options = kept();
    this.earlier = null; // what a follow-up goes on from
    this.running = null; // AbortController of what is under way
    this.schema = null;
    this.build(root);
  }

  build(root) {
    this.picker = h("select", { id: "sql-database", onchange: () => {
      this.set({ database: this.picker.value });
      this.open(this.picker.value);
    } });
    this.pickerRow = field("Database", this.picker);
    this.tables = h("div");
    this.asked = h("div", { tabindex: "-1" });
    const side = h("aside", { class: "sql-side", "aria-label": "Database and history" }, this.pickerRow, fold("Tables", this.tables), fold("Asked before", this.asked));
    this.outcome = h("div", { class: "outcome" });
    refill(root, h("div", { class: "sql-page" }, side, h("div", { class: "sql-desk" }, this.form(), this.outcome)));
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.running) this.stop();
    });
  }

  form() {
    this.question = h("textarea", {
      id: "sql-question", rows: 1, maxlength: 4000, placeholder: "Ask about the data, in words", autocomplete: "off",
      onkeydown: (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        this.ask();
      },
    });
    this.go = h("button", { type: "submit", class: "main" }, "Ask");
    this.follow = h("input", { type: "checkbox", id: "sql-follow" });
    this.followText = h("span");
    this.followRow = h("label", { class: "check follow", for: "sql-follow", hidden: true }, this.follow, this.followText);
    const submit = (event) => {
      event.preventDefault();
      if (this.running) this.stop();
      else this.ask();
    };
    return h(
      "form", { class: "asking", onsubmit: submit },
      h("label", { for: "sql-question" }, "Question"),
      h("div", { class: "ask-row" }, this.question, this.go),
      h("div", { class: "row" }, this.followRow, h("span", { class: "grow" }), button("Write SQL yourself", () => this.write(), "link small"), this.settings()),
    );
  }

  settings() {
    const models = h("select", { id: "sql-model" }, h("option", { value: "" }, "The best one here"));
    this.api.json("/localai/models").then(
      ({ models: all }) => {
        for (const one of all.filter((each) => each.downloaded)) models.append(h("option", { value: one.id }, one.id));
        models.value = this.options.model;
        // It may have been removed since it was chosen.
        if (models.selectedIndex < 0) this.set({ model: (models.value = "") });
      },
      // Without the list there is still the default.
      () => {},
    );
    models.addEventListener("change", () => this.set({ model: models.value }));
    // An empty field leaves it to the model.
    const number = (label, name, most, given = {}) => {
      const input = h("input", { id: `sql-${name}`, type: "number", min: 1, max: most, step: 1, value: this.options[name] ?? "", required: !given.placeholder, ...given, onchange: () => {
        const good = input.checkValidity();
        input.setAttribute("aria-invalid", String(!good));
        if (good) this.set({ [name]: input.value === "" ? null : Number(input.value) });
      } });
      return field(`${label} (1 to ${most})`, input);
    };
    return h("details", { class: "more" }, h("summary", {}, "Settings"), h("div", { class: "fields" }, field("Model", models),
      number("Rows at most", "max_rows", MOST_ROWS), number("Seconds at most", "timeout", 600), number("Candidates", "best_of", 16, { placeholder: "automatic" })));
  }

  set(changes) {
    Object.assign(this.options, changes);
    try {
      localStorage.setItem(OPTIONS, JSON.stringify(this.options));
    } catch {
      announce("This browser does not keep the settings: its storage is full or switched off.");
    }
  }

  // Databases

  async open(name) {
    this.stop();
    this.earlier = null;
    this.showFollow();
    refill(this.outcome);
    refill(this.tables, quietly("Reading the tables \u2026"));
    try {
      this.schema = await this.api.json(await this.schemaPath(name));
    } catch (error) {
      refill(this.tables, problem(error), button("Try again", () => this.open(name)));
      return;
    }
    const { database, databases } = this.schema;
    refill(this.picker, databases.map((each) => h("option", { value: each, selected: each === database }, each)));
    this.picker.value = database;
    this.pickerRow.hidden = databases.length < 2;
    const what = `${databases.length < 2 ? `${database}, ` : ""}${DIALECTS[this.schema.dialect] ?? this.schema.dialect}`;
    refill(this.tables, h("p", { class: "quiet-text small" }, what), tree(this.schema));
    this.showHistory();
    this.showExamples();
    if (!NARROW.matches) this.question.focus();
  }

  // Without a name it is the one that was looked at last, where the server still has it.
  async schemaPath(name) {
    const path = (one) => `/sql/schema?database=${encodeURIComponent(one)}`;
    if (name !== null) return path(name);
    const { databases = [] } = await this.api.json("/sql/databases");
    return path(databases.includes(this.options.database) ? this.options.database : databases[0]);
  }

  showHistory() {
    history.show(this.asked, this.schema.database, (question) => this.askFor(question));
  }

  askFor(question) {
    this.question.value = question;
    this.follow.checked = false;
    this.ask();
  }

  showExamples() {
    const offered = examples(this.schema).map((one) => h("li", {}, button(one, () => this.askFor(one))));
    if (offered.length) refill(this.outcome, h("section", { class: "tries" }, h("h2", {}, "For example"), h("ul", {}, offered)));
  }

  showFollow() {
    this.followRow.hidden = !this.earlier;
    this.follow.checked = false;
    if (this.earlier) this.followText.textContent = `Go on from \u201c${this.earlier.question}\u201d`;
  }

  // Asking

  /** Runs `work(signal)` with the button as a way to stop it; faults are shown where the answer goes. */
  async run(work, place) {
    this.stop();
    const running = new AbortController();
    this.running = running;
    refill(this.go, icon("stop"), "Stop");
    this.outcome.setAttribute("aria-busy", "true");
    try {
      await work(running.signal);
    } catch (error) {
      const shown = running.signal.aborted ? quietly("Stopped.", { role: "status" }) : problem(error);
      if (this.running === running || !this.running) refill(place(), shown);
    } finally {
      if (this.running === running) {
        this.running = null;
        refill(this.go, "Ask");
        this.outcome.removeAttribute("aria-busy");
      }
    }
  }

  stop() {
    this.running?.abort();
  }

  ask() {
    const question = this.question.value.trim();
    if (!question || !this.schema) {
      this.question.focus();
      return;
    }
    const { model, max_rows, timeout, best_of } = this.options;
    const body = { question, database: this.schema.database, max_rows, timeout, best_of, stream: true };
    if (model) body.model = model;
    if (this.follow.checked && this.earlier) body.earlier = this.earlier;
    const status = quietly("The model reads \u2026", { role: "status" });
    const written = h("code", { class: "written", hidden: true });
    refill(this.outcome, status, written);
    if (!history.add(this.schema.database, question)) announce("This browser does not keep the question: its storage is full or switched off.");
    this.showHistory();
    this.run(async (signal) => {
      const response = await this.api.call("/sql", { method: "POST", body, signal });
      let text = "";
      for await (const frame of this.api.events(response)) {
        if (frame.answer) return this.show(frame.answer);
        if (frame.restart) text = "";
        if (frame.progress) status.textContent = `The model reads: ${frame.progress.computed} of ${frame.progress.total} tokens`;
        if (!frame.delta) continue;
        text += frame.delta;
        written.hidden = false;
        // The embedded model writes marks; their names are put in when it has ended.
        status.textContent = /<[a-z]\d+>/.test(text) ? "The model writes; marks such as <t0> become names at its end \u2026" : "The model writes \u2026";
        refill(written, highlight(text.trimStart(), "sql"));
      }
    }, () => this.outcome);
  }

  /** Runs SQL as its user wrote it. */
  runTyped(sql, question, results) {
    const { max_rows, timeout } = this.options;
    const body = { sql, database: this.schema.database, max_rows, timeout };
    refill(results, quietly("Running \u2026", { role: "status" }));
    this.run(async (signal) => {
      const answer = await this.api.json("/sql/run", { method: "POST", body, signal });
      this.remember(question, sql);
      refill(results, this.results(answer, sql, question, results));
      this.tell(answer);
    }, () => results);
  }

  remember(question, sql) {
    this.earlier = sql && question && question.length <= 4000 ? { question, sql } : null;
    this.showFollow();
  }

  // Showing

  show(answer) {
    const question = answer.asked || answer.question;
    if (answer.sql !== null) this.remember(question, answer.model_sql);
    const given = answer.sql === null && answer.declined ? "" : answer.model_sql;
    const { sql, results } = this.desk(given, question);
    refill(results, answer.sql === null ? this.noAnswer(answer) : this.results(answer, answer.model_sql, question, results));
    refill(this.outcome, answer.sql === null && !given ? results : answer.sql === null ? [results, sql] : [sql, results]);
    this.tell(answer);
  }

  /** An empty editor, for who needs no model. */
  write() {
    if (!this.schema) return;
    this.stop();
    const { sql, results } = this.desk("", "");
    refill(this.outcome, sql, results);
    $("textarea", sql).focus();
  }

  /** SQL to edit and run, and the place for what it finds. */
  desk(given, question) {
    const results = h("div", { class: "results stack" });
    const edited = h("span", { class: "quiet-text small", hidden: true }, "Edited, not run yet");
    const run = () => {
      if (!typed.value().trim()) return void $("textarea", typed.element).focus();
      edited.hidden = true;
      this.runTyped(typed.value(), question, results);
    };
    const typed = editor(laidOut(given), { onRun: run, label: "SQL", onEdit: () => (edited.hidden = false) });
    const bar = h("div", { class: "row" }, h("h2", {}, "SQL"), edited, h("span", { class: "grow" }), copyButton(typed.value), button("Run", run, "", { title: "Ctrl+Enter" }));
    return { results, sql: h("section", { class: "stack tight", "aria-label": "SQL" }, bar, typed.element) };
  }

  // What there is no answer to says so by itself.
  tell(answer) {
    if (answer.sql !== null) announce(`${counted(answer)}.`);
  }

  noAnswer(answer) {
    const advice = answer.declined || !answer.model_sql
      ? "Say it in other words, with the names of tables and columns as they stand under Tables, choose a larger model in the settings, or write the SQL yourself."
      : "The SQL below is what the model wrote: mend it and run it, or ask in other words.";
    return h("div", { class: "notice", role: "alert" }, h("h2", {}, answer.declined ? "I do not know" : "No answer"), h("p", {}, answer.reason), h("p", {}, advice), this.remarks(answer), figures(answer));
  }

  results(answer, sql, question, results) {
    return [
      answer.explanation && h("p", { class: "explanation" }, answer.explanation),
      answer.unsure && h("p", { class: "notice" }, "Unsure: the model may be wrong here. Read what the SQL does before you trust the rows."),
      this.remarks(answer),
      asItRan(answer, this.schema.dialect),
      answer.columns.length ? this.rows(answer, () => {
        this.set({ max_rows: MOST_ROWS });
        $("#sql-max_rows").value = MOST_ROWS;
        this.runTyped(sql, question, results);
      }) : quietly("It was checked, not run: there is no data here."),
      figures(answer),
    ];
  }

  remarks(answer) {
    return answer.notices.length > 0 && h("ul", { class: "notice" }, answer.notices.map((one) => h("li", {}, one)));
  }

  rows(answer, fetchMore) {
    const { columns, rows } = answer;
    const chart = choose(columns, rows);
    const pane = h("div", { class: "view" });
    let kind = typeof chart === "string" ? "" : chart.kind;
    let watched = null;
    const views = [button("Table", () => see("table"), "quiet small"), button("Chart", () => see("chart"), "quiet small")];
    const drawAs = (name) => {
      kind = name;
      see("chart");
    };
    const kinds = [button("Bars", () => drawAs("bars"), "quiet small"), button("Line", () => drawAs("line"), "quiet small")];
    const group = (label, buttons) => h("span", { class: "choice", role: "group", "aria-label": label }, buttons);
    const kindsGroup = group("Kind of chart", kinds);
    const full = table(columns, rows, counted(answer));

    const see = (view) => {
      this.set({ view });
      press(views, view === "table" ? 0 : 1);
      kindsGroup.hidden = view === "table" || !kind;
      watched?.disconnect();
      if (view === "table") return refill(pane, full);
      if (!kind) return refill(pane, quietly(chart, { role: "status" }));
      press(kinds, kind === "bars" ? 0 : 1);
      let width = 0;
      const redraw = () => {
        const wide = Math.floor(pane.clientWidth);
        if (wide && wide !== width) refill(pane, draw(chart, (width = wide), kind));
      };
      redraw();
      watched = new ResizeObserver(redraw);
      watched.observe(pane);
    };
    const save = () => {
      download(csv(columns, rows), `${this.schema.database}.csv`);
      announce("The rows are saved as CSV.");
    };
    const more = answer.truncated && h("p", { class: "notice" }, `There are more than these ${rows.length} rows. `,
      rows.length < MOST_ROWS ? button(`Fetch up to ${MOST_ROWS}`, fetchMore, "small") : "Ask for fewer, or put a LIMIT and an OFFSET into the SQL.");
    const bar = h("div", { class: "row" }, h("h2", {}, counted(answer)), group("Show as", views), kindsGroup, h("span", { class: "grow" }), button([icon("get"), "CSV"], save, "small"));
    // Its width is known only once it is part of the page.
    queueMicrotask(() => see(rows.length && this.options.view === "chart" && kind ? "chart" : "table"));
    return h("section", { class: "stack tight", "aria-label": "Rows" }, bar, more, pane, kind && h("p", { class: "unseen" }, told(chart)));
  }
}

const press = (buttons, which) => buttons.forEach((button, at) => button.setAttribute("aria-pressed", String(at === which)));

function counted(answer) {
  const { length } = answer.rows;
  return `${answer.truncated ? "First " : ""}${length === 0 ? "No rows" : length === 1 ? "1 row" : `${length} rows`}`;
}

function asItRan(answer, dialect) {
  const plain = (sql) => sql.replace(/\s+/g, " ").trim();
  if (answer.sql === null || plain(answer.sql) === plain(answer.model_sql)) return null;
  return h("details", { class: "more" }, h("summary", {}, `As it ran in ${DIALECTS[dialect] ?? dialect}`), h("code", { class: "written" }, highlight(answer.sql, "sql")));
}

function figures(answer) {
  const parts = [answer.model || "Your SQL"];
  if (answer.confidence !== null) parts.push(`confidence ${Math.round(answer.confidence * 100)} %`);
  if (answer.usage) parts.push(`${answer.usage.prompt_tokens} tokens read, ${answer.usage.completion_tokens} written`);
  if (answer.model_seconds) parts.push(`model ${answer.model_seconds.toFixed(2)} s`);
  parts.push(`database ${answer.database_seconds.toFixed(2)} s`);
  if (answer.retries) parts.push(`${answer.retries + 1} tries`);
  return quietly(parts.join(" \u00b7 "), { class: "quiet-text small" });
}

function problem(error) {
  return h("div", { class: "notice bad", role: "alert" }, h("p", {}, error.message), error.hint && h("p", {}, error.hint));
}

function kept() {
  const usual = { model: "", max_rows: 1000, timeout: 30, best_of: null, view: "table", database: "" };
  try {
    return { ...usual, ...JSON.parse(localStorage.getItem(OPTIONS)) };
  } catch {
    return usual;
  }
}
