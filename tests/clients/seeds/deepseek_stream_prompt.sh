curl -X POST \
"https://api.cloudflare.com/client/v4/accounts/<account>/ai/run/@hf/thebloke/deepseek-coder-6.7b-instruct-awq" \
-H "Authorization: Bearer {API_TOKEN}" \
-H "Content-Type:application/json" \
-d '{ "prompt": "where is new york?", "stream": true }'
