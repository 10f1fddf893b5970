// One line of JSON for each test, and for each file that failed as a whole, for the program that runs them.
export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type === "test:fail" || (type === "test:pass" && !data.name.endsWith(".mjs"))) {
      const error = data.details?.error?.cause ?? data.details?.error;
      yield `${JSON.stringify({ name: data.name, passed: type === "test:pass", error: error ? String(error.stack ?? error) : null })}\n`;
    }
  }
}
