import {
  deleteFailedStack,
  greenScalePercent,
  settleSeconds,
  stackRoleArn,
} from '../../parameters/canary-parameters.ts';
import { firstParameters, lastParameters, middleParameters } from '../../parameters/shared-parameters.ts';
import { checkSettling } from '../shared/settle.ts';
import { defineStep } from '../step.ts';
import { builtInRequest } from './built-in-submission.ts';
import { decideDeployment } from './decision.ts';
import { deployment } from './deployment.ts';
import {
  advancedSettings,
  requiredSettings,
  stackSettingsChecks,
  usualSettings,
} from './parameters/stack-parameters.ts';

export const deployStack = defineStep({
  ...deployment,
  id: 'deploy-stack',
  name: 'Deploy Stack',
  summary:
    'Creates or updates the CloudFormation stack from a built-in template, so that green runs the new version: blue stays pinned to the stable version, green gets no traffic, and the step waits until the new green tasks are healthy. Refuses while green has production traffic. A crash loop, failed pull or failing health check ends the step quickly, with the reasons. To deploy a template of your own, use *Deploy Own Template*.',
  parameters: {
    ...firstParameters,
    ...requiredSettings,
    ...usualSettings,
    stackRoleArn,
    ...middleParameters,
    ...advancedSettings,
    greenScalePercent,
    settleSeconds,
    deleteFailedStack,
    ...lastParameters,
  },
  checks: [...stackSettingsChecks, checkSettling],
  decide: (state, { values, run }) => decideDeployment(state, builtInRequest(values), values.deleteFailedStack, run),
});
