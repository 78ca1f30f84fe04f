import type { ErrorCode } from '../model/codes.ts';

/**
 * Where docs/reference/codes.md is published: an absolute address, without the anchor. Undefined while it is not: a link
 * that leads nowhere is worse than none, and `msgdb help CODE` says the same. This is the only place to set.
 */
export const CODES_PAGE: string | undefined = undefined;

/** The anchor of a code on the page that explains codes: what Markdown renderers make of its heading. */
export function codeAnchor(code: ErrorCode): string {
  return code.toLowerCase();
}

/** Where a code is explained, if anywhere. */
export function codeUrl(code: ErrorCode, page: string | undefined = CODES_PAGE): string | undefined {
  return page && `${page}#${codeAnchor(code)}`;
}

/** The command that explains a code, wherever msgdb is installed. */
export function explainCommand(code: ErrorCode): string {
  return `msgdb help ${code}`;
}
