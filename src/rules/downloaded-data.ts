import { join } from './join.ts'
import { below, fromEnv, inCaches, inHomes } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'

interface Place {
  readonly root: string
  readonly what: string
}

const places = (image: RuleImage): Place[] =>
  [
    ...[...inCaches(image, 'huggingface'), ...fromEnv(image, ['HF_HOME'])].map(root => ({
      root: join(root, 'hub'),
      what: 'Models are often baked in on purpose.',
    })),
    ...[
      ...inCaches(image, 'torch/hub'),
      ...fromEnv(image, ['TORCH_HOME']).map(root => join(root, 'hub')),
    ].map(root => ({
      root,
      what: 'Models are often baked in on purpose.',
    })),
    ...inHomes(image, 'nltk_data').map(root => ({ root, what: 'NLTK reads its data here.' })),
    ...[
      ...inCaches(image, 'ms-playwright'),
      ...inCaches(image, 'puppeteer'),
      ...inCaches(image, 'Cypress'),
      ...inCaches(image, 'selenium'),
      ...fromEnv(image, ['PLAYWRIGHT_BROWSERS_PATH', 'PUPPETEER_CACHE_DIR', 'CYPRESS_CACHE_FOLDER']),
    ].map(root => ({
      root,
      what: 'A browser that only tests need does not belong here; one that the program drives does.',
    })),
    ...inHomes(image, '.terraform.d/plugin-cache').map(root => ({
      root,
      what: 'Terraform loads its providers from here.',
    })),
  ].filter(({ root }) => image.exists(root))

export const downloadedData: Rule = {
  id: 'downloaded-data',
  category: 'data',
  title: 'Downloaded models and browsers',
  why: 'They are large, and only the program knows whether it needs them.',
  fix: 'Leave out what only tests need (`PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1`, `PUPPETEER_SKIP_DOWNLOAD=1`), or mount models as a volume.',
  matchFile: image => {
    const found = places(image)
    if (found.length === 0) return null
    return ({ path, owner }) => {
      if (owner) return null
      for (const { root, what } of found) {
        const rest = below(root, path)
        if (rest === null) continue
        if (rest.endsWith('.incomplete'))
          return { subject: path, reason: 'A download that was never finished; nothing reads it.' }
        return { subject: root, certainty: 'hint', reason: what }
      }
      return null
    }
  },
  examples: {
    finds: [
      {
        path: '/root/.cache/huggingface/hub/models--x--y/blobs/0a1b',
        subject: '/root/.cache/huggingface/hub',
        certainty: 'hint',
      },
      { path: '/root/.cache/huggingface/hub/models--x--y/blobs/0a1b.incomplete', certainty: 'leftover' },
      { path: '/root/.cache/ms-playwright/chromium-1140/chrome-linux/chrome', certainty: 'hint' },
      { path: '/models/hub/x', env: { HF_HOME: '/models' }, certainty: 'hint' },
    ],
    ignores: [
      { path: '/root/.cache/deno/npm/registry.example/left-pad/index.js' },
      { path: '/app/models/model.safetensors' },
      { path: '/root/.cache/huggingface/token' },
    ],
  },
}
