/** The version that reports and `--version` carry; a test compares it with package.json. */
export const VERSION = '0.1.0'
