import { ApiError, isAbort } from '$lib/api/errors';
import { events, type ServerEvent } from '$lib/api/events';
import { address, tokenHeader } from '$lib/api/client';
import { openStore, type ConversationStore } from './store';
import { deltas } from './stream';
import {
  fail,
  messages,
  newAnswer,
  newConversation,
  stopped,
  take,
  underWay,
  type Conversation,
  type Message,
  type Turn,
} from './turns';

/** What answers: a running deployment. */
export interface Answerer {
  readonly id: string;
  /** Its name in words, kept with the answer. */
  readonly name: string;
}

/** Streams an answer: the page's API, or a test's stand-in. */
export type Complete = (
  deployment: string,
  said: readonly Message[],
  signal: AbortSignal,
) => AsyncIterable<ServerEvent>;

/** How often a growing answer is kept, in milliseconds. */
const keepEvery = 2000;

/** The conversations of this browser. Answers go on while the person looks at another view of the page. */
export class Chats {
  /** The newest first. */
  list = $state<Conversation[]>([]);
  /** The one that is looked at; null is a new one. */
  currentId = $state<string | null>(null);
  /** Whether what was kept has been read. */
  ready = $state(false);
  /** Whether this browser keeps conversations; false once it refused. */
  kept = $state(true);

  readonly current = $derived(this.list.find((one) => one.id === this.currentId) ?? null);

  readonly #complete: Complete;
  readonly #now: () => number;
  readonly #open: () => Promise<ConversationStore>;
  // Nothing shows these; `busy` reads the answers themselves.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #runs = new Map<string, AbortController>();
  #store: ConversationStore | null = null;
  #loading: Promise<void> | undefined;

  constructor(complete: Complete = completeByApi, open = openStore, now: () => number = Date.now) {
    this.#complete = complete;
    this.#open = open;
    this.#now = now;
  }

  /** Reads what was kept, once. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Whether an answer of a conversation is under way. */
  busy(conversation: Conversation | null): boolean {
    const last = conversation?.turns.at(-1);
    return last !== undefined && underWay(last.answer);
  }

  /** Asks a question in the current conversation, or begins one. Ends when the answer does. */
  async ask(question: string, answerer: Answerer): Promise<void> {
    let conversation = this.current;
    if (this.busy(conversation)) return;
    if (conversation === null) {
      const begun = newConversation(crypto.randomUUID(), this.#now());
      this.list.unshift(begun);
      this.currentId = begun.id;
      conversation = this.current as unknown as Conversation;
    }
    conversation.turns.push({ id: crypto.randomUUID(), question, answer: newAnswer(answerer.name, this.#now()) });
    await this.#run(conversation, answerer);
  }

  /** Asks the last question again, in other words if any are given; its answer so far is dropped. */
  async askAgain(answerer: Answerer, question?: string): Promise<void> {
    const conversation = this.current;
    const last = conversation?.turns.at(-1);
    if (!conversation || !last || this.busy(conversation)) return;
    if (question !== undefined) last.question = question;
    last.answer = newAnswer(answerer.name, this.#now());
    await this.#run(conversation, answerer);
  }

  /** Stops the answer of a conversation; what came stays. */
  stop(conversation: Conversation): void {
    this.#runs.get(conversation.id)?.abort();
  }

  /** Calls a conversation something else; nothing calls it by its first question again. */
  async rename(conversation: Conversation, title: string): Promise<void> {
    const words = title.trim();
    if (words === '') delete conversation.title;
    else conversation.title = words;
    await this.#put(conversation);
  }

  /** Forgets a conversation. */
  async remove(conversation: Conversation): Promise<void> {
    this.stop(conversation);
    this.list = this.list.filter((one) => one.id !== conversation.id);
    if (this.currentId === conversation.id) this.currentId = null;
    await this.#keep((store) => store.remove(conversation.id));
  }

  /** Forgets all. */
  async removeAll(): Promise<void> {
    for (const run of this.#runs.values()) run.abort();
    this.list = [];
    this.currentId = null;
    await this.#keep((store) => store.clear());
  }

  async #load(): Promise<void> {
    try {
      this.#store = await this.#open();
      const before = await this.#store.all();
      this.list = [...this.list, ...before.filter((one) => !this.list.some((here) => here.id === one.id))];
    } catch {
      this.kept = false;
    }
    this.ready = true;
  }

  async #run(conversation: Conversation, answerer: Answerer): Promise<void> {
    // The answer as Svelte sees it, so that what comes shows.
    const turn = conversation.turns.at(-1) as Turn;
    const { answer } = turn;
    const abort = new AbortController();
    this.#runs.set(conversation.id, abort);
    this.list.sort((a, b) => Number(b.id === conversation.id) - Number(a.id === conversation.id));
    await this.#save(conversation);
    let saved = this.#now();
    try {
      for await (const event of this.#complete(answerer.id, messages(conversation, turn), abort.signal)) {
        for (const delta of deltas(event)) take(answer, delta, this.#now());
        if (this.#now() - saved >= keepEvery) {
          saved = this.#now();
          void this.#save(conversation);
        }
      }
      // The stream ended without saying so: the server is gone.
      fail(answer, ApiError.serverGone(), this.#now());
    } catch (error) {
      if (abort.signal.aborted || isAbort(error)) stopped(answer, this.#now());
      else fail(answer, ApiError.from(error), this.#now());
    }
    if (this.#runs.get(conversation.id) === abort) this.#runs.delete(conversation.id);
    await this.#save(conversation);
  }

  async #save(conversation: Conversation): Promise<void> {
    if (!this.list.some((one) => one.id === conversation.id)) return;
    conversation.updatedAt = this.#now();
    await this.#put(conversation);
  }

  async #put(conversation: Conversation): Promise<void> {
    await this.#keep((store) => store.put($state.snapshot(conversation) as Conversation));
  }

  async #keep(work: (store: ConversationStore) => Promise<void>): Promise<void> {
    if (this.#store === null) return;
    try {
      await work(this.#store);
    } catch {
      this.kept = false;
    }
  }
}

const completeByApi: Complete = (deployment, said, signal) =>
  events(address('/api/deployments/{id}/chat/completions', { path: { id: deployment } }), {
    method: 'POST',
    headers: { ...tokenHeader(), 'Content-Type': 'application/json' },
    body: JSON.stringify({ messages: said, stream: true, stream_options: { include_usage: true } }),
    signal,
  });

export const chats = new Chats();
