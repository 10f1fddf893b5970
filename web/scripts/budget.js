// States the sizes of the built page and fails when it grows beyond its budget.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

/** KiB of gzip: what the planner loads at once, and the scripts of all views, without the chart's, which are loaded when it comes near. */
const budgets = { initialScripts: 350, initialStyles: 40, allScripts: 350 };
/** Libraries that only a view which draws or typesets may bring. */
const lazy = [/zrender/i, /katex/i];

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'));
const size = async (file) => gzipSync(await readFile(new URL(file, dist)), { level: 9 }).length;
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

/** What a browser loads for a chunk: the chunk, and all that it imports at once. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const other of manifest[key].imports ?? []) closure(other, seen);
  return seen;
}

const planner = 'src/views/planner/Planner.svelte';
const initial = new Set([...closure('index.html'), ...closure(planner)]);
const scripts = [...initial].map((key) => manifest[key].file);
const styles = new Set([...initial].flatMap((key) => manifest[key].css ?? []));
const sum = async (files) => (await Promise.all([...files].map(size))).reduce((total, one) => total + one, 0);

/** The chart, and what nothing else brings. */
const chart = 'src/views/planner/chart.ts';
const entries = Object.keys(manifest).filter((key) => manifest[key].file.endsWith('.js'));
const roots = entries.filter((key) => key !== chart && (manifest[key].isEntry || manifest[key].isDynamicEntry));
const others = new Set(roots.flatMap((key) => [...closure(key)]));
const scriptsOf = (keys) => new Set([...keys].map((key) => manifest[key].file));

const sizes = {
  initialScripts: await sum(scripts),
  initialStyles: await sum(styles),
  allScripts: await sum(scriptsOf(others)),
};
const withChart = await sum(scriptsOf(entries));
const problems = Object.entries(budgets)
  .filter(([name, budget]) => sizes[name] > budget * 1024)
  .map(([name, budget]) => `${name}: ${kib(sizes[name])} of gzip, more than ${budget} KiB`);

console.log('gzip');
for (const [name, budget] of Object.entries(budgets))
  console.log(`  ${name.padEnd(32)} ${kib(sizes[name])} of ${budget} KiB`);
console.log(`  ${'allScripts with the chart'.padEnd(32)} ${kib(withChart)}`);
if (manifest[chart] === undefined) problems.push(`${chart} is no chunk of its own`);
for (const [key, chunk] of Object.entries(manifest)) {
  if (chunk.file.endsWith('.js'))
    console.log(`  ${chunk.file.padEnd(32)} ${kib(await size(chunk.file))}${initial.has(key) ? '' : '  (later)'}`);
}
for (const file of scripts) {
  const text = await readFile(new URL(file, dist), 'utf8');
  for (const library of lazy)
    if (library.test(text)) problems.push(`${file} holds ${library.source}, which a view should load when it draws`);
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}
