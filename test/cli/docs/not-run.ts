/** Pages whose commands are run by another test, which is said here. */
export const RUN_ELSEWHERE: Readonly<Record<string, string>> = {
  'docs/guides/by-error-message.md': 'test/cli/by-error-message.test.ts brings each message about first',
};

/** Lines that no test sends, by their beginning, and why. */
export const NOT_RUN: readonly { readonly page: string; readonly begins: string; readonly why: string }[] = [
  { page: 'README.md', begins: 'npx msgdb demo', why: 'scripts/smoke.js runs it, with the packed program' },
  { page: 'README.md', begins: 'npm ci', why: 'a clean install: .ci/run' },
  { page: 'README.md', begins: 'npm cit', why: 'a clean install and all tests: .ci/run' },
  {
    page: 'README.md',
    begins: 'npm install',
    why: 'the registry has the last release: scripts/smoke.js installs this one',
  },
  { page: 'README.md', begins: 'export DATABASE_URL', why: 'the database of the test is named instead' },
  { page: 'CONTRIBUTING.md', begins: 'git clone', why: 'fetches the repository' },
  { page: 'CONTRIBUTING.md', begins: 'npm ', why: 'a clean install and all tests: .ci/run' },
  { page: 'docs/getting-started.md', begins: 'mkdir', why: 'scripts/smoke.js follows the page word for word' },
  {
    page: 'docs/getting-started.md',
    begins: 'npm ',
    why: 'the registry has the last release: scripts/smoke.js installs this one',
  },
  { page: 'docs/getting-started.md', begins: 'export DATABASE_URL', why: 'the database of the test is named instead' },
  { page: 'docs/guides/embedded-postgres.md', begins: 'npx msgdb demo', why: 'scripts/smoke.js runs it' },
  {
    page: 'docs/guides/preflight.md',
    begins: '… | ',
    why: 'what another runner prints: test/db/preflight gives it on standard input',
  },
  {
    page: 'docs/guides/fleet.md',
    begins: 'npx msgdb verify --targets "sql:select datname',
    why: 'needs databases of a name on the server: test/cli/fleet.test.ts makes some',
  },
  {
    page: 'docs/guides/very-large-tables.md',
    begins: 'msgdb migrate --window',
    why: 'how it ends is a matter of the hour: test/unit/session/keep-to-window.test.ts names hours, test/db/engine/pacing.test.ts runs in them',
  },
  {
    page: 'docs/reference/exit-codes.md',
    begins: 'npx msgdb migrate --wait',
    why: 'a line of a shell that waits a minute: test/cli/time-limit.test.ts runs out of time',
  },
  { page: 'docs/benchmarks.md', begins: 'npm run bench', why: 'minutes to hours of measuring' },
  { page: 'docs/testing.md', begins: 'npm ', why: 'the tests themselves' },
  { page: 'docs/testing.md', begins: 'npx vitest', why: 'the tests themselves' },
  { page: 'docs/testing.md', begins: 'MSGDB_TEST_BACKEND=', why: 'needs Docker' },
];

/** Blocks that are no commands of a shell: what is done with each language. */
export const OTHER_LANGUAGES: Readonly<Record<string, string>> = {
  ts: 'loaded by test/unit/docs/pages.test.ts, or run by test/db/library/examples.test.ts',
  js: 'run by test/db/library/examples.test.ts',
  sql: 'what an application or another runner writes',
  go: 'source of an application',
  python: 'source of an application',
  yaml: 'needs GitHub, GitLab, Docker or Kubernetes; test/cli/ci.test.ts runs the commands in those of docs/guides/ci.md',
  json: 'needs Vercel; or lines of a file',
  text: 'shows what something looks like',
};
