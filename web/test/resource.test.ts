import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, Resource } from '$lib/api';
import { Cell } from './cell.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A request that answers when it is told to. */
function deferred() {
  const calls: { key: string; signal: AbortSignal; answer: (text: string) => void; fail: (error: unknown) => void }[] =
    [];
  const load = (key: string) => (signal: AbortSignal) =>
    new Promise<string>((answer, fail) => calls.push({ key, signal, answer, fail }));
  return { calls, load };
}

function inRoot<T>(make: () => T): { value: T; stop: () => void } {
  let value!: T;
  const stop = Cell.root(() => (value = make()));
  flushSync();
  return { value, stop };
}

describe('a resource', () => {
  it('takes the answer to the latest request alone and calls the older ones off', async () => {
    const { calls, load } = deferred();
    const key = new Cell('a');
    const { value: resource, stop } = inRoot(() => new Resource(() => load(key.value)));
    await vi.advanceTimersByTimeAsync(0);
    key.value = 'b';
    flushSync();
    await vi.advanceTimersByTimeAsync(0);
    expect(calls.map((call) => [call.key, call.signal.aborted])).toEqual([
      ['a', true],
      ['b', false],
    ]);
    calls[1]?.answer('of b');
    calls[0]?.answer('of a');
    await vi.advanceTimersByTimeAsync(0);
    expect(resource.data).toBe('of b');
    expect(resource.loading).toBe(false);
    stop();
  });

  it('keeps the old answer until the new one is there, and gathers quick changes into one request', async () => {
    const { calls, load } = deferred();
    const key = new Cell('a');
    const { value: resource, stop } = inRoot(() => new Resource(() => load(key.value), 30));
    await vi.advanceTimersByTimeAsync(0);
    calls[0]?.answer('of a');
    await vi.advanceTimersByTimeAsync(0);
    for (const next of ['b', 'c', 'd']) {
      key.value = next;
      flushSync();
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(calls).toHaveLength(1);
    expect(resource.data).toBe('of a');
    expect(resource.loading).toBe(true);
    await vi.advanceTimersByTimeAsync(30);
    expect(calls.map((call) => call.key)).toEqual(['a', 'd']);
    stop();
  });

  it('shows an error in place of the answer and asks again when told to', async () => {
    const { calls, load } = deferred();
    const { value: resource, stop } = inRoot(() => new Resource(() => load('a')));
    await vi.advanceTimersByTimeAsync(0);
    calls[0]?.fail(ApiError.serverGone());
    await vi.advanceTimersByTimeAsync(0);
    expect(resource.error?.kind).toBe('server_gone');
    resource.retry();
    flushSync();
    await vi.advanceTimersByTimeAsync(0);
    calls[1]?.answer('of a');
    await vi.advanceTimersByTimeAsync(0);
    expect([resource.data, resource.error]).toEqual(['of a', undefined]);
    stop();
  });

  it('asks nothing where there is nothing to ask', () => {
    const { value: resource, stop } = inRoot(() => new Resource<string>(() => undefined));
    expect([resource.data, resource.loading]).toEqual([undefined, false]);
    stop();
  });
});
