import { describe, expect, it } from 'vitest';
import type { Machine } from '$lib/api';
import { changed, corrected, partsOf, wordsOf } from '../src/views/planner/compose';

describe('a machine that is composed', () => {
  it('is said in the words that DeepFit understands', () => {
    expect(wordsOf({ gpu: 'RTX 3090', count: 2, ram: 64 })).toBe('2x RTX 3090, 64 GB');
    expect(wordsOf({ gpu: 'RTX 4090', count: 1, ram: null })).toBe('RTX 4090');
    expect(wordsOf({ gpu: '', count: 1, ram: 32 })).toBe('32 GB, cpu only');
    expect(wordsOf({ gpu: '', count: 4, ram: null })).toBeNull();
  });

  const machine = (gb: number, ...gpus: string[]) =>
    ({ gpus: gpus.map((name) => ({ name })), memory: { total_bytes: gb * 2 ** 30 } }) as Machine;

  it('is read back from its words and what they mean', () => {
    const twice = machine(64, 'RTX 4090', 'RTX 4090');
    expect(partsOf('2x RTX 4090, 64GB', twice)).toEqual({ gpu: 'RTX 4090', count: 2, ram: 64 });
    expect(partsOf('2x RTX 4090', twice)).toEqual({ gpu: 'RTX 4090', count: 2, ram: null });
    expect(partsOf('rtx 3090 + rtx 4090', machine(32, 'RTX 3090', 'RTX 4090')).gpu).toBe('RTX 3090, RTX 4090');
    expect(partsOf('EPYC 9374F, 1 TB', machine(1024))).toEqual({ gpu: '', count: 1, ram: 1024 });
    expect(partsOf('RTX 3060 12 GB', machine(32, 'RTX 3060')).ram).toBeNull();
  });

  it('keeps what its words say besides when a part changes', () => {
    const words = 'Ryzen 7 7700, 2x rtx3090, 64 GB ddr5-6000';
    const parts = { gpu: 'RTX 3090', count: 2, ram: 64 };
    expect(changed(words, parts, { ...parts, ram: 128 })).toBe('Ryzen 7 7700, 2x rtx3090, 128 GB ddr5-6000');
    expect(changed(words, parts, { ...parts, count: 4 })).toBe('Ryzen 7 7700, 4x RTX 3090, 64 GB ddr5-6000');
    expect(changed(words, parts, { ...parts, gpu: '' })).toBe('Ryzen 7 7700, cpu only, 64 GB ddr5-6000');
    expect(changed('EPYC 9374F', { gpu: '', count: 1, ram: null }, { gpu: 'L40S', count: 1, ram: 256 })).toBe(
      'L40S, EPYC 9374F, 256 GB',
    );
    expect(changed('', { gpu: '', count: 1, ram: null }, { gpu: 'RTX 4090', count: 1, ram: null })).toBe('RTX 4090');
    expect(
      changed('RTX 4090, 64 GB', { gpu: 'RTX 4090', count: 1, ram: 64 }, { gpu: 'RTX 4090', count: 1, ram: null }),
    ).toBe('RTX 4090');
  });

  it('takes a suggestion in place of the part that was not understood', () => {
    const error = '"2x rtx 409" is not a known part of a machine. Near names: RTX 4090.';
    expect(corrected('2x RTX 409, 64 GB', error, 'RTX 4090')).toBe('2x RTX 4090, 64 GB');
    expect(corrected('rtx 409, 64 GB', '"rtx 409" is not known.', 'RTX 4090')).toBe('RTX 4090, 64 GB');
    expect(corrected('something else', error, 'RTX 4090')).toBe('RTX 4090');
  });
});
