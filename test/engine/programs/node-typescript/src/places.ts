export interface Place {
  readonly name: string
  readonly height: number
}

export const places: readonly Place[] = [
  { name: 'Brocken', height: 1141 },
  { name: 'Zugspitze', height: 2962 },
]
