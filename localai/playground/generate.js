// One answer: the request, its stream, and what it cost. It must not know how that is shown.

import { ApiError, call, events } from "./api.js";
import { inputs } from "./inputs.js";

const RUN = "/client/v4/accounts/local/ai/run/";

/** A seed of nine digits: short enough to read out. */
export const freshSeed = () => 1 + (crypto.getRandomValues(new Uint32Array(1))[0] % 999_999_999);

/** Streams the answer to a state (as code.js reads it).
 *  onText(text) and onCall({name, arguments}) are told as they come.
 *  Resolves to {finish, tokens, prompt, cached, first, rate, notes}: seconds and tokens a second.
 *  Throws ApiError; stopped by the signal it resolves with finish "stopped". */
export async function generate(state, { signal, onText, onCall }) {
  const clock = { sent: performance.now(), first: 0, last: 0 };
  const told = { usage: null, calls: 0, pieces: 0, notes: [] };
  try {
    const response = await call(RUN + state.model, { method: "POST", body: inputs({ ...state, stream: true }), signal });
    for await (const frame of events(response)) take(frame, clock, told, onText, onCall);
  } catch (error) {
    if (!signal.aborted) throw error;
    return result(state, clock, told, "stopped");
  }
  if (!told.usage) throw new ApiError(0, { message: "The answer broke off.", hint: "Try again." });
  return result(state, clock, told, null);
}

function take(frame, clock, told, onText, onCall) {
  const has = frame.response || frame.tool_calls?.length;
  if (has) {
    clock.last = performance.now();
    clock.first ||= clock.last;
    told.pieces += 1;
  }
  if (frame.response) onText(frame.response);
  for (const one of frame.tool_calls ?? []) {
    told.calls += 1;
    onCall({ name: one.name, arguments: one.arguments });
  }
  if (frame.usage) told.usage = frame.usage;
  if (frame.messages) told.notes.push(...frame.messages);
}

function result(state, clock, told, finish) {
  const tokens = told.usage?.completion_tokens ?? null;
  const seconds = (clock.last - clock.first) / 1000;
  return {
    finish: finish ?? (told.calls ? "tool_calls" : finishOf(tokens, state)),
    tokens,
    prompt: told.usage?.prompt_tokens ?? null,
    cached: told.usage?.prompt_tokens_details?.cached_tokens ?? 0,
    first: clock.first ? (clock.first - clock.sent) / 1000 : null,
    // The first token came at `first`: only those after it took this time.
    rate: tokens > 1 && seconds > 0.005 ? (tokens - 1) / seconds : null,
    notes: told.notes,
  };
}

// The Workers AI stream has no finish reason: an answer of as many tokens as it may have was cut.
const finishOf = (tokens, state) => (tokens >= (state.parameters.max_tokens ?? state.usual_tokens) ? "length" : "stop");
