import { userInfo } from 'node:os';

/** A container may run under a number that no user has; then PostgreSQL's usual one is as good as any. */
export function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'postgres';
  }
}
