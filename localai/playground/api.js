// Calls to this page's own server: the key, errors with a way out, event streams.

import { session } from "./boxes.js";

const KEY = "localai.key";

/** What went wrong, in the server's words: message, hint, type, and the HTTP status (0: no answer). */
export class ApiError extends Error {
  constructor(status, { type = "", message = "", hint = "", code = null } = {}) {
    super(message || `The server answered ${status}.`);
    Object.assign(this, { status, type, hint, code });
  }
}

export const key = {
  get: () => session.getItem(KEY) ?? "",
  set: (value) => session.setItem(KEY, value),
  forget: () => session.removeItem(KEY),
};

// Asked for a key again when the server refuses the one we have; main.js says how.
let askForKey = null;
export const onKeyNeeded = (ask) => (askForKey = ask);
// Told whenever nothing answers.
let tellGone = () => {};
export const onGone = (tell) => (tellGone = tell);

/** A response that went well. A refused key is asked for and the call repeated.
 *  Throws ApiError; an aborted call throws the browser's AbortError. */
export async function call(path, { method = "GET", body = null, signal = null } = {}) {
  for (;;) {
    const sent = key.get();
    const headers = {};
    if (sent) headers.Authorization = `Bearer ${sent}`;
    if (body !== null) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(path, { method, headers, signal, body: body === null ? null : JSON.stringify(body) });
    } catch (error) {
      if (signal?.aborted || error.name === "AbortError") throw error;
      throw gone();
    }
    if (response.ok) return response;
    const failure = await failureOf(response);
    if (failure.status !== 401 || !askForKey) throw failure;
    await askForKey(sent);
  }
}

function gone(message = "The server does not answer.") {
  tellGone();
  return new ApiError(0, { type: "Unreachable", message, hint: "Start it again with `localai serve`; then try again." });
}

/** JSON out of a call. */
export async function json(path, options) {
  return (await call(path, options)).json();
}

async function failureOf(response) {
  const text = await response.text().catch(() => "");
  try {
    return new ApiError(response.status, told(JSON.parse(text)));
  } catch {
    return new ApiError(response.status, { message: text.slice(0, 300) });
  }
}

/** The error in a body or a frame, whichever of the server's shapes it has; null where none is. */
export function told(body) {
  if (body?.error) {
    const { type, message, hint, code } = body.error;
    return { type, message, hint, code };
  }
  if (body?.errors?.length) {
    const message = body.errors.map((one) => one.message).join(" ").replace(/^AiError: /, "");
    return { type: "AiError", message, code: body.errors[0].code };
  }
  return null;
}

/** The data of each server-sent event as JSON; it ends at [DONE]. Throws ApiError for a stream
 *  that tells of an error, or that breaks off without its end. */
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let whole = false;
  try {
    for (;;) {
      let chunk;
      try {
        chunk = await reader.read();
      } catch (error) {
        if (error.name === "AbortError") throw error;
        break;
      }
      if (chunk.done) break;
      const frames = (rest + chunk.value).split("\n\n");
      rest = frames.pop();
      for (const frame of frames) {
        if (!frame.startsWith("data: ")) continue;
        const data = frame.slice(6);
        if (data === "[DONE]") {
          whole = true;
          return;
        }
        const value = JSON.parse(data);
        const error = told(value);
        if (error) throw new ApiError(response.status, error);
        yield value;
        whole = value.done === true;
      }
    }
    if (!whole) throw gone("The answer broke off.");
  } finally {
    reader.cancel().catch(() => {});
  }
}
