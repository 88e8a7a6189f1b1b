import { listenerRule, ownListener, redirectListener, targetGroup } from './load-balancing.ts';
import { logTarget, type StackSettings } from './settings.ts';
import { logGroup, taskDefinition } from './task-definition.ts';
import { service, taskSet } from './task-sets.ts';
import { bytesOf, longestArn, maxInlineBytes, placeTemplate, type SizedTemplate } from './template-size.ts';
import { isVolatile } from './volatility.ts';

/** A template with everything that is needed to create or update a stack from it. */
export interface StackTemplate {
  /** JSON text. */
  readonly body: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Builds the built-in stack template; the settings must have passed `checkSettings`.
 * @throws OperatorError `template-too-large`
 */
export function buildStackTemplate(settings: StackSettings): StackTemplate {
  const readable = sizedTemplate(settings, 2);
  const { templateBody: body } = placeTemplate(
    readable.mostBytes > maxInlineBytes ? sizedTemplate(settings, 0) : readable,
    undefined,
    (excess) => `Shorten the environment variables, secrets or tags by ${excess} bytes.`,
  );
  const parameters = {
    Image: settings.image,
    DesiredCount: String(settings.desiredCount),
    GreenScalePercent: String(settings.greenScalePercent ?? 100),
  };
  return { body, parameters };
}

function sizedTemplate(settings: StackSettings, indent: number): SizedTemplate {
  const render = (pinned?: string): string => JSON.stringify(template(settings, pinned), null, indent);
  const pinned = settings.pinnedBlueTaskDefinition;
  const text = render(pinned);
  const longest = longestArn(settings.taskFamily || undefined, pinned);
  const greenToo = isVolatile(text) ? longest.length : 0;
  return { text, givenBytes: bytesOf(render()), mostBytes: bytesOf(render(longest)) + greenToo };
}

function template(settings: StackSettings, pinned: string | undefined): object {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'An ECS service with a stable (blue) and a canary (green) task set behind one weighted listener rule.',
    Parameters: stackParameters,
    Resources: resources(settings, pinned),
    Outputs: outputs(settings),
  };
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
    ...(logTarget(settings) === 'created' && { LogGroup: logGroup(settings) }),
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
    ...(settings.httpRedirect && { RedirectListener: redirectListener(settings) }),
  };
}

function outputs(settings: StackSettings): Record<string, { Value: unknown }> {
  return {
    BlueTaskSet: { Value: { 'Fn::GetAtt': ['BlueTaskSet', 'Id'] } },
    GreenTaskSet: { Value: { 'Fn::GetAtt': ['GreenTaskSet', 'Id'] } },
    BlueTargetGroup: { Value: { Ref: 'BlueTargetGroup' } },
    GreenTargetGroup: { Value: { Ref: 'GreenTargetGroup' } },
    Cluster: { Value: settings.cluster },
    Service: { Value: { Ref: 'Service' } },
    Listener: { Value: settings.listenerArn || { Ref: 'Listener' } },
    ListenerRule: { Value: { Ref: 'ListenerRule' } },
    TaskDefinition: { Value: { Ref: 'TaskDefinition' } },
  };
}
