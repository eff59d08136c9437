import { parentOf } from '../path-parts.ts'
import { nearestRoot } from './match.ts'
import type { Rule } from './rule.ts'
import { startTexts } from './start-scripts.ts'

const SOURCE = /\.(cs|fs|vb|fsi|csproj|fsproj|vbproj|sln|slnx)$/
const SOURCES = 'Sources beside what was compiled of them; the assemblies hold all of it.'

export const dotnetBuildDirectory: Rule = {
  id: 'dotnet-build-directory',
  category: 'build-output',
  title: 'Intermediate files of a dotnet build',
  why: '`obj` holds what the compiler and NuGet pass on between builds; a program does not read it.',
  fix: 'Run `dotnet publish -o /out` in a build stage and `COPY --from` that folder alone.',
  matchFile: image => {
    const roots = image
      .named('project.assets.json')
      .map(parentOf)
      .filter(root => root.endsWith('/obj'))
    if (roots.length === 0) return null
    const projects = roots.map(parentOf).filter(project => project !== '/')
    const rootOf = nearestRoot(roots.map(root => ({ root })))
    const projectOf = nearestRoot(projects.map(root => ({ root })))
    return ({ path, owner }) => {
      if (owner) return null
      const found = rootOf(path)
      if (found) return { subject: found.root }
      const project = SOURCE.test(path) ? projectOf(path) : null
      return project && { subject: project.root, reason: SOURCES }
    }
  },
  wanted: image =>
    startTexts(image).some(text => /\bdotnet\s+(run|watch|build|test)\b/.test(text))
      ? "The image's command builds the project."
      : null,
  examples: {
    finds: [
      {
        path: '/src/App/obj/Release/net8.0/App.dll',
        beside: ['/src/App/obj/project.assets.json'],
        subject: '/src/App/obj',
        certainty: 'leftover',
      },
      {
        path: '/src/App/Program.cs',
        beside: ['/src/App/obj/project.assets.json'],
        subject: '/src/App',
        certainty: 'leftover',
      },
      // the innermost project has it
      {
        path: '/src/App/Tests/Test.cs',
        beside: ['/src/App/obj/project.assets.json', '/src/App/Tests/obj/project.assets.json'],
        subject: '/src/App/Tests',
      },
      {
        path: '/src/obj/project.assets.json',
        command: ['dotnet', 'watch', 'run'],
        certainty: 'hint',
      },
    ],
    ignores: [
      { path: '/src/App/bin/Release/net8.0/App.dll', beside: ['/src/App/obj/project.assets.json'] },
      { path: '/app/obj/model.obj' },
      { path: '/app/Program.cs' },
      { path: '/src/App/appsettings.json', beside: ['/src/App/obj/project.assets.json'] },
    ],
  },
}
