// The servers that DeepFit.Server.Tests started, and clients of them. Their models' answers are known: the highest digit anywhere in the prompt decides.
import OpenAI from "openai";

function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: these tests are run by DeepFit.Server.Tests`);
  return value;
}

export const key = given("DEEPFIT_TEST_KEY");
export const context = Number(given("DEEPFIT_TEST_CONTEXT"));
const main = given("DEEPFIT_TEST_MAIN"), narrow = given("DEEPFIT_TEST_NARROW");

/** Reasoning and content of each answer. */
export const answers = JSON.parse(given("DEEPFIT_TEST_ANSWERS"));

/** A client of the server that answers four at a time, asks for a key and has a place for functions. It asks once, unless told to ask again. */
export const mainClient = (options = {}) => new OpenAI({ baseURL: `${main}/v1`, apiKey: key, maxRetries: 0, timeout: 60_000, ...options });

/** A client of the server that answers one at a time, lets nobody wait, asks for no key and has no place for functions. */
export const narrowClient = (options = {}) => new OpenAI({ baseURL: `${narrow}/v1`, apiKey: "none", maxRetries: 0, timeout: 60_000, ...options });

/** A question to be answered greedily. */
export const ask = (content, more = {}) => ({ model: "my-r1", messages: [{ role: "user", content }], temperature: 0, ...more });

/** The same of the narrow server. */
export const askNarrow = (content, more = {}) => ask(content, { model: "tiny", ...more });

/** A figure of the narrow server's /metrics. */
export async function metric(name) {
  const text = await (await fetch(`${narrow}/metrics`)).text();
  return Number(text.split("\n").find((line) => line.startsWith(`${name} `)).slice(name.length + 1));
}

/** Waits until something holds. */
export async function until(holds) {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
