import { describe, expect, it } from 'vitest';
import { ApiError } from '$lib/api/errors';
import {
  asMarkdown,
  contextUsed,
  fail,
  messages,
  newAnswer,
  newConversation,
  reasoningOpen,
  stopped,
  take,
  thinkingSeconds,
  titleOf,
  tokensPerSecond,
  totalSeconds,
  type Conversation,
  type Turn,
} from '$lib/chat/turns';

const usage = { prompt: 10, completion: 31, reasoning: 20, cached: null, generationTps: null, promptTps: null };

function turn(id: string, question: string, reasoning: string, text: string): Turn {
  return { id, question, answer: { ...newAnswer('7b Q4_K_M', 0), state: 'done', endedAt: 1, reasoning, text } };
}

function conversation(...turns: Turn[]): Conversation {
  return { ...newConversation('c', 0), turns };
}

describe('an answer', () => {
  it('waits, thinks, answers, ends, and times each', () => {
    const answer = newAnswer('7b', 1000);
    expect(answer.state).toBe('waiting');
    take(answer, { kind: 'reasoning', text: 'hm' }, 3000);
    expect(answer.state).toBe('thinking');
    expect(thinkingSeconds(answer, 4000)).toBe(1);
    take(answer, { kind: 'answer', text: '\n\n' }, 5000);
    expect(answer.state).toBe('thinking');
    take(answer, { kind: 'answer', text: '42' }, 6000);
    expect(answer.state).toBe('answering');
    take(answer, { kind: 'finish', reason: 'stop' }, 8000);
    take(answer, { kind: 'usage', usage }, 8001);
    take(answer, { kind: 'end' }, 8002);
    expect(answer).toMatchObject({ state: 'done', reasoning: 'hm', text: '\n\n42', endedAt: 8000, usage });
    expect(thinkingSeconds(answer, 9999)).toBe(3);
    expect(totalSeconds(answer, 9999)).toBe(7);
    expect(tokensPerSecond(answer)).toBe(30 / 5);
  });

  it('opens its reasoning while it thinks and folds it when the answer begins', () => {
    const answer = newAnswer('7b', 0);
    expect(reasoningOpen(answer)).toBe(false);
    take(answer, { kind: 'reasoning', text: 'hm' }, 1);
    expect(reasoningOpen(answer)).toBe(true);
    take(answer, { kind: 'answer', text: '42' }, 2);
    expect(reasoningOpen(answer)).toBe(false);
  });

  it.each([true, false])('keeps its reasoning as the person set it: %s', (open) => {
    const answer = newAnswer('7b', 0);
    take(answer, { kind: 'reasoning', text: 'hm' }, 1);
    answer.open = open;
    take(answer, { kind: 'reasoning', text: 'hm' }, 1);
    expect(reasoningOpen(answer)).toBe(open);
    take(answer, { kind: 'answer', text: '42' }, 2);
    take(answer, { kind: 'end' }, 3);
    expect(reasoningOpen(answer)).toBe(open);
  });

  it('that fills the context says so', () => {
    const answer = newAnswer('7b', 0);
    take(answer, { kind: 'reasoning', text: 'hm' }, 1);
    take(answer, { kind: 'finish', reason: 'length' }, 2);
    expect(answer.state).toBe('full');
  });

  it('keeps what came when it is stopped or breaks, and takes nothing after', () => {
    for (const finish of [stopped, (one: typeof answer, now: number) => fail(one, ApiError.serverGone(), now)]) {
      const answer = newAnswer('7b', 0);
      take(answer, { kind: 'answer', text: 'so far' }, 1);
      finish(answer, 2);
      take(answer, { kind: 'answer', text: ' and on' }, 3);
      take(answer, { kind: 'finish', reason: 'stop' }, 4);
      expect(answer.text).toBe('so far');
      expect(answer.endedAt).toBe(2);
      expect(['stopped', 'broken']).toContain(answer.state);
      expect(answer.fault?.kind).toBe(answer.state === 'broken' ? 'server_gone' : undefined);
    }
    const answer = newAnswer('7b', 0);
    take(answer, { kind: 'end' }, 1);
    fail(answer, ApiError.serverGone(), 2);
    expect(answer.state).toBe('done');
  });

  it('has no speed before it was counted, and the server knows it best', () => {
    const answer = newAnswer('7b', 0);
    take(answer, { kind: 'answer', text: '42' }, 1000);
    take(answer, { kind: 'end' }, 3000);
    expect(tokensPerSecond(answer)).toBeNull();
    take(answer, { kind: 'usage', usage: { ...usage, generationTps: 12.3 } }, 3000);
    expect(tokensPerSecond(answer)).toBe(12.3);
  });
});

describe('a conversation', () => {
  it('is sent without its reasoning, up to the question', () => {
    const last = turn('3', 'And?', '', '');
    const whole = conversation(turn('1', 'One?', 'thinking', ' 1 '), turn('2', 'Lost?', 'thinking', ''), last);
    expect(messages(whole, last)).toEqual([
      { role: 'user', content: 'One?' },
      { role: 'assistant', content: '1' },
      { role: 'user', content: 'And?' },
    ]);
    expect(messages(whole, whole.turns[0] as Turn)).toEqual([{ role: 'user', content: 'One?' }]);
  });

  it('knows how much of the context it fills once an answer was counted', () => {
    const whole = conversation(turn('1', 'One?', '', '1'), turn('2', 'Two?', '', '2'));
    expect(contextUsed(whole)).toBeNull();
    take((whole.turns[0] as Turn).answer, { kind: 'usage', usage }, 0);
    expect(contextUsed(whole)).toBe(41);
  });

  it('is called after its first question, cut between characters', () => {
    expect(titleOf(conversation(turn('1', ' Why?\nBecause ', '', '')))).toBe('Why?');
    expect(titleOf(conversation(turn('1', '😀'.repeat(80), '', '')))).toBe(`${'😀'.repeat(59)}…`);
  });

  it('is called what the person calls it', () => {
    expect(titleOf({ ...conversation(turn('1', 'Why?', '', '')), title: 'Roots' })).toBe('Roots');
  });

  it('becomes a file of Markdown', () => {
    expect(asMarkdown(conversation(turn('1', 'Why?', 'hm\n\nso', 'Thus.')), 'You')).toBe(
      '# Why?\n\n## You\n\nWhy?\n\n## 7b Q4_K_M\n\n> hm\n>\n> so\n\nThus.\n',
    );
  });
});
