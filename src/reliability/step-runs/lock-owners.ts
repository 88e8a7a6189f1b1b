import type { LockOwner } from '../../canary/lock.ts';

/** A deployment as Octopus names it. */
export function deploymentOwner(number: number): LockOwner {
  return {
    id: `Deployments-${number}`,
    isDeployment: true,
    release: `1.0.${number}`,
    environment: 'Production',
    project: 'Shop',
  };
}

/** A person who runs the rollback runbook. */
export const runbookOwner: LockOwner = {
  id: 'RunbookRuns-1',
  isDeployment: false,
  release: '',
  environment: 'Production',
  project: 'Shop',
};
