import { address, ApiError, events, get, isAbort, post, remove } from '$lib/api';
import type { TestDriveProgress, TestDriveResult } from '$lib/api';

/** What is to be driven, or was. */
export interface Order {
  readonly variant: string;
  readonly quantization: string;
  readonly depth: number;
}

/** The test-drive of this page; it goes on, and is still followed, while another view is looked at. */
export class Drive {
  state = $state<'idle' | 'starting' | 'running' | 'done' | 'stopped' | 'failed'>('idle');
  order = $state.raw<Order | null>(null);
  progress = $state.raw<TestDriveProgress | null>(null);
  result = $state.raw<TestDriveResult | null>(null);
  error = $state.raw<ApiError | null>(null);
  #id: string | null = null;

  readonly active = $derived(this.state === 'starting' || this.state === 'running');

  /** Starts one, and follows it to its end. Where another is under way, that one is followed. */
  async start(order: Order): Promise<void> {
    if (this.active) return;
    this.#begin(order);
    try {
      const body = { variant: order.variant, quantization: order.quantization, context_depth: order.depth };
      const { id } = await post('/api/testdrives', { body });
      await this.#follow(id);
    } catch (error) {
      this.#fail(ApiError.from(error));
    }
  }

  /** Follows the one that is under way, if any: started in another window, or before the page was loaded again. */
  async join(): Promise<void> {
    if (this.active) return;
    const { running } = await get('/api/testdrives');
    if (running === null || this.active) return;
    this.#begin({ variant: running.variant, quantization: running.quantization, depth: running.context_depth });
    this.progress = running.progress;
    await this.#follow(running.id);
  }

  /** Stops it; nothing of it is kept. */
  async stop(): Promise<void> {
    if (this.#id === null) return;
    try {
      await remove('/api/testdrives/{id}', { path: { id: this.#id } });
    } catch (error) {
      this.#fail(ApiError.from(error));
    }
  }

  #begin(order: Order): void {
    this.order = order;
    this.progress = null;
    this.result = null;
    this.error = null;
    this.state = 'starting';
  }

  async #follow(id: string): Promise<void> {
    this.#id = id;
    this.state = 'running';
    try {
      for await (const event of events(address('/api/testdrives/{id}/events', { path: { id } }))) {
        const data: unknown = JSON.parse(event.data);
        if (event.event === 'progress') this.progress = data as TestDriveProgress;
        if (event.event === 'result') {
          this.result = data as TestDriveResult;
          this.state = 'done';
        }
        if (event.event === 'failed') this.#fail(ApiError.parse(data) ?? ApiError.from(event.data));
      }
      if (this.active) this.#fail(ApiError.serverGone());
    } catch (error) {
      if (!isAbort(error)) this.#fail(ApiError.from(error));
    }
    this.#id = null;
  }

  #fail(error: ApiError): void {
    this.error = error;
    this.state = error.kind === 'cancelled' ? 'stopped' : 'failed';
  }
}

export const drive = new Drive();
