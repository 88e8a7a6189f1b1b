import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../../build/project-directory.ts';
import { uuidOf } from '../../../src/octopus/template/uuid.ts';
import { steps } from '../../../src/steps/index.ts';

it('the namespace of the published ids never changes', () => {
  expect(uuidOf('step-template/shift-traffic')).toBe('9f2452fb-da8d-53e9-b4f5-32a992e6dd8e');
});

it('every published id is that of its name', () => {
  const directory = join(projectDirectory, 'step-templates');
  const files = readdirSync(directory).filter((file) => file.endsWith('.json'));
  expect(files.length).toBe(steps.length + 1);
  for (const file of files) {
    const name = `step-template/${file.replace(/^aws-ecs-canary-|\.json$/g, '')}`;
    const template = JSON.parse(readFileSync(join(directory, file), 'utf8'));
    expect(template.Id).toBe(uuidOf(name));
    expect(template.Parameters.length).toBeGreaterThan(0);
    for (const { Id, Name } of template.Parameters) expect(Id).toBe(uuidOf(`${name}/parameter/${Name}`));
  }
});
