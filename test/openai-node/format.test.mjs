import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { ask, askNarrow, mainClient, narrowClient } from "./servers.mjs";

const client = mainClient();
const weather = (city = { type: "string" }) => [{
  type: "function",
  function: {
    name: "get_weather", description: "The weather in a city.", strict: true,
    parameters: { type: "object", properties: { city }, required: ["city"], additionalProperties: false },
  },
}];
const schema = (count) => ({
  type: "json_schema",
  json_schema: {
    name: "answer", strict: true,
    schema: { type: "object", properties: { word: { enum: ["二", "三"] }, count }, required: ["word", "count"], additionalProperties: false },
  },
});

test("an answer is JSON where that was asked for", async () => {
  const free = await client.chat.completions.create(ask("4", { response_format: { type: "text" } }));
  const ruled = await client.chat.completions.create(ask("4", { response_format: { type: "json_object" } }));
  assert.ok(free.choices[0].message.content.endsWith("and more"));
  assert.equal(JSON.parse(ruled.choices[0].message.content).word, "二");
  assert.equal(ruled.choices[0].message.reasoning_content, "Hm.");
});

test("an answer follows a schema and a schema that cannot be kept is refused", async () => {
  const answer = await client.chat.completions.parse(ask("4", { response_format: schema({ type: "integer" }) }));
  assert.deepEqual(JSON.parse(answer.choices[0].message.content), { word: "二", count: 12 });
  await assert.rejects(
    client.chat.completions.create(ask("4", { response_format: schema({ type: "integer", multipleOf: 2 }) })),
    (e) => e instanceof OpenAI.BadRequestError && e.param === "response_format" && e.message.includes("multipleOf"));
});

test("a function is called, whole and in a stream, and its result goes back", async () => {
  const request = ask("weather 3", { tools: weather() });
  const { message, finish_reason } = (await client.chat.completions.create(request)).choices[0];
  assert.equal(finish_reason, "tool_calls");
  assert.equal(message.content, null);
  assert.equal(message.tool_calls.length, 1);
  const call = message.tool_calls[0];
  assert.deepEqual([call.type, call.function.name, JSON.parse(call.function.arguments)], ["function", "get_weather", { city: "杭州" }]);

  const streamed = await client.chat.completions.stream(request).finalChatCompletion();
  assert.deepEqual(streamed.choices[0].message.tool_calls.map((c) => c.function.arguments), [call.function.arguments]);
  assert.equal(streamed.choices[0].finish_reason, "tool_calls");

  const messages = [...request.messages, message, { role: "tool", tool_call_id: call.id, content: "晴，9 度" }]; // the highest digit decides what this model says
  const after = (await client.chat.completions.create({ ...request, messages, tool_choice: "none" })).choices[0];
  assert.equal(after.finish_reason, "stop");
  assert.equal(after.message.tool_calls, undefined);
});

test("the client's own loop runs the function", async () => {
  const asked = [];
  const runner = client.chat.completions.runTools(ask("weather 3", {
    tools: [{ type: "function", function: { ...weather()[0].function, parse: JSON.parse, function: ({ city }) => { asked.push(city); return "晴，9 度"; } } }],
  }), { maxChatCompletions: 2 });
  await runner.done();
  assert.equal(asked[0], "杭州");
});

test("a function may be demanded", async () => {
  for (const tool_choice of ["required", { type: "function", function: { name: "get_weather" } }]) {
    const { message, finish_reason } = (await client.chat.completions.create(
      ask("weather 1", { tools: weather({ enum: ["Paris", "Oslo"] }), tool_choice, parallel_tool_calls: false, max_tokens: 400 }))).choices[0];
    assert.equal(finish_reason, "tool_calls");
    assert.ok(["Paris", "Oslo"].includes(JSON.parse(message.tool_calls[0].function.arguments).city));
  }
});

test("a template without a place for functions is told with the reason", async () => {
  await assert.rejects(
    narrowClient().chat.completions.create(askNarrow("3", { tools: weather() })),
    (e) => e instanceof OpenAI.BadRequestError && e.code === "unsupported_tools" && e.param === "tools" && e.message.includes("template"));
});
