/** A message of the server's as a sentence: a capital at its beginning, unless a name stands there, and a full stop. */
export function sentence(text: string | undefined): string {
  const trimmed = (text ?? '').trim();
  if (trimmed === '') return 'No reason was given.';
  const isName = /^\w*[_.]\w/.test(trimmed);
  const begun = isName ? trimmed : trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
