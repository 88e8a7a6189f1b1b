import type { LockOwner } from '../canary/lock.ts';
import type { SystemVariable } from '../steps/step.ts';

/** Who runs a step, from Octopus's system variables; a run is a runbook's if Octopus names a runbook run, whatever else it sets. */
export function lockOwnerOf(system: (name: SystemVariable) => string): LockOwner {
  const runbookRun = system('Octopus.RunbookRun.Id');
  const deployment = system('Octopus.Deployment.Id');
  return {
    id: runbookRun || deployment,
    isDeployment: runbookRun === '' && deployment !== '',
    release: system('Octopus.Release.Number'),
    environment: system('Octopus.Environment.Name'),
    project: system('Octopus.Project.Name'),
  };
}
