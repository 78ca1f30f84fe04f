/** `1 row`, `1,024 rows`: a number with what it counts. */
export function countOf(amount: number, noun: string): string {
  return `${amount.toLocaleString('en-US')} ${noun}${amount === 1 ? '' : 's'}`;
}
