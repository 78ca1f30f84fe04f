/** `one-row-per-chat` as `one_row_per_chat`. */
export function snakeCase(words: string): string {
  return words.replaceAll('-', '_');
}

/** As `OneRowPerChat`. */
export function camelCase(words: string): string {
  return words
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** What is between the backticks of a template literal; a carriage return itself would be read as a line feed. */
export function inTemplate(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${').replaceAll('\r', '\\r');
}

/** What is between the quotes of a Python string of several lines. */
export function inPython(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"').replace(/"$/, '\\"');
}
