import { expect, it } from 'vitest';
import type { Model } from '$lib/api';
import { corrected } from '$lib/models';

const model = (id: string, ...names: string[]) => ({ id, quantizations: names.map((name) => ({ name })) }) as Model;
const models = [model('1.5b', 'Q4_K_M', 'Q8_0'), model('671b', 'Q2_K', 'IQ1_S')];

it('leaves what the catalogue has', () => {
  expect(corrected(models, { variant: '1.5b', quantization: 'Q8_0' })).toEqual({
    variant: '1.5b',
    quantization: 'Q8_0',
  });
});

it('takes the usual quantization where the named one is not there, and the first where that is missing too', () => {
  expect(corrected(models, { variant: '1.5b', quantization: 'Q99' }).quantization).toBe('Q4_K_M');
  expect(corrected(models, { variant: '671b', quantization: 'Q99' }).quantization).toBe('Q2_K');
});

it('takes the first version for one that nobody knows', () => {
  expect(corrected(models, { variant: '9b', quantization: 'Q8_0' })).toEqual({ variant: '1.5b', quantization: 'Q8_0' });
});

it('leaves the choice alone while no model is known', () => {
  expect(corrected([], { variant: '7b', quantization: 'Q4_K_M' }).variant).toBe('7b');
});
