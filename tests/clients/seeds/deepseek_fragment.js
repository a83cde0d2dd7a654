const stream = await env.AI.run('@hf/thebloke/deepseek-coder-6.7b-instruct-awq', {
  stream: true,
  messages,
});
return new Response(stream, {
  headers: {
    "content-type": "text/event-stream",
  },
});
