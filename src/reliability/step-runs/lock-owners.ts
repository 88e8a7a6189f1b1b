import type { LockOwner } from '../../canary/lock.ts';

/** The lock owner of a deployment. */
export function deploymentOwner(number: number): LockOwner {
  return {
    id: `Deployments-${number}`,
    isDeployment: true,
    release: `1.0.${number}`,
    environment: 'Production',
    project: 'Shop',
  };
}

/** The lock owner of a person who runs the rollback runbook. */
export const runbookOwner: LockOwner = {
  id: 'RunbookRuns-1',
  isDeployment: false,
  release: '',
  environment: 'Production',
  project: 'Shop',
};
