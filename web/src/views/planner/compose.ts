import type { Machine } from '$lib/api';

/** The parts that the pickers offer. */
export interface Parts {
  /** The name of a GPU, an Apple chip or an accelerator, or an empty text for none. */
  readonly gpu: string;
  readonly count: number;
  /** System memory in GB, or null for what is assumed. */
  readonly ram: number | null;
}

/** System memory to choose from, in GB as modules have them. */
export const ramSizes = [8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024] as const;

/** The parts in the words that DeepFit understands; null while there is nothing to say. */
export function wordsOf(parts: Parts): string | null {
  const words: string[] = [];
  if (parts.gpu !== '') words.push(parts.count > 1 ? `${parts.count}x ${parts.gpu}` : parts.gpu);
  if (parts.ram !== null) words.push(`${parts.ram} GB`);
  if (words.length === 0) return null;
  if (parts.gpu === '') words.push('cpu only');
  return words.join(', ');
}

/**
 * The parts of a machine that words describe, as the pickers show them. A size of memory that the words do not name was
 * assumed; GPUs that differ are named one after the other.
 */
export function partsOf(words: string, machine: Machine): Parts {
  const names = machine.gpus.map((gpu) => gpu.name);
  const alike = names.every((name) => name === names[0]);
  const gb = Math.round(machine.memory.total_bytes / 2 ** 30);
  return {
    gpu: alike ? (names[0] ?? '') : names.join(', '),
    count: alike ? Math.max(names.length, 1) : 1,
    ram: memoryOf(gb).test(words) ? gb : null,
  };
}

/** Words with one or several parts changed; whatever else they say stays. */
export function changed(words: string, before: Parts, after: Parts): string {
  let text = words.trim();
  if (after.gpu !== before.gpu || after.count !== before.count) {
    const name = before.gpu.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s*');
    const old = new RegExp(before.gpu === '' ? 'cpu only' : `(\\d+\\s*x\\s*)?${name}(?![\\w])`, 'i');
    const made = after.gpu === '' ? 'cpu only' : after.count > 1 ? `${after.count}x ${after.gpu}` : after.gpu;
    if (old.test(text)) text = text.replace(old, made);
    else if (before.gpu === '') text = [made, text].filter((one) => one !== '').join(', ');
    else return wordsOf(after) ?? '';
  }
  if (after.ram !== before.ram) {
    const made = after.ram === null ? '' : `${after.ram} GB`;
    const old = before.ram === null ? null : memoryOf(before.ram);
    text = old?.test(text) ? text.replace(old, made) : [text, made].join(', ');
  }
  const pieces = text.split(',').map((one) => one.trim());
  return pieces.filter((one) => one !== '').join(', ');
}

const memoryOf = (gb: number) =>
  new RegExp(`(?<![\\w.])(${gb}\\s*gi?b?${gb % 1024 === 0 ? `|${gb / 1024}\\s*ti?b?` : ''})\\b`, 'i');

/**
 * Words with the part that was not understood replaced by a suggestion. The error names that part between quotes; a number
 * of pieces before it stays. Where it cannot be found, the suggestion stands for the whole.
 */
export function corrected(words: string, error: string, suggestion: string): string {
  const part = /["“]([^"”]+)["”]/.exec(error)?.[1];
  const at = part === undefined ? -1 : words.toLowerCase().indexOf(part.toLowerCase());
  if (part === undefined || at < 0) return suggestion;
  const count = /^\d+\s*x\s+/i.exec(part)?.[0] ?? '';
  return words.slice(0, at) + count + suggestion + words.slice(at + part.length);
}
