/**
 * The own member of a map: a name may come from a client, and `constructor` or `__proto__` would reach the prototype.
 */
export function own<T>(map: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined
}
