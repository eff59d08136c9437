/** An image configuration's JSON to the parts that Plimsoll reads (OCI image-spec, config.md; Docker's older form too). */
import { CorruptError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { HistoryEntry, ImageConfig } from './image.ts'

type Json = { readonly [key: string]: unknown }

/**
 * @param bytes the configuration as stored
 * @param where what to call it in an error
 */
export const parseConfig = (bytes: Uint8Array, where: string): ImageConfig => {
  const json = parseJsonObject(bytes, where)
  const rootfs = object(json.rootfs)
  const diffIds = array(rootfs?.diff_ids)
  if (!diffIds?.every(id => typeof id === 'string' && /^sha256:[0-9a-f]{64}$/.test(id)))
    throw new CorruptError(`${where}: the image configuration has no valid list of layers (rootfs.diff_ids)`)
  const config = object(json.config)
  return {
    architecture: text(json.architecture),
    os: text(json.os),
    variant: text(json.variant),
    created: text(json.created),
    env: texts(config?.Env),
    entrypoint: texts(config?.Entrypoint),
    cmd: texts(config?.Cmd),
    user: text(config?.User),
    workingDir: text(config?.WorkingDir),
    labels: labels(config?.Labels),
    runtime: {
      exposedPorts: Object.keys(object(config?.ExposedPorts) ?? {}).sort(),
      volumes: Object.keys(object(config?.Volumes) ?? {}).sort(),
      stopSignal: text(config?.StopSignal),
      healthcheck: object(config?.Healthcheck) ? JSON.stringify(config?.Healthcheck) : null,
      shell: texts(config?.Shell),
      onBuild: texts(config?.OnBuild),
    },
    diffIds: diffIds as string[],
    history: (array(json.history) ?? []).map(historyEntry),
  }
}

/** Strict UTF-8 JSON that is an object; anything else is an error that names it. */
export const parseJsonObject = (bytes: Uint8Array, where: string): Json => {
  const value = object(parseJson(bytes, where))
  if (!value) throw new CorruptError(`${where}: expected a JSON object`)
  return value
}

export const parseJson = (bytes: Uint8Array, where: string): unknown => {
  if (depthOf(bytes) > LIMITS.jsonDepth)
    throw new CorruptError(
      `${where}: JSON nested more than ${LIMITS.jsonDepth} deep, which is the limit (jsonDepth)`,
    )
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new CorruptError(`${where}: not valid JSON; the image is damaged, export or pull it again`)
  }
}

/** How deep objects and lists lie in one another; brackets in strings do not count. */
const depthOf = (bytes: Uint8Array): number => {
  let depth = 0
  let deepest = 0
  let isText = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!
    if (byte === QUOTE) isText = !isText
    else if (isText) at += byte === BACKSLASH ? 1 : 0
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1
  }
  return deepest
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

const historyEntry = (value: unknown): HistoryEntry => {
  const entry = object(value)
  return {
    createdBy: text(entry?.created_by),
    comment: text(entry?.comment),
    emptyLayer: entry?.empty_layer === true,
  }
}

export const object = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null
export const array = (value: unknown): unknown[] | null => (Array.isArray(value) ? value : null)
/** A non-empty string, else null. */
export const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null
const texts = (value: unknown): string[] => (array(value) ?? []).filter(item => typeof item === 'string')
const labels = (value: unknown): Record<string, string> => {
  const result: Record<string, string> = Object.create(null)
  for (const [key, label] of Object.entries(object(value) ?? {}))
    if (typeof label === 'string') result[key] = label
  return result
}

/** `linux/amd64`, `linux/arm64/v8`; null when the configuration does not say. */
export const platformOf = (config: ImageConfig): string | null =>
  config.os && config.architecture
    ? [config.os, config.architecture, ...(config.variant ? [config.variant] : [])].join('/')
    : null
