// Writes the types of the API from the OpenAPI document that the server's build produces.
import { readFile, writeFile } from 'node:fs/promises';
import openapi, { astToString } from 'openapi-typescript';

const document = new URL('../openapi.json', import.meta.url);
const target = new URL('../src/lib/api/schema.d.ts', import.meta.url);

const types = astToString(await openapi(document, { alphabetize: true }));
const text = `// Generated from openapi.json by scripts/api-types.js.\n${types}`;
if ((await readFile(target, 'utf8').catch(() => '')) !== text) await writeFile(target, text);
