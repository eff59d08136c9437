import { join } from './join.ts'
import { claimAreas, fromEnv, inCaches, inHomes } from './match.ts'
import type { Rule } from './rule.ts'

export const composerCache: Rule = {
  id: 'composer-cache',
  category: 'package-cache',
  title: 'Composer cache',
  why: 'Downloads of packages that `vendor` holds already.',
  fix: 'Mount a cache: `RUN --mount=type=cache,target=/tmp/cache composer install --no-dev`, or end the same `RUN` with `composer clear-cache`.',
  matchFile: image =>
    claimAreas(
      image,
      [
        ...inHomes(image, '.composer/cache'),
        ...inCaches(image, 'composer'),
        ...fromEnv(image, ['COMPOSER_HOME']).map(root => join(root, 'cache')),
        ...fromEnv(image, ['COMPOSER_CACHE_DIR']),
      ].map(root => ({ root, holds: /^(files|repo|vcs)\/|^\.htaccess$/ })),
    ),
  examples: {
    finds: [
      {
        path: '/root/.composer/cache/files/monolog/monolog/0a1b.zip',
        subject: '/root/.composer/cache',
        certainty: 'leftover',
      },
      { path: '/root/.cache/composer/repo/https---repo.example/packages.json' },
      { path: '/tmp/cache/vcs/x/HEAD', env: { COMPOSER_CACHE_DIR: '/tmp/cache' } },
    ],
    ignores: [
      { path: '/root/.composer/vendor/bin/phpunit' },
      { path: '/app/vendor/composer/installed.json' },
      { path: '/tmp/cache/views/a.php', env: { COMPOSER_CACHE_DIR: '/tmp/cache' } },
    ],
  },
}
