import { ApiError, isAbort } from './errors';

/** Something live: asked again and again while the page is visible. */
export class Poll<T> {
  /** The newest answer; it stays when a later request fails. */
  data = $state.raw<T | undefined>(undefined);
  /** Why the newest request failed. */
  error = $state.raw<ApiError | undefined>(undefined);

  /**
   * Must be called while a component initialises.
   * @param load Asks.
   * @param pause Milliseconds between an answer and the next request.
   * @param active Whether to ask at all, read reactively.
   */
  constructor(load: (signal: AbortSignal) => Promise<T>, pause: number, active: () => boolean = () => true) {
    $effect(() => {
      if (!active()) return;
      const abort = new AbortController();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const run = async () => {
        clearTimeout(timer);
        if (document.hidden) return;
        try {
          const answer = await load(abort.signal);
          if (abort.signal.aborted) return;
          this.data = answer;
          this.error = undefined;
        } catch (error) {
          if (abort.signal.aborted || isAbort(error)) return;
          this.error = ApiError.from(error);
        }
        timer = setTimeout(() => void run(), pause);
      };
      const seen = () => void run();
      document.addEventListener('visibilitychange', seen, { signal: abort.signal });
      void run();
      return () => {
        clearTimeout(timer);
        abort.abort();
      };
    });
  }
}
