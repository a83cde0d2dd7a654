// What every script is told: where the server is and which model to ask.
export const [, , base, model] = process.argv;
export const weather = {
  type: "object",
  properties: { city: { type: "string", maxLength: 20 } },
  required: ["city"],
  additionalProperties: false,
};
export const print = (value) => console.log(JSON.stringify(value));
