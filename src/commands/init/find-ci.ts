import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A system that runs checks and deployments. */
export interface CiSystem {
  readonly name: 'github' | 'gitlab' | 'other';
  readonly title: string;
  readonly sign: string;
}

const SYSTEMS: readonly CiSystem[] = [
  { name: 'github', title: 'GitHub Actions', sign: '.github' },
  { name: 'gitlab', title: 'GitLab CI', sign: '.gitlab-ci.yml' },
  { name: 'other', title: 'CircleCI', sign: '.circleci/config.yml' },
  { name: 'other', title: 'Bitbucket Pipelines', sign: 'bitbucket-pipelines.yml' },
  { name: 'other', title: 'Azure Pipelines', sign: 'azure-pipelines.yml' },
  { name: 'other', title: 'Jenkins', sign: 'Jenkinsfile' },
];

/** The first whose file or folder is there. */
export async function findCi(projectDir: string): Promise<CiSystem | undefined> {
  for (const system of SYSTEMS) {
    const there = await stat(join(projectDir, system.sign)).catch(() => undefined);
    if (there) return system;
  }
  return undefined;
}
