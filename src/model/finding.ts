import { CODES, type ErrorCode } from './codes.ts';

/** Something a person should know and act on; a command that reports one does not end with 0. */
export interface Finding {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
  readonly table?: string;
  readonly migration?: string;
  /** A warning does not end a command with 1. */
  readonly level?: 'warning';
  /** Facts for programs; never row contents. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Makes a finding; the registry's fix serves where none is given. */
export function finding(
  code: ErrorCode,
  message: string,
  more: Partial<Omit<Finding, 'code' | 'message'>> = {},
): Finding {
  return { code, message, fix: CODES[code].fix, ...more };
}
