import type { RulesOnBlue } from '../canary/bypass-rules.ts';
import type { Parameter } from './parameters.ts';
import { arn, checkbox, choice, decimal, integer, optional, required, text } from './parsers.ts';

/** The share that an approved shift gives to green. */
export const greenPercent: Parameter<number> = {
  name: 'EcsCanary.GreenPercent',
  label: 'Green percent',
  help: 'The share of production traffic that green gets, from `0` to `100` with at most one decimal, for example `10` or `2.5`. Lower it to take traffic back.',
  control: 'SingleLineText',
  defaultValue: '',
  parse: required(decimal(0, 100, 1)),
};

/** The least scale that green has; the same parameter on Deploy Stack and Shift Traffic. */
export const greenScalePercent: Parameter<number> = {
  name: 'EcsCanary.GreenScalePercent',
  label: 'Green scale percent',
  help: "How large green starts, in percent of the service's desired count, from `1` to `100`. Below 100, green starts small and Shift Traffic scales it to what each share needs before it moves traffic. Use the same value on Deploy Stack and every Shift Traffic.",
  control: 'SingleLineText',
  defaultValue: '100',
  parse: integer(1, 100),
};

/** The scale of the colour that serves nothing once the canary is over. */
export const idleScalePercent: Parameter<number> = {
  name: 'EcsCanary.IdleScalePercent',
  label: 'Idle scale percent',
  help: 'How large the colour that serves nothing stays, in percent of the desired count, from `0` to `100`. `100` makes a return instant; less saves cost, but a rollback after the promotion then meets few tasks until blue has grown. The next canary restores it.',
  control: 'SingleLineText',
  defaultValue: '100',
  parse: integer(0, 100),
};

/** How long a colour that lost traffic stays as it is. */
export const settleSeconds: Parameter<number> = {
  name: 'EcsCanary.SettleSeconds',
  label: 'Settling time in seconds',
  help: 'How many seconds, from `0` to `3600`, a step waits before it makes a colour that lost traffic smaller, or replaces green. AWS does not say when every load balancer node knows changed weights. Nothing else is delayed by this setting.',
  control: 'SingleLineText',
  defaultValue: '120',
  parse: integer(0, 3600),
};

/** Whether rules that lead users to blue alone are a mistake. */
export const rulesOnBlue: Parameter<RulesOnBlue> = {
  name: 'EcsCanary.RulesOnBlue',
  label: 'Rules that lead to blue alone',
  help: 'What to do about listener rules and default actions, other than the production rules, that send users to blue. These users stay on blue however much is shifted, so by default the step refuses and says what to do. With `Keep`, they move to the promoted version only when the next Prepare Blue replaces blue. Use the same value on every step that has it.',
  control: 'Select',
  defaultValue: 'Refuse',
  choices: [
    ['Refuse', 'Refuse, and name them'],
    ['Keep', 'Keep these users on blue; blue is not scaled down'],
  ],
  parse: choice('Refuse', 'Keep'),
};

/** The manual intervention without whose approval nothing moves. */
export const approvalStep: Parameter<string | undefined> = {
  name: 'EcsCanary.ApprovalStep',
  label: 'Approval step',
  help: 'The manual intervention that must have been approved in this deployment before this step moves traffic. The step checks it itself, so a manual intervention that was skipped or renamed moves nothing, and it obeys the note there: `/weight 25`, `/hold` or `/rollback reason`. Blank for no check, and a warning.',
  control: 'StepName',
  defaultValue: '',
  parse: optional(text),
};

/** How much green may gain at once without a confirmation in the note. */
export const maxIncrease: Parameter<number> = {
  name: 'EcsCanary.MaxIncrease',
  label: 'Largest increase',
  help: 'How many percentage points green may gain in one step, for example `25`. A larger step needs a note that repeats the share with an exclamation mark, for example `/weight 80!`. `0` for no limit.',
  control: 'SingleLineText',
  defaultValue: '0',
  parse: decimal(0, 100, 1),
};

/** Whether a canary that another deployment left taken may be taken over. */
export const takeOver: Parameter<boolean> = {
  name: 'EcsCanary.TakeOver',
  label: 'Take over the canary',
  help: 'Prepare Blue marks the service as taken by its deployment, and Promote or Rollback frees it. Tick to take over a mark that a dead deployment left behind, after making sure in Octopus that it is over.',
  control: 'Checkbox',
  defaultValue: 'False',
  parse: checkbox,
};

/** The role that CloudFormation works with, in the steps that change the stack. */
export const stackRoleArn: Parameter<string | undefined> = {
  name: 'EcsCanary.StackRoleArn',
  label: 'CloudFormation service role',
  help: "ARN of the IAM role with which CloudFormation changes the stack. Blank: the role that the stack has, else the step's own rights.",
  control: 'SingleLineText',
  defaultValue: '',
  parse: optional(arn('iam', /^role\//, 'the ARN of an IAM role')),
};

/** The same on Promote, where a note can only allow or refuse. */
export const promotionApproval: Parameter<string | undefined> = {
  ...approvalStep,
  help: 'The manual intervention that must have been approved in this deployment. With an empty note or a remark there, green is promoted; `/rollback reason` rolls back; any other command promotes nothing and fails this step. Blank for no check, and a warning.',
};

/** The same on Promote, where green goes to all of the traffic. */
export const promotionLimit: Parameter<number> = {
  ...maxIncrease,
  help: 'How many percentage points green may gain when it is promoted. A larger step needs the note `/weight 100!`. `0` for no limit.',
};
