/** The part of SARIF 2.1.0 (OASIS Standard) that Plimsoll writes. */

export interface SarifMessage {
  readonly text: string
  readonly markdown?: string
}

export type SarifLevel = 'none' | 'note' | 'warning' | 'error'

export interface SarifRule {
  readonly id: string
  readonly name: string
  readonly shortDescription: SarifMessage
  readonly fullDescription: SarifMessage
  readonly help: SarifMessage
  readonly helpUri?: string
  readonly defaultConfiguration: { readonly level: SarifLevel }
  readonly properties: { readonly tags: readonly string[] }
}

export interface SarifLocation {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string }
    readonly region: { readonly startLine: number; readonly endLine: number }
  }
}

export interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex?: number
  readonly kind?: 'pass'
  readonly level: SarifLevel
  readonly message: SarifMessage
  readonly locations: readonly SarifLocation[]
  /** Where a build stage made what the location's `COPY --from` brought. */
  readonly relatedLocations?: readonly (SarifLocation & { readonly message: SarifMessage })[]
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly baselineState?: 'new' | 'unchanged' | 'updated' | 'absent'
  readonly properties?: Readonly<Record<string, number | string | null>>
}
