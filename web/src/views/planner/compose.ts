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
