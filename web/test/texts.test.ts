import { afterEach, expect, it } from 'vitest';
import { language } from '$lib/i18n';
import { texts as frame } from '$lib/texts';
import { texts as chat } from '../src/views/chat/texts';
import { texts as deploy } from '../src/views/deploy/texts';
import { prose } from '../src/views/learn/prose';
import { texts as learn } from '../src/views/learn/texts';
import { texts as planner } from '../src/views/planner/texts';
import { texts as report } from '../src/views/report/texts';
import { texts as testDrive } from '../src/views/testdrive/texts';

type Said = string | ((...figures: never[]) => string);

const all: Record<string, Record<string, Said>> = { frame, chat, deploy, prose, learn, planner, report, testDrive };
const rows = Object.entries(all).flatMap(([part, texts]) => Object.keys(texts).map((key) => ({ part, key })));
const marks = ['①', '②', '③', '④'];

function said(part: string, key: string, as: 'en' | 'zh'): string {
  language.set(as);
  const text = all[part]?.[key] ?? '';
  return typeof text === 'function' ? text(...(marks.slice(0, text.length) as never[])) : text;
}

afterEach(() => language.set('en'));

// Names that are the same in both languages.
const names = new Set([
  ...['GPU', 'DeepFit', 'Ollama', 'LM Studio', 'Hugging Face', 'token/s', 'PNG', 'SVG', 'Flash attention'],
  ...['2x rtx 3090, 64 GB ddr4-3200', 'rtx 4090、mac mini、epyc、dgx……'],
]);

it.each(rows)('$part: $key is said in both languages, with every figure', ({ part, key }) => {
  const [english, chinese] = [said(part, key, 'en'), said(part, key, 'zh')];
  expect(english).not.toMatch(/[\u4e00-\u9fff]/);
  expect(english.trim()).not.toBe('');
  if (!names.has(chinese) && !/^[①②③④\d /.·+\-–]+$/.test(chinese)) expect(chinese).toMatch(/[\u4e00-\u9fff]|token/);
  for (const mark of marks) expect(chinese.includes(mark)).toBe(english.includes(mark));
});
