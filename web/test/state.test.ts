import { describe, expect, it } from 'vitest';
import {
  cacheTypes,
  contexts,
  defaultState,
  readState,
  uses,
  writeState,
  type PlanState,
} from '../src/views/planner/state';

const machines = [null, 'rtx 4090, 64 GB', '2x Xeon & “Gold” 6454S = 100%', '戴尔 工作站 (64 GB)'];

function* plans(): Generator<PlanState> {
  for (const machine of machines)
    for (const use of uses)
      for (const context of [null, ...contexts])
        for (const cache of [null, ...cacheTypes])
          for (const cell of [null, { variant: '8b-0528', quantization: 'Q4_K_M' }])
            yield { machine, use, context, cache, users: context === null ? 1 : 4, cell };
}

describe('the address of a plan', () => {
  it('holds its whole state', () => {
    for (const plan of plans()) expect(readState(new URLSearchParams(writeState(plan).toString()))).toEqual(plan);
  });

  it('is empty for the plan that the page opens with', () => {
    expect(writeState(defaultState).toString()).toBe('');
    expect(readState(new URLSearchParams())).toEqual(defaultState);
  });

  it('opens even where it was mistyped', () => {
    const query = new URLSearchParams('use=cooking&context=-5&kv_type=q99&users=1e9&model=7b&machine=%20');
    expect(readState(query)).toEqual(defaultState);
    expect(readState(new URLSearchParams('context=99&users=0'))).toEqual(defaultState);
  });
});
