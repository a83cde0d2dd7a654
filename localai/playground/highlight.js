// Colours for code: tokens in spans, always as text nodes. It must not know where the code is from.
//
// Each expression matches at one place and never fails after it has begun, so that time grows with
// the length of the text alone, whatever the text is: what has no end reaches to the end.

const LONGEST = 200_000; // characters; more is shown without colours

const words = (text) => new Set(text.split(/\s+/));
const DOUBLE = String.raw`"(?:[^"\\\n]+|\\[^])*"?`;
const SINGLE = String.raw`'(?:[^'\\\n]+|\\[^])*'?`;
const NUMBER = String.raw`\d(?:[\w.]|(?<=[eE])[+-])*`;
const WORD = String.raw`[\p{L}_$][\p{L}\p{N}_$]*`;

const grammar = (comment, string, keywords, more = {}) => ({
  tokens: new RegExp(`(?<c>${comment})|(?<s>${string})|(?<n>${NUMBER})|(?<w>${more.word ?? WORD})|\\s+|[^]`, "uy"),
  keywords,
  fold: more.fold ? (word) => word.toLowerCase() : (word) => word,
  keys: more.keys ?? false,
});

const NOTHING = "(?!)";
const GRAMMARS = {
  json: grammar(NOTHING, DOUBLE, words("true false null"), { keys: true }),
  sql: grammar(
    String.raw`--[^\n]*|/\*[^]*?(?:\*/|$)`,
    String.raw`'(?:[^']+|'')*'?`,
    words(`select from where group by having order limit offset join left right full inner outer
      cross on using as and or not in is null like ilike between exists case when then else end
      distinct union all intersect except with recursive asc desc nulls first last over partition
      rows range values cast interval date timestamp extract filter true false insert update delete
      create drop alter into set table`),
    // A name in quotes is one word, whatever is in it.
    { fold: true, word: String.raw`"(?:[^"]+|"")*"?|` + WORD },
  ),
  python: grammar(
    String.raw`#[^\n]*`,
    String.raw`"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|${DOUBLE}|${SINGLE}`,
    words(`and as assert async await break class continue def del elif else except finally for from
      global if import in is lambda match nonlocal not or pass raise return try while with yield
      True False None`),
  ),
  javascript: grammar(
    String.raw`//[^\n]*|/\*[^]*?(?:\*/|$)`,
    "`(?:[^`\\\\]+|\\\\[^])*`?|" + `${DOUBLE}|${SINGLE}`,
    words(`async await break case catch class const continue default delete do else export extends
      finally for from function if import in instanceof let new null of return static super switch
      this throw true false try typeof undefined var void while yield`),
  ),
  bash: grammar(
    String.raw`(?<![^\s;&|(])#[^\n]*`,
    String.raw`'[^']*'?|"(?:[^"\\]+|\\[^])*"?|\\[^]`,
    words(`if then else elif fi for in do done while until case esac function export local return
      curl echo cd pip npm node python`),
    { word: String.raw`-{1,2}[A-Za-z][\w-]*|[\p{L}_][\w./-]*` },
  ),
};
const ALIASES = { py: "python", js: "javascript", mjs: "javascript", ts: "javascript", typescript: "javascript", sh: "bash", shell: "bash", zsh: "bash", console: "bash", postgresql: "sql", sqlite: "sql" };

/** The text as a DocumentFragment: keywords, strings, numbers and comments in spans of the classes
 *  k, s, n and c. A language that is not known, and what is very long, is plain text. */
export function highlight(text, language) {
  const fragment = document.createDocumentFragment();
  const asked = String(language ?? "").toLowerCase();
  const name = Object.hasOwn(ALIASES, asked) ? ALIASES[asked] : asked;
  if (!Object.hasOwn(GRAMMARS, name) || text.length > LONGEST) {
    fragment.append(text);
    return fragment;
  }
  let plain = "";
  for (const [kind, token] of tokens(text, name)) {
    if (!kind) {
      plain += token;
      continue;
    }
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = token;
    fragment.append(plain, span);
    plain = "";
  }
  fragment.append(plain);
  return fragment;
}

/** [kind, token] pairs that together are the text in a language that is known; the kind is "" for
 *  what has no colour. */
export function* tokens(text, language) {
  const { tokens: shared, keywords, fold, keys } = GRAMMARS[language];
  // Its own place in its own text: another may be read while this one waits.
  const expression = new RegExp(shared);
  for (let found; (found = expression.exec(text)); ) {
    const { c, s, n, w } = found.groups;
    if (c) yield ["c", c];
    else if (s) yield [keys && isKey(text, expression.lastIndex) ? "k" : "s", s];
    else if (n) yield ["n", n];
    else yield [w && keywords.has(fold(w)) ? "k" : "", found[0]];
    if (expression.lastIndex >= text.length) return;
  }
}

function isKey(text, at) {
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  return text[at] === ":";
}
