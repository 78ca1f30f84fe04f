import { describe } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { FULL } from '../../support/form.ts';
import { describeLifeCycles } from './life-cycle.ts';

const db = useDatabase();

// Batches so small that incidents take many transactions, and the last batch is not full.
const batchSize = FULL ? 7 : 31;

describe('with strategy online', () => describeLifeCycles(db, { strategy: 'online', batchSize }));
