import { afterEach, describe, expect, it } from 'vitest';
import { noOutsideValues, type OutsideValues } from '../../src/emulator/contract/outside-values.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import { type OwnCanary, openOwnCanary } from '../support/own-canary.ts';

const fixture = 'cases/first-deployment-blue-empty.yaml';
/** The steps do not know this pseudo parameter, but AWS does, so a choice by it is like an import. */
const conditions = 'Conditions: {Aws: !Equals [!Ref AWS::URLSuffix, amazonaws.com], Other: !Not [!Condition Aws]}\n';
const withConditions = (text: string) => text.replace('Parameters:\n', `${conditions}Parameters:\n`);
const replaced = (from: string, to: string) => (text: string) => {
  const result = withConditions(text).replaceAll(from, to);
  expect(result).toContain(to);
  return result;
};

let canary: OwnCanary | undefined;
afterEach(async () => {
  await canary?.close();
  canary = undefined;
});

async function open(edit: (text: string) => string, values: Partial<OutsideValues> = {}): Promise<OwnCanary> {
  canary = await openOwnCanary(fixture, [], { edit, values: { ...noOutsideValues, ...values } });
  return canary;
}

const custom = 'Custom: {Type: Custom::Weights, Properties: {ServiceToken: x, Release: !Ref Version}}';

/** The template with a group that belongs to neither colour. */
const withThird = (text: string) => text.replace(/( {2})GreenGroup:(\n.*\n.*\n)/, '$1GreenGroup:$2$1Third:$2');

/** The template of a version, with one text replaced. */
const editing = (own: OwnCanary, version: string, from: string, to: string) => {
  const text = own.template(version);
  expect(text).toContain(from);
  return { 'EcsCanary.Template': text.replaceAll(from, to) };
};

describe('weights that only AWS knows', () => {
  it('are accepted if AWS shows all traffic on blue, and every step works', async () => {
    const own = await open(replaced('Weight: 0', 'Weight: !If [Aws, 0, 100]'));
    const first = await own.deploy('1');
    expect(first.error).toBeUndefined();
    expect(first.log.join('\n')).toContain('Only AWS knows some weights or target groups of Rule');
    expect((await own.deploy('2')).error).toBeUndefined();
    expect((await own.world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' })).error).toBeUndefined();
    expect(await own.weights('Rule')).toEqual([90, 10]);
    for (const run of [() => own.world.run(promote), () => own.world.run(prepareBlue)])
      expect((await run()).error).toBeUndefined();
    expect((await own.deploy('3')).error).toBeUndefined();
    expect(await own.ask('Listener')).toEqual({ status: 200, version: '2' });
    expect((await own.world.run(rollback)).error).toBeUndefined();
  });

  it('that send users to green are refused as soon as AWS shows them, while both colours run one version', async () => {
    const own = await open(replaced('Weight: 0', 'Weight: !If [Aws, 50, 0]'));
    const first = await own.deploy('1');
    expect(first.error).toMatchObject({ code: 'green-has-traffic' });
    expect((await own.deploy('2')).error).toMatchObject({ code: 'green-has-traffic' });
    // The hint's way out.
    expect((await own.world.run(prepareBlue)).error).toBeUndefined();
    expect((await own.deploy('2')).error).toBeUndefined();
    expect(await own.weights('Rule')).toEqual([100, 0]);
    expect(await own.ask('Listener')).toEqual({ status: 200, version: '1' });
  });

  it.each([
    ['change', 'Weight: 0', 'Weight: !If [Aws, 50, 0]'],
    ['are rewritten with the rest of their rule', 'Priority: 10', 'Priority: 11'],
  ])('are refused before an update in which they %s, and the remedy cures that', async (_, from, to) => {
    const own = await open(from === 'Weight: 0' ? withConditions : replaced('Weight: 0', 'Weight: !If [Aws, 0, 100]'));
    expect((await own.deploy('1')).error).toBeUndefined();
    const change = editing(own, '2', from, to);
    const run = await own.deploy('2', change);
    expect(run.error).toMatchObject({
      code: 'invalid-template',
      message: expect.stringContaining('Only AWS knows Rule.Properties, and this update may change it'),
    });
    expect(writesOf(run)).toEqual([]);
    const cured = change['EcsCanary.Template']
      .replace(/Weight: !If \[Aws, .*/, 'Weight: !Ref Green')
      .replace('Parameters:\n', 'Parameters:\n  Green: {Type: Number}\n');
    expect(
      (await own.deploy('2', { 'EcsCanary.Template': cured, 'EcsCanary.TemplateParameters': 'Green=0' })).error,
    ).toBeUndefined();
    expect(await own.ask('Listener')).toEqual({ status: 200, version: '1' });
  });
});

it('a weight whose text stays the same, while its custom resource answers with another, is refused before the update', async () => {
  const attributes = { 'Custom.Green': '0' };
  const own = await open(
    (text) =>
      replaced('Weight: 0', 'Weight: !GetAtt Custom.Green')(text).replace('  Service:\n', `  ${custom}\n  Service:\n`),
    { attributes },
  );
  expect((await own.deploy('1')).error).toBeUndefined();
  attributes['Custom.Green'] = '900';
  const run = await own.deploy('2');
  expect(run.error?.message).toContain('Only AWS knows Rule.Properties, and this update may change it');
  expect(writesOf(run)).toEqual([]);
  expect(await own.ask('Listener')).toEqual({ status: 200, version: '1' });
  expect((await own.deploy('2', editing(own, '2', 'Weight: !GetAtt Custom.Green', 'Weight: 0'))).error).toBeUndefined();
});

it.each([
  ['is an import that may be green', '{Type: forward, TargetGroupArn: !ImportValue green}'],
  ['may be green', '{Type: forward, TargetGroupArn: !If [Aws, !Ref GreenGroup, !Ref BlueGroup]}'],
  [
    'may give green a share',
    '{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref Third, Weight: 1}, {TargetGroupArn: !Ref GreenGroup, Weight: !If [Aws, 50, 0]}]}}',
  ],
])('a bypass rule whose target %s is refused before an update that brings it in', async (_, action) => {
  const own = await open((text) => withThird(withConditions(text)));
  expect((await own.deploy('1')).error).toBeUndefined();
  const run = await own.deploy(
    '2',
    editing(
      own,
      '2',
      '  Service:\n    Type',
      `  Aside:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties: {ListenerArn: !Ref Listener, Priority: 5, Conditions: [{Field: path-pattern, PathPatternConfig: {Values: [/aside]}}], Actions: [${action}]}\n  Service:\n    Type`,
    ),
  );
  expect(run.error).toMatchObject({
    code: 'invalid-template',
    message: expect.stringContaining('Only AWS knows Aside.Properties, and this update may change it'),
  });
  expect(writesOf(run)).toEqual([]);
});

it('a first deployment that pins blue is refused if only AWS knows the weights, and accepted with the definition of green', async () => {
  const pinned = (text: string) => text.replace(/(BlueSet:\n[\s\S]*?TaskDefinition: )!Ref Definition/, '$1"old:1"');
  const own = await open(replaced('Weight: 0', "Weight: '{{resolve:ssm:/weight}}'"), { ssm: { '/weight': '0' } });
  const run = await own.deploy('1', { 'EcsCanary.Template': pinned(own.template('1')) });
  expect(run.error?.message).toMatch(
    /Only AWS knows Rule\.Properties, and it is in force before .* or let blue run the TaskDefinition of green/,
  );
  expect(writesOf(run)).toEqual([]);
  expect((await own.deploy('1')).error).toBeUndefined();
});

it('a rule to the ARN that green has in the deployed stack is refused before the update that brings it in', async () => {
  const own = await open((text) => text);
  expect((await own.deploy('1')).error).toBeUndefined();
  const { GreenTargetGroup = '' } = await own.awsConsole.outputs();
  const rule = `  Aside:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties: {ListenerArn: !Ref Listener, Priority: 5, Conditions: [{Field: path-pattern, PathPatternConfig: {Values: [/aside]}}], Actions: [{Type: forward, TargetGroupArn: '${GreenTargetGroup}'}]}\n`;
  const run = await own.deploy('2', editing(own, '2', '  Service:\n    Type', `${rule}  Service:\n    Type`));
  expect(run.error?.message).toContain('Users would reach green without approval through Aside');
  expect(writesOf(run)).toEqual([]);
});

it('a rule to green for a browser that Parameter Store names is refused before an update, because the name may be *', async () => {
  const own = await open((text) => text, { ssm: { '/agent': '*' } });
  expect((await own.deploy('1')).error).toBeUndefined();
  const condition =
    "{Field: http-header, HttpHeaderConfig: {HttpHeaderName: User-Agent, Values: ['{{resolve:ssm:/agent}}']}}";
  const rule = `  Beta:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties: {ListenerArn: !Ref Listener, Priority: 5, Conditions: [${condition}], Actions: [{Type: forward, TargetGroupArn: !Ref GreenGroup}]}\n`;
  const run = await own.deploy('2', editing(own, '2', '  Service:\n    Type', `${rule}  Service:\n    Type`));
  expect(run.error?.message).toContain('Users would reach green without approval through Beta');
  expect(writesOf(run)).toEqual([]);
});

describe('a tag that only AWS knows', () => {
  const tagged = (value: string) => replaced('Value: Blue}', `Value: !If [Aws, ${value}, Blue]}`);

  it('cannot make green the stable version', async () => {
    const own = await open(tagged('Green'));
    expect((await own.deploy('1')).error).toBeUndefined();
    expect(await own.awsConsole.readTag()).toBe('Blue');
    expect((await own.deploy('2')).error).toBeUndefined();
    expect(await own.awsConsole.readTag()).toBe('Blue');
    const run = await own.deploy('3', editing(own, '3', 'Tags: [{', 'Tags: [{Key: A, Value: B}, {'));
    expect(run.error?.message).toContain('Only AWS knows Service.Properties.Tags');
    expect(writesOf(run)).toEqual([]);
  });
});

it('a task definition whose retention only AWS knows must be certain to be kept before it is replaced', async () => {
  const own = await open(replaced('UpdateReplacePolicy: Retain', 'UpdateReplacePolicy: Retain #'));
  expect((await own.deploy('1')).error).toBeUndefined();
  const run = await own.deploy(
    '2',
    editing(own, '2', 'UpdateReplacePolicy: Retain', 'UpdateReplacePolicy: !If [Aws, Retain, Delete]'),
  );
  expect(run.error?.message).toContain('Only AWS knows Definition.UpdateReplacePolicy');
  expect(writesOf(run)).toEqual([]);
});

describe("a target group of green's task set that only AWS knows", () => {
  const to = (group: string) => `TargetGroupArn: !If [Aws, !Ref ${group}, !Ref GreenGroup]}`;
  const registered = 'TargetGroupArn: !Ref GreenGroup}';

  it('is accepted if it is green’s, also in later versions', async () => {
    const own = await open(replaced(registered, to('GreenGroup')));
    for (const version of ['1', '2']) expect((await own.deploy(version)).error).toBeUndefined();
    expect(await own.ask('Listener')).toEqual({ status: 200, version: '1' });
  });

  it('is refused if AWS shows another, and a corrected template is accepted', async () => {
    const own = await open((text) =>
      withThird(replaced(registered, to('Third'))(text))
        .replace('StatusCode: "404"}\n', 'StatusCode: "404"}\n')
        .replace(
          '  Service:\n    Type',
          '  Aside:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties: {ListenerArn: !Ref Listener, Priority: 5, Conditions: [{Field: path-pattern, PathPatternConfig: {Values: [/third]}}], Actions: [{Type: forward, TargetGroupArn: !Ref Third}]}\n  Service:\n    Type',
        )
        .replaceAll('DependsOn: Rule', 'DependsOn: [Rule, Aside]'),
    );
    const first = await own.deploy('1');
    expect(first.error).toMatchObject({
      code: 'foreign-target-group',
      message: expect.stringMatching(/The green task set \S+ registers with arn:\S+, not with the green target group/),
    });
    const again = await own.deploy('2');
    expect(again.error?.message).toContain('Only AWS knows GreenSet.Properties.LoadBalancers');
    expect(writesOf(again)).toEqual([]);
    expect(await own.ask('Listener', '/third')).toEqual({ status: 200, version: '1' });
    expect((await own.deploy('2', editing(own, '2', to('Third'), registered))).error).toBeUndefined();
  });

  it('is refused before an update that introduces it', async () => {
    const own = await open((text) => withThird(withConditions(text)));
    expect((await own.deploy('1')).error).toBeUndefined();
    const run = await own.deploy('2', editing(own, '2', registered, to('Third')));
    expect(run.error?.message).toContain('Only AWS knows GreenSet.Properties.LoadBalancers');
    expect(writesOf(run)).toEqual([]);
  });
});
