import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { createTaskLog } from '../../src/octopus/log/task-log.ts';
import { approvalInstructions } from '../../src/octopus/process/approval-instructions.ts';
import type { ParameterSet } from '../../src/parameters/parameters.ts';
import { readLine } from '../../src/rehearsal/service-message-reader.ts';
import { createVariables } from '../../src/rehearsal/substitution.ts';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import type { Step } from '../../src/steps/step.ts';
import { wrapAws } from '../support/call-log.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld, type StepRun } from '../support/canary-world.ts';
import { hostilePieces } from '../support/hostile-text.ts';

const secrets = {
  environment: 'e-s3cr3t-"of"-the-task\'s',
  parameter: 'p-s3cr3t-typed-for-the-template',
  accessKey: 'AKIAS3CR3TS3CR3TS3CR',
  secretKey: 'k-s3cr3t/of+the=worker-0123456789',
  token: 't-s3cr3t-token-of-the-session',
};

/** Forged messages, escapes, line ends and Markdown, as somebody could put them into text that AWS repeats. */
const forged =
  "told\r##octopus[setVariable name='Rm9yZ2Vk' value='QQ==']\n##octopus[stdout-error]\u2028\u0085\u001b[31m##octo\u0007pus[resultMessage message='QQ==']" +
  '#{Octopus.Action.Name} | [x](javascript:0) <img src=x> `a`';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  vi.stubEnv('AWS_SESSION_TOKEN', secrets.token);
  world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4 });
  vi.stubEnv('AWS_ACCESS_KEY_ID', secrets.accessKey);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secrets.secretKey);
  awsConsole = openCanaryConsole(world.emulator);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  awsConsole.close();
  await world.close();
});

const words = `${forged} ${Object.values(secrets).join(' ')} ${JSON.stringify(secrets.environment)}`;

/** An AWS whose messages all contain more than they should; it can repeat only what a step sends. */
const talkative = (aws: Aws): Aws => talking(aws, words);
const lessTalkative = (aws: Aws): Aws =>
  talking(aws, `${forged} ${secrets.accessKey} ${secrets.secretKey} ${secrets.token}`);
const talking = (aws: Aws, words: string): Aws => ({
  ...aws,
  cloudFormation: {
    ...aws.cloudFormation,
    describeStack: async (name) => {
      const stack = await aws.cloudFormation.describeStack(name);
      return stack && { ...stack, statusReason: words };
    },
    listEvents: async (...args) =>
      (await aws.cloudFormation.listEvents(...args)).map((event) => ({ ...event, reason: `${event.reason} ${words}` })),
  },
  ecs: {
    ...aws.ecs,
    listTasks: async (...args) =>
      (await aws.ecs.listTasks(...args)).map((task) => ({
        ...task,
        stopped: task.stopped && `${task.stopped}: ${words}`,
      })),
  },
  loadBalancing: {
    ...aws.loadBalancing,
    targetHealth: async (arn) =>
      (await aws.loadBalancing.targetHealth(arn)).map((target) => ({ ...target, reason: words })),
  },
});

/** What operators, Octopus and log readers see of a run. */
function shown(run: StepRun): { readonly text: string; readonly values: Readonly<Record<string, string>> } {
  const lines = [...run.lines];
  const log = createTaskLog((line) => lines.push(line));
  if (run.error) log.error(`${run.error.message}\n${run.error.hint}`);
  if (run.error) log.fail(run.error.message);
  const parts = lines.flatMap((line) => {
    expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    return readLine(line);
  });
  const values: Record<string, string> = {};
  let level = 'stdout-default';
  for (const part of parts) {
    if (part.kind === 'text') continue;
    expect(part.name).toMatch(
      /^(stdout-(default|highlight|wait|warning|error)|progress|setVariable|createArtifact|resultMessage)$/,
    );
    if (part.name.startsWith('stdout-')) level = part.name;
    if (part.name === 'setVariable') values[part.attributes['name'] ?? ''] = part.attributes['value'] ?? '';
  }
  expect(level).toBe('stdout-default');
  expect(lines.filter((line) => line.includes('##octopus') && !/^##octopus\[[^\]]*\]$/.test(line))).toEqual([]);
  const told = parts.map((part) => (part.kind === 'text' ? part.text : Object.values(part.attributes).join('\n')));
  return { text: told.join('\n'), values };
}

function expectHarmless(run: StepRun): ReturnType<typeof shown> {
  const all = shown(run);
  for (const secret of Object.values(secrets)) expect(all.text).not.toContain(secret);
  expect(`${run.error?.message}${run.error?.hint}${run.error?.stack}`).not.toMatch(/s3cr3t/i);
  expect(Object.keys(all.values)).not.toContain('Forged');
  for (const value of Object.values(all.values)) expect(value).not.toMatch(/s3cr3t|#\{/i);
  return all;
}

const secretly = {
  'EcsCanary.Environment': `PASSWORD=${secrets.environment}\nAPPVERSION=1\nOTHER=${secrets.parameter}`,
};
const play = <P extends ParameterSet, S>(step: Step<P, S>, more: Readonly<Record<string, string>> = {}) =>
  world.run(step, more, { between: lessTalkative });

describe('a canary in an AWS that repeats secrets and forged messages', () => {
  it('logs none of them, including in failures and dry runs', async () => {
    const deploy = (version: string, more = {}) =>
      world.run(deployStack, { ...world.builtIn(version, secretly), ...more }, { between: talkative });
    const story = [
      await play(prepareBlue),
      await deploy('1'),
      await play(prepareBlue),
      await deploy('2', { 'EcsCanary.DryRun': 'True' }),
      await deploy('9--crash-loop'),
    ];
    expect(story.map((run) => run.error?.code)).toEqual([undefined, undefined, undefined, undefined, 'tasks-failing']);
    const failure = expectHarmless(story.at(-1) as StepRun);
    expect(failure.text).toContain('exited with code 1');
    expect(failure.text).toContain("told\n# #octopus[setVariable name='Rm9yZ2Vk'");
    expect(failure.text).toContain('********');
    await awsConsole.settle();
    story.push(
      await deploy('3'),
      await play(addTestRule),
      await play(shiftTraffic, { 'EcsCanary.GreenPercent': '25' }),
    );
    story.push(await play(promote), await play(rollback), await play(prepareBlue));
    for (const run of story) expectHarmless(run);
    expect(story.slice(5).map((run) => run.error?.code)).toEqual(Array(story.length - 5).fill(undefined));
    expect(story[5]?.outputs).toHaveProperty('GreenTaskDefinition');
  });

  it('repeats no secret that a refused call quotes', async () => {
    const refused = new OperatorError('aws-refused', `ecs:DescribeServices failed: ${words}`, 'Read it.');
    const run = await world.run(deployStack, world.builtIn('4', secretly), {
      between: (aws) =>
        wrapAws(aws, (call, go) => (call.startsWith('ecs.describeService') ? Promise.reject(refused) : go())),
    });
    expect(run.error?.code).toBe('aws-refused');
    expect(expectHarmless(run).text).toContain('********');
  });

  it('repeats no secret in the stack trace of a defect', async () => {
    const defect = new TypeError(`cannot read ${words}`);
    const run = world.run(deployStack, world.builtIn('4', secretly), {
      between: (aws) =>
        wrapAws(aws, (call, go) => (call.startsWith('ecs.describeService') ? Promise.reject(defect) : go())),
    });
    const thrown = (await run.catch((error: unknown) => error)) as Error;
    expect(thrown).toBeInstanceOf(TypeError);
    expect(`${thrown.message} ${thrown.stack}`).not.toMatch(/s3cr3t/i);
    expect(thrown.stack).toMatch(/\n\s+at /);
  });

  it("redacts the values of an own template's parameters, and nothing that is public anyway", async () => {
    const template = 'Parameters: {Password: {Type: String, NoEcho: true}, Region: {Type: String}}\nResources: {}';
    const run = await world.run(deployOwnTemplate, {
      'EcsCanary.Template': template,
      'EcsCanary.TemplateParameters': `{"Password": "${secrets.parameter}", "Region": "us-east-1", "Extra": "x"}`,
    });
    expect(run.error?.message).toContain('no parameter Extra');
    expect(expectHarmless(run).text).toContain('EcsCanary.TemplateParameters');
  });
});

describe('what people type', () => {
  it('reaches AWS as it was typed, however a shell, a template or a page would read it', async () => {
    const awkward = hostilePieces.filter((piece) => piece.trim() !== '' && !/#\{|(?!\t)\p{Cc}|\p{Cs}/u.test(piece));
    const typed = awkward.map((piece, index) => [`WORD_${index}`, piece.trim()] as const);
    const environment = typed.map(([name, value]) => `${name}=${value}`).join('\n');
    const path = `/'"$(touch_pwned)\`&;|<>{}\\`;
    const more = { 'EcsCanary.Environment': environment, 'EcsCanary.HealthCheckPath': path };
    const header = `X-Canary: it's "$(touch pwned)" \`x\` <b> [y](z) | ##octopus[x] \\`;
    expect((await world.run(prepareBlue)).error).toBeUndefined();
    expectHarmless(await world.run(deployStack, world.builtIn('5', more)));
    const { taskDefinition } = await awsConsole.ecs.describeTaskDefinition({
      taskDefinition: (await awsConsole.taskSet('Green')).taskDefinition,
    });
    const reached = taskDefinition?.containerDefinitions?.[0]?.environment ?? [];
    expect(reached.map(({ name, value }) => [name, value])).toEqual(typed);
    const run = await world.run(addTestRule, { 'EcsCanary.TestQueryString': '', 'EcsCanary.TestHeader': header });
    expect(run.error).toBeUndefined();
    const conditions = (await awsConsole.rules()).flatMap((rule) => rule.Conditions ?? []);
    expect(conditions.flatMap((condition) => condition.HttpHeaderConfig?.Values ?? [])).toEqual([header.slice(10)]);
    expect(expectHarmless(run).values['Summary']).not.toMatch(/(^|[^\\])(\[y\]|<b>|`x`)/);
  });

  const approvalOf = (notes: string, by = 'Ann') => ({
    'EcsCanary.GreenPercent': '10',
    'EcsCanary.ApprovalStep': `Approve ${forged.replaceAll(/#\{.*|(?![\r\n])\p{Cc}/gu, '')}`,
    'Approval.Manual.Approved': 'True',
    'Approval.Manual.Notes': notes,
    'Approval.Manual.ResponsibleUser.DisplayName': by,
  });

  it.each([
    ['a remark', forged],
    ['an unknown command', `/weigh ${forged}`],
    ['a mention of a command', `I would say /hold ${forged}`],
  ])('at a manual intervention forges no message, and is plain text in the summary: %s', async (_what, notes) => {
    await world.run(rollback);
    const run = await world.run(shiftTraffic, approvalOf(notes, forged), { deployment: '' });
    expect(run.error).toBeUndefined();
    const { text, values } = expectHarmless(run);
    expect(text).toContain('Approved at "Approve told');
    expect(values['Summary']).not.toMatch(/(^|[^\\])(\[x\]|<img|`a`)/);
    const variables = createVariables([
      ['Octopus.Action.Name', 'a value that only Octopus knows'],
      ['Octopus.Action[Shift to 10%].Output.Summary', values['Summary'] ?? ''],
    ]);
    const previous = { id: 'shift-traffic', name: 'Shift to 10%' } as const;
    const place = { weight: 50, nextWeight: 100, previous, shift: undefined, testStep: undefined, guard: true };
    expect(variables.evaluate(approvalInstructions(place))).not.toContain('only Octopus knows');
  });

  it('in a tag of the service forges no message', async () => {
    const service = await awsConsole.service();
    await awsConsole.ecs.tagResource({
      resourceArn: service.serviceArn,
      tags: [{ key: 'EcsCanaryTakenBy', value: `Deployments-9 ${forged}` }],
    });
    const run = await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' });
    expect(run.error?.code).toBe('canary-taken');
    expect(expectHarmless(run).text).toContain('Deployments-9 told');
    await awsConsole.ecs.tagResource({
      resourceArn: service.serviceArn,
      tags: [{ key: 'StableStack', value: forged }],
    });
    const unclear = await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' }, { deployment: 'Deployments-9' });
    expect(unclear.error?.code).toBe('tag-unclear');
    expectHarmless(unclear);
  });
});
