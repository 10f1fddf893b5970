import { send } from './client';
import { errorFrom, isAbort } from './errors';

/** One server-sent event. */
export interface ServerEvent {
  /** Its name; `message` where it has none. */
  readonly event: string;
  /** Its data lines, joined. */
  readonly data: string;
}

/** Turns the text of a stream into events as its pieces arrive. */
export class EventParser {
  #rest = '';
  #event = '';
  #data: string[] = [];

  /** The events that this piece completes. */
  push(piece: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (this.#data.length > 0) events.push({ event: this.#event || 'message', data: this.#data.join('\n') });
        this.#event = '';
        this.#data = [];
      } else if (!line.startsWith(':')) {
        const colon = line.indexOf(':');
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (name === 'event') this.#event = value;
        if (name === 'data') this.#data.push(value);
      }
    }
    return events;
  }
}

/**
 * Reads server-sent events from any request: a GET that reports progress, or a POST that streams an answer.
 * Ends with the stream; throws an `ApiError` when the server refuses or goes away, an `AbortError` when called off.
 */
export async function* events(url: string, init: RequestInit = {}): AsyncGenerator<ServerEvent, void, undefined> {
  const headers = { Accept: 'text/event-stream', ...(init.headers as Record<string, string> | undefined) };
  const response = await send(url, { ...init, headers });
  if (!response.ok || response.body === null) throw await errorFrom(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    reader.cancel().catch((error: unknown) => {
      if (!isAbort(error)) console.warn(error);
    });
  }
}
