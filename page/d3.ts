/** What the page uses of d3-hierarchy, whose own file stands before this program and sets the global `d3`. */

export interface Box<T> {
  readonly data: T
  readonly depth: number
  readonly children?: readonly Box<T>[]
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

export interface Hierarchy<T> extends Box<T> {
  sum(value: (data: T) => number): Hierarchy<T>
  sort(compare: (a: { readonly value: number }, b: { readonly value: number }) => number): Hierarchy<T>
}

export interface Treemap<T> {
  (root: Hierarchy<T>): Hierarchy<T>
  size(size: readonly [number, number]): Treemap<T>
  round(round: boolean): Treemap<T>
  paddingInner(pixels: number): Treemap<T>
  paddingOuter(pixels: number): Treemap<T>
  paddingTop(pixels: (box: Box<T>) => number): Treemap<T>
}

interface D3Hierarchy {
  hierarchy<T>(data: T, children: (data: T) => readonly T[] | null): Hierarchy<T>
  treemap<T>(): Treemap<T>
}

declare global {
  var d3: D3Hierarchy
}

export const layoutLibrary = (): D3Hierarchy => globalThis.d3
