/** The only way for data into HTML: text and quoted attribute values alike. */
import { visible } from './visible.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

export const html = (text: string): string =>
  visible(text).replace(/[&<>"'`]/g, character => ENTITIES[character]!)
