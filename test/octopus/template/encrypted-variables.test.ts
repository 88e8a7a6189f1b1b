import { describe, expect, it } from 'vitest';
import { renderScriptBody } from '../../../src/octopus/template/wrapper.ts';
import { configureFile } from '../../../src/rehearsal/bootstrap.ts';
import { createVariables } from '../../../src/rehearsal/substitution.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import type { StepDeclaration } from '../../../src/steps/step.ts';
import { requireProgram } from '../../support/cross-check.ts';
import { fixtureStep } from './fixture-step.ts';
import { runScript } from './script-runner.ts';

const key = 'c0ffee'.padEnd(64, '5a');
const reportInputs = `
const fs = require("node:fs"), path = require("node:path");
const dir = process.env.ECS_CANARY_INPUTS;
const files = Object.fromEntries(fs.readdirSync(dir).map((name) => [name, fs.readFileSync(path.join(dir, name), "base64")]));
const inputs = Object.entries(global.ecsCanaryInputs ?? {}).map(([name, value]) => [name, Buffer.from(value).toString("base64")]);
console.log("REPORT" + JSON.stringify({ files, inputs: Object.fromEntries(inputs), environment: JSON.stringify(process.env) }));`;

/** Runs a step with variables encrypted as Octopus does it, and counts how often openssl starts. */
function report(
  step: StepDeclaration,
  variables: Readonly<Record<string, string>>,
  change: (configure: string) => string = (configure) => configure,
) {
  const configure = change(configureFile(createVariables(Object.entries(variables)), key));
  const counting =
    'openssl() { echo >>"$HOME/openssl"; command openssl "$@"; }; trap \'echo "STARTED$(wc -l <"$HOME/openssl")"\' EXIT; : >"$HOME/openssl"';
  const run = runScript(renderScriptBody(step, Buffer.from(reportInputs), '1.2.3'), {
    bootstrap: configure,
    before: counting,
    launch: `exec /bin/bash Bootstrap.sh ${key}`,
  });
  expect(run).toMatchObject({ code: 0, stderr: '', leftOvers: [] });
  const { files, inputs, environment } = JSON.parse(/REPORT(.*)/.exec(run.stdout)?.[1] ?? '');
  return {
    read: (name: string): string => Buffer.from(inputs[name] ?? '', 'base64').toString(),
    written: (name: string): string => Buffer.from(files[name] ?? '', 'base64').toString(),
    environment: environment as string,
    started: Number(/STARTED *(\d+)/.exec(run.stdout)?.[1]),
  };
}

const values = {
  'EcsCanary.StackName': 'shop',
  'EcsCanary.Note': `it's "quoted" \\ $(touch pwned)\r\n\n grün 緑 🟢 `,
  'EcsCanary.Parts': `{"Resources": "${'x'.repeat(200_000)}"}`,
};

describe.skipIf(!requireProgram('openssl'))('variables that Octopus encrypts', () => {
  const octopus = { 'Octopus.Deployment.Id': 'Deployments-7', 'Octopus.Project.Name': 'Prüf "it"' };

  it('reach the program byte for byte, without a process for each', () => {
    const { read, started } = report(fixtureStep, { ...values, ...octopus });
    for (const [name, value] of Object.entries({ ...values, ...octopus })) expect(read(name)).toBe(value);
    expect(read('EcsCanary.DryRun')).toBe('');
    expect(started).toBe(0);
  });

  it('are in no file, so that a killed step leaves none of them behind', () => {
    const { read, written } = report(fixtureStep, values);
    for (const name of Object.keys(values)) expect(written(name)).not.toContain(read(name));
  });

  it.each([
    ['as usual', ''],
    ['where the worker exports every variable', 'set -a\n'],
    ['where the worker exports a variable of a plain name', 'export key=1 code=1 name=1\n'],
  ])('leave no key in the environment of the program, %s', (_, before) => {
    const { environment } = report(
      fixtureStep,
      { 'EcsCanary.StackName': 'shop' },
      (configure) => `${before}${configure}`,
    );
    const own = JSON.parse(environment);
    expect(JSON.stringify({ ...own, sensitiveVariableKey: '' })).not.toContain(key);
  });

  it.each([
    ['decrypts in another way', 'openssl enc -a -A -d -aes-256-cbc', 'openssl enc -d -a -A -aes-256-cbc'],
    ['has more in that function', 'case $INPUT in', 'INPUT=${INPUT%x}\n  case $INPUT in'],
    ['decrypts a value in a longer way', ' ;;\n', ' && : ;;\n'],
    [
      'encodes names in another way',
      'echo -n "$1" | openssl enc -base64 -A',
      'printf %s "$1" | openssl enc -base64 -A',
    ],
  ])('are read with Octopus’s own functions if it %s', (_, text, other) => {
    const { read, written, started } = report(fixtureStep, values, (configure) => configure.replace(text, other));
    for (const [name, value] of Object.entries(values)) expect(read(name) || written(name)).toBe(value);
    expect(started).toBeGreaterThan(0);
  });

  it('include the approval, whose names are known only at run time', () => {
    const outputs = 'Octopus.Action[Approve 10% – grün].Output.Manual';
    const { read, started } = report(shiftTraffic, {
      'EcsCanary.ApprovalStep': 'Approve 10% – grün',
      [`${outputs}.Approved`]: 'True',
      [`${outputs}.Notes`]: '/weight 25\n',
      [`${outputs}.ResponsibleUser.DisplayName`]: "Ann O'Neill",
    });
    expect(read('Approval.Manual.Approved')).toBe('True');
    expect(read('Approval.Manual.Notes')).toBe('/weight 25\n');
    expect(read('Approval.Manual.ResponsibleUser.DisplayName')).toBe("Ann O'Neill");
    expect(read('EcsCanary.ApprovalStep')).toBe('Approve 10% – grün');
    expect(started).toBe(0);
  });

  it.each(['Approve ', ' \tApprove', 'Approve\n', 'Approve\r\nmore', 'Appr\0ove'])(
    'name the approval as the program reads it: %j',
    (typed) => {
      const name = 'Octopus.Action[Approve].Output.Manual.Notes';
      const { read } = report(shiftTraffic, { 'EcsCanary.ApprovalStep': typed, [name]: 'go' });
      expect(read('Approval.Manual.Notes')).toBe('go');
    },
  );

  it('include the approval of a process template before one outside', () => {
    const outputs = (owner: string, approved: string) => ({ [`${owner}[Approve].Output.Manual.Approved`]: approved });
    const { read } = report(shiftTraffic, {
      'EcsCanary.ApprovalStep': 'Approve',
      ...outputs('Octopus.ProcessTemplate.Action', 'False'),
      ...outputs('Octopus.Action', 'True'),
    });
    expect(read('Approval.Manual.Approved')).toBe('False');
  });
});
