import { untrack } from 'svelte';
import { ApiError, isAbort } from './errors';

/** Something that is asked of the server again whenever what it depends on changes. */
export class Resource<T> {
  /** The newest answer; it stays while the next one is under way, so that nothing flickers. */
  data = $state.raw<T | undefined>(undefined);
  /** Why the newest request failed; the answer before it is then gone. */
  error = $state.raw<ApiError | undefined>(undefined);
  /** Whether a request is under way. */
  loading = $state(false);
  #again = $state(0);

  /**
   * Must be called while a component initialises.
   * @param prepare Reads what the request depends on and gives the request, or undefined when there is nothing to ask.
   * It runs again whenever what it read changes; only the answer to the latest request counts, older ones are called off.
   * @param delay Milliseconds to wait for further changes; the first request never waits.
   */
  constructor(prepare: () => ((signal: AbortSignal) => Promise<T>) | undefined, delay = 0) {
    let first = true;
    $effect(() => {
      void this.#again;
      const load = prepare();
      if (load === undefined) {
        this.#settle(undefined, undefined);
        return;
      }
      const abort = new AbortController();
      const run = () => void this.#run(load, abort.signal);
      const timer = first || delay === 0 ? void untrack(run) : setTimeout(run, delay);
      first = false;
      untrack(() => (this.loading = true));
      return () => {
        clearTimeout(timer);
        abort.abort();
      };
    });
  }

  /** Asks again. */
  retry(): void {
    this.#again++;
  }

  async #run(load: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) {
    try {
      const answer = await load(signal);
      if (!signal.aborted) this.#settle(answer, undefined);
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) this.#settle(undefined, ApiError.from(error));
    }
  }

  #settle(data: T | undefined, error: ApiError | undefined) {
    this.data = data;
    this.error = error;
    this.loading = false;
  }
}
