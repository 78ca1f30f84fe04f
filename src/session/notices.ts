import type { ServerMessage } from '../model/event.ts';
import { sentence } from './sentence.ts';

/** Different messages that a session passes on: a trigger may send one for every row. */
const MOST = 20;

/** A message of the server's that is no error, in the fields of the protocol. */
type Notice = Readonly<Record<string, string | undefined>>;

/** Whose statements a session runs: of msgdb's own, only what warns or was raised by a function matters. */
export type Author = 'user' | 'msgdb';

/** Passes each different message on once. */
export function passOnNotices(author: Author, report: (message: ServerMessage) => void): (notice: Notice) => void {
  const seen = new Set<string>();
  return (notice) => {
    const message = readNotice(notice);
    if (message === undefined || !matters(author, message) || seen.size > MOST || seen.has(message.text)) return;
    seen.add(message.text);
    report(seen.size > MOST ? TOO_MANY : message);
  };
}

const TOO_MANY: ServerMessage = {
  severity: 'NOTICE',
  text: 'There are more messages of the server; they are not shown.',
  from: 'server',
};

function readNotice(notice: Notice): ServerMessage | undefined {
  const severity = ['WARNING', 'NOTICE', 'INFO'].find((each) => each === (notice.severity ?? notice.severity_local));
  if (severity === undefined || !notice.message) return undefined;
  const said = [notice.message, notice.detail, notice.hint].filter(Boolean).map(sentence);
  return { severity, text: said.join(' '), from: notice.routine === 'exec_stmt_raise' ? 'function' : 'server' };
}

function matters(author: Author, { severity, from }: ServerMessage): boolean {
  return author === 'user' || severity === 'WARNING' || from === 'function';
}
