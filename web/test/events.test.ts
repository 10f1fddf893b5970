import { describe, expect, it } from 'vitest';
import { EventParser } from '$lib/api/events';

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
});
