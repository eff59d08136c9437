import { below, fromEnv, inHomes } from './match.ts'
import { once } from './once.ts'
import type { Rule } from './rule.ts'
import { startTexts } from './start-scripts.ts'

export const nugetCache: Rule = {
  id: 'nuget-cache',
  category: 'package-cache',
  title: 'NuGet caches',
  why: 'Downloads of packages; `dotnet publish` puts what the program needs beside it.',
  fix: 'Run `dotnet publish` in a build stage and `COPY --from` its output, or mount a cache on `/root/.nuget/packages`.',
  matchFile: image => {
    const areas = [
      ...inHomes(image, '.local/share/NuGet').map(root => ({
        root,
        holds: /^(v3-cache|http-cache|plugins-cache|Migrations)\//,
      })),
      ...fromEnv(image, ['NUGET_HTTP_CACHE_PATH']).map(root => ({ root, holds: /\.(dat|nupkg)$/ })),
      { root: '/tmp/NuGetScratch', holds: /./ },
    ].filter(({ root }) => image.exists(root))
    const packages = [...inHomes(image, '.nuget/packages'), ...fromEnv(image, ['NUGET_PACKAGES'])].filter(
      root => image.exists(root),
    )
    if (areas.length + packages.length === 0) return null
    const runsProject = once(() => startTexts(image).some(text => /\bdotnet\s+(run|watch|exec)\b/.test(text)))
    return ({ path, owner }) => {
      if (owner) return null
      for (const { root, holds } of areas) {
        const rest = below(root, path)
        if (rest !== null && holds.test(rest)) return { subject: root }
      }
      const subject = packages.find(root => below(root, path) !== null)
      if (subject === undefined) return null
      return {
        subject,
        certainty: 'hint',
        reason: runsProject()
          ? "The image's command runs a project, which loads its packages from here."
          : 'A program that was not published loads its packages from here; a published one has them beside it.',
      }
    }
  },
  examples: {
    finds: [
      {
        path: '/root/.local/share/NuGet/v3-cache/0a1b/list_x.dat',
        subject: '/root/.local/share/NuGet',
        certainty: 'leftover',
      },
      { path: '/tmp/NuGetScratch/lock/0a1b' },
      { path: '/root/.nuget/packages/newtonsoft.json/13.0.3/lib/x.dll', certainty: 'hint' },
    ],
    ignores: [
      { path: '/root/.nuget/NuGet/NuGet.Config' },
      { path: '/app/Newtonsoft.Json.dll' },
      { path: '/root/.local/share/NuGet/notes.txt' },
    ],
  },
}
