import { describe, expect, it } from 'vitest';
import { ApiError, errorFrom } from '$lib/api/errors';

describe('errors of the API', () => {
  it('hold both languages and the nearest names', async () => {
    const body = {
      error: { kind: 'wrong_usage', message: 'Unknown.', message_zh: '未知。', suggestions: ['RTX 4090'] },
    };
    const error = await errorFrom(Response.json(body, { status: 400 }));
    expect(error).toMatchObject({
      kind: 'wrong_usage',
      text: { en: 'Unknown.', zh: '未知。' },
      suggestions: ['RTX 4090'],
      status: 400,
    });
  });

  it('say the status where the answer is no document', async () => {
    const error = await errorFrom(new Response('<h1>Bad gateway</h1>', { status: 502 }));
    expect(error).toMatchObject({ kind: 'failed', status: 502 });
    expect(error.text.zh).toContain('502');
  });

  it('keep the English where there is no Chinese', () => {
    expect(ApiError.parse({ error: { message: 'Only English.' } })?.text.zh).toBe('Only English.');
    expect(ApiError.parse({ nothing: true })).toBeNull();
  });
});
