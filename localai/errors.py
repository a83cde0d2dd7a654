"""Every error a caller can meet; it must not know HTTP codes, exit codes or wire formats.

LocalAIError
├── InvalidRequest            a field of the request is wrong
│   ├── NotSupported          a known option that this version does not honour
│   ├── UnknownAdapter        no such LoRA adapter in the registry
│   ├── AdapterMismatch       a LoRA adapter that was made for another model
│   └── ContextExceeded       prompt and answer do not fit the model's context
├── UnknownModel              no such ID in the registry
├── ModelUnavailable          known, but it cannot run here now
│   ├── NotDownloaded         its weights are not on this machine
│   ├── DoesNotFit            its weights and KV cache need more memory than is free
│   └── ModelLoadError        llama.cpp refused the file
├── RegistryError             a registry file is wrong
├── WeightsError              a file of weights could not be had or trusted
│   ├── DownloadFailed        the Hub or the network failed
│   ├── AccessDenied          the repository is gated or private
│   ├── NotOnHub              no such repository, revision or file
│   ├── Offline               a download is needed, and downloads are switched off
│   ├── NotEnoughDisk         the file is larger than the free space
│   ├── ChecksumMismatch      the bytes are not the expected ones
│   ├── InvalidGGUF           the file is not a sound GGUF
│   ├── ArchitectureMismatch  a sound GGUF of another model
│   └── InvalidAdapter        a sound GGUF, but no LoRA adapter that can be used
│       └── AdapterMissing    its file is not where the registry says
├── Overloaded                the queue is full
│   └── Busy                  the request would have to wait, and was not to
├── Cancelled                 the caller took the request back
├── Closed                    the runtime has been shut down
├── TemplateError             the chat template refuses the conversation
├── SchemaUnmet               the answer does not fit the JSON Schema that was asked for
│   └── CallUnmet             the answer ended before a function call was whole
├── EngineError               llama.cpp failed in the middle of an answer
└── SQLError                  a question about a database could not be answered
    ├── DatabaseError         the database cannot be opened, read or searched
    ├── SQLRejected           the SQL is not one safe SELECT over this schema
    └── SQLTimeout            the query ran longer than its limit
"""

from __future__ import annotations


class LocalAIError(Exception):
    """The root: `message` says what happened, `hint` (may be empty) the way out."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()

    def __reduce__(self) -> tuple[object, ...]:
        # Subclasses take other arguments: rebuild without __init__, so that errors cross a pipe.
        return (_rebuild, (type(self), self.args, self.__dict__.copy()))


def _rebuild(
    cls: type[LocalAIError], args: tuple[object, ...], state: dict[str, object]
) -> LocalAIError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class InvalidRequest(LocalAIError):
    """A field of the request is wrong: `field` is its path, such as `messages[1].content`."""

    def __init__(self, message: str, *, field: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


class NotSupported(InvalidRequest):
    """A known option that this version does not honour; ignoring it would be a lie."""


class ContextExceeded(InvalidRequest):
    """Prompt and answer together are longer than the context; nothing is ever cut.

    All figures are in tokens; `limit` is min(the model's own context, the server's --ctx).
    """

    def __init__(self, prompt_tokens: int, max_tokens: int, limit: int) -> None:
        fits = prompt_tokens < limit
        total = prompt_tokens + max_tokens
        asked = f" and max_tokens is {max_tokens}: together {total}" if fits else ""
        super().__init__(
            f"The prompt has {prompt_tokens} tokens{asked}, and the context holds {limit}.",
            field="max_tokens" if fits else "prompt",
            hint=f"Shorten the prompt, {'lower max_tokens, ' if fits else ''}"
            "or start with a larger --ctx.",
        )
        self.prompt_tokens = prompt_tokens
        self.max_tokens = max_tokens
        self.limit = limit


class UnknownAdapter(InvalidRequest):
    """No LoRA adapter of that name or ID in the registry; `known` are some that there are."""

    def __init__(self, name: str, known: tuple[str, ...] = ()) -> None:
        listed = f"There are: {', '.join(known[:5])}. " if known else ""
        way = "A server knows those that `localai lora add` added before it was started."
        super().__init__(f"No such LoRA adapter: {name}.", field="lora", hint=f"{listed}{way}")
        self.name = name


class AdapterMismatch(InvalidRequest):
    """A LoRA adapter that was made for another model than the one that is asked."""

    def __init__(self, model: str, adapter: str, made_for: str) -> None:
        super().__init__(
            f"The model `{model}` does not support LoRa inference with {adapter}, "
            f"which was made for {made_for}.",
            field="lora",
            hint="`localai lora ls` lists the adapters and their models.",
        )
        self.model = model


class UnknownModel(LocalAIError):
    """No such ID in the registry; `suggestions` holds IDs that look alike."""

    def __init__(self, model: str, suggestions: tuple[str, ...] = ()) -> None:
        hint = f"Did you mean {', '.join(suggestions)}?" if suggestions else ""
        super().__init__(f"No such model: {model}.", hint=hint or "`localai models` lists them.")
        self.model = model
        self.suggestions = suggestions


class ModelUnavailable(LocalAIError):
    """The model is known, but it cannot run here now."""

    def __init__(self, message: str, *, model: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.model = model


class NotDownloaded(ModelUnavailable):
    """The model's weights are not on this machine; `command` fetches them."""

    def __init__(self, model: str) -> None:
        self.command = f"localai pull {model}"
        super().__init__(
            f"The weights of {model} are not on this machine.",
            model=model,
            hint=f"Fetch them with: {self.command}",
        )


class DoesNotFit(ModelUnavailable):
    """Weights and KV cache need more memory than is free (both in bytes)."""

    def __init__(self, message: str, *, model: str, needed: int, free: int, hint: str = "") -> None:
        super().__init__(message, model=model, hint=hint)
        self.needed = needed
        self.free = free


class ModelLoadError(ModelUnavailable):
    """llama.cpp refused the file; the message carries its last error lines."""


class RegistryError(LocalAIError):
    """A registry file is wrong; the message names the file, the model and the key."""


class WeightsError(LocalAIError):
    """A file of weights could not be had or trusted."""


class DownloadFailed(WeightsError):
    """The Hub or the network failed; what came so far is kept for the next try."""


class AccessDenied(WeightsError):
    """The repository is gated or private, and this machine's token does not open it."""


class NotOnHub(WeightsError):
    """The Hub has no such repository, revision or file."""


class Offline(WeightsError):
    """A download is needed, and downloads are switched off."""


class NotEnoughDisk(WeightsError):
    """The file is larger than the free space of the disk it would go to."""


class ChecksumMismatch(WeightsError):
    """The bytes on disk are not the expected ones."""


class InvalidGGUF(WeightsError):
    """The file is not a sound GGUF."""


class ArchitectureMismatch(WeightsError):
    """A sound GGUF, but of another model than the registry says."""


class InvalidAdapter(WeightsError):
    """A sound GGUF, but no LoRA adapter that can be used."""


class AdapterMissing(InvalidAdapter):
    """The adapter's file is not where the registry says."""


class Overloaded(LocalAIError):
    """The queue is full; `retry_after` is in seconds."""

    def __init__(self, waiting: int, *, retry_after: int = 1) -> None:
        super().__init__(
            f"The queue is full: {waiting} requests are waiting.",
            hint=f"Try again in {retry_after} s, or start with a larger --max-queue.",
        )
        self.waiting = waiting
        self.retry_after = retry_after


class Busy(Overloaded):
    """The request would have to wait for another's end, and it was not to."""

    def __init__(
        self,
        message: str = "Capacity temporarily exceeded: the model is busy with other requests.",
        *,
        hint: str = "Try again, or let the request wait.",
    ) -> None:
        LocalAIError.__init__(self, message, hint=hint)
        self.waiting = 0
        self.retry_after = 1


class Cancelled(LocalAIError):
    """The caller took the request back."""

    def __init__(self, message: str = "The request was cancelled.") -> None:
        super().__init__(message)


class Closed(LocalAIError):
    """The runtime has been shut down, or belongs to another process."""

    def __init__(self, message: str = "The runtime has been shut down.", *, hint: str = "") -> None:
        super().__init__(message, hint=hint)


class TemplateError(LocalAIError):
    """The chat template refuses the conversation."""


class SchemaUnmet(LocalAIError):
    """The answer does not fit the JSON Schema that was asked for; `reason` says where."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"JSON Mode couldn't be met: {reason}.",
            hint="Allow more tokens, or a simpler schema.",
        )
        self.reason = reason


class CallUnmet(SchemaUnmet):
    """The answer ended before a function call was whole."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.message = f"A function call couldn't be completed: {reason}."
        self.hint = "Allow more tokens, or ask for simpler arguments."


class EngineError(LocalAIError):
    """llama.cpp failed in the middle of an answer."""


class SQLError(LocalAIError):
    """A question about a database could not be answered."""


class DatabaseError(SQLError):
    """The database cannot be opened, read or searched."""


class SQLRejected(SQLError):
    """The SQL is not one safe SELECT over this schema."""


class SQLTimeout(SQLError):
    """The query ran longer than its limit."""
