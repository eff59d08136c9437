/** Where a build's output goes. Who implements it knows of terminals and runners; here are only lines. */
export interface BuildLog {
  /** Opens a group; groups do not nest. */
  group(title: string): void
  /** One line, already neutralised, without its end. */
  line(text: string): void
  endGroup(): void
}
