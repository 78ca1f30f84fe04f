import { describe } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { describeLifeCycles } from './life-cycle.ts';

const db = useDatabase();

describe('with strategy locked', () => describeLifeCycles(db, { strategy: 'locked' }));
