import type { StartingState } from './starting-state.ts';

/** One use of a step: Rollback is used in two ways, Watch Canary in four. */
export interface StepUse {
  readonly id: StepUseId;
  /** Title in the table. */
  readonly title: string;
}

const ids = [
  'prepare-blue',
  'deploy-stack',
  'deploy-own-template',
  'add-test-rule',
  'shift-traffic',
  'watch-once',
  'watch-minute',
  'watch-fail',
  'guard',
  'promote',
  'rollback',
  'rollback-after-failure',
] as const;
export type StepUseId = (typeof ids)[number];

/** Every use of every step, in the order of the process. */
export const stepUses: readonly StepUse[] = [
  { id: 'prepare-blue', title: 'Prepare Blue' },
  { id: 'deploy-stack', title: 'Deploy Stack' },
  { id: 'deploy-own-template', title: 'Deploy Own Template' },
  { id: 'add-test-rule', title: 'Add Test Rule' },
  { id: 'shift-traffic', title: 'Shift Traffic to 50 %' },
  { id: 'watch-once', title: 'Watch Canary, one look' },
  { id: 'watch-minute', title: 'Watch Canary, a minute, with a quiet alarm' },
  { id: 'watch-fail', title: 'Watch Canary, a minute, fails if worse' },
  { id: 'guard', title: 'Watch Canary as a Guard' },
  { id: 'promote', title: 'Promote' },
  { id: 'rollback', title: 'Rollback, by a person in the runbook' },
  { id: 'rollback-after-failure', title: 'Rollback, by a deployment that failed' },
];

export type WatchUseId = 'watch-once' | 'watch-minute' | 'watch-fail';

/** Whether a use only watches. */
export function isWatching(stepUse: StepUseId): stepUse is WatchUseId {
  return stepUse.startsWith('watch-');
}

/** What a run is asked to do, fixed beforehand, so that a second run gets the same request. */
export interface StepRequest {
  readonly stepUse: StepUseId;
  /** Number of the deployment. */
  readonly deployment: number;
  /** The version that Deploy Stack deploys. */
  readonly version: string;
  /** Colours to scale to 0 % once they serve nothing; undefined for none. */
  readonly idle?: StartingState['idle'];
}
