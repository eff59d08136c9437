import { parentOf } from '../path-parts.ts'
import { fromEnv, inHomes } from './match.ts'
import type { Rule } from './rule.ts'

/** Where RubyGems keeps the archives of installed gems: beside `gems/` and `specifications/`. */
const CACHED_GEM = /^(.+)\/cache\/[^/]+\.gem$/
/** What compiling an extension leaves; the extension itself lies in `lib/` and in `extensions/…/*.so`. */
const OBJECT = /^(.+\/gems\/[^/]+)\/ext\/.+\.(o|a|log)$|^(.+\/extensions)\/.+\/(gem_make\.out|mkmf\.log)$/
const BUNDLER = /^(compact_index|git|gem)\//

export const gemCache: Rule = {
  id: 'gem-cache',
  category: 'package-cache',
  title: 'RubyGems cache',
  why: 'Archives of gems that are unpacked beside them, and objects of extensions that are linked already.',
  fix: 'End the same `RUN` with `rm -rf ~/.bundle/cache "$BUNDLE_PATH"/ruby/*/cache /usr/local/bundle/cache`.',
  matchFile: image => {
    const bundler = [...inHomes(image, '.bundle/cache'), ...fromEnv(image, ['BUNDLE_USER_CACHE'])].filter(
      root => image.exists(root),
    )
    return ({ path, owner }) => {
      if (owner) return null
      if (path.endsWith('.gem')) {
        const root = CACHED_GEM.exec(path)?.[1]
        const isInstalled = root !== undefined && image.exists(`${root}/specifications`)
        return isInstalled && image.exists(`${root}/gems`) ? { subject: `${root}/cache` } : null
      }
      if (path.includes('/ext')) {
        const [, gem, extensions] = OBJECT.exec(path) ?? []
        const subject = gem?.slice(0, gem.lastIndexOf('/')) ?? extensions
        if (subject !== undefined && image.exists(`${parentOf(subject)}/specifications`)) return { subject }
      }
      const root = bundler.find(each => path.startsWith(`${each}/`))
      return root !== undefined && BUNDLER.test(path.slice(root.length + 1)) ? { subject: root } : null
    }
  },
  examples: {
    finds: [
      {
        path: '/usr/local/bundle/cache/rack-3.1.0.gem',
        beside: [
          '/usr/local/bundle/gems/rack-3.1.0/lib/rack.rb',
          '/usr/local/bundle/specifications/rack.gemspec',
        ],
        subject: '/usr/local/bundle/cache',
        certainty: 'leftover',
      },
      {
        path: '/app/vendor/bundle/ruby/3.4.0/cache/rack-3.1.0.gem',
        beside: ['/app/vendor/bundle/ruby/3.4.0/gems/x', '/app/vendor/bundle/ruby/3.4.0/specifications/x'],
      },
      {
        path: '/usr/local/bundle/gems/nokogiri-1.16.0/ext/nokogiri/xml_node.o',
        beside: ['/usr/local/bundle/specifications/x'],
        subject: '/usr/local/bundle/gems',
      },
      { path: '/root/.bundle/cache/compact_index/rubygems.example/versions', subject: '/root/.bundle/cache' },
    ],
    ignores: [
      // vendored on purpose: `bundle install --local` reads it
      { path: '/app/vendor/cache/rack-3.1.0.gem' },
      {
        path: '/usr/local/bundle/gems/rack-3.1.0/lib/rack.rb',
        beside: ['/usr/local/bundle/specifications/x'],
      },
      {
        path: '/usr/local/bundle/extensions/x86_64-linux/3.4.0/nokogiri-1.16.0/nokogiri/nokogiri.so',
        beside: ['/usr/local/bundle/specifications/x'],
      },
      { path: '/srv/mirror/cache/rack-3.1.0.gem' },
    ],
  },
}
