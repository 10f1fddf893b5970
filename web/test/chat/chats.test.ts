import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/errors';
import type { ServerEvent } from '$lib/api/events';
import { Chats, type Complete } from '$lib/chat/chats.svelte';
import { openStore } from '$lib/chat/store';
import type { Message } from '$lib/chat/turns';

const model = { id: 'd1', name: '7b Q4_K_M' };
const say = (delta: object, finish: string | null = null): ServerEvent => ({
  event: 'message',
  data: JSON.stringify({ choices: [{ delta, finish_reason: finish }] }),
});

/** An engine that plays a script, and remembers what it was asked. */
function engine(...script: (ServerEvent | Error | 'hang')[]) {
  const asked: (readonly Message[])[] = [];
  const complete: Complete = async function* (_, said, signal) {
    asked.push(said);
    for (const step of script) {
      await Promise.resolve();
      if (step instanceof Error) throw step;
      if (step === 'hang')
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
        });
      else yield step;
    }
  };
  return { asked, complete };
}

const whole = [say({ reasoning_content: 'hm' }), say({ content: 'Yes.' }), say({}, 'stop')];

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

it('asks, answers, and keeps both', async () => {
  const { asked, complete } = engine(...whole);
  const chats = new Chats(complete);
  await chats.load();
  await chats.ask('Why?', model);
  await chats.ask('And then?', model);
  expect(chats.current?.turns.map((turn) => turn.answer.text)).toEqual(['Yes.', 'Yes.']);
  expect(asked[1]).toEqual([
    { role: 'user', content: 'Why?' },
    { role: 'assistant', content: 'Yes.' },
    { role: 'user', content: 'And then?' },
  ]);
  const next = new Chats(complete);
  await next.load();
  expect(next.list[0]?.turns[1]?.answer).toMatchObject({ state: 'done', text: 'Yes.', reasoning: 'hm' });
});

it('is renamed, which is kept, and gets its first name back when it has none', async () => {
  const { complete } = engine(...whole);
  const chats = new Chats(complete);
  await chats.load();
  await chats.ask('Why?', model);
  const kept = async () => {
    const next = new Chats(complete);
    await next.load();
    return next.list[0];
  };
  const before = await kept();
  if (chats.current) await chats.rename(chats.current, ' Roots ');
  expect(await kept()).toMatchObject({ title: 'Roots', updatedAt: before?.updatedAt });
  if (chats.current) await chats.rename(chats.current, ' ');
  expect(await kept()).not.toHaveProperty('title');
});

it('keeps what came when the server is gone, and asks again', async () => {
  for (const end of [[ApiError.serverGone()], []]) {
    const chats = new Chats(engine(say({ content: 'So far' }), ...end).complete);
    await chats.ask('Why?', model);
    expect(chats.current?.turns[0]?.answer).toMatchObject({
      state: 'broken',
      text: 'So far',
      fault: { kind: 'server_gone' },
    });
    expect(chats.busy(chats.current)).toBe(false);
  }
  const { asked, complete } = engine(...whole);
  const chats = new Chats(complete);
  await chats.ask('Why?', model);
  await chats.askAgain(model, 'Why not?');
  expect(chats.current?.turns).toHaveLength(1);
  expect(chats.current?.turns[0]).toMatchObject({ question: 'Why not?', answer: { text: 'Yes.', state: 'done' } });
  expect(asked[1]).toEqual([{ role: 'user', content: 'Why not?' }]);
});

it('stops an answer and keeps what came', async () => {
  const chats = new Chats(engine(say({ content: 'So far' }), 'hang').complete);
  const asking = chats.ask('Why?', model);
  await vi.waitFor(() => expect(chats.current?.turns[0]?.answer.text).toBe('So far'));
  await chats.ask('Impatient?', model);
  expect(chats.current?.turns).toHaveLength(1);
  if (chats.current) chats.stop(chats.current);
  await asking;
  expect(chats.current?.turns[0]?.answer).toMatchObject({ state: 'stopped', text: 'So far' });
});

it('goes on answering one conversation while another is begun', async () => {
  const chats = new Chats(engine(say({ content: 'So far' }), 'hang').complete);
  void chats.ask('First?', model);
  await vi.waitFor(() => expect(chats.current?.turns[0]?.answer.text).toBe('So far'));
  const first = chats.currentId;
  chats.currentId = null;
  void chats.ask('Second?', model);
  await vi.waitFor(() => expect(chats.current?.turns[0]?.answer.text).toBe('So far'));
  expect(chats.currentId).not.toBe(first);
  expect(chats.list.map((one) => chats.busy(one))).toEqual([true, true]);
  await chats.removeAll();
});

it('forgets a conversation even while it is answered', async () => {
  const chats = new Chats(engine(say({ content: 'So far' }), 'hang').complete);
  await chats.load();
  const asking = chats.ask('Why?', model);
  await vi.waitFor(() => expect(chats.current?.turns[0]?.answer.text).toBe('So far'));
  if (chats.current) await chats.remove(chats.current);
  await asking;
  expect(chats.list).toEqual([]);
  expect(await (await openStore()).all()).toEqual([]);
});

it('works in a browser that keeps nothing, and says so', async () => {
  const chats = new Chats(engine(...whole).complete, () => Promise.reject(new Error('private')));
  await chats.load();
  expect(chats.kept).toBe(false);
  await chats.ask('Why?', model);
  expect(chats.current?.turns[0]?.answer.text).toBe('Yes.');
});
