import { describe, expect, it } from 'vitest';
import type { OperatorError } from '../../src/canary/operator-error.ts';
import { buildStackTemplate } from '../../src/stack-template/built-in-template.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import type { StackSettings } from '../../src/stack-template/settings.ts';
import { describeShape } from '../../src/stack-template/shape.ts';
import { certificateArn, listenerArn, loadBalancerArn, roleArn, sampleSettings, stableArn } from './sample-settings.ts';

interface Resource {
  readonly Type: string;
  readonly DependsOn?: string[];
  readonly UpdateReplacePolicy?: string;
  readonly DeletionPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: assertions reach deep into generated JSON
  readonly Properties: any;
}

function resourcesOf(...more: Parameters<typeof sampleSettings>): Record<string, Resource> {
  return JSON.parse(buildStackTemplate(sampleSettings(...more)).body).Resources;
}

describe('buildStackTemplate', () => {
  it('has the shape of a canary, without a warning', () => {
    const shape = describeShape(parseTemplate(buildStackTemplate(sampleSettings({ executionRoleArn: roleArn })).body));
    expect(shape).toEqual({
      blueTaskSet: 'BlueTaskSet',
      greenTaskSet: 'GreenTaskSet',
      blueTargetGroup: 'BlueTargetGroup',
      greenTargetGroup: 'GreenTargetGroup',
      service: 'Service',
      productionRules: ['ListenerRule'],
      warnings: [],
    });
  });

  it('keeps its contract of stack parameters and outputs', () => {
    const { body, parameters } = buildStackTemplate(sampleSettings({ greenScalePercent: 25 }));
    expect(parameters).toEqual({ Image: 'nginx:1.27', DesiredCount: '2', GreenScalePercent: '25' });
    expect(Object.keys(JSON.parse(body).Parameters)).toEqual(Object.keys(parameters));
    expect(Object.keys(JSON.parse(body).Outputs)).toEqual([
      'BlueTaskSet',
      'GreenTaskSet',
      'BlueTargetGroup',
      'GreenTargetGroup',
      'Cluster',
      'Service',
      'Listener',
      'ListenerRule',
      'TaskDefinition',
    ]);
  });

  it('pins blue to a literal task definition, and green never', () => {
    const first = resourcesOf();
    const second = resourcesOf({ pinnedBlueTaskDefinition: stableArn });
    expect(first['BlueTaskSet']?.Properties.TaskDefinition).toEqual({ Ref: 'TaskDefinition' });
    expect(second['BlueTaskSet']?.Properties.TaskDefinition).toBe(stableArn);
    expect(second['GreenTaskSet']).toEqual(first['GreenTaskSet']);
    expect(first['TaskDefinition']).toMatchObject({ UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Retain' });
  });

  it('changes neither rule nor service from one release to the next', () => {
    const one = resourcesOf();
    const next = resourcesOf({
      image: 'nginx:1.28',
      pinnedBlueTaskDefinition: stableArn,
      greenScalePercent: 10,
      environment: { APPVERSION: '2' },
      containerPort: 8080,
      cpu: 512,
      memory: 1024,
    });
    for (const id of ['Service', 'ListenerRule', 'Listener', 'BlueTargetGroup', 'GreenTargetGroup']) {
      expect(next[id]).toEqual(one[id]);
    }
  });

  it('leaves the rule alone when tags change', () => {
    const tagged = resourcesOf({ tags: { Release: '1' } });
    expect(tagged['ListenerRule']).toEqual(resourcesOf()['ListenerRule']);
    expect(tagged['Service']?.Properties.Tags).toEqual([
      { Key: 'StableStack', Value: 'Blue' },
      { Key: 'Release', Value: '1' },
    ]);
  });

  it('creates a listener only when none is given', () => {
    const own = resourcesOf();
    expect(own['Listener']?.Properties).toMatchObject({ Port: 80, Protocol: 'HTTP' });
    const shared = resourcesOf({ listenerArn });
    expect(shared).not.toHaveProperty('Listener');
    expect(shared['ListenerRule']?.Properties.ListenerArn).toBe(listenerArn);
  });

  it('redirects HTTP to its own HTTPS listener on request, without tags and without leading anybody to a colour', () => {
    const secure = { listenerPort: 8443, certificateArn };
    const plain = resourcesOf(secure);
    const { RedirectListener, ...others } = resourcesOf({ ...secure, httpRedirect: true, tags: { Team: 'shop' } });
    expect(others).toEqual(resourcesOf({ ...secure, tags: { Team: 'shop' } }));
    expect(others['Listener']).toEqual(plain['Listener']);
    expect(RedirectListener).toEqual({
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      DependsOn: ['Listener'],
      Properties: {
        LoadBalancerArn: loadBalancerArn,
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [
          { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '8443', StatusCode: 'HTTP_301' } },
        ],
      },
    });
    expect(plain).not.toHaveProperty('RedirectListener');
  });

  it('makes the first weights all blue, and stickiness only on request', () => {
    const forward = (seconds: number) =>
      resourcesOf({ stickinessSeconds: seconds })['ListenerRule']?.Properties.Actions[0].ForwardConfig;
    expect(forward(0)).toEqual({
      TargetGroups: [
        { TargetGroupArn: { Ref: 'GreenTargetGroup' }, Weight: 0 },
        { TargetGroupArn: { Ref: 'BlueTargetGroup' }, Weight: 100 },
      ],
    });
    expect(forward(60).TargetGroupStickinessConfig).toEqual({ Enabled: true, DurationSeconds: 60 });
  });

  it.each<[string, Partial<StackSettings>, unknown, object | undefined]>([
    [
      'in a log group that is named after the stack, and outlives it',
      { executionRoleArn: roleArn },
      { Ref: 'LogGroup' },
      { RetentionInDays: 30 },
    ],
    ['nowhere on Fargate without an execution role, which refuses it', {}, undefined, undefined],
    [
      'in such a log group without that role on instances',
      { launchType: 'EC2' },
      { Ref: 'LogGroup' },
      { RetentionInDays: 30 },
    ],
    [
      'for as long as chosen',
      { executionRoleArn: roleArn, logRetentionDays: 7 },
      { Ref: 'LogGroup' },
      { RetentionInDays: 7 },
    ],
    ['in an existing log group', { executionRoleArn: roleArn, logGroup: '/ecs/shop' }, '/ecs/shop', undefined],
    [
      'in a new one of that name',
      { executionRoleArn: roleArn, logGroup: '/ecs/shop', logRetentionDays: 7 },
      { Ref: 'LogGroup' },
      { LogGroupName: '/ecs/shop', RetentionInDays: 7 },
    ],
    ['nowhere, if nobody wants it', { executionRoleArn: roleArn, logGroup: undefined }, undefined, undefined],
  ])('keeps the output of the container %s', (_, settings, group, created) => {
    const { LogGroup, TaskDefinition } = resourcesOf(settings);
    const { LogConfiguration } = TaskDefinition?.Properties.ContainerDefinitions[0] ?? {};
    expect(LogConfiguration?.Options['awslogs-group']).toEqual(group);
    expect(LogGroup).toEqual(
      created && {
        Type: 'AWS::Logs::LogGroup',
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
        Properties: created,
      },
    );
  });

  it('says so when it grows beyond what CloudFormation accepts, at any revision', () => {
    const of = (length: number, more = {}) =>
      buildStackTemplate(sampleSettings({ environment: { A: 'x'.repeat(length) }, ...more })).body;
    const room = 51_200;
    expect(() => of(room)).toThrow(expect.objectContaining({ code: 'template-too-large' }));
    const excess = /by ([\d,]+) bytes/.exec(hintOf(() => of(room)))?.[1] ?? '';
    const most = room - Number(excess.replace(',', ''));
    expect(() => of(most + 1)).toThrow(/and the steps write up to \d+ more/);
    for (const revision of [1, 10, 2_147_483_647]) {
      const pinned = `arn:aws:ecs:us-east-1:123456789012:task-definition/shop:${revision}`;
      expect(Buffer.byteLength(of(most, { pinnedBlueTaskDefinition: pinned }))).toBeLessThanOrEqual(51_200);
    }
    // People read it in the console.
    expect(of(0)).toContain('\n  "Resources"');
  });
});

function hintOf(build: () => unknown): string {
  try {
    build();
    return '';
  } catch (error) {
    return (error as OperatorError).hint;
  }
}
