import { address, ApiError, events, get, isAbort, post, remove } from '$lib/api';
import type { Pull, PullEvent } from '$lib/api';

/** What to download. */
export interface PullOrder {
  readonly variant: string;
  readonly quantization: string;
  /** The hub, or null for the one that answers fastest. */
  readonly hub: string | null;
}

/** The downloads of this server. Those that run are followed while the page is open, whatever view is looked at. */
export class Pulls {
  list = $state.raw<readonly Pull[] | null>(null);
  /** Why the list could not be had, or a download not be started. */
  error = $state.raw<ApiError | null>(null);
  /** How many have ended well since the page was opened; what shows the models here looks again when it grows. */
  finished = $state(0);
  readonly #followed = new Set<string>();

  /** Asks which there are, and follows those that run. */
  async refresh(): Promise<void> {
    try {
      const { pulls } = await get('/api/pulls');
      this.list = pulls;
      this.error = null;
      for (const pull of pulls) if (pull.state === 'running') void this.#follow(pull.id);
    } catch (error) {
      this.error = ApiError.from(error);
    }
  }

  /** Starts one; what arrived before is gone on from. */
  async start(order: PullOrder): Promise<boolean> {
    try {
      const { variant, quantization, hub } = order;
      await post('/api/pulls', { body: { variant, quantization, hub } });
    } catch (error) {
      this.error = ApiError.from(error);
      return false;
    }
    await this.refresh();
    return true;
  }

  /** Stops one; what has arrived is kept. */
  async stop(id: string): Promise<void> {
    try {
      await remove('/api/pulls/{id}', { path: { id } });
    } catch (error) {
      this.error = ApiError.from(error);
    }
  }

  async #follow(id: string): Promise<void> {
    if (this.#followed.has(id)) return;
    this.#followed.add(id);
    try {
      for await (const event of events(address('/api/pulls/{id}/events', { path: { id } }))) {
        if (event.event === 'progress') this.#change(id, { progress: JSON.parse(event.data) as PullEvent });
        if (event.event === 'done') this.finished++;
      }
    } catch (error) {
      if (!isAbort(error)) this.error = ApiError.from(error);
    }
    this.#followed.delete(id);
    await this.refresh();
  }

  #change(id: string, change: Partial<Pull>): void {
    this.list = this.list?.map((pull) => (pull.id === id ? { ...pull, ...change } : pull)) ?? null;
  }
}

export const pulls = new Pulls();
