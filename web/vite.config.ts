import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const gateway = process.env.TOLLGATE_URL ?? 'http://127.0.0.1:3000';

/** The gateway fills these in with every answer; the development server does it here. */
function shellPlaceholders(): Plugin {
  return {
    name: 'tollgate-shell-placeholders',
    apply: 'serve',
    transformIndexHtml: (html) => html.replaceAll('__TOLLGATE_NONCE__', '').replaceAll('__TOLLGATE_BASE__', '/'),
  };
}

/** The gateway refuses calls that come from another origin's page, and to it this server is one. */
const proxied = { target: gateway, changeOrigin: true, headers: { origin: gateway } };

export default defineConfig(({ command }) => ({
  base: command === 'serve' ? '/' : './',
  plugins: [react(), shellPlaceholders()],
  server: { proxy: { '/api': proxied, '/v1': proxied, '/pg': proxied } },
  build: { manifest: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
}));
