/**
 * The import rule of docs/ARCHITECTURE.md, as a test: one direction, and never a circle. Each rule says why.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const LAYERS = {
  model: { may: [], why: 'the domain knows nothing of how it is read, done or shown' },
  sql: { may: ['model'], why: 'SQL is rendered from values, so that a test can assert what is executed' },
  session: { may: ['model', 'sql'], why: 'one connection, whatever is asked over it' },
  catalog: { may: ['model', 'sql', 'session'], why: 'it only reads: facts for the plan, whoever asks' },
  resolve: { may: ['model'], why: 'what an operation means on a table is a value: without SQL and without looking' },
  inspect: {
    may: ['model', 'sql', 'session', 'catalog', 'resolve'],
    why: 'it reads data and writes nothing; what is to be done about it is for the plan',
  },
  plan: { may: ['model', 'resolve'], why: 'a plan is a value: what would be done, without SQL and without looking' },
  report: { may: ['model'], why: 'a report is text made of a value, whatever made the value' },
  loader: { may: ['model'], why: 'it runs files of the user in a thread; what they mean is for those who ask' },
  config: { may: ['model', 'loader'], why: 'what comes from outside is parsed once, before anything is done with it' },
  upserts: {
    may: ['model', 'sql', 'session', 'catalog'],
    why: 'it reads source and asks the planner; it changes and shows nothing',
  },
  embedded: { may: ['model'], why: 'a server to try things on knows nothing of what is tried' },
  engine: {
    may: ['model', 'sql', 'session', 'catalog', 'resolve', 'inspect', 'plan', 'loader'],
    why: 'it does what the plan says; it neither shows nor asks',
  },
  commands: {
    may: [
      'model',
      'sql',
      'session',
      'catalog',
      'resolve',
      'inspect',
      'plan',
      'engine',
      'embedded',
      'upserts',
      'report',
    ],
    why: 'a command is (context, options) → report; where the options come from is not its business',
  },
  library: {
    may: ['model', 'commands', 'config', 'report'],
    why: 'the edge for programs: options and events instead of flags and output; no work of its own',
  },
  cli: {
    may: ['model', 'commands', 'config', 'report', 'library'],
    why: 'the edge: process, flags, output; no work of its own',
  },
};

const layerRules = Object.entries(LAYERS).map(([layer, { may, why }]) => ({
  name: `${layer}-imports-only-${may.join('-') || 'itself'}`,
  comment: why,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: `^src/(${[layer, ...may].join('|')})/` },
}));

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'no-circles',
      comment: 'two files that need each other are one file, or have a third one in common',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'no-circles-between-folders',
      comment: 'a folder that needs another one that needs it is one folder, or has a third one in common',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'process-only-at-the-edge',
      comment:
        'the program can be a library: only cli talks to the process; embedded asks for the platform and starts one',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli|embedded)/' },
      to: { path: '^(node:)?(process|child_process|tty|readline)$' },
    },
    {
      name: 'driver-only-in-sessions',
      comment: 'a session is never silently replaced: nobody else may open a client',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/session/' },
      to: { path: 'node_modules/postgres/' },
    },
    {
      name: 'statements-only-where-sql-is',
      comment: 'what is sent is made in sql, and asked of the catalogue in catalog: all others call those',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(model|sql|session|catalog)/' },
      to: { path: '^src/model/statement\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'umzug-behind-one-file',
      comment: 'it orders and drives; history, lock and transactions are ours',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/migrations/drive\\.ts$' },
      to: { path: 'node_modules/umzug/' },
    },
    {
      name: 'source-parsers-only-in-upserts',
      comment: 'grammars take memory and time to load: only the command that reads source pays for them',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/upserts/syntax/grammars\\.ts$' },
      to: { path: 'node_modules/@vscode/tree-sitter-wasm/' },
    },
    {
      name: 'no-development-dependency-in-the-product',
      comment: 'what is not in dependencies is not there when the package is installed',
      severity: 'error',
      from: { path: '^(src|bin|migrations)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-orphans',
      comment: 'a file that nothing imports is dead, or an entry that belongs in the list here',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/(index|cli/main|loader/module-worker)\\.ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
