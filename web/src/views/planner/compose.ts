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
