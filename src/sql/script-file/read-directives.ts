import { DURATION_FORM, durationMs, explainDuration } from '../../model/duration.ts';
import { MsgdbError } from '../../model/errors.ts';
import { nearest } from '../../model/nearest.ts';
import type { ScriptWay } from '../../model/operations/sql-operation.ts';

/** A line of a script that is a comment, without what ends it. */
export interface CommentLine {
  readonly line: number;
  readonly text: string;
}

const DIRECTIVE = /^\s*--\s*msgdb\s*:(\s*)([^\s=]*)[\s=]*(.*?)\s*$/i;

/** Written otherwise, it would be passed over in silence. */
const ALMOST = /^\s*--\s*msgdb[\s_.-]+(no-transaction|(?:lock-)?timeout\s+\S+)\s*$/i;

const NAMES = ['no-transaction', 'timeout', 'lock-timeout'] as const;

/** Is a comment for msgdb, and not for people? `-- msgdb: a note` is none. */
export function isDirective(text: string): boolean {
  const [, space, name = ''] = DIRECTIVE.exec(text) ?? [];
  return ALMOST.test(text) || (space !== undefined && (space === '' || nearest(name, NAMES) !== undefined));
}

/**
 * How a script is run, by the directives of its header.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID with the line of one that cannot be followed.
 */
export function readDirectives(comments: readonly CommentLine[]): Partial<ScriptWay> {
  const said = new Map<string, string>();
  for (const comment of comments.filter(({ text }) => isDirective(text))) {
    const { name, value } = readDirective(comment);
    if (said.has(name)) {
      throw refused(comment, `says ${name} a second time.`, {
        why: 'Which of them holds is not known.',
        fix: 'Keep one of them.',
      });
    }
    said.set(name, value);
  }
  const [timeout, lockTimeout] = [said.get('timeout'), said.get('lock-timeout')];
  return {
    ...(said.has('no-transaction') ? { transaction: false } : {}),
    ...(timeout === undefined ? {} : { timeout }),
    ...(lockTimeout === undefined ? {} : { lockTimeout }),
  };
}

/** @throws MsgdbError for a directive below the first word of a script: what stands above it has no part in it. */
export function refuseBelow(comments: readonly CommentLine[], firstWord: number | undefined): void {
  const late = comments.find(({ line, text }) => isDirective(text) && firstWord !== undefined && line > firstWord);
  if (!late) return;
  throw refused(late, 'stands below the first statement.', {
    why: 'A directive is for the whole script, and stands in its header.',
    fix: `Move \`${late.text.trim()}\` above line ${firstWord}.`,
  });
}

function readDirective(comment: CommentLine): { readonly name: (typeof NAMES)[number]; readonly value: string } {
  const almost = ALMOST.exec(comment.text)?.[1];
  if (almost !== undefined) {
    throw refused(comment, `reads like a directive: \`${comment.text.trim()}\`.`, {
      why: 'A directive begins with msgdb and a colon.',
      fix: `Write \`-- msgdb:${almost}\`; or word the comment otherwise.`,
    });
  }
  const [, , written = '', value = ''] = DIRECTIVE.exec(comment.text) ?? [];
  const name = NAMES.find((each) => each === written);
  if (name === undefined) throw unknown(comment, written, value);
  if (name === 'no-transaction' && value !== '') {
    throw refused(comment, `gives no-transaction the value "${value}".`, {
      why: 'It takes none.',
      fix: 'Write `-- msgdb:no-transaction`, or take the line out.',
    });
  }
  if (name !== 'no-transaction' && durationMs(value) === undefined) {
    const { why, fix } = value === '' ? { why: 'It has no value.', fix: '' } : explainDuration(value);
    const what =
      value === '' ? `says ${name} and not how long.` : `has "${value}" for ${name}, which is not ${DURATION_FORM}.`;
    throw refused(comment, what, { why, fix: fix || `Write \`-- msgdb:${name} 30s\`, with a number and a unit.` });
  }
  return { name, value };
}

function unknown(comment: CommentLine, written: string, value: string): MsgdbError {
  const meant = nearest(written, NAMES);
  const rest = meant === 'no-transaction' || value === '' ? '' : ` ${value}`;
  return refused(comment, `has the directive "${written}", which msgdb does not know.`, {
    why: `The directives are ${NAMES.join(', ')}; one that is misspelled would be passed over in silence.`,
    fix: meant ? `Write \`-- msgdb:${meant}${rest}\`.` : 'Write one of them, or take the line out.',
  });
}

function refused(
  { line, text }: CommentLine,
  what: string,
  { why, fix }: { readonly why: string; readonly fix: string },
): MsgdbError {
  const column = text.length - text.trimStart().length + 1;
  const excerpt = `LINE ${line}: ${text.replaceAll('\t', ' ')}\n${' '.repeat(`LINE ${line}: `.length + column - 1)}^`;
  return new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `Line ${line} ${what}`,
    why,
    fix,
    data: { line, column, excerpt },
  });
}
