import { OperatorError } from '../canary/operator-error.ts';
import { listenerRule, ownListener, redirectListener, targetGroup } from './load-balancing.ts';
import { logTarget, type StackSettings } from './settings.ts';
import { logGroup, taskDefinition } from './task-definition.ts';
import { service, taskSet } from './task-sets.ts';
import { templateSizeProblem } from './template-size.ts';

/** A template with everything that is needed to create or update a stack from it. */
export interface StackTemplate {
  /** JSON text. */
  readonly body: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly requiredCapabilities: readonly string[];
}

/**
 * Builds the built-in stack template; the settings must have passed `checkSettings`.
 * @throws OperatorError `template-too-large`
 */
export function buildStackTemplate(settings: StackSettings): StackTemplate {
  const body = JSON.stringify(
    {
      AWSTemplateFormatVersion: '2010-09-09',
      Description:
        'An ECS service with a stable (blue) and a canary (green) task set behind one weighted listener rule.',
      Parameters: stackParameters,
      Resources: resources(settings),
      Outputs: outputs(settings),
    },
    null,
    2,
  );
  const problem = templateSizeProblem(body);
  if (problem !== undefined)
    throw new OperatorError('template-too-large', problem, 'Shorten the environment variables, secrets or tags.');
  const parameters = {
    Image: settings.image,
    DesiredCount: String(settings.desiredCount),
    GreenScalePercent: String(settings.greenScalePercent ?? 100),
  };
  return { body, parameters, requiredCapabilities: [] };
}

const stackParameters = {
  Image: { Type: 'String', Description: 'Image of the version that green runs' },
  DesiredCount: { Type: 'Number', MinValue: 0, Description: 'Tasks of a task set at 100 % scale' },
  GreenScalePercent: {
    Type: 'Number',
    MinValue: 0,
    MaxValue: 100,
    Description: "Green's tasks, in percent of the desired count",
  },
};

function resources(settings: StackSettings): Record<string, unknown> {
  const green = { Ref: 'TaskDefinition' };
  return {
    ...(logTarget(settings) === 'created' ? { LogGroup: logGroup(settings) } : {}),
    TaskDefinition: taskDefinition(settings),
    BlueTargetGroup: targetGroup(settings),
    GreenTargetGroup: targetGroup(settings),
    ...listeners(settings),
    ListenerRule: listenerRule(settings),
    Service: service(settings),
    BlueTaskSet: taskSet(settings, 'blue', settings.pinnedBlueTaskDefinition ?? green, 100),
    GreenTaskSet: taskSet(settings, 'green', green, { Ref: 'GreenScalePercent' }),
  };
}

function listeners(settings: StackSettings): Record<string, unknown> {
  if (settings.listenerArn !== '') return {};
  return {
    Listener: ownListener(settings),
    ...(settings.httpRedirect ? { RedirectListener: redirectListener(settings) } : {}),
  };
}

function outputs(settings: StackSettings): Record<string, { Value: unknown }> {
  const listener = settings.listenerArn === '' ? { Ref: 'Listener' } : settings.listenerArn;
  return {
    BlueTaskSet: { Value: { 'Fn::GetAtt': ['BlueTaskSet', 'Id'] } },
    GreenTaskSet: { Value: { 'Fn::GetAtt': ['GreenTaskSet', 'Id'] } },
    BlueTargetGroup: { Value: { Ref: 'BlueTargetGroup' } },
    GreenTargetGroup: { Value: { Ref: 'GreenTargetGroup' } },
    Cluster: { Value: settings.cluster },
    Service: { Value: { Ref: 'Service' } },
    Listener: { Value: listener },
    ListenerRule: { Value: { Ref: 'ListenerRule' } },
    TaskDefinition: { Value: { Ref: 'TaskDefinition' } },
  };
}
