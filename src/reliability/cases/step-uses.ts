import type { StartingState } from './starting-state.ts';

/** One use of a step: Rollback is used in two ways. */
export interface StepUse {
  readonly id: StepUseId;
  /** For the table. */
  readonly title: string;
}

const ids = [
  'prepare-blue',
  'deploy-stack',
  'deploy-own-template',
  'add-test-rule',
  'shift-traffic',
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
  { id: 'promote', title: 'Promote' },
  { id: 'rollback', title: 'Rollback, by a person in the runbook' },
  { id: 'rollback-after-failure', title: 'Rollback, by a deployment that failed' },
];

/** What a person wants of a run, fixed before it, so that running again asks for the same. */
export interface StepRequest {
  readonly stepUse: StepUseId;
  /** Which deployment it is. */
  readonly deployment: number;
  /** The version that Deploy Stack is to bring. */
  readonly version: string;
  /** Colours that are to end at 0 % once they serve nothing; undefined where nobody asks for that. */
  readonly idle?: StartingState['idle'];
}
