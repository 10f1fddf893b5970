import { describe, expect, it } from 'vitest';
import { pathOf, viewOf, views } from '$lib/router/address';

describe('addresses of views', () => {
  it('lead back to the view that they name', () => {
    for (const view of views) expect(viewOf(pathOf(view))).toBe(view);
  });

  it('lead to the planner where the path is none', () => {
    expect(viewOf('/nothing/here')).toBe('planner');
    expect(viewOf('/learn/')).toBe('learn');
  });
});
