/** The only place that makes elements. Data becomes text, never markup. */

/** The element of the page with this id: a page without it is not this page. */
export const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the page has no #${id}`)
  return element
}

export const make = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: readonly (Element | string)[]
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag)
  if (className !== '') element.className = className
  element.append(...children)
  return element
}

export const makeButton = (
  className: string,
  onClick: () => void,
  ...children: readonly (Element | string)[]
): HTMLButtonElement => {
  const button = make('button', className, ...children)
  button.type = 'button'
  button.addEventListener('click', onClick)
  return button
}
