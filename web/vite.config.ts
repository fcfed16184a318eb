import { svelte } from '@sveltejs/vite-plugin-svelte';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { precompress } from './build/precompress.ts';
import { purgeSlds } from './build/purge-slds.ts';

const server = process.env['BITACORA_URL'] ?? 'http://127.0.0.1:8650';

export default defineConfig({
  plugins: [svelte(), precompress()],
  css: { postcss: { plugins: [purgeSlds()] } },
  server: { proxy: { '/api': { target: server, ws: true } } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The polyfill would be one more script; every browser that knows modules well enough has it.
    modulePreload: { polyfill: false },
    // Pictures stay files: the content security policy then needs no exception for them.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { app: resolve(import.meta.dirname, 'app.html'), panel: resolve(import.meta.dirname, 'panel.html') },
    },
  },
});
