import { dirname, extname, join } from 'node:path';
import type { Imports } from '../syntax/imports.ts';

/** A constant of another file: its name there, and the files that may have it. */
export interface ForeignPlace {
  readonly name: string;
  readonly files: readonly string[];
}

/** The files of the project, and where they are looked for by what an import says. */
export class ModuleFinder {
  readonly #files: readonly string[];
  readonly #byBase = new Map<string, string[]>();

  /** Absolute paths, with `/`. */
  constructor(files: readonly string[]) {
    this.#files = files;
    for (const file of files) {
      const base = baseOf(file);
      const known = this.#byBase.get(base);
      if (known) known.push(file);
      else this.#byBase.set(base, [file]);
    }
  }

  /** Where a name that a file uses comes from; undefined where nothing in the file says so. */
  find({ file, text, imports }: ReadFile, reference: string): ForeignPlace | undefined {
    const [qualifier, name] = reference.includes('.') ? reference.split('.') : [undefined, reference];
    if (name === undefined) return undefined;
    const use: Use = { file, text, qualifier, name, imported: imports.get(qualifier ?? name) };
    switch (extname(file).toLowerCase()) {
      case '.py':
        return this.#inPython(use);
      case '.go':
        return this.#inGo(use);
      case '.java':
      case '.kt':
      case '.kts':
      case '.scala':
        return this.#inJvm(use);
      case '.cs':
        return this.#inCsharp(use);
      default:
        return /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/i.test(file) ? this.#inJavascript(use) : undefined;
    }
  }

  /** `./queries`, `../queries.js`, `@/db/queries` */
  #inJavascript({ file, qualifier, name, imported }: Use): ForeignPlace | undefined {
    if (!imported) return undefined;
    const bare = imported.from.replace(/\.[cm]?[jt]sx?$/, '');
    const isRelative = bare.startsWith('.');
    if (!isRelative && !/^[@~#]\/?/.test(bare)) return undefined;
    const end = isRelative ? join(dirname(file), bare) : `/${bare.replace(/^[@~#]\/?/, '')}`;
    const files = this.#files.filter((each) => {
      const path = each.replace(/\.[cm]?[jt]sx?$/, '');
      if (path === each) return false;
      const module = path.replace(/\/index$/, '');
      return isRelative ? path === end || module === end : path.endsWith(end) || module.endsWith(end);
    });
    return { name: qualifier === undefined ? imported.name : name, files };
  }

  /** `from .queries import TABLE`, `from app import queries`, `import app.queries as q` */
  #inPython({ file, qualifier, name, imported }: Use): ForeignPlace | undefined {
    if (!imported) return undefined;
    const within = (module: string): readonly string[] => {
      const [, dots = '', path = ''] = /^(\.*)(.*)$/.exec(module) ?? [];
      const parts = path.split('.').filter((part) => part !== '');
      const below = dots === '' ? '' : join(dirname(file), ...Array.from(dots.slice(1), () => '..'));
      const end = `${below}/${parts.join('/')}`.replace(/\/$/, '');
      return this.#files.filter((each) => {
        const own = each.replace(/(?:\/__init__)?\.py$/, '');
        return own !== each && (dots === '' ? own.endsWith(end) : own === end);
      });
    };
    if (qualifier === undefined) return { name: imported.name, files: within(imported.from) };
    if (imported.name === '*') return { name, files: within(imported.from) };
    const inner = within(`${imported.from}${imported.from.endsWith('.') ? '' : '.'}${imported.name}`);
    return { name, files: inner.length > 0 ? inner : within(imported.from) };
  }

  /** A name of the package, or `queries.Table` of an imported one. */
  #inGo({ file, text, qualifier, name, imported }: Use): ForeignPlace | undefined {
    if (qualifier !== undefined) return imported && { name, files: this.#inFolder(imported.from, '.go') };
    if (new RegExp(`(?:^|[\\s,(])${name}\\s*(?:,\\s*\\w+\\s*)*:?=[^=]`, 'm').test(text)) return undefined;
    return { name, files: this.#beside(file, '.go') };
  }

  #inJvm({ file, text, qualifier, name, imported }: Use): ForeignPlace | undefined {
    if (qualifier !== undefined) {
      const path = imported && `${imported.from}.${imported.name}`;
      return { name, files: this.#ofClass(file, imported?.name ?? qualifier, path) };
    }
    const classes = [
      ...(imported ? [imported.from] : []),
      ...Array.from(
        text.matchAll(/^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]+)\.[*_][ \t]*;?[ \t]*\r?$/gm),
        ([, path = '']) => path,
      ),
    ];
    const files = classes.flatMap((path) => [
      ...this.#ofClass(file, path.split('.').at(-1) ?? '', path),
      ...this.#inFolder(path.replaceAll('.', '/'), '.kt'),
    ]);
    return { name: imported?.name ?? name, files: [...files, ...(imported ? [] : this.#beside(file, '.kt'))] };
  }

  /** `Queries.Table`, or `Table` with `using static Shop.Queries;` */
  #inCsharp({ file, text, qualifier, name, imported }: Use): ForeignPlace | undefined {
    if (qualifier !== undefined) return { name, files: this.#ofClass(file, imported?.name ?? qualifier, undefined) };
    const classes = Array.from(
      text.matchAll(/^[ \t]*(?:global[ \t]+)?using[ \t]+static[ \t]+([\w.]+)[ \t]*;/gm),
      ([, path = '']) => path,
    );
    return { name, files: classes.flatMap((path) => this.#ofClass(file, path.split('.').at(-1) ?? '', undefined)) };
  }

  /** The file that is called like a class: by its path, beside the file, or the only one of that name. */
  #ofClass(file: string, name: string, path: string | undefined): readonly string[] {
    const all = (this.#byBase.get(name) ?? []).filter((each) => each !== file && isAlike(each, file));
    const end = path === undefined ? undefined : `/${path.replaceAll('.', '/')}`;
    const exact = all.filter((each) => end !== undefined && each.slice(0, -extname(each).length).endsWith(end));
    if (exact.length > 0) return exact;
    const beside = all.filter((each) => dirname(each) === dirname(file));
    if (beside.length > 0) return beside;
    return all.length === 1 ? all : [];
  }

  /** Files of the folder that has most of a path's end. */
  #inFolder(path: string, extension: string): readonly string[] {
    const parts = path.split('/').filter((part) => part !== '');
    for (let from = 0; from < parts.length; from += 1) {
      const end = `/${parts.slice(from).join('/')}`;
      const files = this.#files.filter((each) => each.endsWith(extension) && dirname(each).endsWith(end));
      if (files.length > 0) return files;
    }
    return [];
  }

  #beside(file: string, extension: string): readonly string[] {
    return this.#files.filter((each) => each !== file && each.endsWith(extension) && dirname(each) === dirname(file));
  }
}

/** The file that uses a name. */
export interface ReadFile {
  readonly file: string;
  readonly text: string;
  readonly imports: Imports;
}

interface Use {
  readonly file: string;
  readonly text: string;
  readonly qualifier: string | undefined;
  readonly name: string;
  readonly imported: { readonly from: string; readonly name: string } | undefined;
}

function baseOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
}

/** Languages that use each other's constants. */
function isAlike(a: string, b: string): boolean {
  const family = (file: string): string => (/\.(?:java|kts?|scala)$/.test(file) ? 'jvm' : extname(file));
  return family(a) === family(b);
}
