import { describe } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { describeLifeCycles } from './life-cycle.ts';

const db = useDatabase();

// Batches of 7 groups: most incidents take dozens of transactions, and the last batch is not full.
describe('with strategy online', () => describeLifeCycles(db, { strategy: 'online', batchSize: 7 }));
