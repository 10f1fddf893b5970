// Compresses the built page for embedding: pack.mjs FROM TO
// Text becomes NAME.br and NAME.gz; what is compressed already, and the index (into which the server writes), stay as they are.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [from, to] = process.argv.slice(2);
const text = /\.(css|js|json|svg|txt|webmanifest|ttf|map)$/;

for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
  const source = join(entry.parentPath, entry.name);
  const name = relative(from, source);
  if (!entry.isFile() || name.startsWith('.')) continue;
  const target = join(to, name);
  mkdirSync(dirname(target), { recursive: true });
  const bytes = readFileSync(source);
  if (text.test(name)) {
    const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${target}.br`, brotliCompressSync(bytes, { params: quality }));
    writeFileSync(`${target}.gz`, gzipSync(bytes, { level: 9 }));
  } else {
    writeFileSync(target, bytes);
  }
}
