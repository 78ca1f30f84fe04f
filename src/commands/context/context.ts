import type { DatabaseChoice } from '../../model/connection.ts';
import type { Listener } from '../../model/event.ts';
import type { CopyOptions } from '../../model/operations/unique-key.ts';
import type { TargetReport } from '../../model/target-report.ts';
import type { Library } from '../../model/upsert-report.ts';
import type { EngineSettings } from '../../session/workplace.ts';

/** What every command is given: where to work, how, where events go, and when to stop. */
export interface Context {
  readonly database: DatabaseChoice;
  readonly settings: EngineSettings;
  /**
   * The schema that is worked on as one of many: tables that are named with a schema are not its own, and the history,
   * which is of the whole database, says nothing of it.
   */
  readonly targetSchema?: string | undefined;
  /** Absolute. */
  readonly migrationsDir: string;
  /** Libraries whose forms of an upsert are shown. */
  readonly orms: readonly Library[];
  /** Absolute: the application's source, as the configuration names it. */
  readonly sources: readonly string[];
  /** What becomes of the copies of a key, by `table(key)`, as the configuration says. */
  readonly rules: Readonly<Record<string, CopyOptions>>;
  /** The working directory, absolute: paths on the command line start there. */
  readonly workingDir: string;
  /** Absolute: the config file's folder, else the working directory. */
  readonly projectDir: string;
  /** Absolute path of the module that migration files import as `msgdb`. */
  readonly libraryEntry: string;
  /** Environment of the process, for the embedded server. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of columns whose values are hidden; absent where all or none are. */
  readonly hiddenColumns?: readonly string[] | undefined;
  /** Aborted by Ctrl-C: the command stops at the next safe point. */
  readonly signal: AbortSignal;
  readonly emit: Listener;
  /** The clock that --window goes by. */
  readonly now: () => Date;
  /**
   * Asks a person to confirm a change, and shows first what has been seen of it.
   * @throws MsgdbError MSGDB_CONFIRMATION_NEEDED where there is no terminal to ask on.
   */
  readonly confirm: (question: string, seen: readonly TargetReport[]) => Promise<boolean>;
}
