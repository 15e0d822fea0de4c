import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// @grafana/ui imports react-custom-scrollbars-2's default export, which its CommonJS build does not have.
const scrollbars = fileURLToPath(new URL('./src/scrollbars.ts', import.meta.url));

export default defineConfig({
  resolve: { alias: [{ find: /^react-custom-scrollbars-2$/, replacement: scrollbars }] },
  build: { outDir: 'dist', chunkSizeWarningLimit: 20000 },
  define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis' },
});
