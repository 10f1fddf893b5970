import { describe, expect, it } from 'vitest';
import { nextPlace } from '../src/views/planner/grid';

const size = { rows: 9, columns: 12 };
const from = { row: 4, column: 5 };
const press = (key: string, at = from, ctrlKey = false) =>
  nextPlace({ key, ctrlKey, metaKey: false, altKey: false }, at, size);

describe('keys in a grid', () => {
  it('move by one and hold at the edges', () => {
    expect(press('ArrowUp')).toEqual({ row: 3, column: 5 });
    expect(press('ArrowRight')).toEqual({ row: 4, column: 6 });
    expect(press('ArrowDown', { row: 8, column: 0 })).toEqual({ row: 8, column: 0 });
    expect(press('ArrowLeft', { row: 8, column: 0 })).toEqual({ row: 8, column: 0 });
  });

  it('lead to the ends of a row, of a column, and of the whole', () => {
    expect(press('Home')).toEqual({ row: 4, column: 0 });
    expect(press('End')).toEqual({ row: 4, column: 11 });
    expect(press('PageDown')).toEqual({ row: 8, column: 5 });
    expect(press('Home', from, true)).toEqual({ row: 0, column: 0 });
    expect(press('End', from, true)).toEqual({ row: 8, column: 11 });
  });

  it('begin at the first place where there was none, and leave other keys alone', () => {
    expect(press('ArrowDown', { row: -1, column: -1 })).toEqual({ row: 1, column: 0 });
    expect(press('a')).toBeNull();
    expect(
      nextPlace({ key: 'End', ctrlKey: false, metaKey: false, altKey: false }, from, { rows: 0, columns: 0 }),
    ).toBeNull();
  });
});
