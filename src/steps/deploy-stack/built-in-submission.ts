import { buildStackTemplate } from '../../stack-template/built-in-template.ts';
import type { ParsedTemplate } from '../../stack-template/parsed-template.ts';
import { logTarget } from '../../stack-template/settings.ts';
import { valueAt } from '../../stack-template/template-value.ts';
import type { StackParameterValues } from './parameters/stack-parameters.ts';
import type { DeploymentRequest, DeploymentValues } from './submission.ts';

/** The request to deploy the built-in template with these settings. */
export function builtInRequest(values: DeploymentValues & StackParameterValues): DeploymentRequest {
  return {
    ...values,
    scalesItself: false,
    plan: (deployed, deployedTemplate) => {
      const pinned = deployed && { pinnedBlueTaskDefinition: deployed.blueTaskDefinition };
      const logGroup = keepsNoLogs(values, deployedTemplate) ? undefined : values.logGroup;
      const settings = { ...values, ...pinned, logGroup };
      const { body, parameters } = buildStackTemplate(settings);
      const submission = {
        name: values.stackName,
        templateBody: body,
        parameters,
        capabilities: [],
        roleArn: values.stackRoleArn,
      };
      const isUnwanted = values.logGroup === undefined;
      return { submission, warnings: logTarget(settings) === 'none' && !isUnwanted ? [noLogs] : [] };
    },
  };
}

/** A stack without a log group keeps none by default: its roles may not be allowed to create one, or to write to it. */
function keepsNoLogs({ logGroup, logRetentionDays }: StackParameterValues, deployed?: ParsedTemplate): boolean {
  const isDefault = logGroup === '' && logRetentionDays === undefined;
  return isDefault && deployed !== undefined && valueAt(deployed.body, 'Resources', 'LogGroup') === undefined;
}

const noLogs =
  'The container has no log group. To keep logs, choose a number of days in EcsCanary.CreateLogGroup; on Fargate, EcsCanary.ExecutionRoleArn must be allowed to write them. To keep none, set EcsCanary.LogGroup to None.';
