import { z } from 'zod';
import { MsgdbError } from './errors.ts';

/** Version of the form; a plan of another one is refused. */
export const PLAN_FORMAT = 1;

const database = z.object({ name: z.string(), oid: z.number(), system: z.string().nullable() });

const header = z.object({
  msgdbPlan: z.literal(PLAN_FORMAT),
  msgdb: z.string(),
  madeAt: z.string(),
  database,
  /** Where tables named without a schema were looked for. */
  schema: z.string(),
});

const target = z.object({
  target: z.object({
    table: z.object({ schema: z.string(), name: z.string() }),
    migration: z.string().nullable(),
    rule: z.record(z.string(), z.unknown()),
    /** Hashes of what the plan depends on: it is compared part by part, to say what has changed. */
    facts: z.record(z.string(), z.string()),
    /** Child rows that would be removed as copies, by reference. */
    colliding: z.record(z.string(), z.number()),
  }),
});

const end = z.object({
  end: z.object({ targets: z.number(), groups: z.number(), rows: z.number(), sha256: z.string() }),
});

/** First line of a plan file. */
export type PlanHeader = z.output<typeof header>;
/** First line of the part of a rule; the lines of its groups' members follow. */
export type PlanTarget = z.output<typeof target>['target'];
/** Last line. */
export type PlanEnd = z.output<typeof end>['end'];

/** A line of a plan file that is no member of a group. */
export type PlanLine =
  | { readonly kind: 'header'; readonly header: PlanHeader }
  | { readonly kind: 'target'; readonly target: PlanTarget }
  | { readonly kind: 'end'; readonly end: PlanEnd };

/** Is it the line of a group's member? Those are not parsed here: there may be millions. */
export function isMember(line: string): boolean {
  return line.startsWith('{"group":');
}

/** Is a member's line that of its group's survivor? */
export function isSurvivor(line: string): boolean {
  return /^\{"group":\d+,"rank":1,/.test(line);
}

/**
 * Parses a line that is no member.
 * @throws MsgdbError MSGDB_PLAN_INVALID
 */
export function parsePlanLine(line: string, file: string): PlanLine {
  const value = parseJson(line);
  const version = z.object({ msgdbPlan: z.unknown() }).safeParse(value).data?.msgdbPlan;
  if (version !== undefined && version !== PLAN_FORMAT) {
    throw invalidPlan(file, `It has the form ${String(version)}; this msgdb reads form ${PLAN_FORMAT}.`);
  }
  const asHeader = header.safeParse(value);
  if (asHeader.success) return { kind: 'header', header: asHeader.data };
  const asTarget = target.safeParse(value);
  if (asTarget.success) return { kind: 'target', target: asTarget.data.target };
  const asEnd = end.safeParse(value);
  if (asEnd.success) return { kind: 'end', end: asEnd.data.end };
  throw invalidPlan(file, 'A line of it is not one that msgdb writes.');
}

/** The file is no plan, or not as it was written. */
export function invalidPlan(file: string, why: string): MsgdbError {
  return new MsgdbError('MSGDB_PLAN_INVALID', { what: `${file} is not a plan that can be applied.`, why });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
