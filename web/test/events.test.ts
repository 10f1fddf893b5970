import { afterEach, describe, expect, it, vi } from 'vitest';
import { EventParser, events } from '$lib/api/events';

describe('server-sent events', () => {
  it('are put together from pieces that break anywhere', () => {
    const text = 'event: progress\ndata: {"a":\ndata: 1}\n\n: a comment\r\ndata:done\r\n\r\n';
    for (let size = 1; size < text.length; size++) {
      const parser = new EventParser();
      const events = [];
      for (let at = 0; at < text.length; at += size) events.push(...parser.push(text.slice(at, at + size)));
      expect(events, `pieces of ${size}`).toEqual([
        { event: 'progress', data: '{"a":\n1}' },
        { event: 'message', data: 'done' },
      ]);
    }
  });

  it('need data to count', () => {
    expect(new EventParser().push('event: empty\n\n')).toEqual([]);
  });

  it('that break off say that the server is gone, and keep what came', async () => {
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(stream) {
        if (pulls++ === 0) stream.enqueue(new TextEncoder().encode('data: 1\n\n'));
        else stream.error(new TypeError('network error'));
      },
    });
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(body)));
    const seen: string[] = [];
    const read = async () => {
      for await (const event of events('/api/x')) seen.push(event.data);
    };
    await expect(read()).rejects.toMatchObject({ kind: 'server_gone' });
    expect(seen).toEqual(['1']);
  });
});

afterEach(() => vi.unstubAllGlobals());
