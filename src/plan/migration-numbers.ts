/** A migration whose number is another one's too. */
export interface SharedNumber {
  readonly name: string;
  readonly other: string;
}

interface Named {
  readonly name: string;
}

/** Migrations among `wanted` whose number another file has: of several that are wanted, those after the first. */
export function findSharedNumbers(files: readonly Named[], wanted: readonly Named[]): readonly SharedNumber[] {
  return wanted.flatMap(({ name }) => {
    const alike = files.filter((file) => file.name !== name && numberOf(file.name) === numberOf(name));
    const other =
      alike.find((each) => !wanted.some((one) => one.name === each.name)) ?? alike.find((each) => each.name < name);
    return other ? [{ name, other: other.name }] : [];
  });
}

/** The name that a migration would have as the last one: with the number after the highest, as wide as its own. */
export function lastName(name: string, names: readonly string[]): string {
  const [, digits = '', words = ''] = /^(\d+)(.*)$/.exec(name) ?? [];
  return `${String(Math.max(...names.map(numberOf)) + 1).padStart(digits.length, '0')}${words}`;
}

/** Of at most 14 digits. */
function numberOf(name: string): number {
  return Number(/^\d+/.exec(name)?.[0] ?? 0);
}
