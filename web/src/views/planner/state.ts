/** The uses that a plan can be for, as the API names them. */
export const uses = ['chat', 'reasoning', 'coding', 'long-context', 'batch'] as const;
export type Use = (typeof uses)[number];

/** The types of the key/value cache to choose from; null leaves the choice to the planner. */
export const cacheTypes = ['f16', 'q8_0', 'q4_0'] as const;
export type CacheType = (typeof cacheTypes)[number];

/** The contexts of the slider, in tokens for each user. */
export const contexts = [1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072] as const;

/** The most people at a time that the page offers. */
export const mostUsers = 64;

/** Everything that a plan is made of; the address of the page holds it whole. */
export interface PlanState {
  /** The machine in words, or null for this one. */
  readonly machine: string | null;
  readonly use: Use;
  /** Tokens for each user, or null for what the use needs. */
  readonly context: number | null;
  /** Type of the key/value cache, or null for the planner's choice. */
  readonly cache: CacheType | null;
  readonly users: number;
  /** The chosen cell, or null for the pick. */
  readonly cell: { readonly variant: string; readonly quantization: string } | null;
}

export const defaultState: PlanState = { machine: null, use: 'chat', context: null, cache: null, users: 1, cell: null };

/** Reads a plan from an address. What makes no sense is left out, so that an old or mistyped address still opens. */
export function readState(query: URLSearchParams): PlanState {
  const machine = query.get('machine')?.trim();
  const context = integer(query.get('context'));
  const users = integer(query.get('users'));
  const variant = query.get('model')?.trim();
  const quantization = query.get('quant')?.trim();
  return {
    machine: machine ? machine : null,
    use: uses.find((one) => one === query.get('use')) ?? defaultState.use,
    context: context !== null && context >= 256 && context <= 1048576 ? context : null,
    cache: cacheTypes.find((one) => one === query.get('kv_type')) ?? null,
    users: users !== null && users >= 1 && users <= mostUsers ? users : 1,
    cell: variant && quantization ? { variant, quantization } : null,
  };
}

/** Writes a plan into an address; what is as at the start is left out, so that addresses stay short. */
export function writeState(state: PlanState): URLSearchParams {
  const query = new URLSearchParams();
  if (state.machine !== null) query.set('machine', state.machine);
  if (state.use !== defaultState.use) query.set('use', state.use);
  if (state.context !== null) query.set('context', String(state.context));
  if (state.cache !== null) query.set('kv_type', state.cache);
  if (state.users !== defaultState.users) query.set('users', String(state.users));
  if (state.cell !== null) {
    query.set('model', state.cell.variant);
    query.set('quant', state.cell.quantization);
  }
  return query;
}

function integer(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
