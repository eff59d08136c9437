import { below, type FileMatcher } from './match.ts'
import type { Rule, RuleImage } from './rule.ts'
import { startTexts } from './start-scripts.ts'

/** What the SDK adds beside `shared/` and `host/`, which are the run time. */
const SDK_ONLY = /^(sdk|packs|templates|sdk-manifests|library-packs|metadata)\/|^dnx$/

const PACKAGE =
  /^dotnet-(sdk|apphost-pack|targeting-pack|templates)-\d|^(aspnetcore|netstandard)-targeting-pack-\d|^(dotnet|aspnetcore|netstandard)\d+-(sdk|apphost-pack|targeting-pack|templates|stage0|build)/

const roots = (image: RuleImage): string[] =>
  image.named('dotnet.dll').flatMap(path => /^(.+)\/sdk\/[^/]+\/dotnet\.dll$/.exec(path)?.[1] ?? [])

const claim =
  (found: readonly string[]): FileMatcher =>
  ({ path, owner }) => {
    if (owner) return null
    for (const root of found) {
      const rest = below(root, path)
      if (rest !== null && SDK_ONLY.test(rest)) return { subject: root }
    }
    return null
  }

export const dotnetSdk: Rule = {
  id: 'dotnet-sdk',
  category: 'compiler',
  title: 'Dotnet SDK',
  why: 'The SDK compiles and publishes; a published program runs on the .NET run time alone.',
  fix: 'Run `dotnet publish` in a stage `FROM mcr.microsoft.com/dotnet/sdk` and start the final stage from `mcr.microsoft.com/dotnet/aspnet` or `runtime`.',
  matchPackage: ({ name }) => (PACKAGE.test(name) ? { role: 'build' } : null),
  matchFile: image => {
    const found = roots(image)
    return found.length > 0 ? claim(found) : null
  },
  wanted: image =>
    startTexts(image).some(text => /\bdotnet\s+(run|watch|build|test|publish|msbuild|ef|tool)\b/.test(text))
      ? "The image's command builds or runs a project with the `dotnet` tool."
      : null,
  examples: {
    finds: [
      {
        path: '/usr/share/dotnet/sdk/8.0.404/Roslyn/bincore/csc.dll',
        beside: ['/usr/share/dotnet/sdk/8.0.404/dotnet.dll'],
        subject: '/usr/share/dotnet',
        certainty: 'leftover',
      },
      {
        path: '/usr/share/dotnet/packs/Microsoft.NETCore.App.Ref/8.0.11/ref/net8.0/System.Linq.dll',
        beside: ['/usr/share/dotnet/sdk/8.0.404/dotnet.dll'],
        command: ['dotnet', 'App.dll'],
        certainty: 'leftover',
      },
      {
        path: '/usr/share/dotnet/sdk/8.0.404/dotnet.dll',
        command: ['dotnet', 'run', '--project', 'App'],
        certainty: 'hint',
      },
      { package: { name: 'dotnet-sdk-8.0', section: 'devel' } },
      { package: { name: 'dotnet8-sdk', manager: 'apk', section: null } },
    ],
    ignores: [
      {
        path: '/usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.11/System.Linq.dll',
        beside: ['/usr/share/dotnet/sdk/8.0.404/dotnet.dll'],
      },
      { path: '/usr/share/dotnet/host/fxr/8.0.11/libhostfxr.so' },
      { path: '/app/sdk/readme.txt' },
      { path: '/app/dotnet.dll' },
      { package: { name: 'dotnet-runtime-8.0', section: 'devel' } },
      { package: { name: 'aspnetcore-runtime-8.0', section: 'devel' } },
    ],
  },
}
