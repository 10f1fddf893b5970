import type { Environment } from 'vitest/environments';

/** Node.js, with modules compiled as for the browser: effects run. */
export default {
  name: 'client',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined }),
} satisfies Environment;
