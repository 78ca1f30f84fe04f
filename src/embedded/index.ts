export { binariesPackage, binariesPackageSpec, DEFAULT_MAJOR_VERSION } from './packages.ts';
export type { EmbeddedServer } from './server.ts';
export { type StartEmbeddedOptions, startEmbedded } from './start.ts';
