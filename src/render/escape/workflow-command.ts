/**
 * The only way for data into a workflow command, `::warning file=…,line=…::message`. The runner splits properties at
 * `,` and `=`, ends them at `::`, and reads the old form `##[command]` anywhere in a line (actions/runner,
 * ActionCommand.cs).
 */
import { visible } from './visible.ts'

/**
 * Text for an annotation, before the toolkit writes it, or for the log as it is: line ends are kept,
 * commands are broken by a blank, as a comparison by culture skips what does not show.
 */
export const annotationText = (text: string): string =>
  text
    .split('\n')
    .map(line =>
      visible(line)
        .replace(/^(\s*)::/, '$1: :')
        .replaceAll('##[', '## ['),
    )
    .join('\n')
