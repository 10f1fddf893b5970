// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { post, remove } from '$lib/api';

const index = (token: string) => `<!doctype html><meta name="deepfit-token" content="${token}" />`;
const forbidden = () => Response.json({ error: { kind: 'forbidden', message: 'No.' } }, { status: 403 });

/** A server whose token is `token`; what was sent with another one is refused. */
function serve(token: string) {
  const sent: string[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    if (url === '/') return Promise.resolve(new Response(index(token)));
    sent.push(new Headers(init.headers).get('X-DeepFit-Token') ?? '');
    return Promise.resolve(sent.at(-1) === token ? Response.json({ id: 'one' }, { status: 202 }) : forbidden());
  });
  return sent;
}

beforeEach(() => (document.head.innerHTML = index('old')));
afterEach(() => vi.unstubAllGlobals());

it('carries the token of its page', async () => {
  const sent = serve('old');
  await remove('/api/pulls/{id}', { path: { id: 'one' } });
  expect(sent).toEqual(['old']);
});

it('takes over the token of a server that was started anew, and sends again', async () => {
  const sent = serve('new');
  const body = { model: '7b', quantization: 'Q4_K_M', context: null, parallel: null };
  expect(await post('/api/deployments', { body })).toEqual({ id: 'one' });
  await post('/api/deployments', { body });
  expect(sent).toEqual(['old', 'new', 'new']);
});

it('is refused once where the token is not the reason', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    return Promise.resolve(url === '/' ? new Response(index('old')) : forbidden());
  });
  await expect(remove('/api/pulls/{id}', { path: { id: 'one' } })).rejects.toMatchObject({ kind: 'forbidden' });
  expect(asked).toHaveLength(2);
});
