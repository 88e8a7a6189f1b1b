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

/** The least scale that green has; the same parameter on the deploying steps and Shift Traffic. */
export const greenScalePercent: Parameter<number> = {
  name: 'EcsCanary.GreenScalePercent',
  label: 'Advanced: green scale in percent',
  help: 'How large green starts, in percent of the desired count, for example `10`. Shift Traffic then scales green up before each share. Use the same value on the step that deploys and on every Shift Traffic.',
  control: 'SingleLineText',
  defaultValue: '100',
  parse: integer(1, 100),
};

/** The scale of the colour that serves nothing once the canary is over. */
export const idleScalePercent: Parameter<number> = {
  name: 'EcsCanary.IdleScalePercent',
  label: 'Advanced: idle scale in percent',
  help: 'How large the colour that serves nothing stays, in percent of the desired count, for example `50`. Less saves cost and makes a return slower; with `100` a return is instant.',
  control: 'SingleLineText',
  defaultValue: '100',
  parse: integer(0, 100),
};

/** How long a colour that lost traffic stays as it is. */
export const settleSeconds: Parameter<number> = {
  name: 'EcsCanary.SettleSeconds',
  label: 'Advanced: settling time in seconds',
  help: 'How long the step waits, for example `120`, before it makes a colour that lost traffic smaller or replaces it. AWS does not say when the whole load balancer knows changed weights.',
  control: 'SingleLineText',
  defaultValue: '120',
  parse: integer(0, 3600),
};

/** Whether rules that lead users to blue alone are a mistake. */
export const rulesOnBlue: Parameter<RulesOnBlue> = {
  name: 'EcsCanary.RulesOnBlue',
  label: 'Advanced: rules that lead to blue alone',
  help: 'What to do about other listener rules that send users to blue, for example a rule for `/old/*`. A canary never reaches these users, so by default the step refuses and names the rules. Use the same value on every step that has this field.',
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
  help: 'The manual intervention that must have been approved before this step moves traffic, for example `Approve 10%`. The step obeys the note typed there: `/weight 25`, `/hold` or `/rollback reason`. If it is blank, the step asks for no approval and warns.',
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

/** Whether a canary that another deployment left taken may be taken over. */
export const takeOver: Parameter<boolean> = {
  name: 'EcsCanary.TakeOver',
  label: 'Take over the canary',
  help: 'Tick for one deployment when the step says that another deployment still has the canary, for example a cancelled one. Make sure in Octopus that the other deployment is over.',
  control: 'Checkbox',
  defaultValue: 'False',
  parse: checkbox,
};

/** The role that CloudFormation works with, in the steps that change the stack. */
export const stackRoleArn: Parameter<string | undefined> = {
  name: 'EcsCanary.StackRoleArn',
  label: 'CloudFormation service role',
  help: 'The IAM role with which CloudFormation changes the stack, for example `arn:…:role/octopus-ecs-canary-stack`. Blank means the role that the stack has, or else the rights of the step.',
  control: 'SingleLineText',
  defaultValue: '',
  parse: optional(arn('iam', /^role\//, 'the ARN of an IAM role')),
};

/** Whether a stack that never served may be created anew. */
export const deleteFailedStack: Parameter<boolean> = {
  name: 'EcsCanary.DeleteFailedStack',
  label: 'Advanced: delete a stack that never completed',
  help: 'Tick to let the step delete a stack whose very first creation failed, and create it again. It never deletes a stack that was complete once.',
  control: 'Checkbox',
  defaultValue: 'False',
  parse: checkbox,
};

/** The same on Promote, where a note can only allow or refuse. */
export const promotionApproval: Parameter<string | undefined> = {
  ...approvalStep,
  help: 'The manual intervention that must have been approved before green is promoted, for example `Approve Promotion`. The note `/rollback reason` typed there rolls back; any other command promotes nothing. If it is blank, the step asks for no approval and warns.',
};

/** The same on Promote, where green goes to all of the traffic. */
export const promotionLimit: Parameter<number> = {
  ...maxIncrease,
  help: 'How many percentage points green may gain when it is promoted, for example `50`. More needs the note `/weight 100!`. `0` means no limit.',
};
