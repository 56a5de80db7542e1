/**
 * What a map has under a name: a name may come from a client, and `constructor` or `__proto__` lead to the prototype.
 */
export function own<T>(map: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined
}
