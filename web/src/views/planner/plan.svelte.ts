import { get, Resource, type Cell } from '$lib/api';
import { language } from '$lib/i18n';
import { router } from '$lib/router';
import { readState, writeState, type PlanState } from './state';

/** The question of an address, as the API takes it. */
function asked(address: string) {
  const { use, users, context, cache, machine } = readState(new URLSearchParams(address));
  return {
    use,
    users,
    ...(context !== null && { context }),
    ...(cache !== null && { kv_type: cache }),
    ...(machine !== null && { machine }),
  };
}

/** The plan that the address names, and what the server says of it. Made while a component initialises. */
export class Plan {
  /** What the address says. */
  readonly state = $derived(readState(router.query));

  // Texts are equal where they say the same: what a change does not touch is not asked again.
  readonly #machine = $derived(this.state.machine);
  readonly #named = $derived(
    this.state.cell === null ? null : `${this.state.cell.variant} ${this.state.cell.quantization}`,
  );
  readonly #question = $derived(writeState({ ...this.state, cell: null }).toString());

  readonly machine = new Resource(() => {
    const machine = this.#machine;
    void language.current;
    return machine === null
      ? (signal) => get('/api/machine', { signal })
      : (signal) => get('/api/machines/resolve', { query: { machine }, signal });
  });

  readonly models = new Resource(() => {
    void language.current;
    return (signal) => get('/api/models', { signal });
  });

  readonly recommendation = new Resource(() => {
    const query = asked(this.#question);
    void language.current;
    return (signal) => get('/api/recommend', { query, signal });
  });

  /**
   * The cell that is shown in detail, the chosen one or what is recommended; its configuration exactly as
   * `deepfit estimate --json` has it. It does not wait for the matrix.
   */
  readonly details = new Resource<Cell>(() => {
    const [model, quant] = this.#named?.split(' ') ?? [];
    const query = { ...asked(this.#question), ...(model !== undefined && quant !== undefined && { model, quant }) };
    void language.current;
    return (signal) => get('/api/cell', { query, signal });
  });

  readonly matrix = new Resource(() => {
    const query = asked(this.#question);
    return (signal) => get('/api/matrix', { query, signal });
  });

  /** The cell that is shown in detail: at once the chosen one, whatever the server still has to say of it. */
  readonly cell: NonNullable<PlanState['cell']> | null = $derived(this.state.cell ?? this.details.data?.cell ?? null);

  /** Changes the plan, and with it the address. */
  set(change: Partial<PlanState>): void {
    router.replace(writeState({ ...this.state, ...change }));
  }

  /** Shows a cell in detail. */
  select(variant: string, quantization: string): void {
    this.set({ cell: { variant, quantization } });
  }

  /** The address of the plan within the page, with the cell that is shown named outright. */
  query(): URLSearchParams {
    const { cell } = this;
    return writeState(
      cell ? { ...this.state, cell: { variant: cell.variant, quantization: cell.quantization } } : this.state,
    );
  }
}
