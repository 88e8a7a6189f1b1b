import { describe, expect, it } from 'vitest';
import type { Parameter } from '../../src/parameters/parameters.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { ownTemplateParameters } from '../../src/steps/deploy-stack/own-template.ts';
import { stackParameters } from '../../src/steps/deploy-stack/parameters/stack-parameters.ts';
import { steps } from '../../src/steps/index.ts';

/** How many fields the form of a step may have. */
const budgets: Readonly<Record<string, number>> = {
  'deploy-stack': 55,
  'deploy-own-template': 30,
  'shift-traffic': 25,
  promote: 22,
  watch: 25,
};

const fieldsOf = ({ parameters }: { readonly parameters: object }): readonly Parameter[] => Object.values(parameters);
const namesOf = (step: { readonly parameters: object }) => fieldsOf(step).map(({ name }) => name);
const isAdvanced = ({ label }: Parameter): boolean => label.startsWith('Advanced: ');

/** What a step cannot do without: Octopus has no region of its own, and other defaults are refused. */
function isRequired({ name, parse, defaultValue }: Parameter): boolean {
  if (name === 'EcsCanary.AWS.Region') return true;
  try {
    parse(defaultValue);
    return false;
  } catch {
    return true;
  }
}

describe.each(steps)('the form of $name', (step) => {
  const fields = fieldsOf(step);

  it('is short', () => {
    expect(fields.length).toBeLessThanOrEqual(budgets[step.id] ?? 20);
  });

  it('asks first for the account and what is required, and says so', () => {
    const [account, ...others] = fields;
    expect(account?.name).toBe('EcsCanary.AWS.Account');
    const required = others.filter(isRequired);
    expect(required.length).toBeGreaterThanOrEqual(2);
    expect(others.slice(0, required.length)).toEqual(required);
    for (const { help, label } of required) {
      expect(help).toMatch(/ Required\.$/);
      expect(label).not.toContain('Advanced');
    }
    for (const field of others.slice(required.length)) expect(field.help).not.toMatch(/ Required\.$/);
  });

  it('ends with what few people set, the parts of the stack last', () => {
    const first = fields.findIndex(isAdvanced);
    expect(first).toBeGreaterThan(0);
    expect(fields.slice(first).filter((field) => !isAdvanced(field))).toEqual([]);
    expect(fields.at(-1)?.name).toBe('EcsCanary.Parts');
  });

  it('has labels in sentence case, and short help with an example', () => {
    for (const { label, help, name, control } of fields) {
      expect(label, name).toMatch(/^(Advanced: )?[A-Z]/);
      expect(label.replace(/^Advanced: |\b(AWS|CPU|HTTPS?|ARN|IAM|VPC|MiB|CloudFormation)\b/g, ''), name).not.toMatch(
        / [A-Z]/,
      );
      if (name === 'EcsCanary.Parts') continue;
      const sentences = help.replaceAll(/`[^`]*`/g, 'x').split(/[.?!](?:\s|$)/);
      expect(sentences.filter((part) => part.trim() !== '').length, name).toBeLessThanOrEqual(3);
      expect(help.length, name).toBeLessThanOrEqual(300);
      if (control !== 'Checkbox' && control !== 'Select') expect(help, name).toMatch(/for example|such as/);
    }
  });
});

describe('the two steps that deploy', () => {
  it('have the settings of the built-in template, or a template of your own, and not the fields of the other', () => {
    const builtIn = Object.values<Parameter>(stackParameters).map(({ name }) => name);
    const own = Object.values<Parameter>(ownTemplateParameters).map(({ name }) => name);
    expect(namesOf(deployStack)).toEqual(expect.arrayContaining(builtIn));
    expect(namesOf(deployOwnTemplate)).toEqual(expect.arrayContaining(own));
    expect(namesOf(deployStack).filter((name) => [...own, 'EcsCanary.RulesOnBlue'].includes(name))).toEqual([]);
    expect(namesOf(deployOwnTemplate).filter((name) => builtIn.includes(name))).toEqual([]);
  });

  it('have every setting of the built-in template once', () => {
    expect(new Set(namesOf(deployStack)).size).toBe(fieldsOf(deployStack).length);
  });
});

it('no two fields of one name say different things, but for the approvals of Promote', () => {
  const byName = new Map<string, Set<string>>();
  for (const { name, help } of steps.flatMap(fieldsOf)) byName.set(name, (byName.get(name) ?? new Set()).add(help));
  const different = [...byName].filter(([, helps]) => helps.size > 1).map(([name]) => name);
  expect(different.sort()).toEqual(['EcsCanary.ApprovalStep', 'EcsCanary.MaxIncrease']);
});
