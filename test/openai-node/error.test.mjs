import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { answers, ask, askNarrow, context, mainClient, metric, narrowClient, until } from "./servers.mjs";

const refused = (request, client = mainClient()) => client.chat.completions.create(request).then(
  () => assert.fail("it was answered"),
  (e) => e);

for (const stream of [false, true]) {
  test(`a key that is wrong or missing is an authentication error${stream ? ", of a stream too" : ""}`, async () => {
    const wrong = await refused(ask("1", { stream }), mainClient({ apiKey: "another-key-of-enough-letters" }));
    const missing = await refused(ask("1", { stream }), mainClient({ defaultHeaders: { Authorization: null } }));
    for (const e of [wrong, missing]) {
      assert.ok(e instanceof OpenAI.AuthenticationError, String(e));
      assert.deepEqual([e.status, e.code], [401, "invalid_api_key"]);
    }
    assert.match(missing.message, /Bearer KEY/);
  });

  test(`a prompt over the context says how much there is${stream ? ", of a stream too" : ""}`, async () => {
    const e = await refused(ask("长".repeat(context), { stream }));
    assert.ok(e instanceof OpenAI.BadRequestError, String(e));
    assert.deepEqual([e.code, e.param, e.type], ["context_length_exceeded", "messages", "invalid_request_error"]);
    assert.match(e.message, new RegExp(String(context)));
  });
}

test("a model that is not here is not found", async () => {
  const e = await refused(ask("1", { model: "gpt-4o" }));
  assert.ok(e instanceof OpenAI.NotFoundError, String(e));
  assert.deepEqual([e.code, e.param], ["model_not_found", "model"]);
  assert.match(e.message, /my-r1/);
});

test("an endpoint that is not here is not found", async () => {
  const e = await mainClient().embeddings.create({ model: "my-r1", input: "x" }).then(() => null, (failure) => failure);
  assert.ok(e instanceof OpenAI.NotFoundError, String(e));
  assert.match(e.message, /\/v1\/embeddings/);
});

test("what makes no sense is named", async () => {
  for (const [more, param] of [
    [{ temperature: -1 }, "temperature"], [{ temperature: "hot" }, "temperature"], [{ top_p: 2 }, "top_p"], [{ max_tokens: 0 }, "max_tokens"], [{ n: 2 }, "n"], [{ stop: [7] }, "stop[0]"],
    [{ logprobs: true, top_logprobs: 21 }, "top_logprobs"], [{ messages: [] }, "messages"], [{ messages: [{ role: "robot", content: "x" }] }, "messages[0].role"],
    [{ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://example.org/a.png" } }] }] }, "messages[0].content[0].type"],
    [{ response_format: { type: "xml" } }, "response_format.type"],
  ]) {
    const e = await refused(ask("1", more));
    assert.ok(e instanceof OpenAI.BadRequestError, `${param}: ${e}`);
    assert.deepEqual([e.param, e.type], [param, "invalid_request_error"]);
  }
});

test("a full queue says when to come back and a client that does gets its answer", async () => {
  const busy = await narrowClient().chat.completions.create(askNarrow("1", { stream: true, ignore_eos: true }));
  const reading = busy[Symbol.asyncIterator]();
  await reading.next();

  const e = await refused(askNarrow("1"), narrowClient());
  assert.ok(e instanceof OpenAI.RateLimitError, String(e));
  assert.equal(e.code, "rate_limit_exceeded");
  assert.ok(Number(e.headers.get("retry-after")) >= 1);
  const count = () => metric('deepfit_requests_total{endpoint="chat",outcome="refused"}');
  const before = await count();
  const patient = narrowClient({ maxRetries: 20 }).chat.completions.create(askNarrow("1"));
  await until(async () => (await count()) > before);
  await reading.return();
  assert.equal((await patient).choices[0].message.content, answers[1].content);
});
