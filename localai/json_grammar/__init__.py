"""Owns JSON Schema as a grammar: what GBNF can hold is held, the rest is verified afterwards.

It must not know models, prompts or wire formats.
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
