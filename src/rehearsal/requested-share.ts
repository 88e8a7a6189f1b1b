import type { ProcessStep } from '../octopus/process/definition.ts';

/** Green's share in percent after that step succeeded; undefined when the step leaves the split alone. */
export function requestedShare(step: ProcessStep): number | undefined {
  if (step.kind === 'manual') return undefined;
  switch (step.stepId) {
    case 'shift-traffic':
      return Number(step.properties['EcsCanary.GreenPercent']);
    case 'promote':
      return 100;
    case 'prepare-blue':
    case 'rollback':
      return 0;
    case 'deploy-stack':
    case 'deploy-own-template':
    case 'add-test-rule':
    case 'watch':
      return undefined;
  }
}
