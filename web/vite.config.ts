import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** The running DeepFit that `npm run dev` talks to: `deepfit web` prints its address. */
const server = process.env['DEEPFIT_ADDRESS'] ?? 'http://127.0.0.1:8642';

/** In development the page comes from Vite, so its token is copied from the page of the running server. */
function tokenOfTheServer(): Plugin {
  return {
    name: 'deepfit-token',
    apply: 'serve',
    async transformIndexHtml(html) {
      const page = await fetch(server).then(
        (answer) => answer.text(),
        () => '',
      );
      const token = /<meta name="deepfit-token" content="([^"]*)"/.exec(page)?.[1] ?? '';
      return html.replace(/(<meta name="deepfit-token" content=")[^"]*/, `$1${token}`);
    },
  };
}

export default defineConfig({
  plugins: [svelte(), tokenOfTheServer()],
  resolve: {
    alias: { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) },
    // Tests run what a browser runs, not Svelte's rendering on a server.
    ...(process.env['VITEST'] !== undefined && { conditions: ['browser'] }),
  },
  build: {
    target: 'es2023',
    // Everything is a file of its own: the page's policy allows no inline data but images.
    assetsInlineLimit: 0,
    // ECharts, which is loaded when a chart is drawn.
    chunkSizeWarningLimit: 600,
    manifest: true,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': {
        target: server,
        changeOrigin: true,
        configure(proxy) {
          // The server answers its own page alone; in development Vite stands in for it.
          proxy.on('proxyReq', (request) => {
            request.removeHeader('origin');
            request.removeHeader('sec-fetch-site');
          });
        },
      },
    },
  },
  test: { include: ['test/**/*.test.ts'], environment: './test/environment.ts' },
});
