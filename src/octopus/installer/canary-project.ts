import { buildFormerProcesses } from '../process/former-process.ts';
import { buildCanaryProcess, buildRunbooks } from '../process/process.ts';
import type { ProjectRequest } from './project-request.ts';

/** What an operator chooses about a project with a canary; what is left out stays as the space or the project has it. */
export interface CanaryProject extends Omit<ProjectRequest, 'process' | 'formerProcesses' | 'runbooks'> {
  /** Green's share at each shift, in percent, rising. */
  readonly weights: readonly number[];
  readonly testRule: boolean;
  readonly watch: boolean;
  readonly guard: boolean;
  readonly ownTemplate: boolean;
}

/** The project to install: its process and runbooks follow from the choice. */
export function requestProject(choice: CanaryProject): ProjectRequest {
  return {
    ...choice,
    process: buildCanaryProcess(choice),
    formerProcesses: buildFormerProcesses(choice),
    runbooks: buildRunbooks(choice),
  };
}
