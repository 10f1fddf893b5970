import { describe, expect, it } from 'vitest';
import { EventParser } from '$lib/api/events';
import { deltas } from '$lib/chat/stream';

const chunk = (value: unknown) => deltas({ data: JSON.stringify(value) });

describe('a streamed answer', () => {
  it('tells reasoning and answer apart', () => {
    expect(chunk({ choices: [{ delta: { reasoning_content: '嗯' } }] })).toEqual([{ kind: 'reasoning', text: '嗯' }]);
    expect(chunk({ choices: [{ delta: { content: '42' } }] })).toEqual([{ kind: 'answer', text: '42' }]);
    expect(chunk({ choices: [{ delta: { reasoning_content: 'so', content: '42' } }] })).toEqual([
      { kind: 'reasoning', text: 'so' },
      { kind: 'answer', text: '42' },
    ]);
  });

  it('says how it ended and what it took', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 30,
      completion_tokens_details: { reasoning_tokens: 20 },
      prompt_tokens_details: { cached_tokens: 8 },
    };
    expect(chunk({ choices: [{ delta: {}, finish_reason: 'length' }] })).toEqual([
      { kind: 'finish', reason: 'length' },
    ]);
    expect(chunk({ choices: [], usage, timings: { predicted_per_second: 12.5, prompt_per_second: 80 } })).toEqual([
      {
        kind: 'usage',
        usage: { prompt: 10, completion: 30, reasoning: 20, cached: 8, generationTps: 12.5, promptTps: 80 },
      },
    ]);
    expect(deltas({ data: '[DONE]' })).toEqual([{ kind: 'end' }]);
  });

  it('may fail in both languages', () => {
    const [delta] = chunk({
      error: { message: 'The queue is full.', message_zh: '队列已满。', code: 'rate_limit_exceeded' },
    });
    expect(delta).toMatchObject({ kind: 'error', error: { kind: 'rate_limit_exceeded', text: { zh: '队列已满。' } } });
  });

  it.each([
    '',
    'not json',
    'null',
    '[]',
    '3',
    '{}',
    '{"choices":null}',
    '{"choices":[null]}',
    '{"choices":[{"delta":null}]}',
    '{"choices":[{"delta":{"content":null,"role":"assistant"},"finish_reason":null}]}',
    '{"choices":[{"delta":{"content":{"a":1}}}]}',
    '{"choices":[],"usage":{"prompt_tokens":"many"}}',
    '{"choices":[],"usage":null}',
  ])('says nothing with %j', (data) => {
    expect(deltas({ data })).toEqual([]);
  });

  it('is the same however it is cut into pieces', () => {
    const wire = [
      { choices: [{ delta: { role: 'assistant', content: '' } }] },
      { choices: [{ delta: { reasoning_content: '想一想…' } }] },
      { choices: [{ delta: { content: 'a\nb' } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
    ]
      .map((value) => `data: ${JSON.stringify(value)}\n\n`)
      .join('')
      .concat(': still here\n\ndata: [DONE]\n\n');
    const read = (pieces: string[]) => {
      const parser = new EventParser();
      return pieces.flatMap((piece) => parser.push(piece)).flatMap(deltas);
    };
    const whole = read([wire]);
    expect(whole.map((delta) => delta.kind)).toEqual(['reasoning', 'answer', 'finish', 'end']);
    for (let size = 1; size < 40; size++) {
      const pieces = Array.from({ length: Math.ceil(wire.length / size) }, (_, i) =>
        wire.slice(i * size, (i + 1) * size),
      );
      expect(read(pieces)).toEqual(whole);
    }
  });
});
