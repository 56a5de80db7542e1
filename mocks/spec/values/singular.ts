/**
 * The name of one entry of a list: `addresses` is a list of `address`.
 *
 * @example
 * singular('boxes') //=> 'box'
 */
export function singular(name: string): string {
  if (/(?:series|species|news|settings|savings|earnings)$/i.test(name)) return name
  if (/ies$/i.test(name)) return name.length > 4 ? name.replace(/ies$/i, 'y') : name.slice(0, -1)
  if (/(?:ss|us|is)$/i.test(name)) return name
  if (/(?:sses|xes|ches|shes|(?:stat|bon|vir|camp|cens)uses)$/i.test(name)) return name.slice(0, -2)
  return /s$/i.test(name) && (name.length > 3 || /^ids$/i.test(name)) ? name.slice(0, -1) : name
}
