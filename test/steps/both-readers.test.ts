import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCanaryReader } from '../../src/observation/canary-reader.ts';
import { parts } from '../../src/parameters/parts.ts';
import { fitArns } from '../../src/rehearsal/own-template.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { describeShape, locateShape } from '../../src/stack-template/shape.ts';
import { overridesOf } from '../../src/steps/shared/repinned-stack.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

/** One row: a template, and the lines of EcsCanary.Parts that an operator types. */
interface Row {
  readonly edit: (text: string) => string;
  readonly lines?: string;
  /** Whether Deploy Own Template asks for more, which a stack that is already deployed does without. */
  readonly refused?: boolean;
  /** Logical ids, if they differ from the plain template's. */
  readonly service?: string;
  readonly rules?: readonly string[];
}

const plain = readFileSync(new URL('../fixtures/cases/first-deployment-blue-empty.yaml', import.meta.url), 'utf8');
const lineOfEach = 'BlueTaskSet=BlueSet\nGreenTaskSet=GreenSet\nBlueTargetGroup=BlueGroup\nGreenTargetGroup=GreenGroup';
const noOutputs = (text: string) => text.slice(0, text.indexOf('Outputs:'));
const noGroupOutputs = (text: string) => text.replace(/ {2}\w+TargetGroup: \{Value.*\n/g, '');
const outputs =
  (blue: string, green: string, more = '') =>
  (text: string) =>
    `${noOutputs(text)}Outputs:\n  BlueTaskSet: {Value: ${blue}${more}}\n  GreenTaskSet: {Value: ${green}${more}}\n`;
const groupOutputs = '  BlueTargetGroup: {Value: !Ref BlueGroup}\n  GreenTargetGroup: {Value: !Ref GreenGroup}\n';
const renamed = (text: string) =>
  text.replaceAll(/\b(Blue|Green)Set\b/g, '$1TaskSet').replaceAll(/\b(Blue|Green)Group\b/g, '$1TargetGroup');
const outside = (blue: string, green: string) => (text: string) =>
  text
    .replace(/ {2}BlueGroup:\n[\s\S]*? {2}Listener:\n/, '  Listener:\n')
    .replaceAll('!Ref BlueGroup', blue)
    .replaceAll('!Ref GreenGroup', green)
    .replace(
      'Parameters:\n',
      'Conditions: {Aws: !Equals [!Ref AWS::URLSuffix, amazonaws.com]}\nParameters:\n  Blue: {Type: String, Default: "BLUE"}\n  Green: {Type: String, Default: "GREEN"}\n',
    );
const known = outside('!Ref Blue', '!Sub "${Green}"');
const unknown = outside('!If [Aws, !Ref Blue, none]', '!If [Aws, !Ref Green, none]');
const second = (properties: string) => (text: string) =>
  text.replace(
    '  BlueSet:\n',
    `  Other:\n    Type: AWS::ECS::Service\n    Properties: {Cluster: default, DesiredCount: 0, DeploymentController: {Type: EXTERNAL}${properties}}\n  BlueSet:\n`,
  );
const both =
  '[{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref BlueGroup, Weight: 100}, {TargetGroupArn: !Ref GreenGroup, Weight: 0}]}}]';
const byDefault = (text: string) =>
  text.replace(/DefaultActions:\n[\s\S]*?StatusCode: "404"\}\n/, `DefaultActions: ${both}\n`);

const table: Readonly<Record<string, Row>> = {
  'outputs by Fn::GetAtt and Ref': { edit: (text) => text },
  'outputs by Fn::Sub': {
    edit: (text) => outputs('!Sub "${BlueSet.Id}"', '!Sub "${GreenSet.Id}"')(text) + groupOutputs,
  },
  'outputs by a Ref of the task sets': {
    edit: (text) => outputs('!Ref BlueSet', '!Ref GreenSet')(text) + groupOutputs,
  },
  'logical ids alone': { edit: (text) => noOutputs(renamed(text)) },
  'logical ids for what has no output': { edit: (text) => noGroupOutputs(renamed(text)) },
  'logical ids where the outputs have a condition that does not hold': {
    edit: (text) =>
      `Conditions: {Never: !Equals [a, b]}\n${outputs('!GetAtt GreenTaskSet.Id', '!GetAtt BlueTaskSet.Id', ', Condition: Never')(renamed(text))}`,
  },
  'outputs, although another resource bears the name of one': {
    edit: (text) =>
      text.replace(
        '  BlueGroup:\n',
        '  BlueTargetGroup: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Port: 81, Protocol: HTTP, TargetType: ip, VpcId: vpc-0a1b2c3d4e5f60001}}\n  BlueGroup:\n',
      ),
  },
  'lines of EcsCanary.Parts alone': { edit: noOutputs, lines: lineOfEach },
  'lines of EcsCanary.Parts against the outputs': {
    edit: outputs('!GetAtt GreenSet.Id', '!GetAtt BlueSet.Id'),
    lines: lineOfEach,
  },
  'lines for the task sets, whose groups follow': {
    edit: noOutputs,
    lines: 'BlueTaskSet=BlueSet\nGreenTaskSet=GreenSet',
    refused: true,
  },
  'the groups in which the task sets are': { edit: noGroupOutputs, refused: true },
  'outputs of groups outside': { edit: known },
  'groups outside in which the task sets are': { edit: (text) => known(noGroupOutputs(text)), refused: true },
  'outputs of groups that only AWS knows': { edit: unknown },
  'groups that only AWS knows, in which the task sets are': {
    edit: (text) => unknown(noGroupOutputs(text)),
    refused: true,
  },
  'the service that the task sets refer to': { edit: second('') },
  'the service that the task sets name': {
    edit: (text) =>
      second('')(text)
        .replaceAll('Service: !Ref Service', 'Service: shop')
        .replaceAll('DependsOn: Rule\n', 'DependsOn: [Rule, Service]\n')
        .replace('DesiredCount: 2\n', 'DesiredCount: 2\n      ServiceName: shop\n'),
  },
  'the service that a line names': { edit: (text) => second('')(text), lines: 'Service=Service' },
  'a default action': {
    edit: (text) =>
      byDefault(text)
        .replace(/ {2}Rule:\n[\s\S]*? {2}Service:\n/, '  Service:\n')
        .replaceAll('DependsOn: Rule', 'DependsOn: Listener'),
    rules: ['Listener'],
  },
  'a default action and a rule': { edit: byDefault, rules: ['Listener', 'Rule'] },
  'the one of two that a line names': {
    edit: (text) =>
      byDefault(text).replace('PathPatternConfig: {Values: ["/*"]}', 'PathPatternConfig: {Values: ["*"]}'),
    lines: 'ListenerRule=Rule',
    rules: ['Rule'],
  },
};

let world: CanaryWorld;
let awsConsole: CanaryConsole;
let groups: readonly [blue: string, green: string];
let count = 0;

beforeAll(async () => {
  world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4 }, ['default']);
  awsConsole = openCanaryConsole(world.emulator);
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

async function createGroup(name: string): Promise<string> {
  const created = await awsConsole.elb.createTargetGroup({
    ...{ Name: `${name}-${count}`, Port: 80, Protocol: 'HTTP', TargetType: 'ip', VpcId: 'vpc-0a1b2c3d4e5f60001' },
    ...{ HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 4 },
  });
  return created.TargetGroups?.[0]?.TargetGroupArn ?? '';
}

/** The text of the next stack, with a port and outside groups of its own. */
async function fitted(text: string): Promise<string> {
  count += 1;
  groups = [await createGroup('blue'), await createGroup('green')];
  return fitArns(text, world.scene)
    .text.replace('"BLUE"', groups[0])
    .replace('"GREEN"', groups[1])
    .replace('Port: 80\n', `Port: ${8000 + count}\n`);
}

/** Deploys the template by hand, as somebody would who starts with the steps later. */
async function create(text: string): Promise<Readonly<Record<string, string>>> {
  const StackName = `canary-${count}`;
  await awsConsole.cloudFormation.createStack({ StackName, TemplateBody: text });
  await expect
    .poll(async () => (await awsConsole.cloudFormation.describeStacks({ StackName })).Stacks?.[0]?.StackStatus, {
      timeout: 60_000,
      interval: 50,
    })
    .toBe('CREATE_COMPLETE');
  const { StackResources = [] } = await awsConsole.cloudFormation.describeStackResources({ StackName });
  return Object.fromEntries(
    StackResources.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => [
      LogicalResourceId,
      PhysicalResourceId,
    ]),
  );
}

describe('the check of a template and the steps in the deployed stack find the same parts by', () => {
  it.each(Object.entries(table))(
    '%s',
    async (_, { edit, lines = '', refused, service = 'Service', rules = ['Rule'] }) => {
      const text = await fitted(edit(plain));
      const hints = parts.parse(lines);
      const pseudo = { 'AWS::Region': 'us-east-1', 'AWS::StackName': `canary-${count}` };
      const describe = () => describeShape(parseTemplate(text), overridesOf(hints, 'Keep'), pseudo);
      if (refused) expect(describe).toThrow(/Add the output Blue.*\n.*Add the output Green/);
      const shape = refused ? locateShape(parseTemplate(text), overridesOf(hints, 'Keep'), pseudo) : describe();
      const ids = await create(text);
      const reader = createCanaryReader(world.aws, `canary-${count}`, hints);
      const live = await reader.address();
      const physical = (id: string): string => ids[id] ?? id;
      const [blueSet = '', greenSet = ''] = [shape.blueTaskSet, shape.greenTaskSet].map(
        (id) => physical(id).split('|')[2],
      );
      expect(live).toMatchObject({ blueTaskSet: blueSet, greenTaskSet: greenSet, missing: [], misnamed: [] });
      expect(live.serviceArn).toBe(ids[service]);
      expect(shape.service).toBe(service);
      const expected = ids['BlueGroup'] ?? ids['BlueTargetGroup'] ?? groups[0];
      expect(live.groups.blue).toBe(expected);
      expect(live.groups.green).not.toBe(expected);
      // A group outside the stack whose ARN only AWS knows has another name in the template.
      if (!shape.blueTargetGroup.startsWith('{'))
        expect([shape.blueTargetGroup, shape.greenTargetGroup].map(physical)).toEqual([
          live.groups.blue,
          live.groups.green,
        ]);
      const found = (await reader.productionRules()).rules.map(({ arn, priority }) =>
        priority === 'default' ? arn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '') : arn,
      );
      if ('productionRules' in shape) expect(shape.productionRules).toEqual(rules);
      expect(found.sort()).toEqual(rules.map(physical).sort());
    },
  );

  it('the lines that either of them asks for, if nothing else identifies them', async () => {
    const text = await fitted(noOutputs(plain));
    await create(text);
    const readers: readonly ((lines: string) => Promise<unknown>)[] = [
      async (lines) => describeShape(parseTemplate(text), overridesOf(parts.parse(lines))),
      (lines) => createCanaryReader(world.aws, `canary-${count}`, parts.parse(lines)).address(),
    ];
    for (const refusing of readers) {
      const { message } = (await refusing('').catch((error: Error) => error)) as Error;
      const asked = [...message.matchAll(/add the line (\w+=)LOGICAL_ID/g)].map(([, key = '']) => key);
      const typed = lineOfEach.split('\n').filter((line) => asked.some((key) => line.startsWith(key)));
      expect(typed).toHaveLength(asked.length);
      expect(asked.length).toBeGreaterThan(1);
      for (const reader of readers) expect(await reader(typed.join('\n'))).toBeTypeOf('object');
    }
  });

  it('neither outputs that contradict the logical ids, nor any other guess', () => {
    const swapped = outputs('!GetAtt GreenTaskSet.Id', '!GetAtt BlueTaskSet.Id')(renamed(plain));
    expect(() => describeShape(parseTemplate(swapped))).toThrow(
      'The output BlueTaskSet points to GreenTaskSet, but BlueTaskSet is also the logical id of another resource.',
    );
  });
});
