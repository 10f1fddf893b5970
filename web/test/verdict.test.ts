import { expect, it } from 'vitest';
import { verdict } from '$lib/testdrive/verdict';

const predicted = { middle: 12, low: 10, high: 15 };

it('judges a measured speed by the predicted interval', () => {
  expect(verdict(10, predicted)).toBe('within');
  expect(verdict(15, predicted)).toBe('within');
  expect(verdict(9.9, predicted)).toBe('slower');
  expect(verdict(15.1, predicted)).toBe('faster');
});

it('says nothing without something to compare', () => {
  expect(verdict(null, predicted)).toBeNull();
  expect(verdict(12, { middle: 12, low: null, high: null })).toBeNull();
});
