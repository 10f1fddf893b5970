import { language } from '$lib/i18n/language.svelte';
import { ApiError, errorFrom } from './errors';
import type { paths } from './schema';

type Method = 'get' | 'post' | 'delete';

/** The paths that answer a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];

type Operation<P, M extends Method> = P extends keyof paths ? paths[P][M & keyof paths[P]] : never;
type Parameters<O, In extends 'query' | 'path'> = O extends { parameters: { [K in In]?: infer Q } }
  ? [Q] extends [never]
    ? undefined
    : Exclude<Q, undefined>
  : undefined;
type Body<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined;
type Json<R> = R extends { content: { 'application/json': infer T } } ? T : never;

/** What an operation answers when all is well. */
export type Answer<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R }
    ? { [Status in keyof R]: Status extends 200 | 201 | 202 ? Json<R[Status]> : never }[keyof R]
    : never;

/** The query of a GET: what the OpenAPI document says, each member optional where it may be left out; `lang` is added here. */
export type Query<P extends PathOf<'get'>> = Parameters<Operation<P, 'get'>, 'query'>;

type Values = Record<string, string | number | boolean | null | undefined>;

interface Options<O> {
  query?: Parameters<O, 'query'>;
  path?: Parameters<O, 'path'>;
  body?: Body<O>;
  signal?: AbortSignal;
}

/** Asks the server. Throws {@link ApiError}, or an `AbortError` when the signal says so. */
export function get<P extends PathOf<'get'>>(path: P, options: Options<Operation<P, 'get'>> = {}) {
  return request<Answer<P, 'get'>>('GET', path, options as Options<unknown>);
}

/** Changes something; carries the page's token. */
export function post<P extends PathOf<'post'>>(path: P, options: Options<Operation<P, 'post'>> = {}) {
  return request<Answer<P, 'post'>>('POST', path, options as Options<unknown>);
}

/** Stops or removes something; carries the page's token. */
export function remove<P extends PathOf<'delete'>>(path: P, options: Options<Operation<P, 'delete'>> = {}) {
  return request<Answer<P, 'delete'>>('DELETE', path, options as Options<unknown>);
}

/** The address of a path with its parameters filled in, in the language of the page. */
export function address(path: string, values: { path?: Values | undefined; query?: Values | undefined } = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values.path?.[name] ?? '')));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values.query ?? {})) {
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  }
  query.set('lang', language.current);
  return `${filled}?${query}`;
}

const tokenName = 'X-DeepFit-Token';

function tokenPlace(page: Document = document): HTMLMetaElement | null {
  return page.querySelector<HTMLMetaElement>('meta[name="deepfit-token"]');
}

/** The header that every request that changes something carries. */
export function tokenHeader(): Record<string, string> {
  return { [tokenName]: tokenPlace()?.content ?? '' };
}

/** Takes over the token of a server that was started anew while the page stayed open. */
async function renewToken(): Promise<boolean> {
  const place = tokenPlace();
  const index = await fetch('/', { cache: 'no-store', credentials: 'same-origin' });
  const token = tokenPlace(new DOMParser().parseFromString(await index.text(), 'text/html'))?.content;
  if (!place || !token || token === place.content) return false;
  place.content = token;
  return true;
}

async function request<T>(method: string, path: string, options: Options<unknown>): Promise<T> {
  const url = address(path, { path: options.path as Values | undefined, query: options.query as Values | undefined });
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') Object.assign(headers, tokenHeader());
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await send(url, {
    method,
    headers,
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.signal && { signal: options.signal }),
  });
  if (!response.ok) throw await errorFrom(response);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/**
 * `fetch`, with a server that is gone turned into an {@link ApiError}. What was refused because the server was started anew is
 * sent once more with its new token.
 */
export async function send(url: string, init: RequestInit): Promise<Response> {
  const attempt = (more: RequestInit) => fetch(url, { ...more, cache: 'no-store', credentials: 'same-origin' });
  try {
    const response = await attempt(init);
    const headers = new Headers(init.headers);
    if (response.status !== 403 || !headers.has(tokenName) || !(await renewToken())) return response;
    headers.set(tokenName, tokenHeader()[tokenName] ?? '');
    return await attempt({ ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw ApiError.serverGone();
  }
}
