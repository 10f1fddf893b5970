import { ApiError } from '$lib/api/errors';
import type { ServerEvent } from '$lib/api/events';

/** What an answer took, as the server counted it. */
export interface Usage {
  /** Tokens of everything that was asked, the conversation before included. */
  readonly prompt: number;
  /** Tokens of the answer, its reasoning included. */
  readonly completion: number;
  /** Those of the reasoning, or null where the server does not tell. */
  readonly reasoning: number | null;
  /** Tokens of the prompt that were still in the cache, or null. */
  readonly cached: number | null;
  /** Tokens generated per second, or null. */
  readonly generationTps: number | null;
  /** Tokens of the prompt processed per second, or null. */
  readonly promptTps: number | null;
}

/** One thing that a streamed answer says. */
export type Delta =
  | { readonly kind: 'reasoning' | 'answer'; readonly text: string }
  | { readonly kind: 'finish'; readonly reason: string }
  | { readonly kind: 'usage'; readonly usage: Usage }
  | { readonly kind: 'error'; readonly error: ApiError }
  | { readonly kind: 'end' };

type Json = Record<string, unknown>;

/** What one event of an OpenAI chat completion stream says; an event that says nothing known gives nothing. */
export function deltas(event: Pick<ServerEvent, 'data'>): Delta[] {
  if (event.data.trim() === '[DONE]') return [{ kind: 'end' }];
  const chunk = object(parse(event.data));
  if (chunk === null) return [];
  const error = failure(chunk);
  if (error) return [{ kind: 'error', error }];

  const said: Delta[] = [];
  const choice = Array.isArray(chunk['choices']) ? object(chunk['choices'][0]) : null;
  const delta = object(choice?.['delta']);
  const reasoning = text(delta?.['reasoning_content']);
  const content = text(delta?.['content']);
  if (reasoning !== '') said.push({ kind: 'reasoning', text: reasoning });
  if (content !== '') said.push({ kind: 'answer', text: content });
  const reason = text(choice?.['finish_reason']);
  if (reason !== '') said.push({ kind: 'finish', reason });
  const usage = usageOf(chunk);
  if (usage) said.push({ kind: 'usage', usage });
  return said;
}

function usageOf(chunk: Json): Usage | null {
  const usage = object(chunk['usage']);
  const prompt = count(usage?.['prompt_tokens']);
  const completion = count(usage?.['completion_tokens']);
  if (usage === null || prompt === null || completion === null) return null;
  const timings = object(chunk['timings']);
  return {
    prompt,
    completion,
    reasoning: count(object(usage['completion_tokens_details'])?.['reasoning_tokens']),
    cached: count(object(usage['prompt_tokens_details'])?.['cached_tokens']),
    generationTps: count(timings?.['predicted_per_second']),
    promptTps: count(timings?.['prompt_per_second']),
  };
}

function failure(chunk: Json): ApiError | null {
  const error = object(chunk['error']);
  if (error === null) return null;
  const code = text(error['code']) || text(error['kind']) || text(error['type']);
  return ApiError.parse({ error: { ...error, kind: code || 'failed' } });
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

function object(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
