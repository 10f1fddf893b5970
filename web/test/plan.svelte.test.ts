// @vitest-environment jsdom
import { flushSync } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { router } from '$lib/router';
import { Plan } from '../src/views/planner/plan.svelte';

afterEach(() => {
  vi.unstubAllGlobals();
  router.replace(new URLSearchParams());
});

/** The paths that are asked for while something is done, without what is after the question mark. */
function ask(work: (plan: Plan) => void): string[] {
  const paths: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    paths.push(url.split('?')[0] ?? '');
    return new Promise(() => undefined);
  });
  let plan: Plan | undefined;
  const end = $effect.root(() => {
    plan = new Plan();
  });
  flushSync();
  paths.length = 0;
  if (plan) work(plan);
  flushSync();
  end();
  return paths.sort();
}

it('asks for the cell alone when another cell is chosen', () => {
  expect(ask((plan) => plan.select('7b', 'Q4_K_M'))).toEqual(['/api/cell']);
});

it('asks for pick, cell and matrix at once when the question changes, and not for the machine again', () => {
  expect(ask((plan) => plan.set({ context: 8192 }))).toEqual(['/api/cell', '/api/matrix', '/api/recommend']);
});

it('asks for everything about another machine', () => {
  expect(ask((plan) => plan.set({ machine: 'RTX 4090' }))).toEqual([
    '/api/cell',
    '/api/machines/resolve',
    '/api/matrix',
    '/api/recommend',
  ]);
});

it('asks for nothing when nothing changes', () => {
  expect(ask((plan) => plan.set({}))).toEqual([]);
});
