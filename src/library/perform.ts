import type { Config } from '../config/config.ts';
import { configureLibrary } from '../config/library-config.ts';
import { redactSecrets } from '../config/redact.ts';
import { MsgdbError } from '../model/errors.ts';
import type { Listener } from '../model/event.ts';
import { exitCodeOf } from '../model/exit-code.ts';
import type { Report } from '../model/report.ts';
import { type Published, publish } from '../report/json.ts';
import { maskValue } from '../report/redact/mask.ts';
import { redactError, redactEvent } from '../report/redact/messages.ts';
import { createRedactor } from '../report/redact/redactor.ts';
import { redactReport } from '../report/redact/report.ts';
import { asError } from './as-error.ts';
import { PERFORM, type Work } from './calls.ts';
import { createContext } from './create-context.ts';
import { errorOfReport } from './error-of-report.ts';
import type { MsgdbOptions } from './options.ts';
import { type CallName, parseCall, parseOperations } from './parse-call.ts';

/** A call as it was made. */
export interface Call {
  readonly name: CallName;
  readonly options: unknown;
  readonly operations?: unknown;
  readonly signal: AbortSignal;
  readonly emit: Listener;
}

/** Changing calls have to be done in whole. */
const LOOKING: ReadonlySet<CallName> = new Set<CallName>(['verify', 'findDuplicates', 'checkUpserts', 'preflight']);

/**
 * Does a call: options → configuration → command → report.
 * @throws MsgdbError, and nothing else.
 */
export async function performCall(msgdb: MsgdbOptions, call: Call): Promise<Published<Report>> {
  let config: Config | undefined;
  try {
    const options = parseCall(call.name, call.options);
    const operations = call.operations === undefined ? [] : parseOperations(call.operations);
    if (call.signal.aborted) throw interrupted();
    config = await configure(msgdb);
    const redactor = createRedactor(config.redact, maskValue);
    const context = createContext(config, {
      env: msgdb.env ?? {},
      workingDir: config.projectDir,
      signal: call.signal,
      emit: redactor ? (event) => call.emit(redactEvent(event, redactor)) : call.emit,
      // Whoever writes the call has decided; there is nobody to ask.
      confirm: async () => true,
    });
    for (const message of config.warnings) context.emit({ kind: 'note', message });
    const given = { cwd: msgdb.cwd !== undefined, migrationsDir: msgdb.migrationsDir !== undefined };
    const perform = PERFORM[call.name] as (work: Work<CallName>) => Promise<Report>;
    const report = await perform({ context, options, operations, given });
    const published = publish(redactor ? redactReport(report, redactor) : report);
    if (changesSomething(call.name, options) && exitCodeOf(report) !== 0) throw errorOfReport(published);
    return published;
  } catch (thrown) {
    throw shown(asError(thrown, call), config);
  }
}

function changesSomething(name: CallName, options: object): boolean {
  if ('dryRun' in options && options.dryRun === true) return false;
  return !LOOKING.has(name) || ('repair' in options && options.repair === true);
}

async function configure({ url, cwd, env, signal: _, ...settings }: MsgdbOptions): Promise<Config> {
  return await configureLibrary({ settings, url, cwd, env });
}

function interrupted(): MsgdbError {
  return new MsgdbError('MSGDB_INTERRUPTED', { what: 'Interrupted before anything was done.' });
}

/** Without passwords, and where that is asked for without row contents. */
function shown(error: MsgdbError, config: Config | undefined): MsgdbError {
  const redactor = createRedactor(config?.redact ?? false, maskValue);
  const masked = redactor && error.report === undefined ? redactError(error, redactor) : error;
  const clean = (text: string): string => redactSecrets(text, config?.secrets ?? []);
  const { code, message, why, fix, data, report } = masked;
  if (masked === error && [message, why, fix].every((text) => clean(text) === text)) return error;
  return new MsgdbError(code, { what: clean(message), why: clean(why), fix: clean(fix), data, report });
}
