export { address, get, post, remove, tokenHeader } from './client';
export { ApiError, isAbort } from './errors';
export { EventParser, events, type ServerEvent } from './events';
export { Poll } from './poll.svelte';
export { Resource } from './resource.svelte';
export type * from './types';
