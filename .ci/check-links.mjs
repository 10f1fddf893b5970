// Checks the relative links and the anchors of every Markdown file of the repository; touches no network.
// Usage: node check-links.mjs ROOT. Prints every broken link as FILE:LINE and exits 1 when there is one.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const root = process.argv[2] ?? '.';
const files = execFileSync('git', ['-C', root, 'ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file && existsSync(join(root, file)));
const anchors = new Map();
const problems = [];
let links = 0;

/** The lines of a page, with code fences and code spans blanked: what is in them is no link. */
function proseLines(text) {
  let fenced = false;
  return text.split('\n').map((line) => {
    const fence = /^\s*(```|~~~)/.test(line);
    fenced = fence ? !fenced : fenced;
    return fence || fenced ? '' : line.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length));
  });
}

/** GitHub's anchors: lower case, punctuation dropped, blanks to hyphens, repeats numbered. */
function anchorsOf(path) {
  if (!anchors.has(path)) {
    const text = readFileSync(path, 'utf8');
    const found = new Set([...text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)].map((m) => m[1]));
    const raw = text.split('\n');
    proseLines(text).forEach((line, index) => {
      if (/^#{1,6}\s/.test(line)) {
        const title = raw[index].replace(/^#+\s+/, '').replace(/\s+#*\s*$/, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
        const slug = title.toLowerCase().replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '').trim().replace(/\s/g, '-');
        let name = slug;
        for (let n = 1; found.has(name); n++) {
          name = `${slug}-${n}`;
        }
        found.add(name);
      }
    });
    anchors.set(path, found);
  }
  return anchors.get(path);
}

function check(file, line, target) {
  links++;
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) {
    return; // another site; there is no network here
  }
  const [path, anchor] = target.split('#', 2).map((part) => decodeURIComponent(part));
  const place = path === '' ? join(root, file) : normalize(join(root, path.startsWith('/') ? path : join(dirname(file), path)));
  if (relative(root, place).startsWith('..')) {
    problems.push(`${file}:${line}: ${target} leaves the repository`);
  } else if (!existsSync(place)) {
    problems.push(`${file}:${line}: ${target} does not exist`);
  } else if (anchor && statSync(place).isFile() && place.endsWith('.md') && !anchorsOf(place).has(anchor)) {
    problems.push(`${file}:${line}: ${target} has no such heading`);
  }
}

for (const file of files) {
  proseLines(readFileSync(join(root, file), 'utf8')).forEach((line, index) => {
    for (const match of line.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)) {
      check(file, index + 1, match[1]);
    }
    for (const match of line.matchAll(/^\s*\[[^\]]+\]:\s+(\S+)/g)) {
      check(file, index + 1, match[1]);
    }
    for (const match of line.matchAll(/\b(?:href|src)="([^"]+)"/g)) {
      check(file, index + 1, match[1]);
    }
  });
}

if (files.length === 0) {
  problems.push('no Markdown file was found');
}

console.log(`${links} links in ${files.length} files`);
problems.forEach((problem) => console.log(problem));
process.exit(problems.length > 0 ? 1 : 0);
