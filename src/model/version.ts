/** The version of msgdb: package.json's own, as a test asserts. */
export const VERSION = '0.1.0';

/** What `msgdb --version` prints. */
export const VERSION_LINE = `msgdb ${VERSION}`;
