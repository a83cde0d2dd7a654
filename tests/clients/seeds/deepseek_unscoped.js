{
  prompt: "tell me a joke about cloudflare";
}
