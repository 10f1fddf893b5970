import { describe, expect, it } from 'vitest';
import { corrected, wordsOf } from '../src/views/planner/compose';

describe('a machine that is composed', () => {
  it('is said in the words that DeepFit understands', () => {
    expect(wordsOf({ gpu: 'RTX 3090', count: 2, ram: 64 })).toBe('2x RTX 3090, 64 GB');
    expect(wordsOf({ gpu: 'RTX 4090', count: 1, ram: null })).toBe('RTX 4090');
    expect(wordsOf({ gpu: '', count: 1, ram: 32 })).toBe('32 GB, cpu only');
    expect(wordsOf({ gpu: '', count: 4, ram: null })).toBeNull();
  });

  it('takes a suggestion in place of the part that was not understood', () => {
    const error = '"2x rtx 409" is not a known part of a machine. Near names: RTX 4090.';
    expect(corrected('2x RTX 409, 64 GB', error, 'RTX 4090')).toBe('2x RTX 4090, 64 GB');
    expect(corrected('rtx 409, 64 GB', '"rtx 409" is not known.', 'RTX 4090')).toBe('RTX 4090, 64 GB');
    expect(corrected('something else', error, 'RTX 4090')).toBe('RTX 4090');
  });
});
