import react from '@vitejs/plugin-react'
import presetMantine from 'postcss-preset-mantine'
import { defineConfig } from 'vite'
import { firstLoadBudget } from './build/budget.js'
import { pageParts } from './build/page-parts.js'
import { precompress } from './build/precompress.js'

/** Bytes of gzipped script that a first load may take; pages, diffs and charts come when they are needed. */
const budget = 300 * 1024

export default defineConfig({
  base: '/app/',
  // The daemon puts another nonce in this place each time it sends the page.
  html: { cspNonce: '__CSP_NONCE__' },
  css: { postcss: { plugins: [presetMantine()] } },
  build: {
    target: 'es2022',
    // A data: url where a file was named would need a policy of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The budget below is what limits the first load.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      input: { index: 'index.html', worker: 'src/worker/worker.ts' },
      // Browsers look by this name for what has changed in it, and it must lie where its scope begins.
      output: { entryFileNames: ({ name }) => (name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js') },
    },
  },
  plugins: [
    react(),
    firstLoadBudget(budget, 'needs-me-page'),
    pageParts('src/app/router.tsx'),
    precompress(),
  ],
})
