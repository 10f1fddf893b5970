import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { answers, ask, askNarrow, mainClient, metric, narrowClient, until } from "./servers.mjs";

const client = mainClient();
const cancelled = 'deepfit_requests_total{endpoint="chat",outcome="cancelled"}';

/** What a stream says, put together. */
async function read(stream) {
  const all = { content: "", reasoning: "", pieces: [] };
  for await (const piece of stream) {
    all.pieces.push(piece);
    all.content += piece.choices[0]?.delta.content ?? "";
    all.reasoning += piece.choices[0]?.delta.reasoning_content ?? "";
  }
  return all;
}

test("models are listed and found by name", async () => {
  const ids = [];
  for await (const model of client.models.list()) ids.push([model.id, model.object, model.owned_by]);
  assert.deepEqual(ids, [["tools", "model", "deepfit"]]);
  assert.equal((await client.models.retrieve("my-r1")).id, "tools");
  await assert.rejects(client.models.retrieve("gpt-4o"), OpenAI.NotFoundError);
});

test("an answer comes byte for byte with its reasoning and usage", async () => {
  const answer = await client.chat.completions.create(ask("你好"));
  const { message, finish_reason, logprobs } = answer.choices[0];
  assert.deepEqual(Buffer.from(message.content), Buffer.from(answers[0].content));
  assert.deepEqual(Buffer.from(message.reasoning_content), Buffer.from(answers[0].reasoning));
  assert.deepEqual([message.role, message.refusal, finish_reason, logprobs], ["assistant", null, "stop", null]);
  assert.deepEqual([answer.object, answer.model], ["chat.completion", "tools"]);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  const { reasoning_tokens } = answer.usage.completion_tokens_details;
  assert.ok(reasoning_tokens > 0 && reasoning_tokens < answer.usage.completion_tokens);
});

test("a stream says the same piece by piece and tells its usage where asked", async () => {
  const whole = await client.chat.completions.create(ask("你好"));
  const told = await read(await client.chat.completions.create(ask("你好", { stream: true, stream_options: { include_usage: true } })));
  const silent = await read(await client.chat.completions.create(ask("你好", { stream: true })));
  for (const { content, reasoning } of [told, silent]) assert.deepEqual({ content, reasoning }, answers[0]);
  assert.ok(told.pieces.length > 20);
  assert.equal(new Set(told.pieces.map((piece) => piece.id)).size, 1);
  assert.equal(told.pieces.at(-1).usage.completion_tokens, whole.usage.completion_tokens);
  assert.deepEqual(told.pieces.at(-1).choices, []);
  assert.equal(told.pieces.at(-2).choices[0].finish_reason, "stop");
  assert.ok(silent.pieces.every((piece) => !piece.usage));
});

test("the client's own reader of streams puts the answer together", async () => {
  const stream = client.chat.completions.stream(ask("1", { stream_options: { include_usage: true } }));
  let text = "";
  stream.on("content", (piece) => (text += piece));
  const whole = await stream.finalChatCompletion();
  assert.equal(text, answers[1].content);
  assert.equal(whole.choices[0].message.content, answers[1].content);
  assert.equal((await stream.totalUsage()).total_tokens, whole.usage.total_tokens);
});

test("a stop sequence and a limit end the answer", async () => {
  for (const stop of ["END", ["nothing", "END"]]) {
    const { message, finish_reason } = (await client.chat.completions.create(ask("2", { stop }))).choices[0];
    assert.deepEqual([message.content, finish_reason], ["First line.\n", "stop"]);
  }
  for (const name of ["max_tokens", "max_completion_tokens"]) {
    const answer = await client.chat.completions.create(ask("2", { [name]: 9 }));
    assert.deepEqual([answer.usage.completion_tokens, answer.choices[0].finish_reason], [9, "length"]);
  }
});

test("a seed repeats what chance chose", async () => {
  const say = async (seed) => JSON.stringify((await client.chat.completions.create(ask("1", { temperature: 50, top_p: 1, seed, max_tokens: 40 }))).choices[0].message);
  const first = await say(42);
  assert.equal(await say(42), first);
  assert.notEqual(await say(43), first);
});

test("log-probabilities spell the answer", async () => {
  const options = { logprobs: true, top_logprobs: 3 };
  const whole = (await client.chat.completions.create(ask("1", options))).choices[0].logprobs.content;
  const { pieces } = await read(await client.chat.completions.create(ask("1", { ...options, stream: true })));
  const streamed = pieces.flatMap((piece) => piece.choices[0].logprobs?.content ?? []);
  for (const tokens of [whole, streamed]) {
    assert.equal(Buffer.from(tokens.flatMap((token) => token.bytes)).toString().trim(), answers[1].content);
    assert.ok(tokens.every((token) => token.logprob <= 0 && token.top_logprobs.length === 3 && token.top_logprobs[0].token === token.token));
  }
});

test("a conversation goes on with all its roles", async () => {
  const messages = [{ role: "system", content: "Be brief." }, { role: "developer", content: "Be kind, be clear, and say at once where you are not sure of what you say; nobody minds that." }, { role: "user", content: "你好" }];
  const first = await client.chat.completions.create({ model: "tools", messages, temperature: 0 });
  messages.push(first.choices[0].message, { role: "user", content: [{ type: "text", text: "question " }, { type: "text", text: "2" }] });
  const second = await client.chat.completions.create({ model: "tools", messages, temperature: 0 });
  assert.equal(first.choices[0].message.content, answers[0].content);
  assert.equal(second.choices[0].message.content, answers[2].content);
  assert.ok(second.usage.prompt_tokens > first.usage.prompt_tokens + 20);
  assert.ok(second.usage.prompt_tokens_details.cached_tokens > 0);
});

test("a text is continued by the older endpoint, whole and in a stream", async () => {
  const request = { model: "tools", prompt: "say 1", temperature: 0 };
  const whole = await client.completions.create(request);
  assert.ok(whole.choices[0].text.endsWith(answers[1].content));
  let text = "";
  for await (const piece of await client.completions.create({ ...request, stream: true })) text += piece.choices[0].text;
  assert.equal(text, whole.choices[0].text);
});

test("many requests at once get what one gets", async () => {
  const said = await Promise.all(Array.from({ length: 24 }, async (_, i) => {
    const question = `${i % 3} ${String.fromCharCode(97 + i)}`;
    return i % 2 === 0
      ? (await client.chat.completions.create(ask(question))).choices[0].message.content
      : (await read(await client.chat.completions.create(ask(question, { stream: true })))).content;
  }));
  assert.deepEqual(said, Array.from({ length: 24 }, (_, i) => answers[i % 3].content));
});

for (const [how, leave] of [
  ["breaks off its loop over a stream", async () => {
    for await (const piece of await narrowClient().chat.completions.create(askNarrow("1", { stream: true, ignore_eos: true }))) if (piece.choices[0].delta.content) break;
  }],
  ["aborts the stream's controller", async () => {
    const stream = await narrowClient().chat.completions.create(askNarrow("1", { stream: true, ignore_eos: true }));
    for await (const piece of stream) if (piece.choices[0].delta.content) stream.controller.abort();
  }],
  ["aborts a request that waits for the whole answer", async () => {
    const stop = new AbortController();
    const whole = narrowClient().chat.completions.create(askNarrow("1", { ignore_eos: true }), { signal: stop.signal });
    const refused = assert.rejects(whole, OpenAI.APIUserAbortError);
    await until(async () => (await metric("deepfit_slots_busy")) === 1);
    stop.abort();
    await refused;
  }],
]) {
  test(`a client that ${how} frees its slot`, async () => {
    const before = await metric(cancelled);
    await leave();
    await until(async () => (await metric(cancelled)) === before + 1);
    assert.equal((await narrowClient().chat.completions.create(askNarrow("1"))).choices[0].message.content, answers[1].content);
  });
}
