import { listenerRule, ownListener, redirectListener, targetGroup } from './load-balancing.ts';
import { logTarget, type StackSettings } from './settings.ts';
import { logGroup, taskDefinition } from './task-definition.ts';
import { service, taskSet } from './task-sets.ts';
import { bytesOf, longestArn, placeTemplate } from './template-size.ts';
import { isVolatile } from './volatility.ts';

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
  const pinned = settings.pinnedBlueTaskDefinition;
  const text = renderTemplate(settings, pinned);
  const longest = longestArn(settings.taskFamily || undefined, pinned);
  const greenToo = isVolatile(text) ? longest.length : 0;
  const { templateBody: body } = placeTemplate(
    {
      text,
      givenBytes: bytesOf(renderTemplate(settings, undefined)),
      mostBytes: bytesOf(renderTemplate(settings, longest)) + greenToo,
    },
    undefined,
    (excess) => `Shorten the environment variables, secrets or tags by ${excess} bytes.`,
  );
  const parameters = {
    Image: settings.image,
    DesiredCount: String(settings.desiredCount),
    GreenScalePercent: String(settings.greenScalePercent ?? 100),
  };
  return { body, parameters, requiredCapabilities: [] };
}

function renderTemplate(settings: StackSettings, pinnedBlueTaskDefinition: string | undefined): string {
  return JSON.stringify(
    {
      AWSTemplateFormatVersion: '2010-09-09',
      Description:
        'An ECS service with a stable (blue) and a canary (green) task set behind one weighted listener rule.',
      Parameters: stackParameters,
      Resources: resources(settings, pinnedBlueTaskDefinition),
      Outputs: outputs(settings),
    },
    null,
    2,
  );
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

function resources(settings: StackSettings, pinned: string | undefined): Record<string, unknown> {
  const green = { Ref: 'TaskDefinition' };
  return {
    ...(logTarget(settings) === 'created' ? { LogGroup: logGroup(settings) } : {}),
    TaskDefinition: taskDefinition(settings),
    BlueTargetGroup: targetGroup(settings),
    GreenTargetGroup: targetGroup(settings),
    ...listeners(settings),
    ListenerRule: listenerRule(settings),
    Service: service(settings),
    BlueTaskSet: taskSet(settings, 'blue', pinned ?? green, 100),
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
