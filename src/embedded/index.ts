export { binariesPackage, binariesPackageSpec } from './packages.ts';
export type { EmbeddedServer } from './server.ts';
export { type StartEmbeddedOptions, startEmbedded } from './start.ts';
