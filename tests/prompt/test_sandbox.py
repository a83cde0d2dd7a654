"""Templates that want out, or want all the time and memory there is."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from localai.errors import TemplateError
from localai.prompt import render
from localai.prompt import template as prompt_template
from localai.request import GenerateRequest, Message

ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ messages.__class__.__base__.__subclasses__() }}",
    "{{ ''['__class__']['__mro__'] }}",
    "{{ (''|attr('__class__')).__mro__ }}",
    "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ cycler.__init__.__globals__.os.popen(CMD).read() }}",
    "{{ joiner.__init__.__globals__['__builtins__'].open(PATH, 'w').write('x') }}",
    "{{ namespace.__init__.__globals__.os.system(CMD) }}",
    "{{ lipsum.__globals__['os'].popen(CMD).read() }}",
    "{{ self.__init__.__globals__.__builtins__.__import__('os').system(CMD) }}",
    "{{ self._TemplateReference__context.environment }}",
    "{{ raise_exception.__globals__['__builtins__']['open'](PATH, 'w') }}",
    "{{ strftime_now.__code__ }}",
    "{{ range.__globals__ }}",
    "{{ url_for.__globals__ }}{{ config.items() }}{{ request.application.__globals__ }}",
    "{% for c in [].__class__.__base__.__subclasses__() %}{{ c.__name__ }}{% endfor %}",
    "{{ '{0.__class__.__mro__}'.format('') }}",
    "{{ '{x.__class__}'.format_map({'x': ''}) }}",
    "{% set f = '{0.__class__}'.format %}{{ f('') }}",
    "{{ ['{0.__class__}']|map('format', '')|list }}",
    "{{ '%s' % messages.__class__ }}",
    "{{ messages|map(attribute='__class__')|list }}",
    "{{ messages|map('attr', '__class__')|list }}",
    "{{ messages|selectattr('__class__')|list|length + ''.__class__ }}",
    "{{ messages|sort(attribute='__class__.__mro__') }}",
    "{{ dict(__class__=1).__class__.__subclasses__() }}",
    "{% set ns = namespace() %}{% set ns.__class__ = 1 %}{{ ns.__class__ }}",
    "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m.__init__.__globals__ }}",
    "{{ loop.__class__ }}{% for x in [1] %}{{ loop.__class__.__init__.__globals__ }}{% endfor %}",
    "{% include PATH %}",
    "{% import PATH as x %}{{ x }}",
    "{% extends PATH %}",
    "{{ messages.append({}) }}",
    "{{ messages[0].update({'role': 'system'}) }}",
    "{{ messages[0].clear() }}",
    "{{ environment.globals }}{{ context.environment.loader }}",
    "{{ (1).real.__class__ }}{{ true.__class__.__bases__ }}",
    "{{ ''.encode().__class__ }}",
    "{{ ('x' for x in '')|list }}",
    "{% set x %}{{ ''.__class__ }}{% endset %}{{ x }}",
    "{{ caller.__closure__ }}{{ varargs.__class__ }}{{ kwargs.__class__ }}",
    "{{ messages|groupby('__class__') }}",
    "{{ messages|tojson.__class__ }}",
]

GREEDY = {
    "nested loops": "{% for a in range(99999) %}{% for b in range(99999) %}"
    "{% endfor %}{% endfor %}",
    "loops that print": "{% for a in range(99999) %}{% for b in range(999) %}"
    + "x" * 60_000
    + "{% endfor %}{% endfor %}",
    "text in loops": "{% for a in messages[0].content * 9999 %}"
    "{% for b in messages[0].content * 9999 %}{% endfor %}{% endfor %}",
    "a long range": "{% for i in range(10 ** 12) %}{% endfor %}",
    "recursion": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a recursive tree": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}"
    "{% endmacro %}{{ m(60) }}",
    "a recursive loop": "{% for a in [[1, 1]] recursive %}{{ loop([[1], [1]]) }}{% endfor %}",
    "long text by *": "{{ 'x' * 10 ** 10 }}",
    "a long list by *": "{{ ([0] * 10 ** 10) | length }}",
    "numbers by **": "{{ 9 ** (9 ** 9) }}",
    "numbers by *": "{% set ns = namespace(n=9) %}{% for i in range(60) %}"
    "{% set ns.n = ns.n * ns.n %}{% endfor %}",
    "doubling by +": "{% set ns = namespace(t='x') %}{% for i in range(60) %}"
    "{% set ns.t = ns.t + ns.t %}{% endfor %}",
    "doubling by ~": "{% set ns = namespace(t='x') %}{% for i in range(60) %}"
    "{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
    "doubling lists": "{% set ns = namespace(t=[1]) %}{% for i in range(60) %}"
    "{% set ns.t = ns.t + ns.t %}{% endfor %}",
    "a list of itself": "{% set ns = namespace(t='x') %}{% for i in range(60) %}"
    "{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t }}",
    "a list of itself as JSON": "{% set ns = namespace(t='x') %}{% for i in range(60) %}"
    "{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t | tojson(indent=9) }}",
    "a list of itself as text": "{% set ns = namespace(t='x') %}{% for i in range(60) %}"
    "{% set ns.t = {'a': ns.t, 'b': ns.t} %}{% endfor %}{{ ns.t.items() | string | length }}",
    "a list of itself in capitals": "{% set ns = namespace(t='x') %}{% for i in range(60) %}"
    "{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t | upper | length }}",
    "namespaces in each other": "{% set ns = namespace(t='x') %}{% for i in range(60) %}"
    "{% set ns.t = namespace(a=ns.t, b=ns.t) %}{% endfor %}{{ ns.t }}",
    "replace": "{% set t = 'x' * 99999 %}{{ t.replace('x', t) | length }}",
    "the filter replace": "{% set t = 'x' * 99999 %}{{ t | replace('', t) | length }}",
    "join": "{% set t = 'x' * 99999 %}{{ t.join(t) | length }}",
    "the filter join": "{% set t = 'x' * 99999 %}{{ ([t] * 99999) | join | length }}",
    "indent": "{{ ('\n' * 99999) | indent(99999) | length }}",
    "padding": "{{ 'x'.ljust(10 ** 10) | length }}",
    "format": "{{ '{:10000000000}'.format(1) }}",
    "percent": "{{ '%10000000000d' % 1 }}",
    "bytes": "{{ (1).to_bytes(10 ** 10) | length }}",
    "constants": "{{ 'x' | indent(10 ** 10) }}",
    "source": "x" * 70_000,
    "nesting": "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    "blocks": "{% if true %}" * 3_000 + "{% endif %}" * 3_000,
}


def through(template: str) -> str:
    request = GenerateRequest("m", messages=(Message("user", "hello"),))
    return render(request, family="gguf", bos="<s>", eos="</s>", template=template).text


@pytest.mark.parametrize("attack", ESCAPES)
def test_no_template_reaches_python_or_changes_its_messages(attack: str, tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    template = attack.replace("PATH", repr(str(touched))).replace("CMD", repr(f"touch {touched}"))
    try:
        text = through(template + "|{{ messages }}")
    except TemplateError:
        text = "|[{'role': 'user', 'content': 'hello'}]"
    assert not touched.exists()
    assert text.endswith("|[{'role': 'user', 'content': 'hello'}]")
    for inside in ("<class", "<function", "<module", "<built-in", "mappingproxy", "builtins"):
        assert inside not in text


@pytest.mark.parametrize("name", GREEDY)
def test_a_greedy_template_is_an_error_in_bounded_time_and_memory(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompt_template, "MAX_SECONDS", 0.25)
    tracemalloc.start()
    started = time.monotonic()
    try:
        with pytest.raises(TemplateError):
            through(GREEDY[name])
        seconds = time.monotonic() - started
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The margin is for a slow machine, and for tracing, which slows every allocation.
    assert seconds < 5
    assert peak < 256 * 1024 * 1024
