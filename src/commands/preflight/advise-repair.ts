import type { LookedAt } from '../../inspect/pending/look-at-scripts.ts';
import type { Finding } from '../../model/finding.ts';
import type { LeftStatement } from '../../model/preflight-report.ts';

/** How the command was called, as far as it says whose statements they are. */
export interface Called {
  readonly paths: readonly string[];
  readonly input?: string | undefined;
  readonly runner?: string | undefined;
}

/** What mends a key that rows break, for who only looks: the repair of the same statements. */
export function adviseRepair(seen: readonly LookedAt[], called: Called): readonly LookedAt[] {
  const command = called.input === undefined ? `msgdb preflight${wordsOf(called)}` : '… | msgdb preflight -';
  return seen.map((each) =>
    withFix(
      each,
      (dedupe) =>
        `Run \`${command} --repair --dry-run\` to see what would be removed, or \`${dedupe}\` for this key alone; then without --dry-run.`,
    ),
  );
}

function wordsOf({ paths, runner }: Called): string {
  return [...paths, ...(runner === undefined ? [] : ['--runner', runner])]
    .map((word) => ` ${shellWord(word)}`)
    .join('');
}

function shellWord(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What came of a repair. */
export interface Ended {
  readonly dryRun: boolean;
  readonly left: readonly LeftStatement[];
  /** What the repair itself has found, the reasons of its refusal included. */
  readonly findings: readonly Finding[];
  /** A fence was asked for, or the indexes were. */
  readonly closed: boolean;
}

/** The same after a repair, which is not advised again: what is left, and how it is mended. */
export function adviseAfter(seen: readonly LookedAt[], ended: Ended): readonly LookedAt[] {
  return seen.map((each) => withFix(each, (dedupe) => fixAfter(each, dedupe, ended)));
}

function fixAfter(
  { looked: { statement } }: LookedAt,
  dedupe: string,
  { dryRun, left, findings, closed }: Ended,
): string {
  const own = left.find(({ file, line }) => file === statement.file && line === statement.line);
  const rows = `\`${dedupe}\` shows the rows`;
  if (own) return `The repair leaves this statement alone: ${own.reason}. ${rows}: mend them by hand.`;
  const about = findings.filter(({ table, level }) => table === statement.table && level !== 'warning');
  if (about.some(({ code }) => LEFT_ALONE.has(code))) {
    return `The copies that are left differ: ${rows}. Make them equal or remove all but one by hand; or say in the configuration which one stays (rules: keep, merge, onDiffer: 'keep').`;
  }
  if (about.length > 0)
    return `The repair did not remove these rows: first mend what is said above of ${statement.table}.`;
  if (dryRun) return 'Run the same command without --dry-run.';
  const open = `New copies came since they were removed: ${rows}.`;
  if (closed)
    return `${open} Stop the writer that makes them (REPEATABLE READ and replication pass a fence), and run the same command again.`;
  return `${open} Run the same command again with --keep-fence 30m, which keeps new ones out until the deploy, or with --build.`;
}

const LEFT_ALONE: ReadonlySet<string> = new Set(['MSGDB_GROUP_DISAGREES', 'MSGDB_GROUP_DIFFERS']);

/** Only where the key is one that a repair could be about. */
function withFix(each: LookedAt, fix: (dedupe: string) => string): LookedAt {
  const { looked } = each;
  const { command } = looked;
  if (command === undefined) return each;
  const findings = looked.findings.map((finding) =>
    finding.code === 'MSGDB_DUPLICATES_FOUND' ? { ...finding, fix: fix(command) } : finding,
  );
  return { ...each, looked: { ...looked, findings } };
}
