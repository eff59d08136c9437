import { commandRuns } from './match.ts'
import type { Rule } from './rule.ts'

/** Compilers whose programs need only a library, or nothing, to run. Interpreters and virtual machines are not among them. */
const COMPILER =
  /^(ocaml|ocaml-(nox|compiler-libs|findlib|dune)|ocaml-native-compilers|ocamlbuild|opam|dune|fpc(-\d[\d.]*)?|fp-(compiler|units|utils|ide)(-.+)?|lazarus(-.+)?|nim|crystal|shards|ldc|dmd|dub|gnat-\d+|vala|valac|valac-[\d.]+-vapi|mono-(devel|mcs|complete|xbuild|utils)|mlton(-.+)?|chicken-bin|gambc|gprbuild|tinycc|vlang|odin|nasm-mozilla|cython3?|python3-(cffi-backend-dev|pybind11|scikit-build)|pybind11-dev)$/

export const otherCompilers: Rule = {
  id: 'other-compilers',
  category: 'compiler',
  title: 'Compilers of other languages',
  why: 'A compiler builds programs; a built program does not need it to run.',
  fix: 'Compile in a build stage and `COPY --from` the program; the final stage installs only the libraries it loads.',
  matchPackage: ({ name }) => (COMPILER.test(name) ? { role: 'build' } : null),
  wanted: image => commandRuns(image, 'ocaml', 'opam', 'dune', 'nim', 'crystal', 'csharp', 'mcs'),
  examples: {
    finds: [
      { package: { name: 'ocaml-nox', section: 'ocaml' }, subject: 'ocaml-nox', certainty: 'leftover' },
      { package: { name: 'fp-compiler-3.2.2', section: 'devel' } },
      { package: { name: 'valac', section: 'devel' } },
      { package: { name: 'cython3', section: 'python' } },
      { package: { name: 'crystal', manager: 'apk', section: null } },
      {
        package: { name: 'opam', section: 'ocaml' },
        packages: [{ name: 'app', depends: [['opam']] }],
        certainty: 'hint',
      },
    ],
    ignores: [
      { package: { name: 'ocaml-base', section: 'ocaml' } },
      { package: { name: 'mono-runtime', section: 'cli-mono' } },
      { package: { name: 'libgnat-12', section: 'libs' } },
      { package: { name: 'erlang-base', section: 'interpreters' } },
      { package: { name: 'sbcl', section: 'lisp' } },
      { package: { name: 'nim-data', section: 'misc' } },
    ],
  },
}
