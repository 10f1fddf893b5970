import { expect, it } from 'vitest';
import { meaningOf } from '$lib/chat/keys';

const key = (name: string, more: Partial<KeyboardEvent> = {}) => ({
  key: name,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  keyCode: 0,
  ...more,
});

it('sends with Enter and begins a line with Shift-Enter', () => {
  expect(meaningOf(key('Enter'), false)).toBe('send');
  expect(meaningOf(key('Enter', { ctrlKey: true }), false)).toBe('send');
  expect(meaningOf(key('Enter', { shiftKey: true }), false)).toBeNull();
});

it('leaves every key to an input method that composes', () => {
  expect(meaningOf(key('Enter', { isComposing: true }), false)).toBeNull();
  expect(meaningOf(key('Enter', { keyCode: 229 }), false)).toBeNull();
  expect(meaningOf(key('Escape', { isComposing: true }), false)).toBeNull();
  expect(meaningOf(key('ArrowUp', { isComposing: true }), true)).toBeNull();
});

it('stops with Escape and edits with Up in an empty field', () => {
  expect(meaningOf(key('Escape'), false)).toBe('stop');
  expect(meaningOf(key('ArrowUp'), true)).toBe('edit');
  expect(meaningOf(key('ArrowUp'), false)).toBeNull();
  expect(meaningOf(key('ArrowUp', { shiftKey: true }), true)).toBeNull();
});
