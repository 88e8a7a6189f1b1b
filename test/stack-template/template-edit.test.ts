// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub is written so
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { buildStackTemplate } from '../../src/stack-template/built-in-template.ts';
import { normaliseCasing } from '../../src/stack-template/casing.ts';
import { type ParsedTemplate, parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { pinBlue, scaleGreen } from '../../src/stack-template/template-edit.ts';
import { type TemplateObject, withValueAt } from '../../src/stack-template/template-value.ts';
import { sampleSettings, stableArn } from './sample-settings.ts';

const shape = { blueTaskSet: 'BlueTaskSet', greenTaskSet: 'GreenTaskSet' };
const bluePath = ['Resources', 'BlueTaskSet', 'Properties', 'TaskDefinition'];

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/article/${name}`, import.meta.url), 'utf8');
}

function pinned(text: string): string {
  return pinBlue(parseTemplate(text), shape, stableArn);
}

/** The lines of two texts that differ. */
function difference(before: string, after: string): string[] {
  const old = new Set(before.split('\n'));
  return after.split('\n').filter((line) => !old.has(line));
}

/** A YAML template around a way of writing blue's properties. */
function blue(...properties: string[]): string {
  return `Resources:\n  BlueTaskSet:\n    Type: AWS::ECS::TaskSet\n    Properties:\n${properties.map((line) => `      ${line}\n`).join('')}`;
}

describe('pinBlue', () => {
  it.each(['first-deployment.json', 'first-deployment.yaml'])('changes one value of the article’s %s', (name) => {
    const before = fixture(name);
    const after = pinned(before);
    expect(parseTemplate(after).body).toEqual(withValueAt(parseTemplate(before).body, bluePath, stableArn));
    expect(difference(before, after)).toEqual([expect.stringContaining(stableArn)]);
    expect(pinned(after)).toBe(after);
  });

  it('turns the article’s first template into its second one, but for the application version', () => {
    const pinnedTo = /task-definition\/mytask:26/.exec(fixture('second-deployment.json'));
    expect(pinnedTo).not.toBeNull();
    const arn = /"(arn:[^"]*task-definition\/mytask:26)"/.exec(fixture('second-deployment.json'))?.[1] ?? '';
    const first = pinBlue(parseTemplate(fixture('first-deployment.json')), shape, arn).replace('1.0.0', '1.0.1');
    expect(parseTemplate(first).body).toEqual(parseTemplate(fixture('second-deployment.json')).body);
  });

  it.each([
    ['a short form', ['TaskDefinition: !Ref Task # why'], ['TaskDefinition: ARN # why']],
    [
      'a long form below',
      ['TaskDefinition:', '  Ref: Task # tail', 'Service: x'],
      ['TaskDefinition: ARN # tail', 'Service: x'],
    ],
    ['a comment between', ['TaskDefinition: # why', '  Ref: Task'], ['TaskDefinition: # why', '  ARN']],
    ['a quoted literal', ["'TaskDefinition':   'old:1'", '# end'], ["'TaskDefinition':   ARN", '# end']],
    ['a function over lines', ['TaskDefinition: !If', '  - A', '  - !Ref X # x', '  - y'], ['TaskDefinition: ARN']],
    ['a flow mapping', ['TaskDefinition: {Ref: Task} # why'], ['TaskDefinition: ARN # why']],
    ['an anchor', ['TaskDefinition: &a !Ref Task'], ['TaskDefinition: ARN']],
    ['no value yet', ['# first', 'Service: x'], ['# first', 'TaskDefinition: ARN', 'Service: x']],
  ])('keeps everything around %s', (_, before, after) => {
    expect(pinned(blue(...before))).toBe(blue(...after).replaceAll('ARN', stableArn));
  });

  it.each([
    ['an explicit key', ['? TaskDefinition', ': !Ref Task', '? Service', ': !Sub "${X}"']],
    ['a block scalar', ['TaskDefinition: |', '  old', 'Service: !Ref Service']],
    ['an empty value', ['TaskDefinition:', 'Service: !GetAtt Service.Name']],
    ['an insertion before an explicit key', ['? Service', ': x']],
  ])('keeps the meaning where the form is unusual: %s', (_, properties) => {
    const before = parseTemplate(blue(...properties));
    expect(parseTemplate(pinBlue(before, shape, stableArn)).body).toEqual(
      withValueAt(before.body, bluePath, stableArn),
    );
  });

  it('keeps JSON as it is laid out, and long numbers as they are', () => {
    const before =
      '{"Resources":{"BlueTaskSet":{"Properties":{"TaskDefinition":{"Ref":"T"},"N":12345678901234567890}}}}';
    expect(pinned(before)).toBe(before.replace('{"Ref":"T"}', `"${stableArn}"`));
    const tabs =
      '{\n\t"Resources": {\n\t\t"BlueTaskSet": {\n\t\t\t"Properties": {\n\t\t\t\t"A": 1\n\t\t\t}\n\t\t}\n\t}\n}\n';
    expect(pinned(tabs)).toBe(tabs.replace('"A"', `"TaskDefinition": "${stableArn}",\n\t\t\t\t"A"`));
    const empty = '{\n    "Resources": {\n        "BlueTaskSet": {\n            "Properties": {}\n        }\n    }\n}';
    expect(JSON.parse(pinned(empty))).toEqual(withValueAt(JSON.parse(empty), bluePath, stableArn));
    expect(pinned(empty)).toContain('\n    "Resources"');
  });

  it('keeps Windows line ends', () => {
    const before = fixture('first-deployment.yaml').replaceAll('\n', '\r\n');
    const after = pinned(before);
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
    expect(after.replaceAll('\r\n', '\n')).toBe(pinned(fixture('first-deployment.yaml')));
  });

  it('refuses what leaves no place for the value', () => {
    const noMapping = 'Resources:\n  BlueTaskSet:\n    Properties: !Transform {Name: X}\n';
    expect(() => pinned(noMapping)).toThrow('must be a mapping');
    expect(() => pinned('Resources:\n  BlueTaskSet: {Properties: [x]}\n')).toThrow('must be a mapping');
  });

  it('changes exactly one path of any template, in either format', () => {
    const json = fc.jsonValue({ maxDepth: 4 });
    const properties = fc.dictionary(fc.string({ minLength: 1 }), json, { maxKeys: 4 });
    const written = fc.constantFrom<(body: unknown) => string>(
      (body) => JSON.stringify(body),
      (body) => JSON.stringify(body, null, '\t'),
      (body) => JSON.stringify(body, null, 4),
      (body) => stringify(body, { aliasDuplicateObjects: false }),
      (body) =>
        stringify(body, { aliasDuplicateObjects: false, defaultStringType: 'QUOTE_SINGLE', indent: 4, lineWidth: 20 }),
      (body) => `# YAML in flow style\n${stringify(body, { aliasDuplicateObjects: false, collectionStyle: 'flow' })}`,
    );
    fc.assert(
      fc.property(properties, fc.option(json), properties, written, (before, value, after, write) => {
        const blueProperties = { ...before, ...(value === null ? {} : { TaskDefinition: value }), ...after };
        const body = {
          Resources: { Other: after, BlueTaskSet: { Type: 'AWS::ECS::TaskSet', Properties: blueProperties } },
        };
        const template = parseTemplate(write(body));
        const result = parseTemplate(pinBlue(template, shape, stableArn));
        expect(result.body).toEqual(withValueAt(template.body, bluePath, stableArn));
        expect(pinBlue(result, shape, stableArn)).toBe(result.text);
      }),
      { numRuns: 150, seed: 20210203 },
    );
  });
});

describe('reading a template', () => {
  it('finds the same meaning in JSON and in YAML', () => {
    const resources = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4, noUnicodeString: false }), { maxKeys: 5 });
    fc.assert(
      fc.property(resources, (Resources) => {
        const meaning = JSON.parse(JSON.stringify({ Resources })) as TemplateObject;
        expect(parseTemplate(JSON.stringify(meaning)).body).toEqual(meaning);
      }),
      { numRuns: 100, seed: 20210203 },
    );
    for (const name of ['first-deployment', 'second-deployment']) {
      const fromYaml: ParsedTemplate = parseTemplate(fixture(`${name}.yaml`));
      expect(fromYaml.body).toEqual(parseTemplate(fixture(`${name}.json`)).body);
    }
  });
});

describe('scaleGreen', () => {
  it('sets the value alone where a literal scale exists', () => {
    for (const name of ['first-deployment.json', 'first-deployment.yaml']) {
      const before = fixture(name);
      const after = scaleGreen(parseTemplate(before), shape, 25);
      expect(difference(before, after)).toEqual([expect.stringMatching(/^\s*"?Value"?: 25$/)]);
      expect(scaleGreen(parseTemplate(after), shape, 25)).toBe(after);
      expect(parseTemplate(after).body).toEqual(
        withValueAt(parseTemplate(before).body, ['Resources', 'GreenTaskSet', 'Properties', 'Scale', 'Value'], 25),
      );
    }
  });

  it('writes the whole scale where there is none, or a function', () => {
    const green = (scale: string) =>
      `Resources:\n  GreenTaskSet:\n    Properties:\n${scale}      Service: !Ref S # kept\n`;
    const expected = green('      Scale: {Unit: PERCENT, Value: 12.5}\n');
    expect(scaleGreen(parseTemplate(green('')), shape, 12.5)).toBe(expected);
    expect(scaleGreen(parseTemplate(green('      Scale: !Ref Scale\n')), shape, 12.5)).toBe(expected);
  });
});

describe('normaliseCasing', () => {
  it('corrects task sets and nothing else', () => {
    for (const name of ['first-deployment.json', 'first-deployment.yaml']) {
      const before = fixture(name);
      const after = normaliseCasing(parseTemplate(before));
      expect(after).not.toContain('AwsvpcConfiguration');
      expect(after).toBe(before.replaceAll('AwsvpcConfiguration', 'AwsVpcConfiguration'));
      expect(normaliseCasing(parseTemplate(after))).toBe(after);
    }
    const built = buildStackTemplate(sampleSettings()).body;
    expect(normaliseCasing(parseTemplate(built))).toBe(built);
    const service =
      'Resources:\n  S:\n    Type: AWS::ECS::Service\n    Properties:\n      NetworkConfiguration:\n        AwsvpcConfiguration: {}\n';
    expect(normaliseCasing(parseTemplate(service))).toBe(service);
  });

  it('reaches into conditions', () => {
    const text = blue(
      'NetworkConfiguration: !If [A, {AwsvpcConfiguration: {}}, {"AwsvpcConfiguration": {Subnets: []}}]',
    );
    expect(normaliseCasing(parseTemplate(text))).toBe(text.replaceAll('Awsvpc', 'AwsVpc'));
  });

  it('keeps the casing of a task set that is deployed with it, which would otherwise be replaced', () => {
    const template = parseTemplate(fixture('second-deployment.yaml'));
    expect(normaliseCasing(template, parseTemplate(fixture('first-deployment.yaml')))).toBe(template.text);
    const deployed = parseTemplate(normaliseCasing(template));
    expect(normaliseCasing(template, deployed)).toBe(deployed.text);
  });
});
