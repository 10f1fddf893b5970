import { expect, it } from 'vitest';
import { followsAfter, isAtEnd } from '$lib/chat/follow.svelte';

const top = (value: number, height = 1000) => ({ top: value, height });

it('goes on following while the text grows faster than it scrolls', () => {
  expect(followsAfter(true, top(400), top(500, 1200), false)).toBe(true);
});

it('goes on following when a part of the text folds', () => {
  expect(followsAfter(true, top(400), top(100, 600), false)).toBe(true);
});

it('yields to a reader who goes up, and comes back at the end', () => {
  expect(followsAfter(true, top(400), top(300), false)).toBe(false);
  expect(followsAfter(false, top(300), top(350), false)).toBe(false);
  expect(followsAfter(false, top(350), top(400), true)).toBe(true);
});

it('counts a line short of the end as the end', () => {
  expect(isAtEnd({ scrollTop: 380, clientHeight: 600, scrollHeight: 1000 })).toBe(true);
  expect(isAtEnd({ scrollTop: 300, clientHeight: 600, scrollHeight: 1000 })).toBe(false);
});
