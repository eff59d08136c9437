/** Which commands make which paths: what a package manager or a compiler leaves has its place. */

const NODE =
  /\b(?:npm|pnpm|bun)\s+(?:-\S+\s+)*(?:ci|clean-install|i|install|add)\b|\byarn\b(?!\s+(?:run|build|test|start|cache)\b)/
const PYTHON = /\b(?:pip3?|pipx|uv|poetry|pipenv|pdm|conda|mamba|micromamba)\b/

const MAKERS: readonly (readonly [RegExp, readonly RegExp[]])[] = [
  [/\/node_modules(?:\/|$)/, [NODE]],
  [/\/\.(?:npm|yarn|pnpm-store)(?:\/|$)|\/_cacache(?:\/|$)/, [NODE]],
  [/\/(?:site|dist)-packages(?:\/|$)|\/\.cache\/(?:pip|uv|pypoetry)(?:\/|$)/, [PYTHON]],
  [/\/\.cache\/go-build(?:\/|$)|\/go\/pkg\/mod(?:\/|$)/, [/\bgo\s+(?:build|install|get|mod|test|run|vet)\b/]],
  [/\/\.cargo\/(?:registry|git)(?:\/|$)|\/cargo\/(?:registry|git)(?:\/|$)/, [/\bcargo\b/]],
  [/\/\.m2(?:\/|$)/, [/\bmvnw?\b/]],
  [/\/\.gradle(?:\/|$)/, [/\bgradlew?\b/]],
  [/\/\.nuget(?:\/|$)/, [/\bdotnet\b/]],
  [/\/gems\/|\/vendor\/bundle(?:\/|$)/, [/\b(?:bundle|bundler|gem)\b/]],
]

/** Patterns of commands that make such a path; none where anything may. */
export const makersOf = (path: string): readonly RegExp[] =>
  MAKERS.flatMap(([place, commands]) => (place.test(path) ? commands : []))
