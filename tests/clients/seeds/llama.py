import requests
API_BASE_URL = "https://api.cloudflare.com/client/v4/accounts/{account_id}/ai/run/"
headers = {"Authorization": "Bearer {API_TOKEN}"}
def run(model, prompt):
    input = {
        "messages": [
            { "role": "system", "content": "You are a friendly assistant" },
            { "role": "user", "content": prompt }
        ]
    }
    response = requests.post(f"{API_BASE_URL}{model}", headers=headers, json=input)
    return response.json()
output = run("@cf/meta/llama-2-7b-chat-int8", "Tell me a story")
print(output)
