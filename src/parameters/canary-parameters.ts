import { longestLease } from '../canary/approval-note.ts';
import type { RulesOnBlue } from '../canary/bypass-rules.ts';
import type { Parameter } from './parameters.ts';
import { arn, checkbox, choice, decimal, integer, optional, required, text } from './parsers.ts';

/** The share that an approved shift gives to green. */
export const greenPercent: Parameter<number> = {
  name: 'EcsCanary.GreenPercent',
  label: 'Green percent',
  help: 'The share of the requests that green gets, from `0` to `100`, for example `10` or `2.5`. Required.',
  control: 'SingleLineText',
  defaultValue: '',
  parse: required(decimal(0, 100, 1)),
};

/** The smallest scale of green; the same parameter on the deploy steps and Shift Traffic. */
export const greenScalePercent: Parameter<number> = {
  name: 'EcsCanary.GreenScalePercent',
  label: 'Advanced: green scale in percent',
  help: 'The size at which green starts, in percent of the desired count, for example `10`. Shift Traffic scales green up before each larger share. Use the same value on the deploy step and on every Shift Traffic.',
  control: 'SingleLineText',
  defaultValue: '100',
  parse: integer(1, 100),
};

/** The scale of the colour that serves nothing once the canary is over. */
export const idleScalePercent: Parameter<number> = {
  name: 'EcsCanary.IdleScalePercent',
  label: 'Advanced: idle scale in percent',
  help: 'The size of the colour that serves nothing, in percent of the desired count, for example `50`. A smaller size costs less but makes going back slower; with `100`, going back is instant.',
  control: 'SingleLineText',
  defaultValue: '100',
  parse: integer(0, 100),
};

/** How long a colour that lost traffic stays as it is. */
export const settleSeconds: Parameter<number> = {
  name: 'EcsCanary.SettleSeconds',
  label: 'Advanced: settling time in seconds',
  help: 'How long the step waits before it scales down or replaces a colour that lost traffic, for example `120`. AWS does not say when every load balancer node applies new weights.',
  control: 'SingleLineText',
  defaultValue: '120',
  parse: integer(0, 3600),
};

/** Whether bypass rules to blue are refused. */
export const rulesOnBlue: Parameter<RulesOnBlue> = {
  name: 'EcsCanary.RulesOnBlue',
  label: 'Advanced: rules that lead to blue alone',
  help: 'What to do about other listener rules that send users only to blue, for example a rule for `/old/*`. The canary never reaches these users, so by default the step refuses and names the rules. Use the same value on every step that has this field.',
  control: 'Select',
  defaultValue: 'Refuse',
  choices: [
    ['Refuse', 'Refuse, and name them'],
    ['Keep', 'Keep these users on blue; blue is not scaled down'],
  ],
  parse: choice('Refuse', 'Keep'),
};

/** The manual intervention that must be approved before traffic moves. */
export const approvalStep: Parameter<string | undefined> = {
  name: 'EcsCanary.ApprovalStep',
  label: 'Approval step',
  help: 'The manual intervention that must be approved before this step moves traffic, for example `Approve 10%`. The step obeys the note typed there: `/weight 25`, `/hold`, `/lease 2h` or `/rollback reason`. If blank, the step needs no approval and warns.',
  control: 'StepName',
  defaultValue: '',
  parse: optional(text),
};

/** How much green may gain at once without a confirmation in the note. */
export const maxIncrease: Parameter<number> = {
  name: 'EcsCanary.MaxIncrease',
  label: 'Advanced: largest increase',
  help: 'How many percentage points green may gain at once, for example `25`. More needs a note with an exclamation mark, such as `/weight 80!`. `0` means no limit.',
  control: 'SingleLineText',
  defaultValue: '0',
  parse: decimal(0, 100, 1),
};

/** What the approver saw, for the ledger alone. */
export const evidence: Parameter<string> = {
  name: 'EcsCanary.Evidence',
  label: 'Advanced: evidence',
  help: 'What the approver saw, which the ledger keeps: the output variable `Evidence` of the *Watch Canary* step before the approval, for example `#{Octopus.Action[Watch at 10%].Output.Evidence}`. Blank if there is none.',
  control: 'MultiLineText',
  defaultValue: '',
  // Not even a text that Octopus did not evaluate may stop a step.
  parse: (raw) => raw,
};

/** How long green may keep its share, in minutes; 0 for no limit. */
export const leaseMinutes: Parameter<number> = {
  name: 'EcsCanary.LeaseMinutes',
  label: 'Advanced: lease in minutes',
  help: 'How long green may keep a larger share, for example `120`; then Watch Canary with *Retreat* steps back to the previous share. `/lease 2h` in the note takes precedence. `0` means no limit.',
  control: 'SingleLineText',
  defaultValue: '0',
  parse: integer(0, longestLease),
};

/** Whether a lock that another deployment still holds may be taken over. */
export const takeOver: Parameter<boolean> = {
  name: 'EcsCanary.TakeOver',
  label: 'Take over the canary',
  help: 'Tick for one deployment if another deployment still holds the lock, for example a cancelled one. First make sure in Octopus that the other deployment is over.',
  control: 'Checkbox',
  defaultValue: 'False',
  parse: checkbox,
};

/** The role that CloudFormation works with, in the steps that change the stack. */
export const stackRoleArn: Parameter<string | undefined> = {
  name: 'EcsCanary.StackRoleArn',
  label: 'CloudFormation service role',
  help: 'The IAM role that CloudFormation uses to change the stack, for example `arn:…:role/octopus-ecs-canary-stack`. Blank means the role that the stack already has, or the credentials of the step if it has none.',
  control: 'SingleLineText',
  defaultValue: '',
  parse: optional(arn('iam', /^role\//, 'the ARN of an IAM role')),
};

/** Whether a stack that never served may be deleted and recreated. */
export const deleteFailedStack: Parameter<boolean> = {
  name: 'EcsCanary.DeleteFailedStack',
  label: 'Advanced: delete a stack that never completed',
  help: 'Tick to let the step delete and recreate a stack whose very first creation failed. It never deletes a stack that was ever complete.',
  control: 'Checkbox',
  defaultValue: 'False',
  parse: checkbox,
};

/** The same on Promote, where a note can only allow or refuse. */
export const promotionApproval: Parameter<string | undefined> = {
  ...approvalStep,
  help: 'The manual intervention that must be approved before green is promoted, for example `Approve Promotion`. The note `/rollback reason` typed there rolls back; any other command promotes nothing. If blank, the step needs no approval and warns.',
};

/** The same on Promote, where green goes to all of the traffic. */
export const promotionLimit: Parameter<number> = {
  ...maxIncrease,
  help: 'How many percentage points green may gain when it is promoted, for example `50`. More needs the note `/weight 100!`. `0` means no limit.',
};
