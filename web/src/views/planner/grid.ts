/** A place in a grid. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** How large a grid is. */
export interface Size {
  readonly rows: number;
  readonly columns: number;
}

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/**
 * Where a key leads in a grid, as the ARIA pattern for data grids has it, or null when it leads nowhere. Edges hold; a
 * place that is not in the grid counts as its first.
 */
export function nextPlace(key: Key, from: Place, size: Size): Place | null {
  const target = key.altKey
    ? null
    : targetOf(key, { row: Math.max(from.row, 0), column: Math.max(from.column, 0) }, size);
  if (target === null || size.rows === 0 || size.columns === 0) return null;
  return {
    row: Math.min(Math.max(target.row, 0), size.rows - 1),
    column: Math.min(Math.max(target.column, 0), size.columns - 1),
  };
}

function targetOf(key: Key, { row, column }: Place, size: Size): Place | null {
  const whole = key.ctrlKey || key.metaKey;
  switch (key.key) {
    case 'ArrowUp':
      return { row: row - 1, column };
    case 'ArrowDown':
      return { row: row + 1, column };
    case 'ArrowLeft':
      return { row, column: column - 1 };
    case 'ArrowRight':
      return { row, column: column + 1 };
    case 'PageUp':
      return { row: 0, column };
    case 'PageDown':
      return { row: size.rows - 1, column };
    case 'Home':
      return { row: whole ? 0 : row, column: 0 };
    case 'End':
      return { row: whole ? size.rows - 1 : row, column: size.columns - 1 };
    default:
      return null;
  }
}
