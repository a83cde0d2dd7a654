// The input of a request: one for the page and for the code that it shows.

/** The input of Workers AI that the state stands for: what the page sends, and the snippets too. */
export function inputs(state) {
  const { mode, system, messages = [], prompt = "", raw, tools, response_format, lora, stream } = state;
  const given = Object.entries(state.parameters ?? {}).filter(([, value]) => isGiven(value));
  return {
    ...(mode === "prompt" ? { prompt, ...(raw && { raw: true }) } : { messages: conversation(system, messages) }),
    ...Object.fromEntries(given),
    ...(tools?.length && { tools }),
    ...(response_format && { response_format }),
    ...(lora && { lora }),
    ...(stream && { stream: true }),
  };
}

const isGiven = (value) => value !== null && value !== undefined && value !== "";

function conversation(system, messages) {
  const turns = messages.length ? messages : [{ role: "user", content: "Hello" }];
  return system ? [{ role: "system", content: system }, ...turns] : turns;
}
