"""Owns JSON Schema as a grammar: what GBNF can hold is held, the rest is verified afterwards.

It must not know models, prompts or wire formats.

Held: types, enum, const, anyOf, $ref within the schema (four levels deep where it comes back to
itself), allOf as far as it can be merged, all keywords of objects, arrays, texts and numbers but
those named next, and the formats of `formats.FORMATS`. Verified at the end, or the answer fails by
the keyword's name: that no more than one of oneOf fits, not, if, contains, unevaluated*, unique
items that no enum lists, patterns with look-around or back references.

Caps: texts and arrays without limits are free, and brought to their end before the tokens run out.
Names of properties that the schema does not give have 64 characters, numbers 15 digits, `minItems`
is 400 at most, what stands around an unanchored pattern 64 characters on each side, and a repeat in
a pattern 1,500. Limits above those are verified (`maxLength` from 100,000, `maxItems` from 400).
An object has 800 properties that may be absent, a union 256 alternatives, a schema 20,000 parts and
1.5 million characters of grammar; more is refused by name.
"""

from __future__ import annotations

from localai.json_grammar.convert import JSONGrammar, to_rules
from localai.json_grammar.rules import Rules
from localai.json_grammar.schema import Unsatisfiable
from localai.json_grammar.verify import verify

__all__ = ["JSONGrammar", "Rules", "Unsatisfiable", "grammar", "to_rules", "verify"]


def grammar(schema: object) -> JSONGrammar:
    """The grammar of JSON texts that fit `schema` ({} fits any object, true any value).

    Raises InvalidRequest where the schema is none, or nothing can fit it.
    """
    rules = Rules()
    root, leftovers = to_rules(schema, rules)
    rules.set("root", root)
    return JSONGrammar(rules.text(), leftovers)
