"""What a page's screen may hold that breaks careless snippets; it must not know how they run."""

from __future__ import annotations

from typing import Any

# What breaks a snippet that quotes carelessly, in one language or another.
HARD = (
    'It\'s "quoted" \\ and \\n no line; $HOME ${HOME} `id` $(id) %s {x} {{y}} !! #\n'
    "\ttab\r\n'''three''' \"\"\"three\"\"\" */ --> </script> "
    "\u00e9\u4e2d\U0001f600 \u202eabc\u2066 \x7f\u2028end\\"
)
WEATHER = {
    "type": "object",
    "properties": {'it\'s a "city"': {"type": "string", "maxLength": 8}},
    "required": ['it\'s a "city"'],
    "additionalProperties": False,
}
TOOLS = [{"name": "weather", "description": HARD, "parameters": WEATHER}]
SHORT = {"max_tokens": 12, "seed": 7}

STATES: dict[str, dict[str, Any]] = {
    "chat": {
        "mode": "chat",
        "system": f"You are {HARD}",
        "messages": [
            {"role": "user", "content": HARD},
            {"role": "assistant", "content": "No\nway"},
            {"role": "user", "content": "-n @file 'x'"},
        ],
        "parameters": {**SHORT, "temperature": 0.9, "top_p": 0.95, "top_k": 40},
    },
    "raw stream": {
        "mode": "prompt",
        "raw": True,
        "prompt": HARD,
        "stream": True,
        "parameters": {**SHORT, "temperature": 0, "repetition_penalty": 1.2, "top_p": None},
    },
    "prompt": {
        "mode": "prompt",
        "prompt": HARD,
        "parameters": {**SHORT, "presence_penalty": 0.5, "frequency_penalty": -0.5},
    },
    "tools": {
        "mode": "chat",
        "messages": [{"role": "user", "content": HARD}],
        "tools": TOOLS,
        "parameters": {"max_tokens": 200, "seed": 3, "tool_choice": "required", "stop": ["~"]},
    },
    "tools stream": {
        "mode": "chat",
        "stream": True,
        "messages": [
            {"role": "user", "content": HARD},
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"name": "weather", "arguments": {}}],
            },
            {"role": "tool", "name": "weather", "tool_call_id": "call_0", "content": HARD},
        ],
        "tools": TOOLS,
        "parameters": {"max_tokens": 200, "seed": 3, "tool_choice": "required"},
    },
    "json stream": {
        "mode": "chat",
        "stream": True,
        "messages": [{"role": "user", "content": HARD}],
        "response_format": {"type": "json_schema", "json_schema": WEATHER},
        "parameters": {"max_tokens": 200, "seed": 4},
    },
}
# Where a dialect cannot say the same, its snippet says so; it runs all the same.
DIFFERS = {
    ("openai", "prompt"): "without the system message",
    ("Qianfan", "prompt"): "without the system message",
    ("Qianfan", "chat"): "seed",
    ("Qianfan", "tools"): "tools",
    ("Qianfan", "tools stream"): "it will refuse these messages",
    ("Qianfan", "json stream"): "response_format",
}
