/**
 * What the runner would take for a command, after actions/runner's ActionCommand.cs: `TryParseV2` trims the line's start
 * and looks for `::` there, `TryParse` looks for `##[` anywhere. Broader than the runner: any keyword counts, and
 * characters that a comparison by culture skips are skipped.
 */
export const looksLikeCommand = (line: string): boolean =>
  line.split(/\r\n|\r|\n/).some(part => {
    const compared = part.replace(
      /[\p{Cf}\p{Default_Ignorable_Code_Point}\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/gu,
      '',
    )
    return /^[\s\x85]*::/.test(compared) || compared.includes('##[')
  })
