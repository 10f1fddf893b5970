import highlighter from 'highlight.js/lib/core';
import type { LanguageFn } from 'highlight.js';
import { sanitize } from './sanitize';

// Each language is a small file of its own, loaded when an answer first uses it.
const loaders: Record<string, () => Promise<{ default: LanguageFn }>> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  go: () => import('highlight.js/lib/languages/go'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  php: () => import('highlight.js/lib/languages/php'),
  python: () => import('highlight.js/lib/languages/python'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

const aliases: Record<string, string> = {
  'c#': 'csharp',
  'c++': 'cpp',
  cc: 'cpp',
  console: 'bash',
  cs: 'csharp',
  golang: 'go',
  h: 'c',
  html: 'xml',
  js: 'javascript',
  jsx: 'javascript',
  kt: 'kotlin',
  py: 'python',
  python3: 'python',
  rb: 'ruby',
  rs: 'rust',
  sh: 'bash',
  shell: 'bash',
  svg: 'xml',
  ts: 'typescript',
  tsx: 'typescript',
  vue: 'xml',
  yml: 'yaml',
  zsh: 'bash',
};

/** Code longer than this stays plain: colouring it would hold up the page. */
export const longestCode = 40_000;

/** The language under which code is coloured, or null when it stays plain. */
export function languageOf(name: string): string | null {
  const known = aliases[name] ?? name;
  return Object.hasOwn(loaders, known) ? known : null;
}

/** Code as coloured nodes, or null when its language is not known or the code is too long. */
export async function highlight(code: string, name: string): Promise<DocumentFragment | null> {
  const known = languageOf(name);
  if (known === null || code.length > longestCode) return null;
  if (!highlighter.getLanguage(known)) {
    const loaded = await loaders[known]?.();
    if (!loaded) return null;
    highlighter.registerLanguage(known, loaded.default);
  }
  return sanitize(highlighter.highlight(code, { language: known, ignoreIllegals: true }).value);
}
