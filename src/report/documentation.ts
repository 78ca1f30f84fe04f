import type { ErrorCode } from '../model/codes.ts';

/**
 * The page that explains every code: docs/reference/codes.md where it is published. SARIF wants an absolute URI;
 * until the project has an address the host is one that cannot be registered (RFC 2606). This is the only place to
 * change.
 */
export const CODES_PAGE = 'https://msgdb.example/docs/reference/codes.md';

/** The anchor of a code on the page that explains codes: what Markdown renderers make of its heading. */
export function codeAnchor(code: ErrorCode): string {
  return code.toLowerCase();
}

/** Where a code is explained. */
export function codeUrl(code: ErrorCode): string {
  return `${CODES_PAGE}#${codeAnchor(code)}`;
}
