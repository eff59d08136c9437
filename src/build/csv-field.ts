/** One field of a line of comma-separated values, which is how buildx reads `--secret` and `--output` (RFC 4180). */
export const csvField = (field: string): string =>
  /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
