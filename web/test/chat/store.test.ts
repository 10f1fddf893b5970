import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, it } from 'vitest';
import { mend, openStore } from '$lib/chat/store';
import { newAnswer, newConversation, type Conversation } from '$lib/chat/turns';

function conversation(id: string, updatedAt: number): Conversation {
  return { ...newConversation(id, 1), updatedAt, turns: [{ id: 't', question: 'Why?', answer: newAnswer('7b', 1) }] };
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

it('keeps conversations, the newest first, until they are removed', async () => {
  const store = await openStore();
  await store.put(conversation('a', 10));
  await store.put(conversation('b', 30));
  await store.put(conversation('c', 20));
  await store.put(conversation('a', 40));
  const again = await openStore();
  expect((await again.all()).map((one) => one.id)).toEqual(['a', 'b', 'c']);
  await again.remove('b');
  expect((await again.all()).map((one) => one.id)).toEqual(['a', 'c']);
  await again.clear();
  expect(await store.all()).toEqual([]);
});

it('says of an answer that was under way when the page closed that it broke off', () => {
  const kept = conversation('a', 40);
  const mended = mend(structuredClone(kept));
  expect(mended?.turns[0]?.answer).toMatchObject({ state: 'broken', endedAt: 40, fault: { kind: 'page_closed' } });
});

it.each([
  null,
  3,
  {},
  { id: 'a', createdAt: 1, updatedAt: 1, turns: [{}] },
  { id: 'a', createdAt: 1, updatedAt: 1, turns: 3 },
])('leaves out what it cannot read: %j', (row) => {
  expect(mend(row)).toBeNull();
});
