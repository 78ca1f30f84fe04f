import type { ConnectionTarget } from '../../model/connection.ts';
import type { Session } from '../../session/open-session.ts';
import type { Context } from '../context/context.ts';

/** What the chapters of the demo work with. */
export interface Stage {
  /** For the commands, which the demo uses as everybody does. */
  readonly context: Context;
  readonly target: ConnectionTarget;
  /** For what the application would do. */
  readonly application: Session;
}

/** Shows names and what there is to say of them. */
export type Show = (rows: readonly (readonly [name: string, text: string])[]) => void;
