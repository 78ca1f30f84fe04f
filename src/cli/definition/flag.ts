import type { SettingFlags } from '../../config/settings/parse-flags.ts';

/** One flag as the help shows it and commander parses it. */
export interface Flag {
  /** `-u, --database-url <URL>`, in commander's notation. */
  readonly usage: string;
  readonly meaning: string;
  /** Heading it stands under. */
  readonly group: string;
  /** May be given several times. */
  readonly repeatable?: true;
  /** The values there are, where they are few: for the completion of shells. */
  readonly choices?: readonly string[];
  /** Taken, and left out of help and reference: scripts give it to every command, and here it changes nothing. */
  readonly hidden?: true;
}

/** What the flags of any command hold, as they were typed. Those of other commands are absent. */
export interface Flags extends SettingFlags {
  readonly format?: string;
  readonly output?: readonly string[];
  readonly quiet?: true;
  readonly verbose?: true;
  /** False after --no-color. */
  readonly color?: boolean;
  readonly yes?: true;
  readonly dryRun?: true;
  readonly sql?: true;
  readonly plan?: string;
  readonly planOut?: string;
  readonly to?: string;
  readonly only?: string;
  readonly step?: string;
  readonly allowOutOfOrder?: true;
  readonly rewrite?: true;
  readonly exitCode?: true;
  readonly runs?: string | true;
  readonly heap?: true;
  readonly samples?: string;
  readonly explain?: true;
  readonly by?: string;
  readonly discover?: true;
  readonly timeLimit?: string;
  readonly table?: string;
  readonly key?: string;
  readonly where?: string;
  readonly keep?: string;
  readonly nullsNotDistinct?: true;
  readonly merge?: readonly string[];
  readonly references?: readonly string[];
  readonly index?: string;
  readonly emit?: string;
  readonly dir?: string;
  readonly rows?: string;
  readonly olderThan?: string;
  readonly force?: true;
  readonly from?: string;
  readonly race?: string | true;
  readonly baseline?: string;
  readonly updateBaseline?: true;
  readonly writeMigrations?: true;
  readonly schemaFile?: string;
  readonly withPending?: true;
  readonly strict?: true;
  readonly runner?: string;
  readonly all?: true;
  readonly since?: string;
  readonly repair?: true;
  readonly rebuild?: true;
  readonly targets?: string;
  readonly parallel?: string;
  readonly connections?: string;
  readonly continueOnError?: true;
  readonly resume?: string;
  readonly build?: true;
  readonly keepFence?: string;
}
