import { describe, expect, it } from 'vitest';
import { renderScriptBody } from '../../../src/octopus/template/wrapper.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../../src/steps/promote.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { approvalVariables, type StepDeclaration } from '../../../src/steps/step.ts';
import { type RunOptions, runScript } from './script-runner.ts';

const reportApproval = `
const fs = require("node:fs"), path = require("node:path");
const dir = process.env.ECS_CANARY_INPUTS;
const names = fs.readdirSync(dir).filter((name) => name.startsWith("Approval."));
console.log("REPORT" + JSON.stringify(Object.fromEntries(names.map((name) => [name, fs.readFileSync(path.join(dir, name), "base64")]))));`;

/** What the program finds of the approval. */
function approvalRead(step: StepDeclaration, variables: RunOptions['variables']): Readonly<Record<string, string>> {
  const run = runScript(renderScriptBody(step, Buffer.from(reportApproval), '1.2.3'), { variables: variables ?? {} });
  expect(run).toMatchObject({ code: 0, stderr: '', leftOvers: [] });
  const read: Record<string, string> = JSON.parse(run.stdout.split('REPORT')[1] ?? '{}');
  return Object.fromEntries(
    Object.entries(read).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
  );
}

const outputsOf = (step: string, notes: string, owner = 'Octopus.Action'): Readonly<Record<string, string>> => ({
  [`${owner}[${step}].Output.Manual.Approved`]: 'True',
  [`${owner}[${step}].Output.Manual.Notes`]: notes,
  [`${owner}[${step}].Output.Manual.ResponsibleUser.DisplayName`]: "Ann O'Neill",
  [`${owner}[${step}].Output.Manual.ResponsibleUser.Username`]: 'ann',
});
const insideTemplate = 'Octopus.ProcessTemplate.Action';

const names = {
  spaces: 'Approve  the shift',
  'a percent sign': 'Approve 10%',
  'a format': 'Approve %s %n %%',
  quotes: `Ann's "big" gate`,
  'a command': 'Approve $(touch pwned) `touch pwned` $HOME',
  brackets: 'Approve [10] {a,b} [[x]]',
  globs: 'Approve * ? ~ !! #1',
  'a semicolon': 'Approve; touch pwned & | > pwned',
  'a backslash': 'Approve \\n back\\slash',
  'an option': '-n -e',
  letters: 'Prüfung 緑 🟢',
};

describe.each([shiftTraffic, promote])('$name', (step) => {
  it.each(Object.entries(names))('reads the approval of a step with %s in its name', (_, name) => {
    const notes = '/weight 25\r\n$(touch pwned) "fine" #{x}\n\n  grün 緑 ';
    const variables = { ...outputsOf(name, notes), ...outputsOf('Another', '/hold'), 'EcsCanary.ApprovalStep': name };
    expect(approvalRead(step, variables)).toEqual({
      'Approval.Manual.Approved': 'True',
      'Approval.Manual.Notes': notes,
      'Approval.Manual.ResponsibleUser.DisplayName': "Ann O'Neill",
      'Approval.Manual.ResponsibleUser.Username': 'ann',
    });
  });
});

it.each(['Approve ', ' \tApprove', 'Approve\n', 'Approve\r\n', 'Appr\0ove'])(
  'the name is read as the program reads it: %j',
  (typed) => {
    const variables = { ...outputsOf('Approve', 'go'), 'EcsCanary.ApprovalStep': typed };
    expect(approvalRead(shiftTraffic, variables)).toMatchObject({ 'Approval.Manual.Notes': 'go' });
  },
);

it('the approval of another step is not taken for it', () => {
  const variables = { ...outputsOf('Approve 10%', 'go'), 'EcsCanary.ApprovalStep': 'Approve 50%' };
  const nothing = Object.fromEntries(approvalVariables.map((name) => [`Approval.${name}`, '\n']));
  expect(approvalRead(shiftTraffic, variables)).toEqual(nothing);
});

it.each([shiftTraffic, promote])('an approval inside a process template used to be none for $name', (step) => {
  const variables = { ...outputsOf('Approve 10%', '/hold', insideTemplate), 'EcsCanary.ApprovalStep': 'Approve 10%' };
  expect(approvalRead(step, variables)).toEqual({
    'Approval.Manual.Approved': 'True',
    'Approval.Manual.Notes': '/hold',
    'Approval.Manual.ResponsibleUser.DisplayName': "Ann O'Neill",
    'Approval.Manual.ResponsibleUser.Username': 'ann',
  });
});

it('inside a process template, its own approval counts, and nothing is added from a step of that name outside', () => {
  const own = { [`${insideTemplate}[Approve 10%].Output.Manual.Approved`]: 'False' };
  const variables = { ...own, ...outputsOf('Approve 10%', '/weight 90!'), 'EcsCanary.ApprovalStep': 'Approve 10%' };
  expect(approvalRead(shiftTraffic, variables)).toEqual({
    'Approval.Manual.Approved': 'False',
    'Approval.Manual.Notes': '\n',
    'Approval.Manual.ResponsibleUser.DisplayName': '\n',
    'Approval.Manual.ResponsibleUser.Username': '\n',
  });
});

it.each([
  ['blank', { 'EcsCanary.ApprovalStep': '' }],
  ['only a line end', { 'EcsCanary.ApprovalStep': '\n' }],
  ['only blanks', { 'EcsCanary.ApprovalStep': ' \t \r\n' }],
  ['unknown to Octopus', {}],
])('no approval is read when the parameter is %s', (_, given) => {
  expect(approvalRead(shiftTraffic, { ...outputsOf('', 'go'), ...outputsOf('Approve', 'go'), ...given })).toEqual({});
});

it('a step without the parameter reads none', () => {
  const variables = { ...outputsOf('Approve', 'go'), 'EcsCanary.ApprovalStep': 'Approve' };
  expect(approvalRead(prepareBlue, variables)).toEqual({});
});

it('an approval that Octopus cannot decrypt stops the step, instead of being none', () => {
  const bootstrap =
    'get_octopusvariable() { case "$1" in *Output*) return 127;; *ApprovalStep) echo A;; *) echo;; esac; }';
  const run = runScript(renderScriptBody(shiftTraffic, Buffer.from(reportApproval), '1'), { bootstrap });
  expect(run).toMatchObject({ code: 1, leftOvers: [] });
  expect(run.stdout).not.toContain('REPORT');
});
