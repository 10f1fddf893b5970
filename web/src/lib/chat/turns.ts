import type { ApiError } from '$lib/api/errors';
import type { Delta, Usage } from './stream';

/** Where an answer is. The first three are under way; the others are how it ended. */
export type AnswerState =
  | 'waiting'
  | 'thinking'
  | 'answering'
  /** It came to its end. */
  | 'done'
  /** The context or the limit of tokens ended it. */
  | 'full'
  /** The person stopped it. */
  | 'stopped'
  /** Something went wrong on the way; what had come is kept. */
  | 'broken';

/** Why an answer broke off, in both languages. */
export interface Fault {
  readonly kind: string;
  readonly en: string;
  readonly zh: string;
}

export interface Answer {
  state: AnswerState;
  /** The model that answers, in words. */
  model: string;
  reasoning: string;
  text: string;
  /** When it was asked for, in milliseconds since 1970; so are the others. */
  askedAt: number;
  /** When the first of it came, or null. */
  firstAt: number | null;
  /** When the reasoning ended and the answer proper began, or null. */
  answerAt: number | null;
  /** When it ended, or null while it is under way. */
  endedAt: number | null;
  /** Pieces that came: about as many as tokens, until the server tells the exact number. */
  pieces: number;
  usage: Usage | null;
  fault: Fault | null;
  /** Whether the person opened or closed the reasoning; null while it follows the answer by itself. */
  open: boolean | null;
}

/** A question and its answer. */
export interface Turn {
  readonly id: string;
  question: string;
  answer: Answer;
}

export interface Conversation {
  readonly id: string;
  readonly createdAt: number;
  updatedAt: number;
  /** What the person calls it; without one it is called by its first question. */
  title?: string;
  turns: Turn[];
}

/** A message as the API takes it. */
export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** A new conversation without a turn. */
export function newConversation(id: string, now: number): Conversation {
  return { id, createdAt: now, updatedAt: now, turns: [] };
}

/** An answer of which nothing has come yet. */
export function newAnswer(model: string, now: number): Answer {
  return {
    state: 'waiting',
    model,
    reasoning: '',
    text: '',
    askedAt: now,
    firstAt: null,
    answerAt: null,
    endedAt: null,
    pieces: 0,
    usage: null,
    fault: null,
    open: null,
  };
}

/** Whether an answer is still coming. */
export function underWay(answer: Answer): boolean {
  return answer.endedAt === null;
}

/** Takes what came into an answer. After its end nothing changes but the usage, which may come last. */
export function take(answer: Answer, delta: Delta, now: number): void {
  if (delta.kind === 'usage') {
    answer.usage = delta.usage;
    return;
  }
  if (!underWay(answer)) return;
  switch (delta.kind) {
    case 'reasoning':
      answer.firstAt ??= now;
      answer.pieces++;
      answer.reasoning += delta.text;
      if (answer.state === 'waiting') answer.state = 'thinking';
      return;
    case 'answer':
      answer.firstAt ??= now;
      answer.pieces++;
      answer.text += delta.text;
      // Blank lines between the reasoning and the answer are not its beginning.
      if (answer.state !== 'answering' && answer.text.trim() !== '') {
        answer.state = 'answering';
        answer.answerAt = now;
      }
      return;
    case 'finish':
      end(answer, delta.reason === 'length' ? 'full' : 'done', now);
      return;
    case 'error':
      fail(answer, delta.error, now);
      return;
    case 'end':
      end(answer, 'done', now);
  }
}

/** The person stopped it. */
export function stopped(answer: Answer, now: number): void {
  end(answer, 'stopped', now);
}

/** It broke off; what had come stays. */
export function fail(answer: Answer, error: Pick<ApiError, 'kind' | 'text'>, now: number): void {
  if (!underWay(answer)) return;
  answer.fault = { kind: error.kind, en: error.text.en, zh: error.text.zh };
  end(answer, 'broken', now);
}

function end(answer: Answer, state: AnswerState, now: number): void {
  if (!underWay(answer)) return;
  answer.state = state;
  answer.endedAt = now;
}

/** Whether the reasoning is open: while it is thought, unless the person said otherwise. */
export function reasoningOpen(answer: Answer): boolean {
  return answer.open ?? answer.state === 'thinking';
}

/** Seconds that it thought, so far or in all; null where it did not. */
export function thinkingSeconds(answer: Answer, now: number): number | null {
  if (answer.reasoning.trim() === '' || answer.firstAt === null) return null;
  return ((answer.answerAt ?? answer.endedAt ?? now) - answer.firstAt) / 1000;
}

/** Seconds from the question to the end of the answer, or so far. */
export function totalSeconds(answer: Answer, now: number): number {
  return ((answer.endedAt ?? now) - answer.askedAt) / 1000;
}

/** Tokens per second: the server's own figure, or what came by this page's clock once an answer has been counted. */
export function tokensPerSecond(answer: Answer): number | null {
  if (answer.usage?.generationTps != null) return answer.usage.generationTps;
  if (answer.usage === null || answer.firstAt === null || answer.endedAt === null) return null;
  const elapsed = (answer.endedAt - answer.firstAt) / 1000;
  return elapsed > 0 && answer.usage.completion > 1 ? (answer.usage.completion - 1) / elapsed : null;
}

/** The conversation as the API takes it, up to a turn's question. Reasoning stays out, as R1's own template drops it. */
export function messages(conversation: Conversation, upTo: Turn): Message[] {
  const said: Message[] = [];
  for (const turn of conversation.turns) {
    said.push({ role: 'user', content: turn.question });
    if (turn.id === upTo.id) break;
    // A question that was never answered would make two of one side follow each other.
    if (turn.answer.text.trim() === '') said.pop();
    else said.push({ role: 'assistant', content: turn.answer.text.trim() });
  }
  return said;
}

/** Tokens of the context that the newest counted answer filled, or null when none was counted. */
export function contextUsed(conversation: Conversation): number | null {
  const counted = conversation.turns.findLast((turn) => turn.answer.usage !== null)?.answer.usage;
  return counted ? counted.prompt + counted.completion : null;
}

/** What a conversation is called: as the person says, or by the beginning of its first question. */
export function titleOf(conversation: Conversation): string {
  if (conversation.title) return conversation.title;
  const first = conversation.turns[0]?.question.trim().split('\n')[0] ?? '';
  const characters = [...first];
  return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : first;
}

/** A conversation as Markdown, for a file. */
export function asMarkdown(conversation: Conversation, you: string): string {
  const parts = conversation.turns.flatMap((turn) => [
    `## ${you}`,
    turn.question.trim(),
    `## ${turn.answer.model}`,
    ...(turn.answer.reasoning.trim() === '' ? [] : [quote(turn.answer.reasoning.trim())]),
    turn.answer.text.trim(),
  ]);
  return `${[`# ${titleOf(conversation)}`, ...parts.filter((part) => part !== '')].join('\n\n')}\n`;
}

function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}
