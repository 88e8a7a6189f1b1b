import { describe, expect, it } from 'vitest';
import type { ManualStep, ProcessStep, RunCondition, TemplateStep } from '../../src/octopus/process/definition.ts';
import type { DeploymentRequest } from '../../src/rehearsal/deployment.ts';
import { runDeployment } from '../../src/rehearsal/runner.ts';
import { fixtureLibrary } from './fixture-library.ts';

const success: RunCondition = { kind: 'success' };

function script(
  stepId: TemplateStep['stepId'],
  name: string,
  condition = success,
  properties: Readonly<Record<string, string>> = {},
): TemplateStep {
  const account = { 'EcsCanary.AWS.Account': 'My.Account', ...properties };
  return { kind: 'template', stepId, name, slug: name, properties: account, condition };
}

function manualIntervention(name: string, instructions = ''): ManualStep {
  return {
    kind: 'manual',
    name,
    slug: name,
    instructions,
    responsibleTeams: [],
    blockConcurrentDeployments: true,
    condition: success,
  };
}

async function deploy(
  steps: readonly ProcessStep[],
  bodies: Parameters<typeof fixtureLibrary>[0],
  extra: Partial<DeploymentRequest> = {},
) {
  const lines: string[] = [];
  const result = await runDeployment({
    process: { steps, projectVariables: [] },
    library: fixtureLibrary(bodies),
    release: '1.0.1',
    variables: {
      'My.Account': 'Accounts-1',
      'My.Account.AccessKey': 'AKIA',
      'My.Account.SecretKey': 'sk',
      Region: 'eu-west-1',
    },
    environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    decide: async () => ({ proceed: true, notes: '' }),
    observer: { line: (_step, level, text) => lines.push(`${level}: ${text}`) },
    ...extra,
  });
  const statuses = Object.fromEntries(result.steps.map(({ step, status }) => [step.name, status]));
  return { ...result, lines, statuses };
}

describe('runDeployment', () => {
  it('tells the steps of a runbook of its run, and of no deployment', async () => {
    const say = 'echo "$(get_octopusvariable Octopus.RunbookRun.Id),$(get_octopusvariable Octopus.Deployment.Id)"';
    const run = (extra: Partial<DeploymentRequest>) => deploy([script('watch', 'Guard')], { watch: say }, extra);
    expect((await run({ runbookRun: 'RunbookRuns-7' })).lines).toEqual(['info: RunbookRuns-7,']);
    expect((await run({})).lines).toEqual(['info: ,Deployments-101']);
  });

  it('passes on parameters, bindings, outputs, account and region', async () => {
    const { lines, succeeded } = await deploy(
      [
        script('prepare-blue', 'First'),
        script('shift-traffic', 'Second', success, {
          'EcsCanary.AWS.Region': '#{Region}',
          'EcsCanary.GreenPercent': '#{Octopus.Action[First].Output.Share}',
        }),
      ],
      {
        'prepare-blue':
          'set_octopusvariable Share 12.5; echo "$(get_octopusvariable EcsCanary.StackName) region=$AWS_REGION"',
        'shift-traffic':
          'echo "$(get_octopusvariable EcsCanary.GreenPercent) $AWS_REGION $AWS_DEFAULT_REGION $AWS_ACCESS_KEY_ID $AWS_ENDPOINT_URL $(get_octopusvariable Octopus.Action.Name) $(get_octopusvariable Octopus.Release.Number)"',
      },
    );
    expect(succeeded).toBe(true);
    expect(lines).toEqual([
      'info: default-stack region=',
      'info: 12.5 eu-west-1 eu-west-1 AKIA http://127.0.0.1:9 Second 1.0.1',
    ]);
  });

  it('after a failure Success steps are skipped, Failure and Always steps run', async () => {
    const { statuses, succeeded, steps } = await deploy(
      [
        script('prepare-blue', 'Breaks'),
        script('promote', 'Next'),
        script('promote', 'Always', { kind: 'always' }),
        script('rollback', 'Rollback', { kind: 'failure' }),
        script('promote', 'Variable', {
          kind: 'variable',
          expression: '#{unless Octopus.Deployment.Error}True#{/unless}',
        }),
      ],
      {
        'prepare-blue': 'fail_step "no luck"',
        promote: 'true',
        rollback: 'echo "$(get_octopusvariable Octopus.Deployment.ErrorDetail)"',
      },
    );
    expect(succeeded).toBe(false);
    expect(statuses).toEqual({
      Breaks: 'failed',
      Next: 'skipped',
      Always: 'succeeded',
      Rollback: 'succeeded',
      Variable: 'skipped',
    });
    expect(steps[0]?.reason).toBe('no luck');
  });

  it('a Failure step is skipped when all went well, and standard error is a warning', async () => {
    const { statuses, succeeded } = await deploy(
      [script('promote', 'Noisy'), script('rollback', 'Rollback', { kind: 'failure' })],
      { promote: 'echo noise >&2', rollback: 'true' },
    );
    expect(succeeded).toBe(true);
    expect(statuses).toEqual({ Noisy: 'succeeded with warnings', Rollback: 'skipped' });
  });
});

describe('manual interventions', () => {
  it('show evaluated instructions; Abort fails the deployment, and its notes are variables', async () => {
    const asked: string[] = [];
    const { statuses, lines, succeeded } = await deploy(
      [
        script('prepare-blue', 'First'),
        manualIntervention(
          'Approve',
          'Release #{Octopus.Release.Number}: #{Octopus.Action[First].Output.Summary} #{Unknown}',
        ),
        script('promote', 'Promote'),
        script('rollback', 'Rollback', { kind: 'failure' }),
      ],
      {
        'prepare-blue': 'set_octopusvariable Summary "**fine**"',
        promote: 'true',
        rollback:
          'echo "$(get_octopusvariable "Octopus.Action[Approve].Output.Manual.Approved") $(get_octopusvariable "Octopus.Action[Approve].Output.Manual.Notes")"',
      },
      {
        decide: async ({ instructions }) => {
          asked.push(instructions);
          return { proceed: false, notes: 'too many errors' };
        },
      },
    );
    expect(asked).toEqual(['Release 1.0.1: **fine** #{Unknown}']);
    expect(succeeded).toBe(false);
    expect(statuses).toEqual({ First: 'succeeded', Approve: 'failed', Promote: 'skipped', Rollback: 'succeeded' });
    expect(lines).toEqual(['info: False too many errors']);
  });
});

describe('mistakes', () => {
  it('the value of an account in place of its name fails as in Octopus', async () => {
    const { statuses, lines } = await deploy(
      [script('promote', 'Promote', success, { 'EcsCanary.AWS.Account': '#{My.Account}' })],
      { promote: 'echo ran' },
    );
    expect(statuses).toEqual({ Promote: 'failed' });
    expect(lines.join()).toMatch(/^error: AWS-LOGIN-ERROR.*"Accounts-1"/);
  });

  it('a property that is not a parameter of the template is refused', async () => {
    await expect(
      deploy([script('promote', 'Promote', success, { 'EcsCanary.Typo': '1' })], { promote: 'true' }),
    ).rejects.toThrow(/EcsCanary.Typo/);
  });

  it('a killed step fails the deployment, and the rollback still runs', async () => {
    const { statuses, steps } = await deploy(
      [script('promote', 'Promote'), script('rollback', 'Rollback', { kind: 'failure' })],
      { promote: 'sleep 600', rollback: 'true' },
      { observer: { scriptStarted: (step, kill) => void (step.name === 'Promote' && kill()) } },
    );
    expect(statuses).toEqual({ Promote: 'failed', Rollback: 'succeeded' });
    expect(steps[0]?.reason).toBe('The script was killed.');
  });
});
