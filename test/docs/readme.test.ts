import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import { buildCanaryProcess } from '../../src/octopus/process/process.ts';
import { pages } from './pages.ts';

const readme = readFileSync(join(projectDirectory, 'README.md'), 'utf8');

it('the README fits on a few screens', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

it('the diagram of the README has the steps of the process, in their order', () => {
  const [, diagram = ''] = /```mermaid\n([\s\S]*?)```/.exec(readme) ?? [];
  const drawn = [...diagram.matchAll(/\w[[{]{1,2}([^\]}]+)[\]}]/g)].map(([, name]) => name);
  expect(drawn).toEqual(buildCanaryProcess().steps.map(({ name }) => name));
});

it('the README lists every step template', () => {
  for (const name of readdirSync(join(projectDirectory, 'step-templates'))) expect(readme).toContain(`| \`${name}\` |`);
});

it('every page of the documentation is in its list', () => {
  const list = readFileSync(join(projectDirectory, 'docs/README.md'), 'utf8');
  for (const page of pages.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md'))
    expect(list).toContain(`(${page.replace('docs/', '')})`);
});
