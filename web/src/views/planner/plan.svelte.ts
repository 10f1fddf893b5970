import { get, Resource, type Configuration, type MatrixCell } from '$lib/api';
import { language } from '$lib/i18n';
import { router } from '$lib/router';
import { readState, writeState, type PlanState } from './state';

/** Milliseconds that a slider may go on moving before the server is asked. */
const settle = 25;

/** The plan that the address names, and what the server says of it. Made while a component initialises. */
export class Plan {
  /** What the address says. */
  readonly state = $derived(readState(router.query));

  readonly #question = $derived({
    use: this.state.use,
    users: this.state.users,
    ...(this.state.context !== null && { context: this.state.context }),
    ...(this.state.cache !== null && { kv_type: this.state.cache }),
    ...(this.state.machine !== null && { machine: this.state.machine }),
  });

  readonly machine = new Resource(() => {
    const machine = this.state.machine;
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
    const query = this.#question;
    void language.current;
    return (signal) => get('/api/recommend', { query, signal });
  }, settle);

  readonly matrix = new Resource(() => {
    const query = this.#question;
    return (signal) => get('/api/matrix', { query, signal });
  }, settle);

  /** The cell that is shown in detail: the chosen one, else the pick's, else the first. */
  readonly cell: MatrixCell | undefined = $derived.by(() => {
    const cells = this.matrix.data?.cells ?? [];
    const wanted = this.state.cell ?? this.recommendation.data?.pick;
    const exact =
      wanted && cells.find((one) => one.variant === wanted.variant && one.quantization === wanted.quantization);
    return exact ?? (this.recommendation.data || this.recommendation.error ? cells[0] : undefined);
  });

  /** The chosen cell, exactly as `deepfit estimate --json` has it. */
  readonly details = new Resource<Configuration>(() => {
    const cell = this.cell;
    if (cell === undefined) return undefined;
    const { machine, use } = this.state;
    void language.current;
    const query = {
      model: cell.variant,
      quant: cell.quantization,
      context: cell.context,
      kv_type_k: cell.kv_type_k,
      kv_type_v: cell.kv_type_v,
      parallel: cell.parallel,
      gpu_layers: String(cell.gpu_layers),
      cpu_moe: cell.cpu_moe_layers,
      use,
      ...(machine !== null && { machine }),
    };
    return (signal) => get('/api/estimate', { query, signal });
  });

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
