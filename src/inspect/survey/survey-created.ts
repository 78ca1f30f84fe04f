import { z } from 'zod';
import { MsgdbError } from '../../model/errors.ts';
import type { GuardSurvey } from '../../model/group-survey.ts';
import type { ResolvedRelink } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { withSavepoint } from '../../session/savepoint.ts';
import { named } from '../../sql/dedupe/guarded.ts';
import { type CreatedQuestion, countUncreatable, createdQuestions } from '../../sql/relink-created.ts';
import { isTheirs } from './survey-guards.ts';

const countSchema = z.object({ rows: z.number(), sample: z.array(z.string()) });
const rowSchema = z.object({ refused: z.array(countSchema) });

/**
 * Asks every constraint of the referenced table what it would say of the rows that would be created. Where one fails, or a
 * value does not fit its column, each is asked by itself, and what fails is named.
 */
export async function surveyCreated(db: Queryable, relink: ResolvedRelink): Promise<readonly GuardSurvey[]> {
  const { creating, parent } = relink;
  if (!creating) return [];
  const questions = createdQuestions(creating);
  const values = creating.given.map(({ column }) => {
    const type = parent.columns.find(({ name }) => name === column)?.storageType ?? 'text';
    return { kind: 'value' as const, column, type };
  });
  const together = await ask(db, relink, [...values, ...questions]);
  if (typeof together !== 'string') return together;
  const unfit = await askEach(db, values, ({ column }) => withOnly(relink, column));
  // Without the value nothing can be asked about it.
  return unfit.length > 0 ? unfit : await askEach(db, questions, () => relink);
}

async function askEach<Question extends CreatedQuestion>(
  db: Queryable,
  questions: readonly Question[],
  relinkFor: (question: Question) => ResolvedRelink,
): Promise<readonly GuardSurvey[]> {
  const answers: GuardSurvey[] = [];
  for (const question of questions) {
    const relink = relinkFor(question);
    const answer = await ask(db, relink, [question]);
    if (typeof answer === 'string') answers.push(answerOf(relink, question, { rows: 0, sample: [] }, answer));
    else answers.push(...answer);
  }
  return answers;
}

/** A row of which no other column is given, so that no other value can fail. */
function withOnly(relink: ResolvedRelink, column: string): ResolvedRelink {
  return { ...relink, create: relink.create?.filter((each) => each.column === column) };
}

async function ask(
  db: Queryable,
  relink: ResolvedRelink,
  questions: readonly CreatedQuestion[],
): Promise<readonly GuardSurvey[] | string> {
  try {
    const [raw] = await withSavepoint(db, async () => db.query(countUncreatable(relink, questions)));
    const { refused } = rowSchema.parse(raw);
    return questions.flatMap((question, place) => {
      const counted = refused[place];
      return counted && counted.rows > 0 ? [answerOf(relink, question, counted)] : [];
    });
  } catch (error) {
    if (!(error instanceof MsgdbError) || !isTheirs(error)) throw error;
    return error.message;
  }
}

function answerOf(
  { parent, match }: ResolvedRelink,
  question: CreatedQuestion,
  { rows, sample }: z.infer<typeof countSchema>,
  failure?: string,
): GuardSurvey {
  return {
    subject: 'created',
    label: undefined,
    moved: [],
    arrays: [],
    table: parent.table,
    constraint: constraintOf(question),
    rows,
    identity: match.map((pair) => pair.parent),
    sample,
    kept: undefined,
    failure,
  };
}

function constraintOf(question: CreatedQuestion): GuardSurvey['constraint'] {
  switch (question.kind) {
    case 'guard':
      return named(question.guard);
    case 'unique':
      return { kind: 'unique', name: question.unique.index };
    case 'value':
      return { kind: 'value', name: question.column, type: question.type };
  }
}
