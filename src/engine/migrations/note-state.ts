import type { Run } from '../../session/workplace.ts';
import { recordState, type StateChange } from '../../sql/history.ts';

/** Who keeps the history: msgdb, or the tool whose own migration calls the library. */
export type Keeper = 'msgdb' | 'caller';

/** Records the state of a migration, where the history is msgdb's. */
export async function noteState({ session }: Run, keeper: Keeper, state: StateChange): Promise<void> {
  if (keeper === 'msgdb') await session.query(recordState(state));
}
