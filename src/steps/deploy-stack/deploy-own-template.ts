import {
  deleteFailedStack,
  greenScalePercent,
  rulesOnBlue,
  settleSeconds,
  stackRoleArn,
} from '../../parameters/canary-parameters.ts';
import { firstParameters, lastParameters, middleParameters } from '../../parameters/shared-parameters.ts';
import { checkSettling } from '../shared/settle.ts';
import { templateBucketActions } from '../shared/template-bucket-actions.ts';
import { defineStep } from '../step.ts';
import { decideDeployment } from './decision.ts';
import { deployment } from './deployment.ts';
import { ownRequest } from './own-submission.ts';
import { imagesOf, ownTemplateChecks, ownTemplateParameters } from './own-template.ts';

export const deployOwnTemplate = defineStep({
  ...deployment,
  id: 'deploy-own-template',
  name: 'Deploy Own Template',
  summary:
    'Does what *Deploy Stack* does, with a CloudFormation template of your own in JSON or YAML: creates or updates the stack so that green runs the new version, while blue stays pinned to the stable version and keeps all of the traffic. The template needs the shape of a canary: one service with the EXTERNAL deployment controller, two task sets, two target groups, a listener rule or default action that forwards to both, and names or outputs that tell the colours apart. Everything else in it stays as you wrote it.',
  actions: [...deployment.actions, ...templateBucketActions],
  parameters: {
    ...firstParameters,
    ...ownTemplateParameters,
    stackRoleArn,
    ...middleParameters,
    greenScalePercent,
    settleSeconds,
    rulesOnBlue,
    deleteFailedStack,
    ...lastParameters,
  },
  checks: [...ownTemplateChecks, checkSettling],
  shown: imagesOf,
  decide: (state, { values, run }) => decideDeployment(state, ownRequest(values), values.deleteFailedStack, run),
});
