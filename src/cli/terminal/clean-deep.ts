/** A value of plain records and lists with every text in it cleaned; other objects are left as they are. */
export function cleanDeep<Value>(value: Value, clean: (text: string) => string): Value {
  return cleanAny(value, clean) as Value;
}

function cleanAny(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((each) => cleanAny(each, clean));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cleanAny(each, clean)]));
}
