import type { ProjectCheck } from '../runners/project-check.ts';
import type { CiSystem } from './find-ci.ts';
import type { Project } from './recognise-project.ts';

/** A file for a CI system that runs nothing by itself, and the lines that make a pipeline run it. */
export interface CiStep {
  readonly file: string | undefined;
  readonly content: string;
  readonly place: string;
  readonly use: string;
}

/** The step for the CI system of a project. */
export function ciStep(ci: CiSystem, check: ProjectCheck, project: Project): CiStep {
  const { variable } = project;
  const secret = variable?.name ?? 'DATABASE_URL';
  const setUp = setUpOf(project);
  switch (ci.name) {
    case 'github':
      return {
        file: '.github/workflows/msgdb.yml',
        content: githubWorkflow(check, secret, setUp),
        place: 'the workflow that deploys, in jobs:',
        use: [
          `${check.name}:`,
          '  uses: ./.github/workflows/msgdb.yml',
          '  secrets: inherit',
          'deploy:',
          `  needs: ${check.name}   # the job that deploys`,
        ].join('\n'),
      };
    case 'gitlab':
      return {
        file: '.gitlab/msgdb.yml',
        content: gitlabJob(check, secret, setUp),
        place: '.gitlab-ci.yml',
        use: ['include:', '  - local: .gitlab/msgdb.yml'].join('\n'),
      };
    case 'other':
      return {
        file: undefined,
        content: '',
        place: `${ci.sign}, before the deployment`,
        use: [...setUp.commands, inPipeline(check.command)].join('\n'),
      };
  }
}

/** How a pipeline comes to have the project and msgdb. */
interface SetUp {
  readonly python: boolean;
  readonly commands: readonly string[];
}

function setUpOf({ install, runners }: Project): SetUp {
  const python = runners.some(({ runner }) => runner.name === 'django' || runner.name === 'alembic');
  return {
    python,
    commands: [...(install === undefined ? [] : [install]), ...(python ? ['pip install -r requirements.txt'] : [])],
  };
}

/** With what a pipeline adds: `npx` finds msgdb in the project, or gets it. */
function inPipeline(command: string, format = ''): string {
  return command.replaceAll(
    /\bmsgdb (?:preflight|verify)\b[^|&]*/g,
    (words) => `npx --yes ${words.trim()} --wait 60s${format}`,
  );
}

function githubWorkflow(check: ProjectCheck, secret: string, { python, commands }: SetUp): string {
  const run = inPipeline(check.command, ' --format github');
  return `# Written by \`msgdb init\`. It runs only when another workflow calls it, before the deployment:
#
#   jobs:
#     ${check.name}:
#       uses: ./.github/workflows/msgdb.yml
#       secrets: inherit
#     deploy:
#       needs: ${check.name}
name: msgdb
on:
  workflow_call:
  workflow_dispatch:
permissions:
  contents: read
jobs:
  ${check.name}:
    runs-on: ubuntu-latest
    env:
      MSGDB_DATABASE_URL: \${{ secrets.${secret} }}
${python ? `      ${secret}: \${{ secrets.${secret} }}\n` : ''}    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
${python ? "      - uses: actions/setup-python@v5\n        with:\n          python-version: '3.x'\n" : ''}${commands.map((command) => `      - run: ${command}\n`).join('')}      - run: |
          ${run}
`;
}

function gitlabJob(check: ProjectCheck, secret: string, { python, commands }: SetUp): string {
  return `# Written by \`msgdb init\`. It runs once .gitlab-ci.yml includes it, before all stages:
#
#   include:
#     - local: .gitlab/msgdb.yml
msgdb-${check.name}:
  stage: .pre
  image: ${python ? 'node:22' : 'node:22-slim'}
  variables:
    MSGDB_DATABASE_URL: $${secret}
${python ? `    ${secret}: $${secret}\n  before_script:\n    - apt-get update && apt-get install -y python3-pip python-is-python3\n` : ''}  script:
${commands.map((command) => `    - ${command}\n`).join('')}    - |
      ${inPipeline(check.command)}
`;
}
