import type { Framework } from '../upsert.ts';

/** What a framework's class or variable stands for in the database. */
export interface Model {
  readonly framework: Framework;
  readonly name: string;
  readonly table: string | undefined;
  readonly schema: string | undefined;
  /** Columns by the attributes that have another name. */
  readonly columns: ReadonlyMap<string, string>;
  /** Unique keys by Prisma's name for them. */
  readonly uniques: ReadonlyMap<string, readonly string[]>;
}

/**
 * All models of the source, by framework and name. Of several with one name, one is used only if all mean the same
 * table.
 */
export class Models {
  readonly #known = new Map<string, Model[]>();

  add(model: Model): void {
    const key = keyOf(model.framework, model.name);
    const known = this.#known.get(key);
    if (known) known.push(model);
    else this.#known.set(key, [model]);
  }

  find(framework: Framework, name: string): Model | 'several' | undefined {
    const found = this.#known.get(keyOf(framework, name)) ?? [];
    const [first] = found;
    if (new Set(found.map(({ schema, table }) => `${schema}.${table}`)).size > 1) return 'several';
    return first && { ...first, uniques: new Map(found.flatMap(({ uniques }) => [...uniques])) };
  }
}

/** Prisma's client writes the model's name with a small letter. */
function keyOf(framework: Framework, name: string): string {
  return `${framework}:${framework === 'prisma' ? name.toLowerCase() : name}`;
}
